//! The record book's words for people. The log's own verb stands beside them, small.

use std::collections::BTreeMap;

use kernel::{Look, Verb, floor::BookLine};
use ledger::plain::Item;
use serde_json::Value as Json;

use super::Whose;

/// What happened, in a sentence for whoever reads `whose` lines.
pub(super) fn happened(line: &BookLine, whose: Whose) -> String {
    let verb = verb(line.entry.t, whose);
    let Some((subject, deed)) = line.entry.basis.act.split_once('.') else { return verb.to_owned() };
    if of_the_book(line) {
        return verb.to_owned();
    }
    let mut words = format!("{verb}: {}, {}", called(subject), deed.replace('_', " "));
    let public = line.entry.plain.iter().flatten().filter_map(|(name, item)| fact(name, item));
    let public: Vec<String> = public.collect();
    if !public.is_empty() {
        words += &format!(" ({})", public.join(", "));
    }
    words
}

/// A subject in people's words.
fn called(subject: &str) -> &str {
    match subject {
        "access" => "sign-in and roles",
        "undertaking" => "data agreement",
        "disclosure" => "the list",
        "evidence" => "record book",
        other => other,
    }
}

fn verb(verb: Verb, whose: Whose) -> &'static str {
    match (verb, whose) {
        (Verb::Opened, Whose::AboutMe) => "Your details were opened",
        (Verb::Opened, _) => "A person's details were opened",
        (Verb::Shown, Whose::AboutMe) => "Your details were shown on a screen",
        (Verb::Shown, _) => "Details were shown on a screen",
        (Verb::DialRequested, Whose::AboutMe) => "A telephone was asked to ring you",
        (Verb::DialRequested, _) => "A telephone was asked to ring somebody",
        (Verb::Exported, Whose::AboutMe) => "Something about you left as a file",
        (Verb::Exported, _) => "A file left",
        (Verb::Queried, _) => "Searched",
        (Verb::Granted, Whose::AboutMe) => "You were given a permission, or it was changed",
        (Verb::Granted, _) => "Permission was given or changed",
        (Verb::Processed, Whose::AboutMe) => "A machine worked on your details; nobody was shown them",
        (Verb::Processed, _) => "A machine worked on details; nobody was shown them",
        (Verb::Refused, _) => "Refused, nothing was shown or changed",
        (Verb::Signed, _) => "Signed",
        (Verb::Stage, _) => "The contest moved on",
        (Verb::Erased, Whose::AboutMe) => "Your details were erased",
        (Verb::Erased, _) => "A person's key was deleted; their details can no longer be opened",
        (Verb::MapRoot, _) => "The index over all slices of the record book was noted",
        (Verb::Started, _) => {
            "The service started, with the build, rules and settings whose hashes the line names"
        }
        (Verb::Held, _) => "Put on hold, or a hold ended",
    }
}

/// A public fact, if it is short enough to read.
fn fact(name: &str, item: &Item) -> Option<String> {
    let name = name.replace('_', " ");
    match item {
        Item::Number(n) => Some(format!("{name} {n}")),
        Item::Text(text) if text.len() <= 40 => Some(format!("{name} {}", text.replace('_', " "))),
        _ => None,
    }
}

/// Lines that the record book and the service write by themselves rest on no rule.
fn of_the_book(line: &BookLine) -> bool {
    matches!(line.entry.basis.rule.as_str(), "record" | "service")
}

/// Who did it, by office; never by name.
pub(super) fn by(line: &BookLine, whose: Whose) -> String {
    if whose == Whose::ByMe {
        return "You".to_owned();
    }
    if of_the_book(line) {
        return "The record book itself".to_owned();
    }
    let detail = line.detail.as_ref().map(|d| d.json()).unwrap_or_default();
    let facts = &detail["facts"];
    if facts["system"] == Json::Bool(true) {
        return "By itself, at its hour".to_owned();
    }
    let offices: Vec<String> = texts(&facts["offices"]).map(|o| o.replace('_', " ")).collect();
    match (offices.is_empty(), facts["campaign"].as_str().unwrap_or_default()) {
        (true, _) => "Whoever the rule names".to_owned(),
        (false, "") => capital(&offices.join(", ")),
        (false, campaign) => format!("{}, campaign {campaign}", capital(&offices.join(", "))),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The fields that were opened, in the register's words.
pub(super) fn fields(line: &BookLine) -> Vec<String> {
    let opening = line.subject.as_ref().or(line.detail.as_ref()).map(|o| o.json()).unwrap_or_default();
    texts(&opening["fields"]).map(|f| f.replace('_', " ")).collect()
}

fn texts(list: &Json) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str)
}

/// Rules by name, in the words of the rules in force.
pub(super) struct Rules {
    words: BTreeMap<String, String>,
    policy: [u8; 32],
}

impl Rules {
    /// The words of the rules on which these lines rest.
    pub(super) fn of<'a>(look: &Look<'_>, lines: impl IntoIterator<Item = &'a BookLine>) -> Self {
        let names = lines.into_iter().map(|l| l.entry.basis.rule.as_str());
        let words = names.filter_map(|n| Some((n.to_owned(), look.rule(n)?.text.to_string())));
        Self { words: words.collect(), policy: look.policy_hash() }
    }

    /// The rule of a line in words: as it reads today, and said so if the rules have changed since.
    pub(super) fn words(&self, line: &BookLine) -> String {
        let name = &line.entry.basis.rule;
        match self.words.get(name) {
            _ if of_the_book(line) => "none; written by the record book itself".to_owned(),
            Some(words) if line.entry.basis.policy == self.policy => format!("{name}: {words}"),
            Some(words) => format!("{name}: {words} (as worded today; the rules have changed since)"),
            None if name == "none" => "no rule permits it".to_owned(),
            None => format!("{name} (no longer in force)"),
        }
    }
}
