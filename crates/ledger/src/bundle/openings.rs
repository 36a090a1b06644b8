//! What stands behind an entry's hashes, as far as a reader may see it.

use crate::b64;
use crate::commit::{commit, scope_commit};
use crate::entry::Entry;
use crate::scope::ScopeKind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a commitment commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The salt.
    pub salt: [u8; 32],
    /// The text, mostly JSON, byte for byte as committed to.
    pub opening: String,
}

/// A scope that an entry belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeOpening {
    /// What the scope is about.
    pub kind: ScopeKind,
    /// Its label in this log.
    pub label: [u8; 16],
    /// The salt.
    pub salt: [u8; 32],
}

/// The openings of one entry. What is absent stays closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Openings {
    /// Who did it.
    pub actor: Option<Opening>,
    /// Whom it is about.
    pub subject: Option<Opening>,
    /// Milliseconds, fields, counts, request signature.
    pub detail: Option<Opening>,
    /// Scopes.
    pub scopes: Vec<ScopeOpening>,
}

impl Openings {
    /// Whether nothing is opened.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Each opened group with its name.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, &Opening)> {
        [("actor", &self.actor), ("subject", &self.subject), ("detail", &self.detail)]
            .into_iter()
            .filter_map(|(group, opening)| Some((group, opening.as_ref()?)))
    }

    /// The file in a bundle: JSON with sorted names and no spaces.
    pub fn to_json(&self) -> String {
        let mut file = BTreeMap::new();
        for (group, Opening { salt, opening }) in self.groups() {
            file.insert(group.to_owned(), json!({ "opening": opening, "salt": b64::text(salt) }));
        }
        if !self.scopes.is_empty() {
            let scope = |ScopeOpening { kind, label, salt }: &ScopeOpening| json!({ "kind": kind.as_str(), "label": b64::text(label), "salt": b64::text(salt) });
            file.insert("scopes".to_owned(), self.scopes.iter().map(scope).collect());
        }
        Value::Object(file.into_iter().collect()).to_string()
    }

    /// Reads the file; nothing if it is not one, in its one spelling.
    pub fn from_json(bytes: &[u8]) -> Option<Self> {
        let Value::Object(file) = serde_json::from_slice(bytes).ok()? else { return None };
        let mut openings = Self::default();
        for (name, value) in file {
            match name.as_str() {
                "actor" => openings.actor = Some(opening(&value)?),
                "subject" => openings.subject = Some(opening(&value)?),
                "detail" => openings.detail = Some(opening(&value)?),
                "scopes" => openings.scopes = value.as_array()?.iter().map(scope).collect::<Option<_>>()?,
                _ => return None,
            }
        }
        (openings.to_json().as_bytes() == bytes).then_some(openings)
    }

    /// The first opening that does not belong to the entry, by name.
    pub fn first_false(&self, entry: &Entry) -> Option<&'static str> {
        let committed = |group| match group {
            "actor" => entry.c.actor,
            "subject" => entry.c.subject,
            _ => entry.c.detail,
        };
        let is_false = |(group, Opening { salt, opening }): &(&'static str, &Opening)| {
            committed(group) != Some(commit(group, salt, opening.as_bytes()))
        };
        let committed: BTreeSet<_> =
            self.scopes.iter().map(|scope| scope_commit(scope.kind, &scope.label, &scope.salt)).collect();
        // one shown twice would make a closed one look shown
        let scopes_hold =
            committed.len() == self.scopes.len() && committed.iter().all(|hash| entry.s.contains(hash));
        self.groups().find(is_false).map(|(group, _)| group).or((!scopes_hold).then_some("scopes"))
    }
}

/// An object with these members and no others.
fn members<const N: usize>(value: &Value, names: [&str; N]) -> Option<[String; N]> {
    let object = value.as_object().filter(|object| object.len() == N)?;
    let texts = names.map(|name| object.get(name).and_then(Value::as_str).map(str::to_owned));
    texts.into_iter().collect::<Option<Vec<_>>>()?.try_into().ok()
}

fn opening(value: &Value) -> Option<Opening> {
    let [salt, opening] = members(value, ["salt", "opening"])?;
    Some(Opening { salt: b64::array(salt.as_bytes())?, opening })
}

fn scope(value: &Value) -> Option<ScopeOpening> {
    let [kind, label, salt] = members(value, ["kind", "label", "salt"])?;
    Some(ScopeOpening {
        kind: ScopeKind::parse(&kind)?,
        label: b64::array(label.as_bytes())?,
        salt: b64::array(salt.as_bytes())?,
    })
}
