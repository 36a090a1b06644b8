//! The one way to a person's data key, so that it can one day stand on another host and be counted against the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::CryptoRng;

use super::cell::{DataKey, SealingKey};
use super::epochs::{Epochs, Half, Wrappers};
use super::person::{LogKey, WrappedKeys};
use super::{EntryId, SealError, Secret};

/// Evidence that reveals are durable: a receipt that the writer gives out after COMMIT.
pub trait UnwrapProof {
    /// Whether this entry is durable and about this person.
    fn covers(&self, entry: &EntryId, person: i64) -> bool;
}

/// A person's wrapped data key.
#[derive(Clone, Copy)]
pub struct Wrapped<'a> {
    /// Whose key.
    pub person: i64,
    /// The epoch that wraps it.
    pub epoch: u32,
    /// [`WrappedKeys::data`].
    pub key: &'a [u8],
}

/// A new person's keys: wrapped for the database, and open for sealing what was just taken in.
pub struct Minted {
    /// For the database.
    pub wrapped: WrappedKeys,
    /// For the person's first entry.
    pub log: LogKey,
    /// For the person's first cells.
    pub sealing: SealingKey,
}

/// Holds the epochs' keys and lends people's data keys against proof.
pub trait KeyService: Send + Sync {
    /// Fresh keys for each person, wrapped under the current epoch.
    ///
    /// # Errors
    /// [`SealError::NoEpoch`] if the key folder has none.
    fn mint(&self, people: &[i64], rng: &mut dyn CryptoRng) -> Result<Vec<Minted>, SealError>;

    /// Keys that seal and never open; sealing reveals nothing, so it needs no proof.
    ///
    /// # Errors
    /// As [`LogKeys::open`](super::person::LogKeys::open).
    fn sealing(&self, keys: &[Wrapped<'_>]) -> Result<Vec<SealingKey>, SealError>;

    /// Keys that open, each against the entry that names the reveal; all of them or none.
    ///
    /// # Errors
    /// [`SealError::NotCovered`] if the proof lacks one of the entries; else as [`KeyService::sealing`].
    fn unwrap(
        &self,
        keys: &[(Wrapped<'_>, EntryId)],
        proof: &dyn UnwrapProof,
    ) -> Result<Vec<DataKey>, SealError>;

    /// The same keys wrapped anew under the current epoch. What is under it already comes back as it is.
    ///
    /// # Errors
    /// As [`KeyService::sealing`].
    fn rewrap(
        &self,
        people: &[(i64, &WrappedKeys)],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<WrappedKeys>, SealError>;

    /// How many keys [`KeyService::unwrap`] has lent since the service started; the log must account for each.
    fn unwrapped(&self) -> u64;
}

/// The key service inside this process, over the keys of a [`KeyRing`](super::keys::KeyRing).
pub struct InProcess {
    epochs: Arc<Epochs>,
    unwrapped: AtomicU64,
}

impl InProcess {
    pub(super) fn new(epochs: Arc<Epochs>) -> InProcess {
        InProcess { epochs, unwrapped: AtomicU64::new(0) }
    }

    fn open<'a>(&self, keys: impl Iterator<Item = Wrapped<'a>>) -> Result<Vec<SealingKey>, SealError> {
        let mut wrappers = Wrappers::new(&self.epochs, Half::Data);
        keys.map(|key| Ok(SealingKey::new(wrappers.of(key.epoch)?.unwrap(key.person, key.key)?))).collect()
    }
}

impl KeyService for InProcess {
    fn mint(&self, people: &[i64], rng: &mut dyn CryptoRng) -> Result<Vec<Minted>, SealError> {
        let epoch = self.epochs.current()?;
        let [logs, datas] = [self.epochs.wrapper(epoch, Half::Log)?, self.epochs.wrapper(epoch, Half::Data)?];
        let mint = |&person| {
            let [log, data] = [Secret::random(rng), Secret::random(rng)];
            let wrapped = WrappedKeys {
                epoch,
                log: logs.wrap(rng, person, &log)?,
                data: datas.wrap(rng, person, &data)?,
            };
            Ok(Minted { wrapped, log: LogKey(log), sealing: SealingKey::new(data) })
        };
        people.iter().map(mint).collect()
    }

    fn sealing(&self, keys: &[Wrapped<'_>]) -> Result<Vec<SealingKey>, SealError> {
        self.open(keys.iter().copied())
    }

    fn unwrap(
        &self,
        keys: &[(Wrapped<'_>, EntryId)],
        proof: &dyn UnwrapProof,
    ) -> Result<Vec<DataKey>, SealError> {
        if !keys.iter().all(|(key, entry)| proof.covers(entry, key.person)) {
            return Err(SealError::NotCovered);
        }
        let opened = self.open(keys.iter().map(|(key, _)| *key))?;
        self.unwrapped.fetch_add(opened.len() as u64, Ordering::SeqCst);
        Ok(opened.into_iter().map(DataKey::new).collect())
    }

    fn rewrap(
        &self,
        people: &[(i64, &WrappedKeys)],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<WrappedKeys>, SealError> {
        let epoch = self.epochs.current()?;
        let [logs, datas] = [self.epochs.wrapper(epoch, Half::Log)?, self.epochs.wrapper(epoch, Half::Data)?];
        let [mut old_logs, mut old_datas] =
            [Half::Log, Half::Data].map(|half| Wrappers::new(&self.epochs, half));
        let rewrap = |&(person, keys): &(i64, &WrappedKeys)| {
            if keys.epoch == epoch {
                return Ok(keys.clone());
            }
            let log = old_logs.of(keys.epoch)?.unwrap(person, &keys.log)?;
            let data = old_datas.of(keys.epoch)?.unwrap(person, &keys.data)?;
            Ok(WrappedKeys {
                epoch,
                log: logs.wrap(rng, person, &log)?,
                data: datas.wrap(rng, person, &data)?,
            })
        };
        people.iter().map(rewrap).collect()
    }

    fn unwrapped(&self) -> u64 {
        self.unwrapped.load(Ordering::SeqCst)
    }
}
