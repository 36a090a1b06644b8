//! The epoch keys in memory, shared by everything that wraps or unwraps, so that a destroyed epoch is gone for all.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rand::CryptoRng;

use super::aead::{AES, Cipher};
use super::{SealError, Secret};

/// Which of a person's two keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Log,
    Data,
}

impl Half {
    fn purpose(self) -> &'static str {
        match self {
            Half::Log => "log",
            Half::Data => "data",
        }
    }
}

#[derive(Default)]
pub(super) struct Epochs(RwLock<BTreeMap<u32, Epoch>>);

struct Epoch {
    log: Secret,
    data: Secret,
}

impl Epochs {
    /// Keeps what is derived from the epoch's key, and lets the key itself go.
    pub(super) fn add(&self, number: u32, key: &Secret) {
        let epoch = Epoch { log: key.derive("log", &[]), data: key.derive("data", &[]) };
        self.write().insert(number, epoch);
    }

    pub(super) fn remove(&self, number: u32) {
        self.write().remove(&number);
    }

    /// Ascending; the last is the one that wraps.
    pub(super) fn numbers(&self) -> Vec<u32> {
        self.read().keys().copied().collect()
    }

    /// The epoch under which new wraps are made.
    pub(super) fn current(&self) -> Result<u32, SealError> {
        self.read().keys().next_back().copied().ok_or(SealError::NoEpoch(1))
    }

    pub(super) fn wrapper(&self, epoch: u32, half: Half) -> Result<Wrapper, SealError> {
        let epochs = self.read();
        let keys = epochs.get(&epoch).ok_or(SealError::NoEpoch(epoch))?;
        let key = match half {
            Half::Log => &keys.log,
            Half::Data => &keys.data,
        };
        Ok(Wrapper { epoch, half, cipher: Cipher::new(key) })
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<u32, Epoch>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<u32, Epoch>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wraps and unwraps one half of people's keys under one epoch.
pub(super) struct Wrapper {
    epoch: u32,
    half: Half,
    cipher: Cipher,
}

const WRAPPED: &str = "wrapped key";

impl Wrapper {
    pub(super) fn wrap<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        person: i64,
        key: &Secret,
    ) -> Result<Vec<u8>, SealError> {
        self.cipher.seal(rng, &[AES], &[&self.place(person)], key.expose())
    }

    pub(super) fn unwrap(&self, person: i64, wrapped: &[u8]) -> Result<Secret, SealError> {
        let key = self.cipher.open(WRAPPED, &[AES], &[&self.place(person)], wrapped)?;
        Secret::from_slice(&key).ok_or(SealError::Closed(WRAPPED))
    }

    /// Whose key it is, which half, which epoch: what a wrapped key cannot be moved away from.
    fn place(&self, person: i64) -> Vec<u8> {
        [self.half.purpose().as_bytes(), &self.epoch.to_be_bytes(), &person.to_be_bytes()].concat()
    }
}

/// Expands an epoch's key once for a run of keys under the same epoch.
pub(super) struct Wrappers<'e> {
    epochs: &'e Epochs,
    half: Half,
    last: Option<Wrapper>,
}

impl<'e> Wrappers<'e> {
    pub(super) fn new(epochs: &'e Epochs, half: Half) -> Wrappers<'e> {
        Wrappers { epochs, half, last: None }
    }

    pub(super) fn of(&mut self, epoch: u32) -> Result<&Wrapper, SealError> {
        let wrapper = match self.last.take() {
            Some(last) if last.epoch == epoch => last,
            _ => self.epochs.wrapper(epoch, self.half)?,
        };
        Ok(self.last.insert(wrapper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    /// Key and place each keep halves and epochs apart, so each is tried with the other one equal.
    #[test]
    fn halves_and_epochs_are_apart_by_key_and_by_place() {
        let rng = &mut StdRng::seed_from_u64(7);
        let [one, other, person] = [(); 3].map(|()| Secret::random(rng));
        let epochs = Epochs::default();
        epochs.add(1, &one);
        epochs.add(2, &one);
        epochs.add(3, &other);
        let data = || epochs.wrapper(1, Half::Data).unwrap();
        let wrapped = data().wrap(rng, 5, &person).unwrap();
        assert!(data().unwrap(5, &wrapped).is_ok());

        let log = || epochs.wrapper(1, Half::Log).unwrap();
        for wrong in [
            Wrapper { half: Half::Log, ..data() },
            Wrapper { half: Half::Data, ..log() },
            Wrapper { epoch: 2, ..data() },
            Wrapper { epoch: 1, ..epochs.wrapper(3, Half::Data).unwrap() },
        ] {
            assert!(wrong.unwrap(5, &wrapped).is_err());
        }
        assert!(data().unwrap(6, &wrapped).is_err());
    }
}
