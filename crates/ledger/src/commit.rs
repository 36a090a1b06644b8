//! Salted commitments: what an entry says about people without saying it.
//!
//! Whoever holds opening and salt can prove what was committed to; without the salt, nobody can guess
//! their way to it. Deleting the salt deletes the meaning and leaves every proof valid.

use crate::merkle::Hash;
use crate::scope::ScopeKind;
use sha2::{Digest, Sha256};

/// `SHA-256("evenhand/commit/1" ‖ BE32 length ‖ group ‖ salt ‖ opening)`.
pub fn commit(group: &str, salt: &[u8; 32], opening: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"evenhand/commit/1");
    absorb(&mut hasher, group);
    hasher.update(salt);
    hasher.update(opening);
    hasher.finalize().into()
}

/// That an entry belongs to a scope: `SHA-256("evenhand/scope-commit/1" ‖ BE32 length ‖ kind ‖ label ‖ salt)`.
pub fn scope_commit(kind: ScopeKind, label: &[u8; 16], salt: &[u8; 32]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"evenhand/scope-commit/1");
    absorb(&mut hasher, kind.as_str());
    hasher.update(label);
    hasher.update(salt);
    hasher.finalize().into()
}

/// Hashes a text after its length (32 bits, big-endian), so that no two sequences of texts hash alike.
pub(crate) fn absorb(hasher: &mut Sha256, text: &str) {
    hasher.update(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    hasher.update(text.as_bytes());
}
