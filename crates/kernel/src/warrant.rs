//! Rows that grant anything, and the check that makes a row slipped into the database worth nothing.
//!
//! A warrant is a small fact that lets somebody do something: a role, a session, a signature, an
//! approval, a stage of a contest. Each version names the entry that made it; the entry commits to the
//! version's bytes, and the row's scope in the record book counts its versions. A forged row has no
//! entry, an edited one no longer fits its entry, and an old one put back is behind its count.
//!
//! Versions are never overwritten, so any decision can be replayed as of any past instant.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{
    book::EntryId,
    clock::Millis,
    db::{DbError, Row},
    no::No,
};

/// A kind of row that grants.
pub trait Warrant: Serialize + DeserializeOwned {
    /// Name of the kind.
    const KIND: &'static str;
    /// What tells one from another within the kind.
    fn key(&self) -> String;
    /// Whom it is about, to find all of one person or campaign; empty if nobody.
    fn holder(&self) -> String {
        String::new()
    }
    /// What it belongs to, to find all of one contest or release; empty if nothing.
    fn about(&self) -> String {
        String::new()
    }
}

/// A warrant that was checked against the record book.
#[derive(Debug, Clone)]
pub struct Vouched<W> {
    /// The fact.
    pub fact: W,
    /// Which version of it, from 1.
    pub version: i64,
    /// When it was made.
    pub at: Millis,
    /// The entry that made it.
    pub entry: EntryId,
    /// The log that holds the entry.
    pub log: String,
}

impl<W> std::ops::Deref for Vouched<W> {
    type Target = W;
    fn deref(&self) -> &W {
        &self.fact
    }
}

/// A version as it lies in the table.
pub(crate) struct WarrantRow {
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) version: i64,
    pub(crate) at: Millis,
    pub(crate) holder: String,
    pub(crate) about: String,
    pub(crate) body: String,
    pub(crate) log: String,
    pub(crate) entry: EntryId,
    pub(crate) salt: [u8; 32],
}

impl WarrantRow {
    pub(crate) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            kind: row.text("kind")?.to_owned(),
            key: row.text("key")?.to_owned(),
            version: row.int("version")?,
            at: row.int("at")?,
            holder: row.text("holder")?.to_owned(),
            about: row.text("about")?.to_owned(),
            body: row.text("body")?.to_owned(),
            log: row.text("log")?.to_owned(),
            entry: EntryId(row.array("entry")?),
            salt: row.array("salt")?,
        })
    }

    /// What the entry commits to: every column but the entry's own.
    pub(crate) fn commitment(&self) -> [u8; 32] {
        let mut opening = Vec::with_capacity(self.body.len() + 128);
        for part in [&self.kind, &self.key, &self.holder, &self.about, &self.body, &self.log] {
            opening.extend((part.len() as u64).to_be_bytes());
            opening.extend(part.as_bytes());
        }
        opening.extend(self.version.to_be_bytes());
        opening.extend(self.at.to_be_bytes());
        ledger::commit::commit("row", &self.salt, &opening)
    }

    /// The scopes that count this version: its own, its holder's, and that of what it belongs to.
    pub(crate) fn labels(&self, secret: &[u8; 32]) -> impl Iterator<Item = [u8; 16]> {
        let ways = [(By::Key, &self.key), (By::Holder, &self.holder), (By::About, &self.about)];
        let ways = ways.into_iter().filter(|(by, value)| *by == By::Key || !value.is_empty());
        ways.map(|(by, value)| by.label(secret, &self.kind, value)).collect::<Vec<_>>().into_iter()
    }

    pub(crate) fn fact<W: Warrant>(&self) -> Result<Vouched<W>, No> {
        let fact = serde_json::from_str(&self.body)?;
        Ok(Vouched { fact, version: self.version, at: self.at, entry: self.entry, log: self.log.clone() })
    }
}

/// How a row is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum By {
    /// By its key: one row.
    Key,
    /// All of a holder.
    Holder,
    /// All that belong to a thing.
    About,
}

impl By {
    /// The scope that counts the versions of all rows that this look finds. One who takes a row away, or puts an old
    /// one back, leaves fewer versions in the table than the record book counts.
    pub(crate) fn label(self, secret: &[u8; 32], kind: &str, value: &str) -> [u8; 16] {
        match self {
            Self::Key => row_label(secret, kind, value),
            Self::Holder => row_label(secret, "holder", &format!("{kind}/{value}")),
            Self::About => row_label(secret, "about", &format!("{kind}/{value}")),
        }
    }
}

/// Rows that were checked, as the one writer of an SQLite file knows them. Emptied of what an act changes.
#[derive(Default)]
pub(crate) struct Known(Mutex<Checked>);

/// Rows by kind, way and value.
type Checked = HashMap<(String, By, String), Arc<[WarrantRow]>>;

impl Known {
    fn lock(&self) -> MutexGuard<'_, Checked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, kind: &str, by: By, value: &str) -> Option<Arc<[WarrantRow]>> {
        self.lock().get(&(kind.to_owned(), by, value.to_owned())).cloned()
    }

    pub(crate) fn keep(&self, kind: &str, by: By, value: &str, rows: &Arc<[WarrantRow]>) {
        const MOST: usize = 100_000;
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((kind.to_owned(), by, value.to_owned()), rows.clone());
    }

    pub(crate) fn forget(&self, row: &WarrantRow) {
        let mut known = self.lock();
        for (by, value) in [(By::Key, &row.key), (By::Holder, &row.holder), (By::About, &row.about)] {
            known.remove(&(row.kind.clone(), by, value.clone()));
        }
    }
}

/// The row's scope: a stand-in for kind and key that says nothing without them.
pub(crate) fn row_label(secret: &[u8; 32], kind: &str, key: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in [b"evenhand/row/1".as_slice(), secret, kind.as_bytes(), b"\0", key.as_bytes()] {
        hash.update(part);
    }
    let mut label = [0; 16];
    label.copy_from_slice(&hash.finalize()[..16]);
    label
}
