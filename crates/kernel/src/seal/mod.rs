//! Personal data at rest: keys outside the data, two keys a person, cells bound to their place.
//!
//! ```text
//! key folder                     database
//! epoch-<n> ─HKDF─▶ "log"  ──AEAD──▶ person's log key    labels, salts, openings, fingerprints
//!                   "data" ──AEAD──▶ person's data key   cells: a group of fields of one row
//! index     ─HKDF─▶ one key a kind of blind index
//! server    ─HKDF─▶ sessions, cookies, …
//! log-seed-<name>                one Ed25519 seed a log
//! ```
//!
//! To erase a person, their wrapped keys are deleted; once the survivors are wrapped under the next epoch, the old
//! epoch's file is destroyed, and with it every copy of the erased keys in any backup.
//!
//! All sealing is AES-256-GCM from `ring` with random 96-bit nonces: one key may seal 2³² values (NIST SP 800-38D §8.3),
//! far above what an epoch wraps. Secrets are wiped when dropped and have neither `Debug` nor `Clone`; the expanded
//! AES keys that `ring` keeps on the stack while it works are not wiped, which `ring` does not offer.

pub mod cell;
pub mod index;
pub mod keys;
pub mod person;
pub mod service;

mod aead;
mod epochs;
mod folder;
mod secret;
#[cfg(test)]
mod tests;

pub use secret::Secret;

/// The id of a ledger entry, as a seal or a proof names it.
pub type EntryId = [u8; 16];

/// Why something did not seal or open. No variant holds personal data.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Wrong key, wrong place or altered bytes: which of them, the cipher cannot say.
    #[error("the {0} does not open: it was altered, moved from another place, or sealed with another key")]
    Closed(&'static str),
    /// Sealed by a later version, or not sealed at all.
    #[error(
        "the {0} begins with a mark that this version does not know; open it with the version that sealed it"
    )]
    UnknownMark(&'static str),
    /// The epoch's key is not, or no longer, in the key folder.
    #[error(
        "there is no key of epoch {0}: it was destroyed, or the key folder is not the one that sealed this"
    )]
    NoEpoch(u32),
    /// A data key was asked for without a durable entry about that person.
    #[error("no durable entry covers the person whose key was asked for; record the reveal first")]
    NotCovered,
    /// More than 255 fields, or a field over 65,535 bytes.
    #[error("a group holds at most 255 fields of at most 65,535 bytes")]
    TooLarge,
    /// Opened, yet not what [`cell::pack`] makes.
    #[error("a group of fields is malformed; run `evenhand fsck`")]
    Malformed,
}
