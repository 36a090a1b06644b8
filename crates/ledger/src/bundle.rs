//! Evidence bundles: a zip with entries, their proofs and the openings that its reader may see, which
//! anyone can check offline.
//!
//! Fixed names: `manifest.sha256` (as `sha256sum` writes it, over every other file; its own SHA-256 is the
//! bundle's one manifest hash), `README.txt`, `checkpoint`, `log.vkey`, `witnesses.txt`,
//! `entries/<index>.leaf`, `entries/<index>.tlog-proof`, `openings/<index>.json`, and `views/…`, which is
//! kept for completeness proofs. Nothing is ever extracted to disk.

use crate::merkle::{Hash, MerkleError};
use crate::note::VerifierKey;
use crate::proof::LogProof;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

mod archive;
mod check;
mod openings;

pub use check::{Fault, Findings, Proven, Refusal, check};
pub use openings::{Opening, Openings, ScopeOpening};

/// Largest bundle, in bytes of zip.
pub const MAX_ZIP: usize = 64 << 20;
/// Largest sum of a bundle's files, unpacked.
pub const MAX_UNPACKED: u64 = 256 << 20;
/// Most files in a bundle: so many have room in a plain zip (no zip64).
pub const MAX_FILES: usize = 65_000;

const MANIFEST: &str = "manifest.sha256";
const README: &str = "README.txt";
const CHECKPOINT: &str = "checkpoint";
const LOG_KEY: &str = "log.vkey";
const WITNESSES: &str = "witnesses.txt";
const VIEWS: &str = "views/";

/// What every bundle says of itself.
const README_TEXT: &str = "\
This is an evidence bundle: entries of a record book, each with the proof that it is in the book, and with
the openings that the reader of this bundle may see. To check it, run

    evenhand-verify bundle THIS-FILE --vkey KEY

with the record book's key as you know it from elsewhere (not from this bundle). The checks can be done with
other tools, too: manifest.sha256 with sha256sum, the .tlog-proof files with any C2SP tlog-proof verifier.

manifest.sha256          hashes of all other files; its own SHA-256 is this bundle's manifest hash
checkpoint               the record book's size and root, signed by the book and countersigned by witnesses
log.vkey                 the record book's public key
witnesses.txt            public keys of witnesses, one a line
entries/N.leaf           entry N, byte for byte
entries/N.tlog-proof     proof that entry N is in the book at that place
openings/N.json          what stands behind the hashes of entry N, as far as the reader may see it
";

/// One entry to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibit {
    /// The entry's place in the log.
    pub index: u64,
    /// The entry's bytes.
    pub leaf: Vec<u8>,
    /// Its inclusion path under the bundle's checkpoint.
    pub path: Vec<Hash>,
    /// What the reader may see behind its hashes.
    pub openings: Openings,
}

/// A bundle to be written.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The signed checkpoint under which everything is proved.
    pub checkpoint: Vec<u8>,
    /// The log's key.
    pub log_key: VerifierKey,
    /// The witnesses' keys.
    pub witnesses: Vec<VerifierKey>,
    /// The entries.
    pub exhibits: Vec<Exhibit>,
}

/// A bundle written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The zip.
    pub zip: Vec<u8>,
    /// SHA-256 of `manifest.sha256`: the hash by which the bundle is known.
    pub manifest: Hash,
}

/// Why a bundle cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Two exhibits are the same entry.
    #[error("entry {0} is in the bundle twice")]
    Twice(u64),
    /// An exhibit has no valid path.
    #[error("an entry has no proof: {0}")]
    Proof(#[from] MerkleError),
    /// Too many files or bytes.
    #[error("the bundle is too large; make several, each with fewer entries")]
    TooLarge,
    /// The archive could not be written.
    #[error("the bundle could not be packed: {0}")]
    Zip(#[from] zip::result::ZipError),
}

impl Bundle {
    /// Packs the bundle. The same bundle gives the same manifest hash, always.
    ///
    /// # Errors
    /// When an entry stands twice or the bundle is too large. Whether it proves anything is for
    /// [`check`] to say, and whoever makes a bundle should ask it before handing the bundle out.
    pub fn write(&self) -> Result<Written, BundleError> {
        let mut files = BTreeMap::new();
        let mut put = |name: String, bytes: Vec<u8>| files.insert(name, bytes).is_none();
        put(README.into(), README_TEXT.into());
        put(CHECKPOINT.into(), self.checkpoint.clone());
        put(LOG_KEY.into(), format!("{}\n", self.log_key).into());
        put(
            WITNESSES.into(),
            self.witnesses.iter().fold(String::new(), |all, key| format!("{all}{key}\n")).into(),
        );
        for Exhibit { index, leaf, path, openings } in &self.exhibits {
            let (path, checkpoint) = (path.clone(), self.checkpoint.clone());
            let proof = LogProof { index: *index, path, checkpoint };
            let fresh = put(leaf_name(*index), leaf.clone());
            put(proof_name(*index), proof.to_bytes());
            if !openings.is_empty() {
                put(openings_name(*index), openings.to_json().into());
            }
            if !fresh {
                return Err(BundleError::Twice(*index));
            }
        }
        let manifest = manifest(&files);
        let hash = Sha256::digest(&manifest).into();
        files.insert(MANIFEST.into(), manifest.into());
        Ok(Written { zip: archive::pack(&files)?, manifest: hash })
    }
}

fn leaf_name(index: u64) -> String {
    format!("entries/{index}.leaf")
}

fn proof_name(index: u64) -> String {
    format!("entries/{index}.tlog-proof")
}

fn openings_name(index: u64) -> String {
    format!("openings/{index}.json")
}

/// The manifest over these files, in the order of their names, as `sha256sum` writes it.
fn manifest(files: &BTreeMap<String, Vec<u8>>) -> String {
    files.iter().filter(|(name, _)| *name != MANIFEST).fold(String::new(), |mut all, (name, bytes)| {
        let _ = writeln!(all, "{:x}  {name}", Sha256::digest(bytes));
        all
    })
}
