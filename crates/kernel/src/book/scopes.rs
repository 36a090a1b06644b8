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
    /// Changed since the last map root.
    pub(crate) unmapped: HashSet<ScopeRef>,
}

/// Rows of one slice on their way to the tables.
pub(crate) struct Slice {
    pub(crate) rows: Vec<(ScopeRef, Counted, Vec<u64>)>,
    pub(crate) upto: Option<u64>,
}

impl Scopes {
    /// Scopes whose tables hold the entries below `upto`.
    pub(crate) fn from(upto: u64) -> Self {
        Self { upto, ..Self::default() }
    }

    /// A scope as the tables know it.
    pub(crate) fn restore(&mut self, scope: ScopeRef, counted: Counted) {
        self.unmapped.insert(scope);
        self.all.insert(scope, counted);
    }

    /// Counts an entry. At start the tables may have counted it already; its index row may lack all the same.
    pub(crate) fn count(&mut self, scope: ScopeRef, idx: u64, leaf: &Hash) {
        let known =
            self.all.entry(scope).or_insert_with(|| Counted { state: ScopeState::default(), last: 0 });
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
    pub(crate) fn slice(&mut self, size: u64, most: usize) -> Slice {
        if self.leaving.is_empty() {
            self.leaving = std::mem::take(&mut self.tail);
            self.leaving_upto = size;
        }
        let keys: Vec<ScopeRef> = self.leaving.keys().take(most).copied().collect();
        let rows =
            keys.iter().filter_map(|k| Some((*k, self.all.get(k)?.clone(), self.leaving.get(k)?.clone())));
        let rows: Vec<_> = rows.collect();
        let upto = (keys.len() == self.leaving.len()).then_some(self.leaving_upto);
        Slice { rows, upto }
    }

    /// The slice is durable.
    pub(crate) fn written(&mut self, slice: &Slice) {
        for (scope, ..) in &slice.rows {
            self.leaving.remove(scope);
        }
        self.upto = slice.upto.unwrap_or(self.upto);
    }
}
