//! Bundles hold as a whole or are refused with a reason.

use crate::audit::Log;
use crate::digest;
use crate::entry::full;
use ledger::bundle::*;
use ledger::checkpoint::{add_signatures, cosign};
use ledger::commit::{commit, scope_commit};
use ledger::{Commitments, Entry, ScopeKind, Signer};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};
use zip::write::SimpleFileOptions;

pub const ORIGIN: &str = "ledger.example.org/leader-2026";

/// An entry about a fictional member, and what opens it.
fn opened(n: u32) -> (Entry, Openings) {
    let salt = |group: u32| digest(u64::from(n * 10 + group));
    let opening = |group, text: &str| Opening { salt: salt(group), opening: text.into() };
    let openings = Openings {
        actor: Some(opening(0, "{\"name\":\"Tomos \u{c9}vans\"}")),
        subject: None,
        detail: Some(opening(2, "{\"fields\":[\"phone\"]}")),
        scopes: vec![ScopeOpening { kind: ScopeKind::Member, label: [n as u8; 16], salt: salt(3) }],
    };
    let mut entry = full();
    entry.id = Entry::id_of("a", &[1; 16], n);
    let group = |name, opening: &Opening| Some(commit(name, &opening.salt, opening.opening.as_bytes()));
    entry.c = Commitments {
        actor: group("actor", openings.actor.as_ref().unwrap()),
        subject: Some(digest(1)),
        detail: group("detail", openings.detail.as_ref().unwrap()),
    };
    entry.s = vec![scope_commit(ScopeKind::Member, &[n as u8; 16], &salt(3)), digest(99)];
    entry.s.sort();
    (entry, openings)
}

/// A log of ten entries and a bundle of two of them.
fn sample(origin: &str) -> (Log, Bundle) {
    let mut log = Log::new(origin, 10);
    log.leaves = (0..10).map(|n| opened(n).0.encode().unwrap()).collect();
    let witness = Signer::witness("witness.example.org", &[9; 32]).unwrap();
    let note = log.note();
    let line = cosign(&note, &witness, 1_700_000_000).unwrap();
    let checkpoint = add_signatures(&note, [line.as_slice()]).unwrap();
    let exhibit = |n: u32| Exhibit {
        index: n.into(),
        leaf: log.leaves[n as usize].clone(),
        path: log.proof(n.into()).path,
        openings: if n == 3 { opened(n).1 } else { Openings::default() },
    };
    let bundle = Bundle {
        checkpoint,
        log_key: log.key.verifier().clone(),
        witnesses: vec![witness.verifier().clone()],
        exhibits: vec![exhibit(3), exhibit(7)],
    };
    (log, bundle)
}

type Files = BTreeMap<String, Vec<u8>>;

fn unpack(zip: &[u8]) -> Files {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let file = |index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().to_owned(), bytes)
    };
    (0..zip::ZipArchive::new(Cursor::new(zip)).unwrap().len()).map(file).collect()
}

fn pack(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A forger's manifest over whatever is there.
fn remanifest(files: &mut Files) {
    files.remove("manifest.sha256");
    let manifest = files.iter().fold(String::new(), |mut all, (name, bytes)| {
        writeln!(all, "{:x}  {name}", Sha256::digest(bytes)).unwrap();
        all
    });
    files.insert("manifest.sha256".into(), manifest.into());
}

fn forged(change: impl FnOnce(&mut Files)) -> Vec<Fault> {
    let (log, bundle) = sample(ORIGIN);
    let mut files = unpack(&bundle.write().unwrap().zip);
    change(&mut files);
    remanifest(&mut files);
    check(&pack(&files), Some(log.key.verifier())).unwrap_err().faults
}

#[test]
fn an_honest_bundle_holds() {
    let (log, bundle) = sample(ORIGIN);
    let written = bundle.write().unwrap();
    assert_eq!(bundle.write().unwrap(), written, "the same bundle is the same bytes");
    for key in [None, Some(log.key.verifier())] {
        let findings = check(&written.zip, key).unwrap();
        assert_eq!(findings.manifest, written.manifest);
        assert_eq!(findings.key_from_reader, key.is_some());
        assert_eq!(findings.verified.checkpoint.size, 10);
        assert_eq!(findings.verified.cosignatures[0].name, "witness.example.org");
        assert_eq!(findings.entries.iter().map(|proven| proven.index).collect::<Vec<_>>(), [3, 7]);
        assert_eq!(findings.entries[0].entry, opened(3).0);
        assert_eq!(findings.entries[0].openings, opened(3).1);
        assert!(findings.entries[1].openings.is_empty());
    }
    let names: Vec<_> = unpack(&written.zip).into_keys().collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "checkpoint",
            "entries/3.leaf",
            "entries/3.tlog-proof",
            "entries/7.leaf",
            "entries/7.tlog-proof",
            "log.vkey",
            "manifest.sha256",
            "openings/3.json",
            "witnesses.txt",
        ]
    );
}

#[test]
fn changes_after_the_making_show_in_the_manifest() {
    let (_, bundle) = sample(ORIGIN);
    let honest = unpack(&bundle.write().unwrap().zip);
    let refused = |change: &dyn Fn(&mut Files)| {
        let mut files = honest.clone();
        change(&mut files);
        check(&pack(&files), None).unwrap_err().faults
    };
    let edit = |change: fn(&str) -> String| {
        refused(&|files| {
            let manifest = files.get_mut("manifest.sha256").unwrap();
            *manifest = change(std::str::from_utf8(manifest).unwrap()).into();
        })
    };
    let faults = refused(&|files| files.get_mut("README.txt").unwrap().push(b'!'));
    assert_eq!(faults, [Fault::Changed("README.txt".into())]);
    let faults = refused(&|files| drop(files.remove("manifest.sha256")));
    assert_eq!(faults, [Fault::Missing("manifest.sha256".into())]);
    let faults = refused(&|files| drop(files.remove("openings/3.json")));
    assert_eq!(faults, [Fault::Manifest], "listed, but not there");
    let faults = refused(&|files| drop(files.insert("views/a".into(), vec![])));
    assert_eq!(faults, [Fault::Unlisted("views/a".into())]);
    let without_checkpoint = |text: &str| {
        text.lines()
            .filter(|line| !line.ends_with("checkpoint"))
            .fold(String::new(), |all, line| all + line + "\n")
    };
    assert_eq!(edit(without_checkpoint), [Fault::Unlisted("checkpoint".into())]);
    assert_eq!(edit(|text| text.to_uppercase()).len(), 9);
    assert_eq!(edit(|text| format!("{text}\n")), [Fault::Manifest]);
    assert_eq!(edit(|text| text.replace('\n', "\r\n")), [Fault::Manifest]);
}

#[test]
fn forgers_with_their_own_manifest_fail_too() {
    let entry = |n| opened(n).0;
    assert_eq!(
        forged(|files| {
            let mut other = entry(3);
            other.basis.rule = "another".into();
            files.insert("entries/3.leaf".into(), other.encode().unwrap());
        }),
        [Fault::Proof { index: 3, fault: ledger::proof::ProofError::Mismatch }]
    );
    assert_eq!(
        forged(|files| {
            let (a, b) = (files["entries/3.tlog-proof"].clone(), files["entries/7.tlog-proof"].clone());
            files.insert("entries/3.tlog-proof".into(), b);
            files.insert("entries/7.tlog-proof".into(), a);
        }),
        [Fault::OtherProof(3), Fault::OtherProof(7)]
    );
    let openings = |change: fn(&mut Openings)| {
        let mut openings = opened(3).1;
        change(&mut openings);
        forged(move |files| drop(files.insert("openings/3.json".into(), openings.to_json().into())))
    };
    let false_opening = |group| [Fault::Opening { index: 3, group }];
    assert_eq!(openings(|o| o.actor.as_mut().unwrap().opening.push('x')), false_opening("actor"));
    assert_eq!(openings(|o| o.detail.as_mut().unwrap().salt[0] ^= 1), false_opening("detail"));
    assert_eq!(openings(|o| o.subject = o.actor.clone()), false_opening("subject"));
    assert_eq!(openings(|o| o.scopes[0].kind = ScopeKind::Campaign), false_opening("scopes"));
    assert_eq!(openings(|o| o.scopes[0].label[0] ^= 1), false_opening("scopes"));
    assert_eq!(openings(|o| o.scopes.push(o.scopes[0].clone())), false_opening("scopes"));
    assert_eq!(
        forged(|files| drop(files.insert("openings/3.json".into(), b"{\"nobody\":1}".into()))),
        [Fault::OpeningsForm(3)]
    );
    assert_eq!(
        forged(|files| files.get_mut("openings/3.json").unwrap().insert(1, b' ')),
        [Fault::OpeningsForm(3)]
    );
}

#[test]
fn another_logs_seal_or_key_does_not_serve() {
    let (other_log, other) = sample("ledger.example.org/elsewhere");
    let (log, bundle) = sample(ORIGIN);
    let zip = other.write().unwrap().zip;
    assert_eq!(check(&zip, Some(log.key.verifier())).unwrap_err().faults, [Fault::OtherKey]);
    assert!(check(&zip, Some(other_log.key.verifier())).is_ok());
    let seal = other.checkpoint.clone();
    assert!(matches!(
        forged(|files| drop(files.insert("checkpoint".into(), seal)))[..],
        [Fault::Checkpoint(_)]
    ));
    // a later checkpoint of the same log, beside proofs under the earlier
    let longer = Log::new(ORIGIN, 11).note();
    assert_eq!(
        forged(|files| drop(files.insert("checkpoint".into(), longer))),
        [Fault::OtherProof(3), Fault::OtherProof(7)]
    );
    // a witness's false signature under a known witness's name
    let mut files = unpack(&bundle.write().unwrap().zip);
    let spoilt = String::from_utf8(files["checkpoint"].clone()).unwrap();
    let at = spoilt.rfind('\n').unwrap() - 6;
    let letter = if spoilt.as_bytes()[at] == b'A' { "B" } else { "A" };
    files.insert("checkpoint".into(), format!("{}{letter}{}", &spoilt[..at], &spoilt[at + 1..]).into());
    remanifest(&mut files);
    let faults = check(&pack(&files), None).unwrap_err().faults;
    assert_eq!(faults, [Fault::Checkpoint(ledger::NoteError::BadSignature)]);
}

#[test]
fn missing_and_stray_files_are_named() {
    let missing = |name: &'static str| forged(move |files| drop(files.remove(name)));
    for name in ["checkpoint", "log.vkey", "witnesses.txt", "entries/3.tlog-proof"] {
        assert_eq!(missing(name), [Fault::Missing(name.into())]);
    }
    assert!(missing("entries/3.leaf").contains(&Fault::Missing("entries/3.leaf".into())));
    for name in [
        "extra.txt",
        "entries/03.leaf",
        "entries/x.leaf",
        "../entries/3.leaf",
        "/etc/passwd",
        "views/../x",
        "views/",
        "entries/3.leaf.exe",
        "\u{1b}[2J",
    ] {
        let faults = forged(|files| drop(files.insert(name.into(), b"x".to_vec())));
        assert_eq!(faults, [Fault::Stray(name.into())], "{name:?}");
        assert!(!faults[0].to_string().contains('\u{1b}'));
    }
    let empty = forged(|files| {
        files.retain(|name, _| !name.starts_with("entries/") && !name.starts_with("openings/"));
    });
    assert_eq!(empty, [Fault::NoEntries]);
    let (_, mut twice) = sample(ORIGIN);
    twice.exhibits.push(twice.exhibits[0].clone());
    assert!(matches!(twice.write(), Err(BundleError::Twice(3))));
}

#[test]
fn views_are_named_as_unread() {
    let (log, bundle) = sample(ORIGIN);
    let mut files = unpack(&bundle.write().unwrap().zip);
    files.insert("views/member.view-proof".into(), b"for later".to_vec());
    remanifest(&mut files);
    let findings = check(&pack(&files), Some(log.key.verifier())).unwrap();
    assert_eq!(findings.unread, ["views/member.view-proof"]);
}

#[test]
fn broken_archives_are_refused() {
    let zip = sample(ORIGIN).1.write().unwrap().zip;
    for cut in [0, 1, 21, zip.len() / 2, zip.len() - 1] {
        assert_eq!(check(&zip[..cut], None).unwrap_err().faults, [Fault::NotZip], "{cut}");
    }
    // the same name twice: rename one file to another's name in both places where a zip has it
    let text = |bytes: &[u8]| bytes.iter().map(|b| char::from(*b)).collect::<String>();
    let doubled = text(&zip).replace("entries/3.leaf", "entries/7.leaf");
    let doubled: Vec<u8> = doubled.chars().map(|c| c as u8).collect();
    assert_eq!(check(&doubled, None).unwrap_err().faults, [Fault::SameName]);
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let block = vec![0; 1 << 20];
    zip.start_file("README.txt", SimpleFileOptions::default()).unwrap();
    for _ in 0..=MAX_UNPACKED >> 20 {
        zip.write_all(&block).unwrap();
    }
    let zip = zip.finish().unwrap().into_inner();
    assert!(zip.len() < 1 << 20);
    assert_eq!(check(&zip, None).unwrap_err().faults, [Fault::TooLarge]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_changed_byte_passes_unnoticed(at: usize, to: u8) {
        let (log, bundle) = sample(ORIGIN);
        let written = bundle.write().unwrap();
        let mut changed = written.zip.clone();
        let at = at % changed.len();
        changed[at] = to;
        // a byte that no content depends on (a file's date, say) may change; then all is as it was
        if let Ok(findings) = check(&changed, Some(log.key.verifier())) {
            prop_assert_eq!(findings.manifest, written.manifest);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fall(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(check(&bytes, None).is_err());
        let tail = [bytes.as_slice(), b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2e\0\0\0\0\0\0\0\0\0"].concat();
        prop_assert!(check(&tail, None).is_err());
        let _ = Openings::from_json(&bytes);
    }
}
