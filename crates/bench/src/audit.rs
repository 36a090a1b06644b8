//! A log audited offline (leaves, tree, checkpoint, canonical form, unique ids), against SHA-256 of the same bytes.

use std::time::Instant;

use ledger::{
    Basis, Commitments, Entry, Frontier, Verb, audit::Audit, checkpoint::Checkpoint, merkle::leaf_hash,
    note::Signer,
};
use sha2::{Digest, Sha256};

use crate::Run;

/// Measures `audit`.
pub fn bench(run: &Run) {
    let entries: u32 = if run.quick { 20_000 } else { 1_000_000 };
    run.say(&format!("writing a log of {entries} entries …"));
    let leaves: Vec<Vec<u8>> = (0..entries).map(|n| entry(n).encode().unwrap()).collect();
    let mut tree = Frontier::default();
    leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
    let signer = Signer::log("bench.invalid/log", &[7; 32]).unwrap();
    let checkpoint =
        Checkpoint { origin: "bench.invalid/log".to_owned(), size: tree.size(), root: tree.root() };
    let note = checkpoint.sign(&signer).unwrap();

    let start = Instant::now();
    let digest = leaves.iter().fold(Sha256::new(), |hash, leaf| hash.chain_update(leaf)).finalize();
    let hashing = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let mut audit = Audit::default();
    for leaf in &leaves {
        audit.take(leaf, None).unwrap();
    }
    audit.finish(&note, signer.verifier(), &[]).unwrap();
    let auditing = start.elapsed().as_secs_f64();

    let bytes: usize = leaves.iter().map(Vec::len).sum();
    let (ours, comparator) = (f64::from(entries) / auditing, f64::from(entries) / hashing);
    let more = serde_json::json!({ "entries": entries, "bytes_per_entry": bytes / leaves.len(), "digest": digest[0] });
    run.compared("audit", "entries per second", ours, comparator, more);
}

/// An entry like those of a reveal.
fn entry(n: u32) -> Entry {
    let hash = |what: u8| -> [u8; 32] { Sha256::digest([&n.to_be_bytes()[..], &[what]].concat()).into() };
    let mut s = vec![hash(1), hash(2), hash(3)];
    s.sort_unstable();
    Entry {
        id: Entry::id_of("p7", &u128::from(n).to_be_bytes(), 0),
        t: Verb::Opened,
        at: 26_000_000 + u64::from(n) / 500,
        basis: Basis {
            act: "register.find".to_owned(),
            policy: [1; 32],
            rule: "register-3".to_owned(),
            facts: [2; 32],
            build: [3; 32],
        },
        s,
        c: Commitments { actor: Some(hash(4)), subject: Some(hash(5)), detail: Some(hash(6)) },
        row: Vec::new(),
        plain: None,
        sealed_until: None,
    }
}
