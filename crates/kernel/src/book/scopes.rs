//! Mini-logs per scope, kept in memory and written behind, so that no entry pays for a random page.
//!
//! The rows are written in label order, in slices, each in some batch's transaction. `upto` is the
//! watermark: entries below it are in the tables, those above are replayed at start.

use std::collections::{BTreeMap, HashMap, HashSet};

use ledger::{Hash, ScopeKind, scope::ScopeState};

/// A scope within one log: its kind and its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ScopeRef(pub(crate) ScopeKind, pub(crate) [u8; 16]);

impl ScopeRef {
    pub(crate) fn to_bytes(self) -> [u8; 17] {
        let mut out = [self.0 as u8; 17];
        out[1..].copy_from_slice(&self.1);
        out
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, label) = bytes.split_first()?;
        let kind = ScopeKind::ALL.iter().map(|(k, _)| *k).find(|k| *k as u8 == *kind)?;
        Some(Self(kind, label.try_into().ok()?))
    }

    pub(crate) fn many(bytes: &[u8]) -> impl Iterator<Item = Self> + '_ {
        bytes.chunks_exact(17).filter_map(Self::from_bytes)
    }
}

#[derive(Clone)]
pub(crate) struct Counted {
    pub(crate) state: ScopeState,
    pub(crate) last: u64,
    /// The keyed mark of the row as the table has it; nought while it has none.
    pub(crate) mark: Mark,
}

/// A keyed mark of one row. The exclusive-or of all rows' marks is kept under a keyed mark of its own, so that no row
/// can be changed, taken away, added or put back behind the record book's back.
pub(crate) type Mark = [u8; 16];

fn xor(a: Mark, b: Mark) -> Mark {
    (u128::from_be_bytes(a) ^ u128::from_be_bytes(b)).to_be_bytes()
}

/// All scopes of one log.
#[derive(Default)]
pub(crate) struct Scopes {
    all: HashMap<ScopeRef, Counted>,
    /// Entries per scope that are not in the tables.
    tail: BTreeMap<ScopeRef, Vec<u64>>,
    /// The part of the tail that is being written, and the watermark that it will reach.
    leaving: BTreeMap<ScopeRef, Vec<u64>>,
    leaving_upto: u64,
    pub(crate) upto: u64,
    /// Exclusive-or of the marks of all rows in the table.
    pub(crate) sum: Mark,
    /// Changed since the last map root.
    pub(crate) unmapped: HashSet<ScopeRef>,
}

/// Rows of one slice on their way to the tables.
pub(crate) struct Slice {
    pub(crate) rows: Vec<(ScopeRef, Counted, Vec<u64>)>,
    pub(crate) upto: u64,
    pub(crate) sum: Mark,
}

impl Scopes {
    /// Scopes whose tables hold the entries below `upto`.
    pub(crate) fn from(upto: u64) -> Self {
        Self { upto, ..Self::default() }
    }

    /// A scope as the tables know it.
    pub(crate) fn restore(&mut self, scope: ScopeRef, counted: Counted) {
        self.unmapped.insert(scope);
        self.sum = xor(self.sum, counted.mark);
        self.all.insert(scope, counted);
    }

    /// Counts an entry. At start the tables may have counted it already; its index row may lack all the same.
    pub(crate) fn count(&mut self, scope: ScopeRef, idx: u64, leaf: &Hash) {
        let known = self.all.entry(scope).or_insert_with(|| Counted {
            state: ScopeState::default(),
            last: 0,
            mark: Mark::default(),
        });
        if known.state.n() == 0 || known.last < idx {
            known.state.push(idx, leaf);
            known.last = idx;
        }
        self.tail.entry(scope).or_default().push(idx);
        self.unmapped.insert(scope);
    }

    pub(crate) fn n(&self, scope: &ScopeRef) -> u64 {
        self.all.get(scope).map_or(0, |c| c.state.n())
    }

    pub(crate) fn state(&self, scope: &ScopeRef) -> Option<&ScopeState> {
        self.all.get(scope).map(|c| &c.state)
    }

    /// Entries of `scope` that the tables may lack.
    pub(crate) fn unwritten(&self, scope: &ScopeRef) -> impl Iterator<Item = u64> + '_ {
        let parts = [self.leaving.get(scope), self.tail.get(scope)];
        parts.into_iter().flatten().flatten().copied()
    }

    /// Whether a round of writing is under way, or so many scopes wait that one is due.
    pub(crate) fn behind(&self, most: usize) -> bool {
        !self.leaving.is_empty() || self.tail.len() >= most
    }

    /// The next rows to write, at most `most` scopes; begins a new round when the last one is done.
    /// `mark` makes a row's mark.
    pub(crate) fn slice(
        &mut self,
        size: u64,
        most: usize,
        mark: impl Fn(&ScopeRef, &Counted) -> Mark,
    ) -> Slice {
        if self.leaving.is_empty() {
            self.leaving = std::mem::take(&mut self.tail);
            self.leaving_upto = size;
        }
        let keys: Vec<ScopeRef> = self.leaving.keys().take(most).copied().collect();
        let mut slice = Slice { rows: Vec::with_capacity(keys.len()), upto: self.upto, sum: self.sum };
        if keys.len() == self.leaving.len() {
            slice.upto = self.leaving_upto;
        }
        for key in keys {
            let (Some(counted), Some(entries)) = (self.all.get(&key), self.leaving.get(&key)) else {
                continue;
            };
            let now = mark(&key, counted);
            slice.sum = xor(xor(slice.sum, counted.mark), now);
            slice.rows.push((key, Counted { mark: now, ..counted.clone() }, entries.clone()));
        }
        slice
    }

    /// The slice is durable.
    pub(crate) fn written(&mut self, slice: &Slice) {
        for (scope, written, _) in &slice.rows {
            self.leaving.remove(scope);
            if let Some(counted) = self.all.get_mut(scope) {
                counted.mark = written.mark;
            }
        }
        self.upto = slice.upto;
        self.sum = slice.sum;
    }
}
