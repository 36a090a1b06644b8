//! Who acts follows from a session's token.
use kernel::Actor;

fn main() {
    let _ = Actor(kernel::actor::Who::Person { id: 1, session: String::new() });
}
