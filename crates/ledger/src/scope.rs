//! Scopes: whose entries an entry is. Each scope has a small log of its own, so that its holder can be
//! shown *all* of it: leaf k of the scope's log is `BE64(index in the whole log) ‖ leaf hash`.

use crate::commit::absorb;
use crate::merkle::{Frontier, Hash, MerkleError, leaf_hash};
use sha2::{Digest, Sha256};

/// What a scope is about. The list is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// A person on the register.
    Member,
    /// Someone who acts: an officer, a volunteer.
    Actor,
    /// A campaign.
    Campaign,
    /// A phone-bank link.
    Link,
    /// A set of people (import, snapshot).
    Set,
    /// A row that grants.
    Row,
    /// A named recipient of a release.
    Recipient,
}

impl ScopeKind {
    /// Every kind with its spelling.
    pub const ALL: [(ScopeKind, &str); 7] = [
        (ScopeKind::Member, "member"),
        (ScopeKind::Actor, "actor"),
        (ScopeKind::Campaign, "campaign"),
        (ScopeKind::Link, "link"),
        (ScopeKind::Set, "set"),
        (ScopeKind::Row, "row"),
        (ScopeKind::Recipient, "recipient"),
    ];

    /// The spelling in commitments and bundles.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The kind of this spelling, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, spelling)| *spelling == text).map(|(kind, _)| *kind)
    }
}

/// How far a scope's own log has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeState {
    frontier: Frontier,
}

impl ScopeState {
    /// Takes in the entry at `index` of the whole log.
    pub fn push(&mut self, index: u64, leaf: &Hash) {
        self.frontier.push(scope_leaf(index, leaf));
    }

    /// How many entries the scope has.
    pub fn n(&self) -> u64 {
        self.frontier.size()
    }

    /// Root of the scope's own log.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Compact form; see [`Frontier::to_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        self.frontier.to_bytes()
    }

    /// Reads [`ScopeState::to_bytes`].
    ///
    /// # Errors
    /// When the length does not fit the count.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MerkleError> {
        Ok(Self { frontier: Frontier::from_bytes(bytes)? })
    }
}

/// Leaf hash, in the scope's own log, of the entry at `index` of the whole log.
pub fn scope_leaf(index: u64, leaf: &Hash) -> Hash {
    let mut bytes = [0; 40];
    bytes[..8].copy_from_slice(&index.to_be_bytes());
    bytes[8..].copy_from_slice(leaf);
    leaf_hash(&bytes)
}

/// Where the scope lies in the map of all scopes: `SHA-256("evenhand/scope/1" ‖ BE32 length ‖ kind ‖ label)`.
pub fn scope_key(kind: ScopeKind, label: &[u8; 16]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"evenhand/scope/1");
    absorb(&mut hasher, kind.as_str());
    hasher.update(label);
    hasher.finalize().into()
}

/// What the map says of the scope: `SHA-256("evenhand/scope-value/1" ‖ label ‖ BE64(n) ‖ root)`.
///
/// The label is in it because a proof of absence shows a neighbour's value: without a secret in it,
/// anyone could hash one or two leaves of the public tree until they hit the neighbour's entries.
pub fn scope_value(label: &[u8; 16], state: &ScopeState) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"evenhand/scope-value/1");
    hasher.update(label);
    hasher.update(state.n().to_be_bytes());
    hasher.update(state.root());
    hasher.finalize().into()
}
