//! Sets of people as a tree over *sorted* labels, so that one entry can stand for a whole list, and
//! "you were on it" and "you were not on it" can both be proved.

use crate::merkle::{Hash, Leaves, MerkleError, leaf_hash, prove_inclusion, verify_inclusion};

/// A person's label in a log.
pub type Label = [u8; 16];

/// A set of labels, in memory.
#[derive(Debug, Clone)]
pub struct LabelSet {
    labels: Vec<Label>,
    leaves: Vec<Hash>,
}

/// A label with its place in the set and the path to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The label.
    pub label: Label,
    /// Its place, 0 for the smallest.
    pub index: u64,
    /// The inclusion proof.
    pub path: Vec<Hash>,
}

/// Whether a label is in a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetProof {
    /// It is, here.
    Present(Placed),
    /// It is not: these two stand next to each other, and it would stand between them. One is missing at
    /// either end of the set, both in an empty set.
    Absent {
        /// The next smaller label.
        before: Option<Placed>,
        /// The next larger label.
        after: Option<Placed>,
    },
}

/// Why a set proof is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// A path does not lead to the set's root.
    #[error("the set proof does not lead to the set's root")]
    Mismatch,
    /// The proof is about another label, or its neighbours leave a gap.
    #[error("the set proof does not answer for this label")]
    OtherLabel,
}

impl LabelSet {
    /// Sorts the labels; one that stands twice counts once.
    pub fn new(mut labels: Vec<Label>) -> Self {
        labels.sort_unstable();
        labels.dedup();
        let leaves = labels.iter().map(|label| leaf_hash(label)).collect();
        Self { labels, leaves }
    }

    /// How many labels there are; goes into the entry beside the root.
    pub fn size(&self) -> u64 {
        self.labels.len() as u64
    }

    /// RFC 6962 root over the sorted labels.
    pub fn root(&self) -> Hash {
        Leaves::all(&self.leaves).root()
    }

    /// Proof that the label is in the set, or that it is not. Hashes the whole set once or twice.
    ///
    /// # Errors
    /// Never for a set made by [`LabelSet::new`].
    pub fn prove(&self, label: &Label) -> Result<SetProof, MerkleError> {
        match self.labels.binary_search(label) {
            Ok(index) => self.placed(index).map(SetProof::Present),
            Err(index) => {
                let before = index.checked_sub(1).map(|before| self.placed(before)).transpose()?;
                let after = (index < self.labels.len()).then(|| self.placed(index)).transpose()?;
                Ok(SetProof::Absent { before, after })
            }
        }
    }

    fn placed(&self, index: usize) -> Result<Placed, MerkleError> {
        let path = prove_inclusion(index as u64, self.size(), &Leaves::all(&self.leaves))?;
        Ok(Placed { label: self.labels[index], index: index as u64, path })
    }
}

impl Placed {
    fn verify(&self, root: &Hash, size: u64) -> Result<(), SetError> {
        verify_inclusion(&leaf_hash(&self.label), self.index, size, root, &self.path)
            .map_err(|_| SetError::Mismatch)
    }
}

/// Checks a proof against the set's root and size, and returns whether the label is in the set.
///
/// # Errors
/// When the proof shows neither.
pub fn verify(root: &Hash, size: u64, label: &Label, proof: &SetProof) -> Result<bool, SetError> {
    let (before, after) = match proof {
        SetProof::Present(placed) if placed.label == *label => {
            return placed.verify(root, size).map(|()| true);
        }
        SetProof::Present(_) => return Err(SetError::OtherLabel),
        SetProof::Absent { before, after } => (before, after),
    };
    for neighbour in before.iter().chain(after) {
        neighbour.verify(root, size)?;
    }
    let gap_starts = before.as_ref().map_or(0, |placed| placed.index + 1);
    let gap_ends = after.as_ref().map_or(size, |placed| placed.index);
    let between = before.as_ref().is_none_or(|placed| placed.label < *label)
        && after.as_ref().is_none_or(|placed| placed.label > *label);
    let empty = before.is_some() || after.is_some() || *root == crate::merkle::EMPTY_ROOT;
    if gap_starts == gap_ends && between && empty { Ok(false) } else { Err(SetError::OtherLabel) }
}
