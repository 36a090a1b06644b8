//! Asking the guard: may this be done, and by which rule?

use std::marker::PhantomData;

use serde_json::Value as Json;

use super::Look;
use crate::{
    guard::{Question, RuleRef},
    no::{No, Refusal},
};

/// What the guard is asked: the resource, the facts, and where the answer is recorded.
pub struct Ask<'a> {
    resource: (&'a str, &'a str),
    log: &'a str,
    campaign: Option<&'a str>,
    facts: Json,
}

/// The log of everything that belongs to no contest.
pub const HOUSE: &str = "house";

impl<'a> Ask<'a> {
    /// About a resource of type `kind`, recorded in the house's log unless [`Ask::log`] says otherwise.
    pub fn on(kind: &'a str, id: &'a str) -> Self {
        Self { resource: (kind, id), log: HOUSE, campaign: None, facts: Json::Object(serde_json::Map::new()) }
    }

    /// Recorded in this log.
    pub fn log(mut self, name: &'a str) -> Self {
        self.log = name;
        self
    }

    /// Entries of this act belong to the scope of this campaign.
    pub fn campaign(mut self, id: Option<&'a str>) -> Self {
        self.campaign = id;
        self
    }

    /// The facts on which the rules decide: a JSON object of the shape that the subject's schema declares.
    pub fn facts(mut self, facts: Json) -> Self {
        self.facts = facts;
        self
    }
}

/// The guard's yes, good for this act only.
pub struct Permit<'t> {
    pub(crate) rule: String,
    pub(crate) facts_hash: [u8; 32],
    pub(crate) facts: Json,
    pub(crate) log: String,
    pub(crate) campaign: Option<String>,
    pub(crate) turn: PhantomData<&'t ()>,
}

impl Permit<'_> {
    /// The rule that allowed it, in words.
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

/// The guard's answer, either way, for pages that explain.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Yes or no.
    pub allowed: bool,
    /// The rules that decided.
    pub rules: Vec<RuleRef>,
}

impl<'t> Look<'t> {
    /// May this act be done? A no is a [`No::Refused`] with its reasons, and is recorded by the floor.
    pub fn permit(&mut self, ask: Ask<'_>) -> Result<Permit<'t>, No> {
        let decision = self.decide(self.act, &ask);
        match decision.allowed {
            true => Ok(Permit {
                rule: decision.rules.first().map(|r| r.name.to_string()).unwrap_or_default(),
                facts_hash: decision.facts_hash,
                facts: ask.facts,
                log: ask.log.to_owned(),
                campaign: ask.campaign.map(str::to_owned),
                turn: PhantomData,
            }),
            false => Err(No::Refused(Box::new(Refusal {
                rules: decision.rules,
                facts_hash: decision.facts_hash,
                facts: ask.facts,
                log: ask.log.to_owned(),
                campaign: ask.campaign.map(str::to_owned),
            }))),
        }
    }

    /// Would `act` be allowed? For pages: no entry, and no permit.
    pub fn would(&self, act: &str, ask: &Ask<'_>) -> Verdict {
        let decision = self.decide(act, ask);
        Verdict { allowed: decision.allowed, rules: decision.rules }
    }

    /// The words of a rule that a line of the record book names, if it is still in force.
    pub fn rule(&self, name: &str) -> Option<&RuleRef> {
        self.hall.guard.rule(name)
    }

    /// Hash of all rules in force, to tell whether a line was written under the same.
    pub fn policy_hash(&self) -> [u8; 32] {
        self.hall.guard.policy_hash()
    }

    fn decide(&self, act: &str, ask: &Ask<'_>) -> crate::guard::Decision {
        self.hall.guard.decide(&Question {
            action: act,
            principal: ("Person", &self.actor.name()),
            resource: ask.resource,
            facts: &ask.facts,
        })
    }
}
