//! One line of the record book: who-did-what as verbs, hashes and salted commitments.
//!
//! The bytes of an entry are canonical JSON: RFC 8785 (JCS) narrowed to printable ASCII, whole numbers
//! below 2^53, and no null, truth value or fraction. Digests are base64url without padding. What is
//! hashed into the tree is these bytes as stored; every reader refuses bytes that are not the one
//! canonical spelling of what they say.

use crate::b64;
use crate::commit::absorb;
use crate::merkle::Hash;
use crate::plain::{Plain, push_number, push_plain, push_text};
use sha2::{Digest, Sha256};

mod read;

/// What happened, in words that a server can swear to. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Personal data was opened for a reader.
    Opened,
    /// The reader's device acknowledged that it received the answer.
    Shown,
    /// A device was asked to dial a number.
    DialRequested,
    /// Data left as a file.
    Exported,
    /// A search or count was answered.
    Queried,
    /// A right was given (role, session, key, approval, link).
    Granted,
    /// A machine used personal data in bulk (import, matching, sealing); nobody saw it.
    Processed,
    /// Something was asked for and not given.
    Refused,
    /// A person signed a text.
    Signed,
    /// A contest moved from one stage to another.
    Stage,
    /// A person's key was deleted.
    Erased,
    /// The root over all scopes was noted.
    MapRoot,
    /// The service started, with this build, policies and configuration.
    Started,
    /// Data was put on hold, or a hold ended.
    Held,
}

impl Verb {
    /// Every verb with its spelling in an entry.
    pub const ALL: [(Verb, &str); 14] = [
        (Verb::Opened, "opened"),
        (Verb::Shown, "shown"),
        (Verb::DialRequested, "dial_requested"),
        (Verb::Exported, "exported"),
        (Verb::Queried, "queried"),
        (Verb::Granted, "granted"),
        (Verb::Processed, "processed"),
        (Verb::Refused, "refused"),
        (Verb::Signed, "signed"),
        (Verb::Stage, "stage"),
        (Verb::Erased, "erased"),
        (Verb::MapRoot, "map_root"),
        (Verb::Started, "started"),
        (Verb::Held, "held"),
    ];

    /// The spelling in an entry.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The verb of this spelling, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, spelling)| *spelling == text).map(|(verb, _)| *verb)
    }
}

/// On what ground something was done or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// The act's one name, such as `phonebank.next_call`.
    pub act: String,
    /// Hash of the whole policy set in force.
    pub policy: Hash,
    /// The rule that decided, by its id.
    pub rule: String,
    /// Hash of the facts on which it decided.
    pub facts: Hash,
    /// Hash of the build that ran.
    pub build: Hash,
}

/// Salted commitments to what an entry does not say in plain; see [`crate::commit::commit`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commitments {
    /// Who did it.
    pub actor: Option<Hash>,
    /// Whom it is about.
    pub subject: Option<Hash>,
    /// Milliseconds, fields, counts, request signature.
    pub detail: Option<Hash>,
}

/// One line of the record book (version 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// From [`Entry::id_of`], so that a repeated request finds its own entry.
    pub id: [u8; 16],
    /// What happened.
    pub t: Verb,
    /// When, in whole minutes since 1970-01-01 UTC.
    pub at: u64,
    /// On what ground.
    pub basis: Basis,
    /// Commitments to the scopes that the entry belongs to, in rising order; see
    /// [`crate::commit::scope_commit`].
    pub s: Vec<Hash>,
    /// Commitments to actor, subject and detail.
    pub c: Commitments,
    /// Commitments to the rows that this entry lets grant something.
    pub row: Vec<Hash>,
    /// Public facts that identify nobody; never empty.
    pub plain: Option<Plain>,
    /// Until when the openings stay sealed, in whole days since 1970-01-01 UTC.
    pub sealed_until: Option<u64>,
}

/// Why bytes are no entry, or an entry has no bytes. Quotes nothing of what it refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A text has something other than printable ASCII.
    #[error("a text in the entry has something other than printable ASCII")]
    Text,
    /// A number is too large or not whole.
    #[error("a number in the entry is not a whole number from 0 to 2^53 - 1")]
    Number,
    /// Null, a truth value, or not an object where one is due.
    #[error("the entry's public facts hold something other than numbers, texts, lists and objects")]
    Kind,
    /// Public facts nest too deeply.
    #[error("the entry's public facts nest more than {} deep", crate::plain::MAX_DEPTH)]
    Depth,
    /// Scopes are unsorted or doubled.
    #[error("the entry's scope commitments are not in strictly rising order")]
    ScopeOrder,
    /// Public facts are there but empty.
    #[error("the entry has empty public facts; leave them out")]
    EmptyPlain,
    /// Longer than a tile bundle can carry.
    #[error("the entry is longer than {} bytes", MAX_LEN)]
    TooLong,
    /// Not the canonical bytes of an entry.
    #[error("these bytes are not a version 1 entry in canonical form (the reading stopped at byte {at})")]
    NotCanonical {
        /// Byte at which reading stopped.
        at: usize,
    },
}

/// Longest entry in bytes: tlog-tiles prefixes each with a 16-bit length.
pub const MAX_LEN: usize = 65_535;

impl Entry {
    /// The id of the `ordinal`-th entry that `actor`'s request writes: a repeat gets the same id.
    pub fn id_of(actor: &str, request: &[u8; 16], ordinal: u32) -> [u8; 16] {
        let mut hasher = Sha256::new();
        hasher.update(b"evenhand/entry-id/1");
        absorb(&mut hasher, actor);
        hasher.update(request);
        hasher.update(ordinal.to_be_bytes());
        let digest: Hash = hasher.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        id
    }

    /// The canonical bytes.
    ///
    /// # Errors
    /// When a field holds what canonical form has no spelling for.
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        let mut out = Vec::with_capacity(768);
        self.write(&mut out)?;
        if out.len() > MAX_LEN { Err(EntryError::TooLong) } else { Ok(out) }
    }

    /// Reads canonical bytes and nothing else: what it returns encodes to the same bytes.
    ///
    /// # Errors
    /// When the bytes are anything but the one spelling of an entry.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_LEN { Err(EntryError::TooLong) } else { read::read(bytes) }
    }

    /// Appends the canonical bytes; members stand in the order of their names.
    fn write(&self, out: &mut Vec<u8>) -> Result<(), EntryError> {
        if !rising(&self.s) {
            return Err(EntryError::ScopeOrder);
        }
        out.extend_from_slice(b"{\"at\":");
        push_number(out, self.at)?;
        out.extend_from_slice(b",\"basis\":{\"act\":");
        push_text(out, &self.basis.act)?;
        push_digest(out, b",\"build\":\"", &self.basis.build);
        push_digest(out, b",\"facts\":\"", &self.basis.facts);
        push_digest(out, b",\"policy\":\"", &self.basis.policy);
        out.extend_from_slice(b",\"rule\":");
        push_text(out, &self.basis.rule)?;
        out.extend_from_slice(b"},\"c\":{");
        let groups: [(&[u8], _); 3] = [
            (b"\"actor\":\"", self.c.actor),
            (b"\"detail\":\"", self.c.detail),
            (b"\"subject\":\"", self.c.subject),
        ];
        let mut separator: &[u8] = b"";
        for (name, hash) in groups.iter().filter_map(|(name, hash)| Some((name, hash.as_ref()?))) {
            out.extend_from_slice(separator);
            push_digest(out, name, hash);
            separator = b",";
        }
        push_digest(out, b"},\"id\":\"", &self.id);
        if let Some(plain) = &self.plain {
            if plain.is_empty() {
                return Err(EntryError::EmptyPlain);
            }
            out.extend_from_slice(b",\"plain\":");
            push_plain(out, plain, 0)?;
        }
        if !self.row.is_empty() {
            push_digests(out, b",\"row\":[", &self.row);
        }
        push_digests(out, b",\"s\":[", &self.s);
        if let Some(day) = self.sealed_until {
            out.extend_from_slice(b",\"sealed_until\":");
            push_number(out, day)?;
        }
        out.extend_from_slice(b",\"t\":\"");
        out.extend_from_slice(self.t.as_str().as_bytes());
        out.extend_from_slice(b"\",\"v\":1}");
        Ok(())
    }
}

fn rising(scopes: &[Hash]) -> bool {
    scopes.is_sorted_by(|a, b| a < b)
}

/// `name` ends with the opening quote.
fn push_digest(out: &mut Vec<u8>, name: &[u8], digest: &[u8]) {
    out.extend_from_slice(name);
    b64::push(out, digest);
    out.push(b'"');
}

/// `name` ends with the opening bracket.
fn push_digests(out: &mut Vec<u8>, name: &[u8], digests: &[Hash]) {
    out.extend_from_slice(name);
    for (i, digest) in digests.iter().enumerate() {
        push_digest(out, if i == 0 { b"\"" } else { b",\"" }, digest);
    }
    out.push(b']');
}
