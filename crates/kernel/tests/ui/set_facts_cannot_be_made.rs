//! What a line says of a set is counted by the kernel.
use kernel::{Draft, SetFacts, Verb};

fn main() {
    let facts = SetFacts { log: "house".to_owned(), json: serde_json::json!({ "count": 0 }) };
    let _ = Draft::new(Verb::Processed).set(facts);
}
