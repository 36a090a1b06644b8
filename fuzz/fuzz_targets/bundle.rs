//! Bundles from strangers are refused without a fall.
#![no_main]

use ledger::bundle::{Openings, check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = check(bytes, None);
    if let Some(openings) = Openings::from_json(bytes) {
        assert_eq!(openings.to_json().as_bytes(), bytes);
    }
});
