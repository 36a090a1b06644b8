//! `evenhand-verify` as its reader runs it: what it says of honest bundles and of tampered ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should fall")]

mod sample;

use sample::{Files, ORIGIN, Sample};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run printed and how it ended.
struct Ran {
    code: i32,
    text: String,
}

fn run(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_evenhand-verify")).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    Ran { code: output.status.code().unwrap(), text: String::from_utf8(text).unwrap() }
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Runs over these bytes with the sample's right key.
fn checked(zip: &[u8]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "bundle.zip", zip);
    run(&["bundle", file.to_str().unwrap(), "--vkey", &Sample::new().key()])
}

/// Runs over the sample after a forger's change, under a fresh manifest, and expects this sentence.
fn refused_after(change: impl FnOnce(&mut Files), sentence: &str) {
    let ran = checked(&Sample::new().changed(change));
    assert_refused(&ran, sentence);
}

fn assert_refused(ran: &Ran, sentence: &str) {
    assert_eq!(ran.code, 1, "{}", ran.text);
    assert!(ran.text.starts_with("THE BUNDLE IS REFUSED"), "{}", ran.text);
    assert!(ran.text.contains(sentence), "{}\ndoes not say\n{sentence}", ran.text);
    assert!(ran.text.chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn an_honest_bundle_is_told_entry_by_entry() {
    let ran = checked(&Sample::new().zip());
    assert_eq!(ran.code, 0, "{}", ran.text);
    for words in [
        "THE BUNDLE HOLDS.",
        "Sealed at      6 entries",
        "by witness.example.org, 2023-11-14 22:13 UTC",
        "Entry 2, 2020-01-26 00:53 UTC: opened",
        "Personal data was opened for a reader.",
        "phonebank.next_call",
        "callers.own_shift",
        "{\"name\":\"Tomos \u{c9}vans\"}",
        "committed to, not shown to you",
        "Belongs to         member 02020202020202020202020202020202",
        "1 scope not shown to you",
        "{\"count\":3}",
        "Sealed until       2025-11-08",
        "That these are all the entries",
        "outside Evenhand",
        "their keys came with the bundle",
    ] {
        assert!(ran.text.contains(words), "{}\ndoes not say\n{words}", ran.text);
    }
    assert!(!ran.text.contains("NO KEY WAS GIVEN"));
}

#[test]
fn without_a_key_it_says_so_first() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "bundle.zip", &Sample::new().zip());
    let ran = run(&["bundle", file.to_str().unwrap()]);
    assert_eq!(ran.code, 0);
    let warning = ran.text.find("NO KEY WAS GIVEN").unwrap();
    assert!(warning < ran.text.find("Manifest hash").unwrap());
    assert!(ran.text.contains("no key was given to check it against"));
}

#[test]
fn a_bundle_that_nobody_countersigned_says_so() {
    let mut sample = Sample::new();
    sample.bundle.witnesses.clear();
    let ran = checked(&sample.zip());
    assert_eq!(ran.code, 0);
    assert!(ran.text.contains("nobody countersigned this seal"), "{}", ran.text);
}

#[test]
fn the_key_may_be_a_file_and_must_be_the_right_one() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Sample::new();
    let file = written(folder.path(), "bundle.zip", &sample.zip());
    let key = written(folder.path(), "log.vkey", format!("{}\n", sample.key()).as_bytes());
    let by_file = run(&["bundle", "--vkey", key.to_str().unwrap(), file.to_str().unwrap()]);
    assert_eq!(by_file.code, 0, "{}", by_file.text);
    let other = ledger::Signer::log(ORIGIN, &[77; 32]).unwrap().verifier().to_string();
    let ran = run(&["bundle", file.to_str().unwrap(), "--vkey", &other]);
    assert_refused(&ran, "another key for the record book than the one you gave");
}

#[test]
fn a_tampered_leaf() {
    refused_after(
        |files| {
            let leaf = String::from_utf8(files["entries/2.leaf"].clone()).unwrap();
            files.insert("entries/2.leaf".into(), leaf.replace("next_call", "last_call").into());
        },
        "Entry 2 is not proved: the entry is not in the log at the place that the proof names.",
    );
}

#[test]
fn a_swapped_proof() {
    refused_after(
        |files| drop(files.insert("entries/2.tlog-proof".into(), files["entries/4.tlog-proof"].clone())),
        "The proof of entry 2 is for another entry",
    );
}

#[test]
fn a_changed_opening() {
    refused_after(
        |files| {
            let openings = String::from_utf8(files["openings/2.json"].clone()).unwrap();
            files.insert("openings/2.json".into(), openings.replace("Tomos", "Thomas").into());
        },
        "The actor shown for entry 2 is not what the entry committed to",
    );
}

#[test]
fn another_logs_checkpoint() {
    let other = Sample::of("ledger.example.org/elsewhere").bundle.checkpoint;
    refused_after(|files| drop(files.insert("checkpoint".into(), other)), "The checkpoint does not hold");
}

#[test]
fn a_missing_manifest_line_and_a_missing_manifest() {
    let mut files = Sample::new().files();
    let manifest = String::from_utf8(files["manifest.sha256"].clone()).unwrap();
    let short: String =
        manifest.lines().filter(|l| !l.ends_with("2.leaf")).map(|l| format!("{l}\n")).collect();
    files.insert("manifest.sha256".into(), short.into());
    assert_refused(
        &checked(&sample::pack(&files)),
        "The manifest does not list the file \"entries/2.leaf\".",
    );
    files.remove("manifest.sha256");
    assert_refused(&checked(&sample::pack(&files)), "The file \"manifest.sha256\" is missing");
}

#[test]
fn an_extra_file_whatever_its_name() {
    refused_after(|files| drop(files.insert("extra.txt".into(), vec![])), "\"extra.txt\" does not belong");
    refused_after(|files| drop(files.insert("\u{1b}[2J VALID".into(), vec![])), "\"\\u{1b}[2J VALID\"");
    refused_after(|files| drop(files.insert("../../up".into(), vec![])), "\"../../up\" does not belong");
}

#[test]
fn a_changed_file() {
    let mut files = Sample::new().files();
    files.get_mut("README.txt").unwrap().push(b'!');
    assert_refused(&checked(&sample::pack(&files)), "\"README.txt\" is not the one that the manifest lists");
}

#[test]
fn a_cut_off_zip() {
    let zip = Sample::new().zip();
    assert_refused(&checked(&zip[..zip.len() - 10]), "not a complete zip archive");
    assert_refused(&checked(b""), "not a complete zip archive");
}

#[test]
fn values_cannot_steer_the_terminal() {
    // a campaign that calls itself "clear the screen, VALID" in its opening, properly committed to
    let sample = Sample::with_actor("\u{1b}[2J\u{9b}1m\u{202e}THE BUNDLE HOLDS.\r");
    let ran = checked(&sample.zip());
    assert_eq!(ran.code, 0, "{}", ran.text);
    assert!(ran.text.contains("\\u{1b}[2J\\u{9b}1m\\u{202e}THE BUNDLE HOLDS.\\r"), "{}", ran.text);
    assert!(ran.text.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(!ran.text.contains('\u{202e}'));
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "bundle.zip", &sample.zip());
    let json = run(&["bundle", file.to_str().unwrap(), "--json"]).text;
    assert!(json.chars().all(|c| c == '\n' || c.is_ascii_graphic() || c == ' '));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let actor = &json["entries"][0]["openings"]["actor"]["opening"];
    assert_eq!(actor, "\u{1b}[2J\u{9b}1m\u{202e}THE BUNDLE HOLDS.\r");
}

#[test]
fn json_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Sample::new();
    let file = written(folder.path(), "bundle.zip", &sample.zip());
    let ran = run(&["bundle", file.to_str().unwrap(), "--vkey", &sample.key(), "--json"]);
    assert_eq!(ran.code, 0);
    let json: serde_json::Value = serde_json::from_str(&ran.text).unwrap();
    assert_eq!((&json["holds"], &json["key_from"]), (&true.into(), &"reader".into()));
    assert_eq!(json["entries"][0]["index"], 2);
    assert_eq!(json["entries"][0]["entry"]["t"], "opened");
    assert_eq!(json["countersigned"][0]["by"], "witness.example.org");
    assert!(json["not_proved"].as_array().unwrap().len() > 3);
    let manifest = sample::sha256(&sample.files()["manifest.sha256"]);
    assert_eq!(json["manifest"], manifest);
    let file = written(folder.path(), "broken.zip", b"no zip");
    let ran = run(&["bundle", file.to_str().unwrap(), "--json"]);
    assert_eq!(ran.code, 1);
    let json: serde_json::Value = serde_json::from_str(&ran.text).unwrap();
    assert_eq!(json["holds"], false);
    assert_eq!(json["faults"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_checked_ends_with_two() {
    let missing = run(&["bundle", "/nowhere/\u{1b}[2J.zip"]);
    assert_eq!(missing.code, 2);
    assert!(missing.text.contains("cannot be read") && !missing.text.contains('\u{1b}'));
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "bundle.zip", &Sample::new().zip());
    let file = file.to_str().unwrap();
    let no_key = run(&["bundle", file, "--vkey", "nonsense"]);
    assert_eq!(no_key.code, 2);
    assert!(no_key.text.contains("neither a verifier key"));
    for wrong in
        [&["bundle"][..], &[], &["bundle", file, file], &["bundle", file, "--loud"], &["count", file]]
    {
        assert_eq!(run(wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(run(&["--help"]).code, 0);
    assert!(run(&["--version"]).text.starts_with("evenhand-verify "));
}
