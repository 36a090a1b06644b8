//! Retiring an epoch: everybody who is left gets their keys wrapped anew, and the old epoch's key is destroyed.
//!
//! After that, every copy of an erased person's wrapped keys is dead, in whatever log, standby or backup it lies. A job
//! of many turns; each is durable, and two epochs in the key folder mean that the job goes on where it stopped.

use std::sync::PoisonError;

use ledger::Verb;
use serde_json::json;

use super::Floor;
use crate::{
    act::{Act, Plain},
    actor::{Actor, PersonId},
    desk::{Desk, Draft, Ground, HOUSE, people::wrapped},
    no::No,
    seal::person::WrappedKeys,
};

/// People whose keys are wrapped anew in one turn.
const TURN: i64 = 2_000;

const OLD: &str = "
    SELECT person, epoch, log_key, data_key FROM person_key WHERE epoch = $1 ORDER BY person LIMIT $2 {for_update}";
const REWRAP: &str = "
    UPDATE person_key SET epoch = $3, log_key = $4, data_key = $5 WHERE person = $1 AND epoch = $2";

/// How long an epoch lasts: the erasure window, seven days.
pub const EPOCH_LIFE: crate::clock::Millis = 7 * 24 * 3_600_000;

impl Floor {
    /// Retires the present epoch, or finishes retiring the last one. Returns the number of the epoch that is left.
    /// Copies of the database that are older than this can never be opened again.
    pub fn rotate_epoch(&self) -> Result<u32, No> {
        while self.rotate_turn()? {}
        Ok(self.hall.keys.epochs().last().copied().unwrap_or(0))
    }

    /// Takes some turns of [`Floor::rotate_epoch`] if the present epoch is [`EPOCH_LIFE`] old or is being retired, so that
    /// nobody's keys outlive their erasure by more than that, in any copy. For the schedule, which calls it often.
    pub fn rotate_when_due(&self) -> Result<(), No> {
        const TURNS: usize = 20;
        let epochs = self.hall.keys.epochs();
        let due = match epochs[..] {
            [epoch] => {
                let file = self.hall.high_water.with_file_name(format!("epoch-{epoch}"));
                let made = std::fs::metadata(file).and_then(|file| file.modified()).map_err(No::fault)?;
                let made = made.duration_since(std::time::UNIX_EPOCH).map_err(No::fault)?;
                self.now() - i64::try_from(made.as_millis()).map_err(No::fault)? >= EPOCH_LIFE
            }
            _ => true,
        };
        for _ in 0..TURNS {
            if !due || !self.rotate_turn()? {
                break;
            }
        }
        Ok(())
    }

    /// One turn of [`Floor::rotate_epoch`]; whether there is more to do.
    pub fn rotate_turn(&self) -> Result<bool, No> {
        let Ok(_alone) = self.hall.rotating.try_lock() else {
            return Err(No::NotNow("An epoch is being retired already; wait until it is done.".to_owned()));
        };
        let [old, _] = self.hall.keys.epochs()[..] else {
            let new = self.hall.keys.new_epoch(&mut self.hall.chance.fork())?;
            tracing::info!(new, "a new epoch begins");
            return Ok(true);
        };
        // An act that took its keys in before the new epoch has committed when this lock is had.
        drop(self.hall.minute.write().unwrap_or_else(PoisonError::into_inner));
        if self.once(&Actor::system(), Rewrap { old })?.value > 0 {
            return Ok(true);
        }
        self.once(&Actor::system(), Retired { old })?;
        let _poured = self.hall.pouring.write().unwrap_or_else(PoisonError::into_inner);
        let _answered = self.hall.answering.write().unwrap_or_else(PoisonError::into_inner);
        self.hall.keys.destroy_epoch(old)?;
        tracing::info!(old, "the old epoch's key is destroyed");
        Ok(false)
    }

    /// Goes on with what the last run left half done.
    pub(super) fn resume_rotation(&self) {
        if self.hall.keys.epochs().len() > 1 {
            tracing::info!("an epoch was being retired when Evenhand stopped; this goes on now");
            if let Err(no) = self.rotate_epoch() {
                tracing::error!(
                    "the old epoch could not be retired ({no}); erased people's keys still open in copies"
                );
            }
        }
    }
}

struct Rewrap {
    old: u32,
}

impl Act for Rewrap {
    const NAME: &'static str = "service.rewrap";
    type Out = Plain<usize>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Plain<usize>, No> {
        let old = i64::from(self.old);
        let rows = desk.query(OLD, &[old.into(), TURN.into()])?;
        let keys = rows.iter().map(|row| Ok((row.int("person")?, wrapped(row)?)));
        let keys = keys.collect::<Result<Vec<(PersonId, WrappedKeys)>, No>>()?;
        let lent: Vec<(PersonId, &WrappedKeys)> = keys.iter().map(|(person, keys)| (*person, keys)).collect();
        let new = desk.hall.service.rewrap(&lent, &mut desk.hall.chance.fork())?;
        for ((person, _), new) in keys.iter().zip(&new) {
            let (log, data) = (new.log.as_slice(), new.data.as_slice());
            let row = [(*person).into(), old.into(), i64::from(new.epoch).into(), log.into(), data.into()];
            desk.execute(REWRAP, &row)?;
        }
        Ok(Plain(keys.len()))
    }
}

/// Closes the job: nobody's keys are under the old epoch, whose key is destroyed next.
struct Retired {
    old: u32,
}

impl Act for Retired {
    const NAME: &'static str = "service.retire_epoch";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let facts = json!({});
        let ground =
            Ground { rule: "service", facts_hash: [0; 32], facts: &facts, log: HOUSE, campaign: None };
        let plain = json!({ "epoch_retired": self.old });
        desk.write(&ground, Draft::new(Verb::Erased).plain(plain)).map(|_| ())
    }
}
