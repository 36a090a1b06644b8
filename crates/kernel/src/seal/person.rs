//! Two random keys a person, at rest only as wrapped by the epoch's key.
//!
//! The *log key* makes what the record book says about the person: its writer may use it inside a transaction. The
//! *data key* opens the person's cells and comes only from a [`KeyService`](super::service::KeyService).

use std::sync::Arc;

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::aead::{AES, Cipher};
use super::cell::CellAddress;
use super::epochs::{Epochs, Half, Wrappers};
use super::{EntryId, SealError, Secret};

/// A person's keys as they lie in the database. Deleting them erases the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKeys {
    /// The epoch whose key wraps them.
    pub epoch: u32,
    /// The log key: 61 bytes, bound to person, epoch and purpose.
    pub log: Vec<u8>,
    /// The data key, likewise.
    pub data: Vec<u8>,
}

/// Opens log keys in process.
pub struct LogKeys(pub(super) Arc<Epochs>);

impl LogKeys {
    /// The person's log key.
    ///
    /// # Errors
    /// [`SealError::NoEpoch`] after the epoch was destroyed, [`SealError::Closed`] for another person's keys.
    pub fn open(&self, person: i64, keys: &WrappedKeys) -> Result<LogKey, SealError> {
        Ok(LogKey(self.0.wrapper(keys.epoch, Half::Log)?.unwrap(person, &keys.log)?))
    }

    /// Many people's log keys, each as [`LogKeys::open`] gives them, in the same order.
    ///
    /// # Errors
    /// As [`LogKeys::open`]; one that does not open fails all.
    pub fn open_all(&self, people: &[(i64, &WrappedKeys)]) -> Result<Vec<LogKey>, SealError> {
        let mut wrappers = Wrappers::new(&self.0, Half::Log);
        people
            .iter()
            .map(|(person, keys)| Ok(LogKey(wrappers.of(keys.epoch)?.unwrap(*person, &keys.log)?)))
            .collect()
    }
}

/// What the record book says about one person is made, and for that person opened, with this key.
pub struct LogKey(pub(super) Secret);

impl LogKey {
    /// A key of the same kind that belongs to the house, such as the one that seals a log's details.
    pub(crate) fn of_house(key: Secret) -> LogKey {
        LogKey(key)
    }

    /// The person's name in one log: stable there, and unlinkable to their name in another log.
    pub fn label(&self, log: &str) -> [u8; 16] {
        self.0.short_mac(&[b"label", log.as_bytes()])
    }

    /// The salt of the commitment that an entry makes to a group of the person's facts.
    pub fn salt(&self, entry: &EntryId, group: u8) -> [u8; 32] {
        self.0.mac(&[b"salt", entry, &[group]])
    }

    /// Seals what opens such a commitment.
    ///
    /// # Errors
    /// [`SealError::TooLarge`] above 64 GiB.
    pub fn seal_opening<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        entry: &EntryId,
        group: u8,
        opening: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        self.openings().seal(rng, &[AES], &[entry, &[group]], opening)
    }

    /// Opens it again, for the same entry and group only.
    ///
    /// # Errors
    /// [`SealError::Closed`] for another entry, group or person.
    pub fn open_opening(
        &self,
        entry: &EntryId,
        group: u8,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.openings().open("opening", &[AES], &[entry, &[group]], sealed)
    }

    /// Tells whether a group of fields changed, without opening it. Equal values of two rows or two groups have
    /// unequal fingerprints, and an erased person's fingerprint in an old backup confirms no guess, because this key
    /// is gone.
    pub fn fingerprint(&self, at: CellAddress, plain: &[u8]) -> [u8; 16] {
        self.0.short_mac(&[b"fingerprint", at.table.as_bytes(), &at.row.to_be_bytes(), &[at.group], plain])
    }

    fn openings(&self) -> Cipher {
        Cipher::new(&self.0.derive("opening", &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels stand in logs for years: a change here makes every member lose their own entries.
    #[test]
    fn the_label_of_a_known_key_never_changes() {
        let key = LogKey(Secret::from_slice(&[7; 32]).unwrap());
        assert_eq!(u128::from_be_bytes(key.label("house")), 0x1685dd6a162e448a5b4de1dfa13dce35);
    }
}
