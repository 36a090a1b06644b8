//! Refusals of people who are not signed in: the first of each act and minute has a line, the others are counted.
//!
//! Otherwise a loop on a dead link would fill the record book. The count is kept in memory and entered at the next beat
//! of another minute, and when the floor closes; a crash loses the count of its last minute, never the first line.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use ledger::Verb;
use serde_json::json;

use super::Floor;
use crate::{
    act::Act,
    actor::Actor,
    desk::{Desk, Draft, Ground},
    no::No,
};

type Counts = BTreeMap<&'static str, u64>;

/// Refusals without a line of their own, by log and act.
#[derive(Default)]
pub(crate) struct Strangers(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    logs: BTreeMap<String, Counts>,
    /// Minute of the last lines, so that there is at most one a minute and log.
    entered: i64,
}

impl Strangers {
    pub(crate) fn count(&self, log: &str, act: &'static str) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting.logs.entry(log.to_owned()).or_default().entry(act).or_default() += 1;
    }

    fn take(&self, minute: i64, now: bool) -> BTreeMap<String, Counts> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match now || waiting.entered < minute {
            true => {
                waiting.entered = minute;
                std::mem::take(&mut waiting.logs)
            }
            false => BTreeMap::new(),
        }
    }
}

impl Floor {
    /// Enters what was counted since the last time.
    pub(super) fn enter_strangers(&self, now: bool) -> Result<(), No> {
        for (log, acts) in self.hall.strangers.take(self.now() / 60_000, now) {
            self.once(&Actor::system(), Counted { log, acts })?;
        }
        Ok(())
    }
}

struct Counted {
    log: String,
    acts: Counts,
}

impl Act for Counted {
    const NAME: &'static str = "record.strangers";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let facts = json!({});
        let ground =
            Ground { rule: "record", facts_hash: [0; 32], facts: &facts, log: &self.log, campaign: None };
        let plain = json!({ "acts": self.acts, "count": self.acts.values().sum::<u64>() });
        desk.write(&ground, Draft::new(Verb::Refused).plain(plain)).map(|_| ())
    }
}
