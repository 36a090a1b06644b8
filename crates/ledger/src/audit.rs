//! Reading a whole log again, one entry after the other, as a mirror or `fsck` does.

use crate::checkpoint::{self, Verified};
use crate::entry::{Entry, EntryError};
use crate::merkle::{Frontier, Hash, leaf_hash};
use crate::note::{NoteError, VerifierKey};

/// What is wrong with one entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// Its bytes.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The stored tree has another hash for it.
    #[error("the entry's bytes do not have the hash that the stored tree has for it")]
    StoredHash,
    /// It claims to be older than the entry before it.
    #[error("the entry's time is before that of the entry before it")]
    TimeFell,
    /// Its id is not its own.
    #[error("the entry has the id of entry {first}")]
    RepeatedId {
        /// Where the id stood first.
        first: u64,
    },
}

/// The first fault in a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// In an entry.
    #[error("entry {index}: {wrong}")]
    At {
        /// Which entry.
        index: u64,
        /// What is wrong with it.
        wrong: Wrong,
    },
    /// The checkpoint does not hold.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(#[from] NoteError),
    /// Too few or too many entries.
    #[error("there are {found} entries, but the checkpoint is for {signed}")]
    Size {
        /// Entries read.
        found: u64,
        /// Entries signed for.
        signed: u64,
    },
    /// Entries were changed, swapped or replaced.
    #[error("the entries do not have the root that the checkpoint signs")]
    Root,
}

/// An audit under way. Keeps 24 bytes an entry, to find repeated ids at the end.
#[derive(Debug, Default)]
pub struct Audit {
    tree: Frontier,
    last_at: u64,
    ids: Vec<([u8; 16], u64)>,
}

impl Audit {
    /// Takes the next entry, and the hash that the stored tree has for it if there is one; returns what
    /// the entry says, for further checks.
    ///
    /// # Errors
    /// At the first entry that is wrong; nothing after it counts.
    pub fn take(&mut self, leaf: &[u8], stored: Option<&Hash>) -> Result<Entry, Fault> {
        let index = self.tree.size();
        let at = |wrong| Fault::At { index, wrong };
        let hash = leaf_hash(leaf);
        if stored.is_some_and(|stored| *stored != hash) {
            return Err(at(Wrong::StoredHash));
        }
        let entry = Entry::decode(leaf).map_err(|fault| at(fault.into()))?;
        if entry.at < self.last_at {
            return Err(at(Wrong::TimeFell));
        }
        self.last_at = entry.at;
        self.ids.push((entry.id, index));
        self.tree.push(hash);
        Ok(entry)
    }

    /// The tree over the entries taken so far.
    pub fn tree(&self) -> &Frontier {
        &self.tree
    }

    /// Finds the first entry whose id had stood before.
    ///
    /// # Errors
    /// When there is one.
    pub fn ids_are_unique(&mut self) -> Result<(), Fault> {
        self.ids.sort_unstable();
        let repeats = self.ids.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        match repeats.map(|pair| (pair[1].1, pair[0].1)).min() {
            Some((index, first)) => Err(Fault::At { index, wrong: Wrong::RepeatedId { first } }),
            None => Ok(()),
        }
    }

    /// Ends the audit: ids, the checkpoint's signature, size and root.
    ///
    /// # Errors
    /// At the first of these that does not hold.
    pub fn finish(
        mut self,
        note: &[u8],
        log: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<Verified, Fault> {
        self.ids_are_unique()?;
        let verified = checkpoint::verify(note, log, witnesses)?;
        let signed = verified.checkpoint.size;
        if signed != self.tree.size() {
            return Err(Fault::Size { found: self.tree.size(), signed });
        }
        if verified.checkpoint.root != self.tree.root() {
            return Err(Fault::Root);
        }
        Ok(verified)
    }
}

/// Audits a whole log at once. A repeated id is reported before a later fault of another kind.
///
/// # Errors
/// The first fault.
pub fn audit<L: AsRef<[u8]>>(
    leaves: impl IntoIterator<Item = L>,
    note: &[u8],
    log: &VerifierKey,
    witnesses: &[VerifierKey],
) -> Result<Verified, Fault> {
    let mut audit = Audit::default();
    for leaf in leaves {
        if let Err(fault) = audit.take(leaf.as_ref(), None) {
            audit.ids_are_unique()?;
            return Err(fault);
        }
    }
    audit.finish(note, log, witnesses)
}
