//! A sealed card is neither printed, nor copied, nor stored.
use kernel::Sealed;

fn printed<T: std::fmt::Debug>() {}
fn copied<T: Clone>() {}
fn stored<T: serde::Serialize>() {}

fn main() {
    printed::<Sealed<()>>();
    copied::<Sealed<()>>();
    stored::<Sealed<()>>();
}
