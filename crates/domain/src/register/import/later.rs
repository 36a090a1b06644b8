//! Records that wait for the end of the file, because another one of the same number may still follow.
//!
//! Of several records of one person the last one counts, with the strictest preferences of all. The first is stored as
//! it comes, for nobody knows yet that another one follows; the others wait here, so that only the last is stored. When
//! the same file comes again, its first record says what the row no longer says: that one waits here, too.

use std::collections::HashMap;

use super::record::{Record, Told};

/// Records by the first tag of their number.
#[derive(Default)]
pub(super) struct Later(HashMap<i64, Waiting>);

/// The records of one number that wait.
pub(super) struct Waiting {
    /// The last one: it counts.
    pub(super) last: Record,
    /// Those before it, of which nothing is stored.
    pub(super) passed: Vec<Told>,
    /// Whether the first record in the file is among them.
    pub(super) first_waits: bool,
}

impl Later {
    /// Whether a record of this number waits.
    pub(super) fn has(&self, number: i64) -> bool {
        self.0.contains_key(&number)
    }

    /// The first record of its number waits.
    pub(super) fn first(&mut self, record: Record) {
        let number = record.number;
        self.0.insert(number, Waiting { last: record, passed: Vec::new(), first_waits: true });
    }

    /// A further record of its number waits.
    pub(super) fn further(&mut self, record: Record) {
        match self.0.get_mut(&record.number) {
            Some(waiting) => waiting.passed.push(std::mem::replace(&mut waiting.last, record).told),
            None => {
                let (number, passed) = (record.number, Vec::new());
                self.0.insert(number, Waiting { last: record, passed, first_waits: false });
            }
        }
    }

    /// Everything that waits, in the order of the file.
    pub(super) fn take(&mut self) -> Vec<Waiting> {
        let mut all: Vec<_> = std::mem::take(&mut self.0).into_values().collect();
        all.sort_unstable_by_key(|waiting| waiting.last.told.at.0);
        all
    }
}
