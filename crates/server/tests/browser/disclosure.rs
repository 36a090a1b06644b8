//! The main story: from a key on a campaign's computer to a list that only that key opens, signed for.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

use crate::{demo::Demo, have, person::Person};

const RELEASE: &str = "/contest/leader/release";
const PROMISE: &str = "I have read the terms, and I have no side in this contest.";

/// Runs no scripts at all: what a campaign must do never hangs on one.
#[test]
fn two_officers_approve_and_a_campaign_collects_opens_and_signs_for_its_list() {
    if !have(&["chromedriver", "chromium", "age", "age-keygen"]) {
        return;
    }
    let demo = Demo::start();
    let key = Key::make(demo.folder.path());

    let head = Person::signs_in(&demo, "Head of compliance, Rahman", false);
    head.goes_to(RELEASE);
    head.fills("Your public key", &key.public);
    head.ticks("With age-keygen, on my own computer");
    head.presses("Register the key");
    head.sees("Your key is registered.");

    let candidate = Person::signs_in(&demo, "Candidate, Rahman", false);
    candidate.goes_to(RELEASE);
    candidate.fills("Their public key, as they gave it to you", &key.public);
    candidate.presses("Confirm the key");
    candidate.sees("Your confirmation is on record.");

    head.goes_to(RELEASE);
    head.ticks("head of compliance, number");
    head.presses("Ask");
    head.sees("Your request is on record.");

    let officers = ["Returning officer", "Deputy returning officer"];
    let [returning, _deputy] = officers.map(|role| {
        let officer = Person::signs_in(&demo, role, false);
        officer.goes_to(RELEASE);
        officer.ticks(PROMISE);
        officer.presses("Approve the terms");
        officer.sees("Your approval is on record.");
        officer
    });
    returning.goes_to(RELEASE);
    returning.fills("When is the list offered to all campaigns?", &returning.in_two_minutes());
    returning.presses("Set the time");
    returning.sees("The time is set, for all campaigns alike.");

    head.keeps_looking(RELEASE, "Collect your copy");
    head.presses("Collect your copy");
    let sealed = head.receives(".csv.age");
    let list = key.opens(&sealed);
    assert!(list.lines().count() > 1, "a heading and at least one elector");
    assert!(!list.contains("Rahman for Leader"), "the list says nothing of whose copy it is");

    head.goes_to(RELEASE);
    head.fills("Fingerprint of the file as it arrived", &fingerprint(&sealed));
    head.presses("Sign for your copy");
    head.sees("You have signed for your copy. It is no longer on our machine.");
    head.photographs("signed", 1200);
}

fn fingerprint(file: &Path) -> String {
    Sha256::digest(fs::read(file).unwrap()).iter().map(|b| format!("{b:02x}")).collect()
}

/// A key made and used with stock age.
struct Key {
    file: PathBuf,
    public: String,
}

impl Key {
    fn make(folder: &Path) -> Self {
        let file = folder.join("key.txt");
        let made = Command::new("age-keygen").arg("-o").arg(&file).output().unwrap();
        assert!(made.status.success());
        let public = Command::new("age-keygen").arg("-y").arg(&file).output().unwrap();
        Self { file, public: String::from_utf8(public.stdout).unwrap().trim().to_owned() }
    }

    fn opens(&self, sealed: &Path) -> String {
        let opened = Command::new("age").args(["-d", "-i"]).args([&self.file, sealed]).output().unwrap();
        assert!(opened.status.success(), "age says: {}", String::from_utf8_lossy(&opened.stderr));
        String::from_utf8(opened.stdout).unwrap()
    }
}
