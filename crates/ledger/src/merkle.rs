//! The RFC 6962 SHA-256 tree: hashes, the compact right edge of a growing tree, proofs.
//!
//! Proofs are made and checked by `tlog_tiles`; what it lacks is here: the frontier, and reading hashes
//! from leaves in memory.

use sha2::{Digest, Sha256};
use tlog_tiles::tlog;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Why a proof does not hold or cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MerkleError {
    /// The leaf is not in a tree of this size.
    #[error("entry {index} is outside a tree of {size} entries")]
    OutOfRange {
        /// The leaf asked for.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The older tree is empty or larger than the newer.
    #[error("a tree of {new} entries cannot be shown to continue one of {old}")]
    Sizes {
        /// The older tree's size.
        old: u64,
        /// The newer tree's size.
        new: u64,
    },
    /// A hash that the proof needs is not there.
    #[error("a hash of the tree is missing")]
    Missing,
    /// The proof's hashes do not lead to the root.
    #[error("the proof does not lead to the tree's root")]
    Mismatch,
    /// A frontier's bytes have the wrong length for its size.
    #[error("the stored right edge has the wrong length for its size")]
    Frontier,
}

/// Hash of a leaf's bytes (RFC 6962 §2.1).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(bytes);
    hasher.finalize().into()
}

/// Hash of an inner node (RFC 6962 §2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut block = [1; 65];
    block[1..33].copy_from_slice(left);
    block[33..].copy_from_slice(right);
    Sha256::digest(block).into()
}

/// Root of the empty tree: the hash of nothing.
pub const EMPTY_ROOT: Hash = tlog::EMPTY_HASH.0;

/// The right edge of a tree: its size and the roots of its largest full subtrees, left to right. Enough
/// to append and to know the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Appends a leaf's hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The frontier of a tree's first `size` leaves, if every peak can be read.
    pub(crate) fn read(size: u64, hashes: &impl Hashes) -> Option<Self> {
        let levels = (0..64u8).rev().filter(|level| size >> level & 1 == 1);
        let peaks = levels.map(|level| hashes.hash(level, (size >> level) - 1)).collect::<Option<_>>()?;
        Some(Self { size, peaks })
    }

    /// Reads this frontier as counted in subtrees of `width` leaves (a power of two), then appends
    /// smaller ones: how the edges of tiles, highest level first, make the edge of the tree.
    pub(crate) fn widen(&mut self, smaller: &[Hash], width: u64) {
        let mut edge = Frontier::default();
        smaller.iter().for_each(|hash| edge.push(*hash));
        self.size = self.size * width + edge.size;
        self.peaks.append(&mut edge.peaks);
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        self.peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right)).unwrap_or(EMPTY_ROOT)
    }

    /// `BE64(size)`, then the peaks.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.peaks.iter().flatten());
        bytes
    }

    /// Reads [`Frontier::to_bytes`].
    ///
    /// # Errors
    /// When the length does not fit the size.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MerkleError> {
        let (size, rest) = bytes.split_first_chunk().ok_or(MerkleError::Frontier)?;
        let size = u64::from_be_bytes(*size);
        let (peaks, odd) = rest.as_chunks();
        if odd.is_empty() && peaks.len() == size.count_ones() as usize {
            Ok(Self { size, peaks: peaks.to_vec() })
        } else {
            Err(MerkleError::Frontier)
        }
    }

    /// The full subtree of `2^level` leaves that starts at `index << level`, if it is a peak.
    fn peak(&self, level: u8, index: u64) -> Option<Hash> {
        let position = (self.size >> level).count_ones().checked_sub(1)?;
        let is_peak = (self.size >> level) & 1 == 1 && (self.size >> level) - 1 == index;
        is_peak.then(|| self.peaks.get(position as usize).copied()).flatten()
    }
}

/// Whoever can read the roots of full subtrees: closures, leaves in memory, tiles.
pub trait Hashes {
    /// Root of the full subtree of `2^level` leaves that starts at leaf `index << level`.
    fn hash(&self, level: u8, index: u64) -> Option<Hash>;
}

impl<F: Fn(u8, u64) -> Option<Hash>> Hashes for F {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        self(level, index)
    }
}

/// Leaves in memory, after a tree of which only the frontier is known (an empty one, for a whole tree).
/// Proves everything about the new leaves.
pub struct Leaves<'a> {
    before: &'a Frontier,
    leaves: &'a [Hash],
}

/// A tree without leaves.
static NOTHING: Frontier = Frontier { size: 0, peaks: Vec::new() };

impl<'a> Leaves<'a> {
    /// All leaf hashes of a tree.
    pub fn all(leaves: &'a [Hash]) -> Self {
        Self { before: &NOTHING, leaves }
    }

    /// The leaf hashes that came after `before`.
    pub fn after(before: &'a Frontier, leaves: &'a [Hash]) -> Self {
        Self { before, leaves }
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.before.size + self.leaves.len() as u64
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        let mut frontier = self.before.clone();
        self.leaves.iter().for_each(|leaf| frontier.push(*leaf));
        frontier.root()
    }
}

impl Hashes for Leaves<'_> {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        let end = index.checked_add(1)?.checked_mul(1u64.checked_shl(level.into())?)?;
        if end > self.size() {
            return None;
        }
        if end <= self.before.size {
            return self.before.peak(level, index);
        }
        if level == 0 {
            return self.leaves.get(usize::try_from(index - self.before.size).ok()?).copied();
        }
        Some(node_hash(&self.hash(level - 1, index * 2)?, &self.hash(level - 1, index * 2 + 1)?))
    }
}

/// Proof that leaf `index` is in the tree of `size` leaves (RFC 6962 §2.1.1).
///
/// # Errors
/// When the leaf is not in the tree, or a hash is missing.
pub fn prove_inclusion(index: u64, size: u64, hashes: &impl Hashes) -> Result<Vec<Hash>, MerkleError> {
    if index >= size {
        return Err(MerkleError::OutOfRange { index, size });
    }
    tlog::prove_record(size, index, &Stored(hashes)).map(plain_hashes).map_err(|_| MerkleError::Missing)
}

/// Proof that the tree of `new` leaves begins with the tree of `old` leaves (RFC 6962 §2.1.2).
///
/// # Errors
/// When `old` is 0 or above `new`, or a hash is missing.
pub fn prove_consistency(old: u64, new: u64, hashes: &impl Hashes) -> Result<Vec<Hash>, MerkleError> {
    if old == 0 || old > new {
        return Err(MerkleError::Sizes { old, new });
    }
    tlog::prove_tree(new, old, &Stored(hashes)).map(plain_hashes).map_err(|_| MerkleError::Missing)
}

/// Checks that `leaf` is leaf `index` of the tree with this size and root.
///
/// # Errors
/// When it is not, as far as the proof shows.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), MerkleError> {
    if index >= size {
        return Err(MerkleError::OutOfRange { index, size });
    }
    tlog::check_record(&tlog_hashes(proof)?, size, tlog::Hash(*root), index, tlog::Hash(*leaf))
        .map_err(|_| MerkleError::Mismatch)
}

/// Checks that the tree `new` begins with the tree `old`, each given as size and root.
///
/// # Errors
/// When it does not, as far as the proof shows; `old` must not be empty.
pub fn verify_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Result<(), MerkleError> {
    if old.0 == 0 || old.0 > new.0 {
        return Err(MerkleError::Sizes { old: old.0, new: new.0 });
    }
    tlog::check_tree(&tlog_hashes(proof)?, new.0, tlog::Hash(*new.1), old.0, tlog::Hash(*old.1))
        .map_err(|_| MerkleError::Mismatch)
}

/// Speaks `tlog_tiles`' numbering of stored hashes to whoever knows levels.
struct Stored<'a, H>(&'a H);

impl<H: Hashes> tlog::HashReader for Stored<'_, H> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let read = |&stored| {
            let (level, index) = tlog::split_stored_hash_index(stored);
            self.0.hash(level, index).map(tlog::Hash).ok_or(tlog::Error::IndexesNotInTree)
        };
        indexes.iter().map(read).collect()
    }
}

fn plain_hashes(hashes: Vec<tlog::Hash>) -> Vec<Hash> {
    hashes.into_iter().map(|hash| hash.0).collect()
}

/// No proof in a tree of 64-bit size is longer than 64 hashes (consistency: 65).
fn tlog_hashes(proof: &[Hash]) -> Result<Vec<tlog::Hash>, MerkleError> {
    if proof.len() > 65 {
        return Err(MerkleError::Mismatch);
    }
    Ok(proof.iter().copied().map(tlog::Hash).collect())
}
