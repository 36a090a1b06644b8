//! The answer in plain English.

use crate::words::{day, hex, minute, sentence, shown};
use ledger::bundle::{Findings, Openings, Proven, Refusal};
use ledger::checkpoint::Cosignature;
use ledger::{Entry, Hash};
use std::fmt::Write;

/// What a bundle that holds proves, entry by entry, and what it does not.
pub fn findings(findings: &Findings) -> String {
    let mut text = String::new();
    let seal = &findings.verified.checkpoint;
    let _ = writeln!(text, "THE BUNDLE HOLDS.\n");
    if !findings.key_from_reader {
        text.push_str(OWN_KEY);
    }
    let _ = writeln!(text, "Manifest hash  {}", hex(&findings.manifest));
    let _ = writeln!(text, "Record book    {}", shown(&seal.origin));
    let _ = writeln!(text, "Its key        {}", shown(&findings.log_key.to_string()));
    let _ =
        writeln!(text, "Sealed at      {}, root {}", count(seal.size, "entry", "entries"), hex(&seal.root));
    for Cosignature { name, time } in &findings.verified.cosignatures {
        let _ = writeln!(text, "Countersigned  by {}, {}", shown(name), minute(time / 60));
    }
    text.push_str("\nWHAT IT PROVES\n\n");
    text.push_str(
        "Every entry below is in the record book, at the place named, and has not been changed since this seal.\n\
         What is shown as opened is what was committed to when the entry was written.\n",
    );
    findings.entries.iter().for_each(|proven| entry(&mut text, proven));
    text.push_str("\nWHAT IT DOES NOT PROVE\n\n");
    for limit in limits(findings) {
        let _ = writeln!(text, "- {limit}");
    }
    text
}

/// Why a bundle is refused.
pub fn refusal(refusal: &Refusal) -> String {
    let mut text = String::from("THE BUNDLE IS REFUSED. Nothing in it should be believed.\n\n");
    for fault in &refusal.faults {
        // faults quote nothing of the bundle but file names, and those escaped
        let _ = writeln!(text, "- {fault}");
    }
    text.push_str("\nAsk whoever gave you the bundle for it again, and compare its manifest hash.\n");
    text
}

const OWN_KEY: &str = "\
*** NO KEY WAS GIVEN. The record book's key was taken from the bundle itself, so this shows only that  ***
*** the bundle agrees with itself: anybody could have made it. Get the key from the organisation's     ***
*** public page, a campaign or the scrutineer, and run this again with --vkey.                         ***

";

/// What no bundle proves, and what this one does not.
pub fn limits(findings: &Findings) -> Vec<String> {
    let mut limits = Vec::new();
    if !findings.key_from_reader {
        limits.push("That the record book is the organisation's: no key was given to check it against.");
    }
    limits.push(match findings.verified.cosignatures[..] {
        [] => {
            "That everybody sees the same record book: nobody countersigned this seal, so the organisation could \
             show other people another book."
        }
        _ => {
            "That the countersigners are who they are called: their keys came with the bundle. Compare them with \
             the keys that you know."
        }
    });
    limits.extend([
        "That these are all the entries about anybody or anything: the book may hold others.",
        "That nothing happened outside Evenhand: a record book cannot show what was never entered in it.",
        "That what was committed to was true; only that it was written then and has not been changed since.",
        "That the times are right: they are the organisation's own, to the minute. A countersignature shows that \
         an entry was there by the countersigner's time.",
    ]);
    let mut limits: Vec<_> = limits.into_iter().map(str::to_owned).collect();
    if !findings.unread.is_empty() {
        let names: Vec<_> = findings.unread.iter().map(|name| shown(name)).collect();
        limits.push(format!("Anything that stands in {}: this version does not check it.", names.join(", ")));
    }
    limits
}

fn entry(text: &mut String, Proven { index, entry, openings }: &Proven) {
    let _ = writeln!(text, "\nEntry {index}, {}: {}", minute(entry.at), entry.t.as_str());
    let _ = writeln!(text, "  {}", sentence(entry.t));
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<18} {value}");
    };
    line("Act", &shown(&entry.basis.act));
    line("Rule", &shown(&entry.basis.rule));
    line("Policy", &hex(&entry.basis.policy));
    line("Facts", &hex(&entry.basis.facts));
    line("Build", &hex(&entry.basis.build));
    for (name, group, committed) in groups(entry) {
        line(name, &opened(openings, group, committed));
    }
    for scope in &openings.scopes {
        line("Belongs to", &format!("{} {}", scope.kind.as_str(), hex(&scope.label)));
    }
    let closed = entry.s.len().saturating_sub(openings.scopes.len());
    if closed > 0 {
        line("Belongs to", &format!("{} not shown to you", count(closed as u64, "scope", "scopes")));
    }
    if !entry.row.is_empty() {
        line("Lets grant", &count(entry.row.len() as u64, "row", "rows"));
    }
    if let Some(public) = public(entry) {
        line("Public facts", &shown(&public));
    }
    if let Some(until) = entry.sealed_until {
        line("Sealed until", &day(until));
    }
}

/// The groups of an entry in words.
fn groups(entry: &Entry) -> [(&'static str, &'static str, Option<Hash>); 3] {
    [
        ("Who did it", "actor", entry.c.actor),
        ("Whom it is about", "subject", entry.c.subject),
        ("Detail", "detail", entry.c.detail),
    ]
}

fn opened(openings: &Openings, group: &str, committed: Option<Hash>) -> String {
    let opening = openings.groups().find(|(name, _)| *name == group);
    match (opening, committed) {
        (Some((_, opening)), _) => shown(&opening.opening),
        (None, Some(_)) => "committed to, not shown to you".to_owned(),
        (None, None) => "nothing".to_owned(),
    }
}

/// The public facts as the entry's bytes have them.
fn public(entry: &Entry) -> Option<String> {
    let entry: serde_json::Value = serde_json::from_slice(&entry.encode().ok()?).ok()?;
    entry.get("plain").map(ToString::to_string)
}

fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
