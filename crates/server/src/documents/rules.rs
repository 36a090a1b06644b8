//! What the policies say of each act: its rules in words, and the facts that they look at.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{ActionConstraint, Effect, EntityUid, Policy, PolicySet, SchemaFragment};
use domain::Subject;
use serde_json::Value as Json;

/// An act as the policies know it.
pub struct ActRules {
    /// Its name.
    pub name: String,
    /// Its subject.
    pub subject: &'static str,
    /// What it is done to: an entity type.
    pub resource: String,
    /// Rules that allow it, `disclosure-2 Members' details may be …`.
    pub permits: Vec<String>,
    /// Rules that refuse it.
    pub forbids: Vec<String>,
    /// The facts that the rules may look at, by path: `fresh`, `entitlement.stage`.
    pub facts: BTreeMap<String, Fact>,
    /// Texts that its rules compare facts with.
    pub words: BTreeSet<String>,
}

/// The type of a fact.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// True or false.
    Truth,
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// A set of texts.
    Texts,
}

impl Fact {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Truth => "yes or no",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Texts => "a set of texts",
        }
    }
}

/// All acts of all subjects, in the subjects' order and then the alphabet's.
pub fn read() -> Result<Vec<ActRules>, String> {
    let mut acts = Vec::new();
    for subject in domain::subjects() {
        let policies: PolicySet =
            subject.part.policy.parse().map_err(|e| format!("{}: {e}", subject.part.subject))?;
        acts.extend(of(subject, &policies)?);
    }
    Ok(acts)
}

fn of(subject: &Subject, policies: &PolicySet) -> Result<Vec<ActRules>, String> {
    let name = subject.part.subject;
    let (fragment, _) =
        SchemaFragment::from_cedarschema_str(subject.part.schema).map_err(|e| format!("{name}: {e}"))?;
    let schema = fragment.to_json_value().map_err(|e| format!("{name}: {e}"))?;
    let actions = schema[""]["actions"].as_object().cloned().unwrap_or_default();
    let mut acts = Vec::new();
    for (act, declared) in &actions {
        let uid: EntityUid = format!("Action::\"{act}\"").parse().map_err(|e| format!("{act}: {e}"))?;
        let mut own: Vec<&Policy> = policies.policies().filter(|policy| names(policy, &uid)).collect();
        own.sort_by_key(|policy| place(policy));
        let with = |effect| own.iter().filter(move |p| p.effect() == effect).map(|p| words(p)).collect();
        acts.push(ActRules {
            name: act.clone(),
            subject: name,
            resource: declared["appliesTo"]["resourceTypes"][0].as_str().unwrap_or("House").to_owned(),
            permits: with(Effect::Permit),
            forbids: with(Effect::Forbid),
            facts: facts(&declared["appliesTo"]["context"], &schema[""]["commonTypes"])
                .map_err(|fact| format!("{act}: the fact {fact} is of an unknown type"))?,
            words: literals(&own)?,
        });
    }
    acts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(acts)
}

fn names(policy: &Policy, act: &EntityUid) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *act,
        ActionConstraint::In(any) => any.contains(act),
    }
}

fn words(policy: &Policy) -> String {
    policy.annotation("id").unwrap_or_default().to_owned()
}

/// `contest-9` comes before `contest-10`.
fn place(policy: &Policy) -> u32 {
    let name = policy.annotation("id").unwrap_or_default().split(' ').next().unwrap_or_default();
    name.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(u32::MAX)
}

/// The facts in a record, those of inner records by their path; or the fact whose type is unknown.
fn facts(record: &Json, types: &Json) -> Result<BTreeMap<String, Fact>, String> {
    let mut facts = BTreeMap::new();
    for (name, declared) in record["attributes"].as_object().into_iter().flatten() {
        let named = &types[declared["name"].as_str().unwrap_or_default()];
        if let Some(fact) = simple(declared) {
            facts.insert(name.clone(), fact);
        } else if let Some(inner) = [declared, named].into_iter().find(|t| t["type"] == "Record") {
            let inner = self::facts(inner, types)?;
            facts.extend(inner.into_iter().map(|(path, fact)| (format!("{name}.{path}"), fact)));
        } else {
            return Err(name.clone());
        }
    }
    Ok(facts)
}

fn simple(declared: &Json) -> Option<Fact> {
    match (declared["type"].as_str(), declared["name"].as_str()) {
        (Some("Set"), _) => Some(Fact::Texts),
        (Some("Boolean"), _) | (_, Some("Bool" | "__cedar::Bool")) => Some(Fact::Truth),
        (Some("Long"), _) | (_, Some("Long" | "__cedar::Long")) => Some(Fact::Number),
        (Some("String"), _) | (_, Some("String" | "__cedar::String")) => Some(Fact::Text),
        _ => None,
    }
}

fn literals(policies: &[&Policy]) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    for policy in policies {
        let json = policy.to_json().map_err(|e| e.to_string())?;
        collect(&json["conditions"], &mut found);
    }
    Ok(found)
}

fn collect(json: &Json, found: &mut BTreeSet<String>) {
    match json {
        Json::Object(map) => {
            if let Some(Json::String(text)) = map.get("Value") {
                found.insert(text.clone());
            }
            map.values().for_each(|value| collect(value, found));
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}
