//! The shape of an entry as JSON, for reading.

use super::{Basis, Commitments, Entry, EntryError, Verb};
use crate::b64;
use crate::plain::{Item, Plain};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireEntry<'a> {
    at: u64,
    #[serde(borrow)]
    basis: WireBasis<'a>,
    c: WireCommitments,
    id: Digest<16>,
    plain: Option<Item>,
    #[serde(default)]
    row: Vec<Digest<32>>,
    s: Vec<Digest<32>>,
    sealed_until: Option<u64>,
    #[serde(borrow)]
    t: Cow<'a, str>,
    v: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireBasis<'a> {
    #[serde(borrow)]
    act: Cow<'a, str>,
    build: Digest<32>,
    facts: Digest<32>,
    policy: Digest<32>,
    #[serde(borrow)]
    rule: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCommitments {
    actor: Option<Digest<32>>,
    detail: Option<Digest<32>>,
    subject: Option<Digest<32>>,
}

/// A digest in base64url.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Digest<const N: usize>([u8; N]);

impl<'de, const N: usize> Deserialize<'de> for Digest<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DigestVisitor<const N: usize>;
        impl<const N: usize> Visitor<'_> for DigestVisitor<N> {
            type Value = Digest<N>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{N} bytes in base64url")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Digest<N>, E> {
                b64::array(text).map(Digest).ok_or_else(|| E::custom("not a digest"))
            }
        }
        deserializer.deserialize_str(DigestVisitor)
    }
}

/// Reads an entry, canonical or not.
pub(super) fn read(bytes: &[u8]) -> Result<Entry, EntryError> {
    let wire: WireEntry<'_> =
        serde_json::from_slice(bytes).map_err(|fault| EntryError::Malformed { column: fault.column() })?;
    let malformed = EntryError::Malformed { column: 0 };
    if wire.v != 1 {
        return Err(malformed);
    }
    Ok(Entry {
        id: wire.id.0,
        t: Verb::parse(&wire.t).ok_or(malformed)?,
        at: wire.at,
        basis: Basis {
            act: wire.basis.act.into_owned(),
            policy: wire.basis.policy.0,
            rule: wire.basis.rule.into_owned(),
            facts: wire.basis.facts.0,
            build: wire.basis.build.0,
        },
        s: hashes(wire.s),
        c: Commitments {
            actor: wire.c.actor.map(|digest| digest.0),
            subject: wire.c.subject.map(|digest| digest.0),
            detail: wire.c.detail.map(|digest| digest.0),
        },
        row: hashes(wire.row),
        plain: wire.plain.map(object).transpose()?,
        sealed_until: wire.sealed_until,
    })
}

fn hashes(digests: Vec<Digest<32>>) -> Vec<[u8; 32]> {
    digests.into_iter().map(|digest| digest.0).collect()
}

fn object(item: Item) -> Result<Plain, EntryError> {
    match item {
        Item::Object(plain) => Ok(plain),
        _ => Err(EntryError::Kind),
    }
}
