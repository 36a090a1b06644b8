//! The guard answers one question, *may this be done?*, from rules that a lawyer can read (Cedar).
//!
//! Every subject of the domain brings a schema and a policy text. They are joined and validated strictly at start,
//! because Cedar skips a rule that fails while it runs: a misspelt `forbid` would silently permit. For the same reason
//! any error while deciding is a refusal. A decision looks only at the rules whose scope can match the asked action,
//! one slice an action, which is what makes it cheap.

mod facts;
mod load;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cedar_policy::{
    AuthorizationError, Authorizer, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RequestValidationError, Schema,
};
use serde_json::Value;

pub use load::{GuardError, Part};

/// The name under which a decision reports that it refused because something failed, not because a rule said so.
const ERROR: &str = "error";

/// All rules in force, validated, ready to be asked from many threads.
pub struct Guard {
    schema: Schema,
    /// The actions and the groups they stand in; no other entity is known to the rules, whose facts all come as context.
    entities: Entities,
    types: HashMap<String, EntityTypeName>,
    rules: HashMap<String, RuleRef>,
    slices: BTreeMap<String, Slice>,
    whole: PolicySet,
    authorizer: Authorizer,
    policy_hash: [u8; 32],
}

/// The rules whose action scope can match one action.
struct Slice {
    action: EntityUid,
    rules: PolicySet,
}

/// Who wants to do what to what, and everything the rules may know about it.
pub struct Question<'a> {
    /// The act's name, such as `disclosure.collect`.
    pub action: &'a str,
    /// Type and id of the one who asks.
    pub principal: (&'a str, &'a str),
    /// Type and id of what it would be done to.
    pub resource: (&'a str, &'a str),
    /// The context: an object that fits what the schema declares for the action. Text, whole numbers, booleans, lists
    /// and objects; neither null nor fractions, and no references to entities.
    pub facts: &'a Value,
}

/// The answer, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be done.
    pub allowed: bool,
    /// The permits that allowed, or the forbids that refused, by name. Empty: no rule permits it. One rule named
    /// `error`: the question could not be answered, and is therefore refused.
    pub rules: Vec<RuleRef>,
    /// SHA-256 of the facts as compact JSON with sorted keys: what the ledger commits to.
    pub facts_hash: [u8; 32],
}

/// A rule as people speak of it, from its `@id("disclosure-2 Members' details may be …")`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleRef {
    /// The first word of the id, `disclosure-2`.
    pub name: Arc<str>,
    /// The rest of the id: the rule in plain words.
    pub text: Arc<str>,
}

impl Guard {
    /// Joins the parts and refuses them unless every rule is strictly valid and named.
    ///
    /// # Errors
    /// Whatever Cedar calls an error or a warning, a rule without an `@id`, two rules of one name, a template.
    pub fn load(parts: &[Part]) -> Result<Guard, GuardError> {
        load::load(parts)
    }

    /// May it be done? Any failure on the way is a refusal.
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        self.answer(question, self.slices.get(question.action).map(|s| (s, &s.rules)))
    }

    /// The same answer from all rules instead of the action's slice: the oracle that tests compare [`Guard::decide`] with.
    #[doc(hidden)]
    pub fn decide_whole(&self, question: &Question<'_>) -> Decision {
        self.answer(question, self.slices.get(question.action).map(|s| (s, &self.whole)))
    }

    /// SHA-256 over all schema and policy texts: the JSON array of `[subject, schema, policy]`, sorted by subject.
    pub fn policy_hash(&self) -> [u8; 32] {
        self.policy_hash
    }

    /// Every action that somebody can ask for, in the order of the alphabet; groups of actions are not among them.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.slices.keys().map(String::as_str)
    }

    /// The rule of this name, if it is in force.
    pub fn rule(&self, name: &str) -> Option<&RuleRef> {
        self.rules.get(name)
    }

    fn answer(&self, question: &Question<'_>, found: Option<(&Slice, &PolicySet)>) -> Decision {
        let facts_hash = facts::hash(question.facts);
        let judged = found
            .ok_or_else(|| "no schema declares this action; add it to the subject's schema".to_owned())
            .and_then(|(slice, rules)| self.judge(&self.request(question, slice)?, rules));
        let (allowed, rules) = judged
            .unwrap_or_else(|why| (false, vec![RuleRef { name: Arc::from(ERROR), text: Arc::from(why) }]));
        Decision { allowed, rules, facts_hash }
    }

    /// The question in Cedar's terms, checked against the schema. The errors name attributes, never their values.
    fn request(&self, question: &Question<'_>, slice: &Slice) -> Result<Request, String> {
        let principal = self.entity(question.principal)?;
        let resource = self.entity(question.resource)?;
        let misfit = || facts::misfit(question.facts, &self.schema, &slice.action);
        let context = facts::context(question.facts).ok_or_else(misfit)?;
        Request::new(principal, slice.action.clone(), resource, context, Some(&self.schema)).map_err(
            |error| match error {
                RequestValidationError::InvalidContext(_) | RequestValidationError::TypeOfContext(_) => {
                    misfit()
                }
                _ => "the schema does not declare the action for this type of principal and resource"
                    .to_owned(),
            },
        )
    }

    fn entity(&self, (kind, id): (&str, &str)) -> Result<EntityUid, String> {
        let name =
            self.types.get(kind).ok_or_else(|| format!("no schema declares the entity type {kind}"))?;
        Ok(EntityUid::from_type_name_and_id(name.clone(), EntityId::new(id)))
    }

    fn judge(&self, request: &Request, rules: &PolicySet) -> Result<(bool, Vec<RuleRef>), String> {
        let response = self.authorizer.is_authorized(request, rules, &self.entities);
        let mut failed: Vec<String> = response
            .diagnostics()
            .errors()
            .map(|AuthorizationError::PolicyEvaluationError(error)| error.policy_id().to_string())
            .collect();
        if !failed.is_empty() {
            failed.sort();
            return Err(format!("these rules failed on these facts: {}", failed.join(", ")));
        }
        let mut reasons: Vec<RuleRef> = response
            .diagnostics()
            .reason()
            .filter_map(|id| self.rules.get::<str>(id.as_ref()).cloned())
            .collect();
        reasons.sort();
        Ok((response.decision() == cedar_policy::Decision::Allow, reasons))
    }
}
