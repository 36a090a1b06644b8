//! The list of acts: who may, what it takes, what it shows, what it records.

use std::fmt::Write;

use domain::api::ActSpec;
use schemars::generate::SchemaSettings;

use super::rules::ActRules;

const HEAD: &str = "\
# The acts

Everything that somebody can do here, by subject. An act has one name: it is the action in the policies, `basis.act` in
the record book, and the path under `/api/` where it can be called (see openapi.json). Refusals give the rules below
as their reasons, by these numbers and in these words.

Each act that is done, and each that is refused, is one line of the record book (more where it concerns several people).
The line names the act, the rule, the hashes of all policies and of the facts, and commits to who did it and about whom.
";

/// The page.
pub fn page(acts: &[ActRules]) -> String {
    let mut page = HEAD.to_owned();
    for subject in domain::subjects() {
        let name = subject.part.subject;
        let _infallible = write!(page, "\n## {name}\n");
        for act in acts.iter().filter(|act| act.subject == name) {
            one(&mut page, act, subject.acts.iter().find(|spec| spec.name == act.name));
        }
    }
    page
}

fn one(page: &mut String, act: &ActRules, spec: Option<&ActSpec>) {
    let _infallible = write!(page, "\n### {}\n\n", act.name);
    match spec {
        Some(spec) => input(page, spec),
        None => page.push_str("On pages or by the schedule only, not under `/api/`.\n\n"),
    }
    rules(page, "Allowed by", &act.permits);
    rules(page, "Refused by", &act.forbids);
    let facts: Vec<String> =
        act.facts.iter().map(|(name, fact)| format!("`{name}` ({})", fact.words())).collect();
    if !facts.is_empty() {
        let _infallible = writeln!(page, "- Judged on, and recorded as a hash: {}.", facts.join(", "));
    }
    let shown: Vec<&str> = spec.map_or_else(Vec::new, |spec| (spec.shows)().iter().map(|f| f.name).collect());
    if !shown.is_empty() {
        let _infallible = writeln!(page, "- Shows, once its line is durable: {}.", shown.join(", "));
    }
}

fn rules(page: &mut String, title: &str, rules: &[String]) {
    if !rules.is_empty() {
        let _infallible = writeln!(page, "- {title}");
        for rule in rules {
            let (name, words) = rule.split_once(' ').unwrap_or((rule, ""));
            let _infallible = writeln!(page, "  - *{name}* {words}");
        }
    }
}

fn input(page: &mut String, spec: &ActSpec) {
    let schema = (spec.schema)(&mut SchemaSettings::draft2020_12().into_generator());
    let schema = schema.to_value();
    if let Some(words) = schema["description"].as_str() {
        let _infallible = write!(page, "{}\n\n", one_line(words));
    }
    let fields = schema["properties"].as_object().cloned().unwrap_or_default();
    if !fields.is_empty() {
        page.push_str("- Takes\n");
        for (name, field) in &fields {
            let words = field["description"].as_str().map(one_line).unwrap_or_default();
            let _infallible = writeln!(page, "  - `{name}` {words}");
        }
    }
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
