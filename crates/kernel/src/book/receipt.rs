//! A receipt: proof that an act's entries are in the signed tree. Made after COMMIT only.

use std::{fmt, sync::Arc};

use ledger::Hash;

use crate::{actor::PersonId, seal::service::UnwrapProof};

/// Id of an entry, made from actor, request and ordinal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub [u8; 16]);

impl fmt::Debug for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// One entry of an act: its id, its number, and whom it is about.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// The entry's id.
    pub entry: EntryId,
    /// Its number in the log.
    pub index: u64,
    pub(crate) subject: Option<PersonId>,
    /// Hash of its bytes: an id can be had again after a rollback, the same bytes cannot.
    pub(crate) leaf: Hash,
}

/// The entries of one act, numbered, under a signed checkpoint.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub(crate) log: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) note: Arc<str>,
}

impl Receipt {
    /// Name of the log.
    pub fn log(&self) -> &str {
        &self.log
    }

    /// Number of the act's first entry in its log; 0 if it wrote none.
    pub fn first_line(&self) -> u64 {
        self.lines.first().map_or(0, |line| line.index)
    }

    /// Entries and their numbers.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The signed checkpoint that covers them.
    pub fn checkpoint(&self) -> &str {
        &self.note
    }

    /// Whether the entry, with exactly these bytes, is one of them.
    pub(crate) fn covers(&self, entry: &EntryId, leaf: &Hash) -> bool {
        self.lines.iter().any(|line| line.entry == *entry && line.leaf == *leaf)
    }
}

impl UnwrapProof for Receipt {
    fn covers(&self, entry: &[u8; 16], person: i64) -> bool {
        self.lines.iter().any(|line| line.entry.0 == *entry && line.subject == Some(person))
    }
}
