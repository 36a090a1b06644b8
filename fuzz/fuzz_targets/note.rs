//! Checkpoints, keys and proof files: no fall, and one spelling each.
#![no_main]

use ledger::proof::LogProof;
use ledger::{Checkpoint, Signer, VerifierKey, checkpoint};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(signer) = Signer::log("ledger.example.org/fuzz", &[1; 32]) else { return };
    // nobody has signed anything with this key
    assert!(checkpoint::verify(bytes, signer.verifier(), &[]).is_err());
    let _ = Checkpoint::claimed(bytes);
    if let Ok(proof) = LogProof::from_bytes(bytes) {
        assert_eq!(proof.to_bytes(), bytes);
    }
    if let Some(key) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<VerifierKey>().ok()) {
        assert_eq!(key.to_string().as_bytes(), bytes);
    }
});
