//! Records that wait for the end of the file, because another one of the same number may still follow.
//!
//! Of several records of one person the last one counts, with the strictest preferences of all. The first is stored as
//! it comes, for nobody knows yet that another one follows; the others wait here, so that only the last is stored. When
//! the same file comes again, its first record says what the row no longer says: that one waits here, too.

use std::collections::HashMap;

use super::read::Taken;

/// Records by the first tag of their number.
#[derive(Default)]
pub(super) struct Later(HashMap<i64, Waiting>);

/// The records of one number that wait.
pub(super) struct Waiting {
    /// The last one: it counts.
    pub(super) last: Taken,
    /// Those before it, of which nothing is stored.
    pub(super) passed: Vec<Taken>,
    /// Whether the first record in the file is among them.
    pub(super) first_waits: bool,
}

impl Later {
    /// Whether a record of this number waits.
    pub(super) fn has(&self, number: i64) -> bool {
        self.0.contains_key(&number)
    }

    /// The first record of its number waits.
    pub(super) fn first(&mut self, number: i64, taken: Taken) {
        self.0.insert(number, Waiting { last: taken, passed: Vec::new(), first_waits: true });
    }

    /// A further record of its number waits.
    pub(super) fn further(&mut self, number: i64, taken: Taken) {
        match self.0.get_mut(&number) {
            Some(waiting) => waiting.passed.push(std::mem::replace(&mut waiting.last, taken)),
            None => {
                self.0.insert(number, Waiting { last: taken, passed: Vec::new(), first_waits: false });
            }
        }
    }

    /// Everything that waits, in the order of the file.
    pub(super) fn take(&mut self) -> Vec<(i64, Waiting)> {
        let mut all: Vec<_> = std::mem::take(&mut self.0).into_iter().collect();
        all.sort_unstable_by_key(|(_, waiting)| waiting.last.at.0);
        all
    }
}
