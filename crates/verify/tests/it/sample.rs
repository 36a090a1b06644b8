//! A small record book of fictional people and a bundle of two of its entries.

use ledger::bundle::{Bundle, Exhibit, Opening, Openings, ScopeOpening};
use ledger::checkpoint::{Checkpoint, add_signatures, cosign};
use ledger::commit::{commit, scope_commit};
use ledger::merkle::{Leaves, leaf_hash, prove_inclusion};
use ledger::plain::plain;
use ledger::{Basis, Commitments, Entry, ScopeKind, Signer, Verb};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

pub const ORIGIN: &str = "ledger.example.org/leader-2026";

pub type Files = BTreeMap<String, Vec<u8>>;

pub struct Sample {
    pub bundle: Bundle,
}

impl Sample {
    pub fn new() -> Self {
        Self::of(ORIGIN)
    }

    pub fn of(origin: &str) -> Self {
        Self::made(origin, "{\"name\":\"Tomos \u{c9}vans\"}")
    }

    pub fn with_actor(actor: &str) -> Self {
        Self::made(ORIGIN, actor)
    }

    fn made(origin: &str, actor: &str) -> Self {
        let entries: Vec<_> = (0..6).map(|n| opened(n, actor)).collect();
        let leaves: Vec<_> = entries.iter().map(|(entry, _)| entry.encode().unwrap()).collect();
        let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let tree = Leaves::all(&hashes);
        let log = Signer::log(origin, &[1; 32]).unwrap();
        let witness = Signer::witness("witness.example.org", &[9; 32]).unwrap();
        let note = Checkpoint { origin: origin.into(), size: 6, root: tree.root() }.sign(&log).unwrap();
        let line = cosign(&note, &witness, 1_700_000_000).unwrap();
        let exhibit = |n: usize| Exhibit {
            index: n as u64,
            leaf: leaves[n].clone(),
            path: prove_inclusion(n as u64, 6, &tree).unwrap(),
            openings: entries[n].1.clone(),
        };
        let bundle = Bundle {
            checkpoint: add_signatures(&note, [line.as_slice()]).unwrap(),
            log_key: log.verifier().clone(),
            witnesses: vec![witness.verifier().clone()],
            exhibits: vec![exhibit(2), exhibit(4)],
        };
        Self { bundle }
    }

    pub fn key(&self) -> String {
        self.bundle.log_key.to_string()
    }

    pub fn zip(&self) -> Vec<u8> {
        self.bundle.write().unwrap().zip
    }

    pub fn files(&self) -> Files {
        let mut archive = zip::ZipArchive::new(Cursor::new(self.zip())).unwrap();
        let mut files = Files::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            files.insert(file.name().to_owned(), bytes);
        }
        files
    }

    /// The bundle after a change, under a manifest that fits it.
    pub fn changed(&self, change: impl FnOnce(&mut Files)) -> Vec<u8> {
        let mut files = self.files();
        files.remove("manifest.sha256");
        change(&mut files);
        let manifest: String =
            files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256(bytes))).collect();
        files.insert("manifest.sha256".into(), manifest.into());
        pack(&files)
    }
}

fn opened(n: u8, actor: &str) -> (Entry, Openings) {
    let salt = |group: u8| [n * 10 + group; 32];
    let openings = Openings {
        actor: Some(Opening { salt: salt(1), opening: actor.into() }),
        subject: None,
        detail: None,
        scopes: vec![ScopeOpening { kind: ScopeKind::Member, label: [n; 16], salt: salt(2) }],
    };
    let mut s = vec![
        scope_commit(ScopeKind::Member, &[n; 16], &salt(2)),
        scope_commit(ScopeKind::Link, &[n; 16], &salt(3)),
    ];
    s.sort();
    let entry = Entry {
        id: Entry::id_of("actor-7", &[7; 16], n.into()),
        t: Verb::Opened,
        at: 26_333_333,
        basis: Basis {
            act: "phonebank.next_call".into(),
            policy: [4; 32],
            rule: "callers.own_shift".into(),
            facts: [5; 32],
            build: [6; 32],
        },
        s,
        c: Commitments {
            actor: Some(commit("actor", &salt(1), actor.as_bytes())),
            subject: Some(commit("subject", &salt(4), b"{}")),
            detail: None,
        },
        row: vec![],
        plain: Some(plain(serde_json::json!({ "count": 3 })).unwrap()),
        sealed_until: Some(20_400),
    };
    (entry, openings)
}

pub fn pack(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
