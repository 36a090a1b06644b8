//! Keys of people: made when somebody is enrolled, read inside the turn, dead when the row is deleted.

use std::sync::{Arc, PoisonError};

use super::{Desk, Look};
use crate::{
    actor::PersonId,
    db::{Row, Value},
    no::No,
    seal::{
        cell::{CellAddress, SealingKey},
        person::{LogKey, WrappedKeys},
        service::{Minted, Wrapped},
    },
};

const KEYS: &str = "SELECT epoch, log_key, data_key FROM person_key WHERE person = $1";
const RESERVE: &str = "
    INSERT INTO counter (name, next) VALUES ('person', $1)
    ON CONFLICT (name) DO UPDATE SET next = counter.next + $1 RETURNING next";

pub(crate) fn wrapped(row: &Row) -> Result<WrappedKeys, No> {
    Ok(WrappedKeys {
        epoch: row.int("epoch")? as u32,
        log: row.bytes("log_key")?.to_vec(),
        data: row.bytes("data_key")?.to_vec(),
    })
}

impl Look<'_> {
    pub(crate) fn wrapped_keys(&mut self, person: PersonId) -> Result<WrappedKeys, No> {
        let row = self.conn.row(KEYS, &[person.into()])?.ok_or(No::Absent)?;
        wrapped(&row)
    }

    /// The log key of somebody who acts; kept for the next act.
    pub(super) fn actor_key(&mut self, person: PersonId) -> Result<Arc<LogKey>, No> {
        let lock = || self.hall.actors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = lock().get(&person) {
            return Ok(key.clone());
        }
        let wrapped = self.wrapped_keys(person)?;
        let key = Arc::new(self.hall.log_keys.open(person, &wrapped)?);
        lock().insert(person, key.clone());
        Ok(key)
    }
}

impl Look<'_> {
    /// Tells whether a person's stored facts changed, without opening them.
    pub fn fingerprint(&mut self, person: PersonId, at: CellAddress, plain: &[u8]) -> Result<[u8; 16], No> {
        let wrapped = self.wrapped_keys(person)?;
        Ok(self.hall.log_keys.open(person, &wrapped)?.fingerprint(at, plain))
    }

    /// A key that seals what is stored about a person, and opens nothing.
    pub fn sealing(&mut self, person: PersonId) -> Result<SealingKey, No> {
        let wrapped = self.wrapped_keys(person)?;
        let key = Wrapped { person, epoch: wrapped.epoch, key: &wrapped.data };
        self.hall.service.sealing(&[key])?.pop().ok_or(No::Absent)
    }
}

impl Desk<'_> {
    pub(super) fn load_log_key(&mut self, person: PersonId) -> Result<(), No> {
        if !self.log_keys.contains_key(&person) {
            let wrapped = self.wrapped_keys(person)?;
            let key = self.hall.log_keys.open(person, &wrapped)?;
            self.log_keys.insert(person, key);
        }
        Ok(())
    }

    /// Fresh keys for people who are being enrolled.
    pub fn mint(&self, people: &[PersonId]) -> Result<Vec<Minted>, No> {
        Ok(self.hall.service.mint(people, &mut self.hall.chance.fork())?)
    }

    /// The first of `count` numbers for people who will be enrolled.
    pub fn reserve_people(&mut self, count: i64) -> Result<PersonId, No> {
        let row = self.conn.row(RESERVE, &[count.into()])?;
        Ok(row.ok_or(No::Absent)?.int("next")? - count + 1)
    }

    /// Stores the keys of newly enrolled people.
    pub fn enrol(&mut self, people: &[(PersonId, &WrappedKeys)]) -> Result<(), No> {
        const COLUMNS: &[&str] = &["person", "epoch", "log_key", "data_key"];
        let current = self.hall.keys.epochs().last().copied();
        let anew = match people.iter().all(|(_, keys)| Some(keys.epoch) == current) {
            true => Vec::new(),
            // An epoch began since these keys were made; the old one is on its way out.
            false => self.hall.service.rewrap(people, &mut self.hall.chance.fork())?,
        };
        let mut rows = people.iter().enumerate().map(|(i, (person, made))| -> Vec<Value> {
            let keys = anew.get(i).unwrap_or(made);
            let epoch = i64::from(keys.epoch);
            vec![(*person).into(), epoch.into(), keys.log.as_slice().into(), keys.data.as_slice().into()]
        });
        self.load("person_key", COLUMNS, &mut rows)?;
        Ok(())
    }
}
