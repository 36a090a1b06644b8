//! The ledger's tests in one binary.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should fall")]

mod audit;
mod bundle;
mod entry;
mod map;
mod merkle;
mod note;
mod scope;
mod sorted;
mod tile;

/// A fixed digest that differs with `n`.
fn digest(n: u64) -> ledger::Hash {
    ledger::merkle::leaf_hash(&n.to_be_bytes())
}

/// Lines of a file of the shared test data, or nothing (said loudly) where it is not there.
fn shared(path: &str) -> Option<String> {
    let full = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&full).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {path} is not there; this test proved nothing");
    }
    text
}
