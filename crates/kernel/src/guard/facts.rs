//! Facts: their canonical bytes, and what may be said when they do not fit the schema.

use cedar_policy::entities_json_errors::JsonDeserializationError;
use cedar_policy::{Context, ContextJsonError, EntityUid, Schema};
use ring::digest::{SHA256, digest};
use serde_json::Value;

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
    fn the_canonical_text_is_compact_sorted_json() {
        let mut text = String::new();
        write(&json!({"b": ["é\n", 2], "a": {}, "\"": []}), &mut text);
        assert_eq!(text, r#"{"\"":[],"a":{},"b":["é\n",2]}"#);
    }
}
