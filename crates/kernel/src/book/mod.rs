//! The record book: each log's tree in memory, its rows in the database, and the receipts that open answers.
//!
//! A batch is first *staged* beside the book, then written, and only after COMMIT does the book become
//! what was staged. So a reader never sees a checkpoint that is not durable.

mod receipt;
mod scopes;
mod store;

pub use receipt::{EntryId, Line, Receipt};

pub(crate) use scopes::{Counted, Mark, ScopeRef};
pub(crate) use store::{MIGRATION, Tiles, create, full_tile, load};

use std::{collections::HashMap, sync::Arc};

use ledger::{
    Hash, ScopeKind,
    checkpoint::Checkpoint,
    map::Map,
    merkle::leaf_hash,
    note::Signer,
    scope::{scope_key, scope_value},
    tile::{FullTile, RightEdge},
};

use crate::actor::PersonId;
use scopes::Scopes;

/// Entries a log can hold.
pub(crate) const PLACE_BITS: u32 = 40;

/// Where entry `idx` of log `log` lies in the table.
pub(crate) fn place(log: i64, idx: u64) -> i64 {
    log << PLACE_BITS | idx as i64
}

/// An entry whose bytes are final, waiting for its number.
pub(crate) struct Pending {
    pub(crate) log: String,
    pub(crate) id: EntryId,
    pub(crate) at: u64,
    pub(crate) leaf: Vec<u8>,
    pub(crate) scopes: Vec<ScopeRef>,
    pub(crate) actor: Option<Vec<u8>>,
    pub(crate) subject: Option<Vec<u8>>,
    pub(crate) detail: Option<Vec<u8>>,
    /// Whom it is about.
    pub(crate) about: Option<PersonId>,
    /// What the entry commits to as rows that grant.
    pub(crate) rows: Vec<Hash>,
}

/// One log as its writer knows it.
pub(crate) struct Book {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) origin: String,
    pub(crate) signer: Signer,
    pub(crate) edge: RightEdge,
    pub(crate) last_at: u64,
    pub(crate) note: Arc<str>,
    pub(crate) scopes: Scopes,
    /// Prefix tree over all scopes; its root is noted at a beat.
    pub(crate) map: Map,
}

/// What a batch will make of a book.
#[derive(Clone)]
pub(crate) struct Staged {
    pub(crate) edge: RightEdge,
    pub(crate) last_at: u64,
    pub(crate) note: Arc<str>,
    full: Vec<FullTile>,
    counted: Vec<(ScopeRef, u64, Hash)>,
    entries: HashMap<EntryId, Line>,
}

impl Book {
    pub(crate) fn size(&self) -> u64 {
        self.edge.size()
    }

    pub(crate) fn stage(&self) -> Staged {
        Staged {
            edge: self.edge.clone(),
            last_at: self.last_at,
            note: self.note.clone(),
            full: Vec::new(),
            counted: Vec::new(),
            entries: HashMap::new(),
        }
    }

    /// The batch is durable: the book becomes what was staged.
    pub(crate) fn become_staged(&mut self, staged: Staged) {
        self.edge = staged.edge;
        self.last_at = staged.last_at;
        self.note = staged.note;
        for (scope, idx, leaf) in staged.counted {
            self.scopes.count(scope, idx, &leaf);
        }
    }

    /// Brings the map up to date: how many entries it covers, its root, how many scopes it holds.
    pub(crate) fn map_root(&mut self) -> (u64, Hash, usize) {
        for scope in std::mem::take(&mut self.scopes.unmapped) {
            if let Some(state) = self.scopes.state(&scope) {
                self.map.set(scope_key(scope.0, &scope.1), scope_value(&scope.1, state));
            }
        }
        (self.size(), self.map.root(), self.map.len())
    }

    /// How many entries the row's scope counts: versions of one row that grants.
    pub(crate) fn versions(&self, row_label: [u8; 16]) -> u64 {
        self.scopes.n(&ScopeRef(ScopeKind::Row, row_label))
    }
}

impl Staged {
    /// Numbers an entry.
    pub(crate) fn append(&mut self, pending: &Pending) -> u64 {
        let idx = self.edge.size();
        let leaf = leaf_hash(&pending.leaf);
        self.full.extend(self.edge.push(leaf));
        self.last_at = self.last_at.max(pending.at);
        self.counted.extend(pending.scopes.iter().map(|s| (*s, idx, leaf)));
        self.entries.insert(pending.id, Line { entry: pending.id, index: idx, subject: pending.about, leaf });
        idx
    }

    /// Whether anything was appended.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Signs the checkpoint of what was staged.
    pub(crate) fn sign(&mut self, book: &Book) -> Result<(), crate::No> {
        let checkpoint =
            Checkpoint { origin: book.origin.clone(), size: self.edge.size(), root: self.edge.root() };
        let note = checkpoint.sign(&book.signer).map_err(crate::No::fault)?;
        self.note = String::from_utf8(note).map_err(crate::No::fault)?.into();
        Ok(())
    }

    /// The receipt for those of the batch's entries that one act wrote.
    pub(crate) fn receipt(&self, log: &str, ids: &[EntryId]) -> Receipt {
        let lines = ids.iter().filter_map(|id| self.entries.get(id).copied()).collect();
        Receipt { log: log.to_owned(), lines, note: self.note.clone() }
    }
}
