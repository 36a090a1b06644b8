//! Whatever reads as an entry encodes to the same bytes.
#![no_main]

use ledger::Entry;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = Entry::decode(bytes) {
        assert_eq!(entry.encode().as_deref(), Ok(bytes));
    }
});
