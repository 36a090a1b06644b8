//! The record book, pure: entries, Merkle tree, tiles, checkpoints, proofs, evidence bundles.
//!
//! A C2SP transparency log (RFC 6962 SHA-256 tree, tlog-tiles, signed-note checkpoints, cosignatures,
//! tlog-proof) whose entries carry nothing personal but salted commitments. Nothing here does I/O,
//! reads a clock or draws chance: time, seeds and salts are passed in.

pub mod audit;
pub mod bundle;
pub mod checkpoint;
pub mod commit;
pub mod entry;
pub mod map;
pub mod merkle;
pub mod note;
pub mod plain;
pub mod proof;
pub mod scope;
pub mod sorted;
pub mod tile;

mod b64;

pub use checkpoint::Checkpoint;
pub use entry::{Basis, Commitments, Entry, EntryError, Verb};
pub use merkle::{Frontier, Hash};
pub use note::{NoteError, Signer, VerifierKey};
pub use scope::ScopeKind;
