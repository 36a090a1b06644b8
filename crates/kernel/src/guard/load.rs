//! From texts to a guard: join, validate strictly, name every rule, cut one slice an action.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cedar_policy::{
    ActionConstraint, Authorizer, Entities, EntityUid, Policy, PolicyId, PolicySet, Schema, SchemaFragment,
    ValidationMode, Validator,
};
use ring::digest::{SHA256, digest};

use super::{ERROR, Guard, RuleRef, Slice};

/// What one subject of the domain brings.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The subject's folder, such as `disclosure`; errors name it.
    pub subject: &'static str,
    /// Its entity types and actions, in Cedar's schema language. A later part may use what an earlier one declares.
    pub schema: &'static str,
    /// Its rules.
    pub policy: &'static str,
}

/// Why the rules are refused, and with them the start of the server.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// A text that Cedar cannot read, or reads with a warning.
    #[error("the {what} of `{subject}` is not well formed: {why}")]
    Text {
        /// The subject whose text it is.
        subject: &'static str,
        /// `schema` or `policy`.
        what: &'static str,
        /// Cedar's words.
        why: String,
    },
    /// The schemas of the subjects do not fit together.
    #[error("the schemas do not join: {0}")]
    Join(String),
    /// Rules that could fail, or never apply, while the server runs.
    #[error("the rules are not strictly valid; correct each before starting:\n{0}")]
    Invalid(String),
    /// A rule that nobody could name in a refusal.
    #[error("{rule} in `{subject}` has no @id(\"name and then the rule in plain words\"); give it one")]
    Unnamed {
        /// The subject.
        subject: &'static str,
        /// The rule by its place in the text, counted from 0 (`policy3`), or by what its `@id` says.
        rule: String,
    },
    /// Two rules whose ids begin with the same word.
    #[error("two rules are named `{0}`; rename one (`error` is taken by the guard itself)")]
    TakenName(String),
    /// Cedar templates do nothing until they are linked, so one in the text would be a rule that never applies.
    #[error("the policy of `{0}` has a template (?principal or ?resource); write the rule out")]
    Template(&'static str),
    /// An action that is not plain `Action::"subject.act"`.
    #[error("the action {0} stands in a namespace; declare it outside, so that its name is the act's name")]
    Namespace(EntityUid),
}

pub(super) fn load(parts: &[Part]) -> Result<Guard, GuardError> {
    let schema = schema(parts)?;
    let (whole, rules) = rules(parts)?;
    validate(&schema, &whole)?;
    let entities = schema.action_entities().map_err(|e| GuardError::Join(e.to_string()))?;
    let slices = slices(&schema, &whole, &entities)?;
    let types = schema.entity_types().map(|name| (name.to_string(), name.clone())).collect();
    let policy_hash = policy_hash(parts);
    Ok(Guard { schema, entities, types, rules, slices, whole, authorizer: Authorizer::new(), policy_hash })
}

fn schema(parts: &[Part]) -> Result<Schema, GuardError> {
    let mut fragments = Vec::new();
    for part in parts {
        let wrong = |why| GuardError::Text { subject: part.subject, what: "schema", why };
        let (fragment, warnings) =
            SchemaFragment::from_cedarschema_str(part.schema).map_err(|e| wrong(e.to_string()))?;
        if let Some(warning) = warnings.into_iter().next() {
            return Err(wrong(warning.to_string()));
        }
        fragments.push(fragment);
    }
    Schema::from_schema_fragments(fragments).map_err(|e| GuardError::Join(e.to_string()))
}

/// All rules under their own names, and the names with the rules' words.
fn rules(parts: &[Part]) -> Result<(PolicySet, HashMap<String, RuleRef>), GuardError> {
    let mut whole = PolicySet::new();
    let mut rules = HashMap::new();
    for part in parts {
        let wrong = |why| GuardError::Text { subject: part.subject, what: "policy", why };
        let set: PolicySet =
            part.policy.parse().map_err(|e: cedar_policy::ParseErrors| wrong(e.to_string()))?;
        if set.num_of_templates() > 0 {
            return Err(GuardError::Template(part.subject));
        }
        for policy in set.policies() {
            let rule = name(part.subject, policy)?;
            let renamed = policy.new_id(PolicyId::new(&rule.name));
            if *rule.name == *ERROR || rules.insert(rule.name.to_string(), rule.clone()).is_some() {
                return Err(GuardError::TakenName(rule.name.to_string()));
            }
            whole.add(renamed).map_err(|e| wrong(e.to_string()))?;
        }
    }
    Ok((whole, rules))
}

fn name(subject: &'static str, policy: &Policy) -> Result<RuleRef, GuardError> {
    let id = policy.annotation("id").unwrap_or_default().trim();
    match id.split_once(' ') {
        Some((name, text)) => Ok(RuleRef { name: Arc::from(name), text: Arc::from(text.trim()) }),
        None => {
            let rule = if id.is_empty() { policy.id().to_string() } else { id.to_owned() };
            Err(GuardError::Unnamed { subject, rule })
        }
    }
}

fn validate(schema: &Schema, whole: &PolicySet) -> Result<(), GuardError> {
    let result = Validator::new(schema.clone()).validate(whole, ValidationMode::Strict);
    let mut faults: Vec<String> = result.validation_errors().map(|e| format!("- error: {e}")).collect();
    faults.extend(result.validation_warnings().map(|w| format!("- warning: {w}")));
    faults.sort();
    if faults.is_empty() { Ok(()) } else { Err(GuardError::Invalid(faults.join("\n"))) }
}

fn slices(
    schema: &Schema,
    whole: &PolicySet,
    entities: &Entities,
) -> Result<BTreeMap<String, Slice>, GuardError> {
    let mut slices = BTreeMap::new();
    for action in schema.actions().filter(|action| can_be_asked(schema, action)) {
        if action.type_name().to_string() != "Action" {
            return Err(GuardError::Namespace(action.clone()));
        }
        let matching = whole.policies().filter(|policy| can_match(policy, action, entities)).cloned();
        let rules = PolicySet::from_policies(matching).map_err(|e| GuardError::Join(e.to_string()))?;
        slices.insert(action.id().unescaped().to_owned(), Slice { action: action.clone(), rules });
    }
    Ok(slices)
}

/// A group that applies to nobody only gathers other actions.
fn can_be_asked(schema: &Schema, action: &EntityUid) -> bool {
    schema.principals_for_action(action).is_some_and(|mut types| types.next().is_some())
}

/// Whether the policy's action scope admits the action. A scope without a constraint admits all; an action is `in`
/// itself, which `is_ancestor_of` leaves out.
fn can_match(policy: &Policy, action: &EntityUid, entities: &Entities) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *action,
        ActionConstraint::In(any) => {
            any.iter().any(|group| group == action || entities.is_ancestor_of(group, action))
        }
    }
}

fn policy_hash(parts: &[Part]) -> [u8; 32] {
    let mut texts: Vec<_> = parts.iter().map(|p| [p.subject, p.schema, p.policy]).collect();
    texts.sort_unstable();
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, serde_json::json!(texts).to_string().as_bytes()).as_ref());
    hash
}
