//! The public part of an entry: facts that identify nobody (counts, roots, build hashes).

use crate::entry::EntryError;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Named public facts. Keys are sorted, as RFC 8785 wants them.
pub type Plain = BTreeMap<String, Item>;

/// One public fact. There is no null, no truth value and no fraction: what has three spellings in JSON
/// has none here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A whole number below 2^53.
    Number(u64),
    /// Printable ASCII.
    Text(String),
    /// Facts in order.
    List(Vec<Item>),
    /// Facts by name.
    Object(Plain),
}

/// How deep `plain` may nest, itself included.
pub const MAX_DEPTH: usize = 8;

/// The first whole number that JSON readers may round (RFC 8785 §3.2.2.3).
pub(crate) const UNSAFE_NUMBER: u64 = 1 << 53;

impl TryFrom<serde_json::Value> for Item {
    type Error = EntryError;

    /// Refuses null, truth values, fractions and negative numbers.
    fn try_from(value: serde_json::Value) -> Result<Self, EntryError> {
        use serde_json::Value;
        match value {
            Value::Number(n) => n.as_u64().map(Item::Number).ok_or(EntryError::Number),
            Value::String(text) => Ok(Item::Text(text)),
            Value::Array(items) => {
                items.into_iter().map(Item::try_from).collect::<Result<_, _>>().map(Item::List)
            }
            Value::Object(named) => {
                named.into_iter().map(|(name, value)| Ok((name, value.try_into()?))).collect::<Result<_, _>>()
            }
            .map(Item::Object),
            Value::Null | Value::Bool(_) => Err(EntryError::Kind),
        }
    }
}

/// Public facts from a JSON object, for callers who like to write `json!({…})`.
///
/// # Errors
/// When the value is no object, or holds what an entry may not.
pub fn plain(value: serde_json::Value) -> Result<Plain, EntryError> {
    match Item::try_from(value)? {
        Item::Object(named) => Ok(named),
        _ => Err(EntryError::Kind),
    }
}

/// Appends a whole number, which must be below 2^53.
pub(crate) fn push_number(out: &mut Vec<u8>, number: u64) -> Result<(), EntryError> {
    if number >= UNSAFE_NUMBER {
        return Err(EntryError::Number);
    }
    let mut digits = [0u8; 20];
    let (mut at, mut rest) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
    Ok(())
}

/// Appends a quoted string of printable ASCII.
pub(crate) fn push_text(out: &mut Vec<u8>, text: &str) -> Result<(), EntryError> {
    out.push(b'"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b' '..=b'~' => out.push(byte),
            _ => return Err(EntryError::Text),
        }
    }
    out.push(b'"');
    Ok(())
}

/// Appends an object; `depth` counts the objects and lists around it.
pub(crate) fn push_plain(out: &mut Vec<u8>, named: &Plain, depth: usize) -> Result<(), EntryError> {
    let mut separator = b'{';
    for (name, item) in named {
        out.push(separator);
        separator = b',';
        push_text(out, name)?;
        out.push(b':');
        push_item(out, item, depth + 1)?;
    }
    if named.is_empty() {
        out.push(b'{');
    }
    out.push(b'}');
    Ok(())
}

fn push_item(out: &mut Vec<u8>, item: &Item, depth: usize) -> Result<(), EntryError> {
    if depth >= MAX_DEPTH {
        return Err(EntryError::Depth);
    }
    match item {
        Item::Number(number) => push_number(out, *number),
        Item::Text(text) => push_text(out, text),
        Item::Object(named) => push_plain(out, named, depth),
        Item::List(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                push_item(out, item, depth + 1)?;
            }
            out.push(b']');
            Ok(())
        }
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;
        impl<'de> Visitor<'de> for ItemVisitor {
            type Value = Item;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, a text, a list or an object")
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Item, E> {
                Ok(Item::Number(number))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Item, E> {
                Ok(Item::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Item, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Item::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Item, A::Error> {
                let mut named = Plain::new();
                while let Some((name, item)) = object.next_entry()? {
                    if named.insert(name, item).is_some() {
                        return Err(de::Error::custom("a name stands twice"));
                    }
                }
                Ok(Item::Object(named))
            }
        }
        deserializer.deserialize_any(ItemVisitor)
    }
}
