//! Facts: their canonical bytes, and what may be said when they do not fit the schema.

use cedar_policy::entities_json_errors::JsonDeserializationError;
use cedar_policy::{Context, ContextJsonError, EntityUid, RestrictedExpression, Schema};
use ring::digest::{SHA256, digest};
use serde_json::{Map, Value};

/// SHA-256 of the facts as compact JSON with sorted keys, so that the same facts always have the same hash.
pub(super) fn hash(facts: &Value) -> [u8; 32] {
    let mut text = String::with_capacity(256);
    write(facts, &mut text);
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    hash
}

/// `serde_json` keeps the order in which keys were put (Cedar switches that on for the whole build), so we sort.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_unstable_by_key(|(key, _)| *key);
            list(out, ['{', '}'], pairs.into_iter(), |(key, value), out| {
                write(&Value::String(key.clone()), out);
                out.push(':');
                write(value, out);
            });
        }
        Value::Array(items) => list(out, ['[', ']'], items.iter(), write),
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn list<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    one: impl Fn(T, &mut String),
) {
    out.push(open);
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        one(item, out);
    }
    out.push(close);
}

/// The facts as Cedar's context, or nothing if they are not an object or hold a null or a fraction. Built by hand because
/// Cedar's own reader of JSON takes five times as long. The types are checked against the schema with the request.
pub(super) fn context(facts: &Value) -> Option<Context> {
    Context::from_pairs(pairs(facts.as_object()?)?).ok()
}

fn pairs(map: &Map<String, Value>) -> Option<Vec<(String, RestrictedExpression)>> {
    map.iter().map(|(key, value)| Some((key.clone(), expression(value)?))).collect()
}

fn expression(value: &Value) -> Option<RestrictedExpression> {
    Some(match value {
        Value::Bool(truth) => RestrictedExpression::new_bool(*truth),
        Value::Number(number) => RestrictedExpression::new_long(number.as_i64()?),
        Value::String(text) => RestrictedExpression::new_string(text.clone()),
        Value::Array(items) => {
            RestrictedExpression::new_set(items.iter().map(expression).collect::<Option<Vec<_>>>()?)
        }
        Value::Object(map) => RestrictedExpression::new_record(pairs(map)?).ok()?,
        Value::Null => return None,
    })
}

/// What is wrong with facts that were refused, without any of their values: those may be personal.
pub(super) fn misfit(facts: &Value, schema: &Schema, action: &EntityUid) -> String {
    use JsonDeserializationError::{MissingRequiredRecordAttr, UnexpectedRecordAttr};
    match Context::from_json_value(facts.clone(), Some((schema, action))) {
        Err(ContextJsonError::JsonDeserialization(
            error @ (MissingRequiredRecordAttr(_) | UnexpectedRecordAttr(_)),
        )) => format!("the facts do not fit the schema: {error}"),
        _ => "a fact is of another type than the schema declares for the action".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_of_keys_does_not_matter_and_values_do() {
        let a: Value = serde_json::from_str(r#"{"b":[{"d":1,"c":true}],"a":"x"}"#).unwrap();
        let b: Value = serde_json::from_str(r#"{"a":"x","b":[{"c":true,"d":1}]}"#).unwrap();
        assert_eq!(hash(&a), hash(&b));
        assert_ne!(hash(&a), hash(&json!({"a": "y", "b": [{"c": true, "d": 1}]})));
    }

    #[test]
    fn the_context_is_what_cedar_itself_would_read() {
        let facts = json!({"a": [1, 2, 2], "b": {"c": "x", "d": {"e": false}}, "f": [], "g": i64::MIN});
        let own = Context::from_json_value(facts.clone(), None).unwrap();
        assert_eq!(context(&facts).unwrap().to_json_value().unwrap(), own.to_json_value().unwrap());
        for bad in [json!([]), json!({"a": null}), json!({"a": [0.5]}), json!({"a": {"b": u64::MAX}})] {
            assert!(context(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_canonical_text_is_compact_sorted_json() {
        let mut text = String::new();
        write(&json!({"b": ["é\n", 2], "a": {}, "\"": []}), &mut text);
        assert_eq!(text, r#"{"\"":[],"a":{},"b":["é\n",2]}"#);
    }
}
