//! Proof files, and reading a whole log again.

use crate::entry::full;
use ledger::audit::{Audit, Fault, Wrong, audit};
use ledger::merkle::{Leaves, leaf_hash, prove_inclusion};
use ledger::proof::{LogProof, ProofError};
use ledger::{Checkpoint, Entry, Hash, NoteError, Signer};
use proptest::prelude::*;

/// A log of `n` entries and its key.
pub struct Log {
    pub leaves: Vec<Vec<u8>>,
    pub key: Signer,
}

impl Log {
    pub fn new(origin: &str, n: u32) -> Self {
        Self { leaves: (0..n).map(leaf).collect(), key: Signer::log(origin, &[1; 32]).unwrap() }
    }

    pub fn hashes(&self) -> Vec<Hash> {
        self.leaves.iter().map(|leaf| leaf_hash(leaf)).collect()
    }

    pub fn note(&self) -> Vec<u8> {
        let root = Leaves::all(&self.hashes()).root();
        let origin = self.key.verifier().name().to_owned();
        Checkpoint { origin, size: self.leaves.len() as u64, root }.sign(&self.key).unwrap()
    }

    pub fn proof(&self, index: u64) -> LogProof {
        let path = prove_inclusion(index, self.leaves.len() as u64, &Leaves::all(&self.hashes())).unwrap();
        LogProof { index, path, checkpoint: self.note() }
    }

    fn audit(&self) -> Result<(), Fault> {
        audit(&self.leaves, &self.note(), self.key.verifier(), &[]).map(|_| ())
    }
}

fn entry(n: u32) -> Entry {
    let mut entry = full();
    entry.id = Entry::id_of("actor-7", &[7; 16], n);
    entry.at += u64::from(n / 10);
    entry
}

fn leaf(n: u32) -> Vec<u8> {
    entry(n).encode().unwrap()
}

const ORIGIN: &str = "ledger.example.org/leader-2026";

#[test]
fn a_proof_file_reads_as_the_specification_writes_it() {
    let log = Log::new(ORIGIN, 5);
    let proof = log.proof(4);
    let text = String::from_utf8(proof.to_bytes()).unwrap();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 4\n"));
    assert!(text.ends_with(&String::from_utf8(log.note()).unwrap()));
    assert_eq!(text.split("\n\n").next().unwrap().lines().count(), 3);
    let read = LogProof::from_bytes(text.as_bytes()).unwrap();
    assert_eq!(read, proof);
    assert_eq!(read.verify(&log.leaves[4], log.key.verifier(), &[]).unwrap().checkpoint.size, 5);
    let alone = Log::new(ORIGIN, 1);
    let proof = LogProof::from_bytes(&alone.proof(0).to_bytes()).unwrap();
    proof.verify(&alone.leaves[0], alone.key.verifier(), &[]).unwrap();
}

#[test]
fn proofs_that_prove_nothing_are_refused() {
    let log = Log::new(ORIGIN, 5);
    let key = log.key.verifier();
    let proof = log.proof(2);
    assert_eq!(proof.verify(&log.leaves[1], key, &[]), Err(ProofError::Mismatch));
    assert_eq!(
        LogProof { index: 1, ..proof.clone() }.verify(&log.leaves[2], key, &[]),
        Err(ProofError::Mismatch)
    );
    let other = Signer::log(ORIGIN, &[2; 32]).unwrap();
    let refused = proof.verify(&log.leaves[2], other.verifier(), &[]);
    assert_eq!(refused, Err(ProofError::Checkpoint(NoteError::NotSigned)));
    let text = String::from_utf8(proof.to_bytes()).unwrap();
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 2", "index 02"),
        ("index 2", "index -2"),
        ("index 2\n", "index 2\n\n"),
        ("index 2", "extra QQ==\nindex 2"),
        ("index 2\n", "index 2\nQQ==\n"),
        ("\n\n", "\n"),
    ] {
        let changed = text.replacen(from, to, 1);
        let outcome = LogProof::from_bytes(changed.as_bytes()).map(|p| p.verify(&log.leaves[2], key, &[]));
        assert!(!matches!(outcome, Ok(Ok(_))), "{from:?} -> {to:?}");
    }
}

#[test]
fn an_honest_log_passes() {
    for n in [0, 1, 2, 300] {
        Log::new(ORIGIN, n).audit().unwrap();
    }
}

#[test]
fn the_first_fault_is_named_with_its_place() {
    let spoilt = |change: fn(&mut Vec<Vec<u8>>)| {
        let mut log = Log::new(ORIGIN, 50);
        change(&mut log.leaves);
        log.audit().unwrap_err()
    };
    let at = |index, wrong| Fault::At { index, wrong };
    // the owner of the key signs what it likes; what the entries say must still hold
    assert_eq!(spoilt(|l| l.swap(19, 20)), at(20, Wrong::TimeFell));
    assert_eq!(spoilt(|l| l[31] = l[30].clone()), at(31, Wrong::RepeatedId { first: 30 }));
    assert!(matches!(spoilt(|l| l[7].push(b' ')), Fault::At { index: 7, wrong: Wrong::Entry(_) }));
    // a repeated id comes before what is wrong later
    assert_eq!(
        spoilt(|l| {
            l[31] = l[30].clone();
            l[40].push(b' ')
        }),
        at(31, Wrong::RepeatedId { first: 30 })
    );
    let log = Log::new(ORIGIN, 50);
    let short = audit(&log.leaves[..49], &log.note(), log.key.verifier(), &[]);
    assert_eq!(short, Err(Fault::Size { found: 49, signed: 50 }));
    let mut changed = Log::new(ORIGIN, 50);
    changed.leaves[12] = {
        let mut e = entry(12);
        e.basis.rule = "another".into();
        e.encode().unwrap()
    };
    assert_eq!(audit(&changed.leaves, &log.note(), log.key.verifier(), &[]), Err(Fault::Root));
    let other = Signer::log(ORIGIN, &[2; 32]).unwrap();
    let refused = audit(&log.leaves, &log.note(), other.verifier(), &[]);
    assert_eq!(refused, Err(Fault::Checkpoint(NoteError::NotSigned)));
    let mut audit = Audit::default();
    audit.take(&log.leaves[0], Some(&leaf_hash(&log.leaves[0]))).unwrap();
    let fault = audit.take(&log.leaves[1], Some(&leaf_hash(b"other"))).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "entry 1: the entry's bytes do not have the hash that the stored tree has for it"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_the_proof_reader_fall(text in "(c2sp.org/tlog-proof@v1\n)?(index [0-9]{1,22}\n)?\\PC{0,60}(\n\n)?.*") {
        if let Ok(proof) = LogProof::from_bytes(text.as_bytes()) {
            prop_assert_eq!(proof.to_bytes(), text.into_bytes());
        }
    }
}
