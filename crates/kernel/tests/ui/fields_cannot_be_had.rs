//! Opened fields come from the kernel, to a card, a gate or a copyist, and stay there.
use kernel::{
    Field, Fields, No,
    pour::{At, Copyist, RowWriter},
};

const NAME: Field = Field { name: "name", group: 0, place: 0 };

struct Keeps(std::sync::Mutex<Vec<&'static str>>);

impl Copyist for Keeps {
    fn row(&self, _: At, fields: &Fields<'_>, _: &mut RowWriter) -> Result<(), No> {
        self.0.lock().unwrap().push(fields.get(NAME)?);
        Ok(())
    }
}

fn made() -> Fields<'static> {
    Fields::new(&[NAME], &[])
}

fn printed<T: std::fmt::Debug + Clone + serde::Serialize>() {}

fn main() {
    printed::<Fields<'static>>();
}
