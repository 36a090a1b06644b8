//! One entry's proof as a file (C2SP tlog-proof@v1): index, path and the signed checkpoint.

use crate::checkpoint::{self, Checkpoint, Verified};
use crate::merkle::{Hash, leaf_hash, verify_inclusion};
use crate::note::{NoteError, VerifierKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// That an entry is in a log, for anyone who knows the log's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// Which entry, 0 for the first.
    pub index: u64,
    /// Inclusion path, from the leaf's sibling upwards.
    pub path: Vec<Hash>,
    /// The signed checkpoint, byte for byte.
    pub checkpoint: Vec<u8>,
}

/// Why a proof file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not the format.
    #[error("this is not a tlog-proof file")]
    Malformed,
    /// The checkpoint does not hold.
    #[error(transparent)]
    Checkpoint(#[from] NoteError),
    /// The path does not lead from the entry to the checkpoint's root.
    #[error("the entry is not in the log at the place that the proof names")]
    Mismatch,
}

impl LogProof {
    /// The file's text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{FIRST_LINE}\nindex {}\n", self.index);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        [text.as_bytes(), &self.checkpoint].concat()
    }

    /// Reads the file. A line `extra` is refused: this log writes none, and nothing vouches for it.
    ///
    /// # Errors
    /// When it is not in the format, in its one spelling.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofError> {
        let read = || {
            let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
            let (head, checkpoint) = (std::str::from_utf8(&bytes[..end]).ok()?, bytes[end + 2..].to_vec());
            let mut lines = head.strip_prefix(FIRST_LINE)?.strip_prefix("\nindex ")?.split('\n');
            let index = lines.next()?.parse().ok()?;
            let path =
                lines.map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect::<Option<_>>()?;
            Some(Self { index, path, checkpoint })
        };
        read().filter(|proof| proof.to_bytes() == bytes).ok_or(ProofError::Malformed)
    }

    /// Checks that `leaf` is the log's entry at `index`, under a checkpoint signed by the log.
    ///
    /// # Errors
    /// When it is not, as far as the proof shows.
    pub fn verify(
        &self,
        leaf: &[u8],
        log: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<Verified, ProofError> {
        let verified = checkpoint::verify(&self.checkpoint, log, witnesses)?;
        self.verify_under(leaf, &verified.checkpoint)?;
        Ok(verified)
    }

    /// Checks the path alone, under a checkpoint known to be the file's own and valid.
    pub(crate) fn verify_under(&self, leaf: &[u8], checkpoint: &Checkpoint) -> Result<(), ProofError> {
        verify_inclusion(&leaf_hash(leaf), self.index, checkpoint.size, &checkpoint.root, &self.path)
            .map_err(|_| ProofError::Mismatch)
    }
}
