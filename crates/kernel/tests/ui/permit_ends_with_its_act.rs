//! A permit cannot be kept for another act.
use std::sync::Mutex;

use kernel::{Ask, Desk, No, Permit};

static KEPT: Mutex<Option<Permit<'static>>> = Mutex::new(None);

fn keep(desk: &mut Desk<'_>) -> Result<(), No> {
    *KEPT.lock().unwrap() = Some(desk.permit(Ask::on("Person", "p1"))?);
    Ok(())
}

fn main() {}
