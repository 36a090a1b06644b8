//! Tile paths, hash tiles, entry bundles, frontiers: no fall, and one spelling each.
#![no_main]

use ledger::Frontier;
use ledger::tile::{TilePath, read_bundle, read_hashes, root, write_bundle};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some(path) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<TilePath>().ok()) {
        assert_eq!(path.to_string().as_bytes(), bytes);
    }
    if let Ok(hashes) = read_hashes(bytes) {
        root(hashes);
    }
    if let Ok(entries) = read_bundle(bytes) {
        assert_eq!(write_bundle(entries).as_deref(), Ok(bytes));
    }
    if let Ok(frontier) = Frontier::from_bytes(bytes) {
        frontier.root();
        assert_eq!(frontier.to_bytes(), bytes);
    }
});
