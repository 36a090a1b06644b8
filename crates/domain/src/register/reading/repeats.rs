//! The same membership number a second time in one file.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;

use super::{MemberRow, Prefs};

/// What an earlier record of the same number has to say about this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// There is none.
    Nobody,
    /// The same names and date of birth, with these preferences.
    Same(Prefs),
    /// Somebody else.
    Other,
}

/// The numbers met so far: sixteen bytes each, whatever the names. Numbers and people are told apart by 64 and 56
/// bits of a keyed hash; among a million records a chance meeting has odds of one in tens of millions, and holds a
/// record for a person to look at.
pub(super) struct Repeats {
    seen: HashMap<u64, Seen>,
    keys: RandomState,
}

/// A fingerprint of the person in the upper 56 bits, the strictest preferences so far in the lowest byte.
#[derive(Clone, Copy)]
struct Seen(u64);

impl Seen {
    fn new(person: u64, prefs: Prefs) -> Self {
        Seen(person & !0xff | u64::from(prefs.bits()))
    }

    fn prefs(self) -> Prefs {
        Prefs::from_bits((self.0 & 0xff) as u8)
    }

    fn is_same_person(self, other: Seen) -> bool {
        self.0 >> 8 == other.0 >> 8
    }
}

impl Repeats {
    pub(super) fn new() -> Self {
        Repeats { seen: HashMap::new(), keys: RandomState::new() }
    }

    /// Compare a record with an earlier one of its number, and remember it.
    pub(super) fn meet(&mut self, row: &MemberRow) -> Before {
        let names = (row.given_names.to_lowercase(), row.family_name.to_lowercase());
        let person = self.keys.hash_one((names, row.date_of_birth));
        let now = Seen::new(person, row.prefs);
        match self.seen.entry(self.keys.hash_one(&row.number)) {
            Entry::Vacant(entry) => {
                entry.insert(now);
                Before::Nobody
            }
            Entry::Occupied(mut entry) if entry.get().is_same_person(now) => {
                let before = entry.get().prefs();
                entry.insert(Seen::new(person, before.stricter(row.prefs)));
                Before::Same(before)
            }
            Entry::Occupied(_) => Before::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: &str, family: &str, prefs: u8) -> MemberRow {
        let (number, family_name) = (number.to_owned(), family.to_owned());
        MemberRow { number, family_name, prefs: Prefs::from_bits(prefs), ..MemberRow::default() }
    }

    #[test]
    fn one_person_gathers_the_strictest_preferences_and_another_is_another() {
        let mut repeats = Repeats::new();
        assert_eq!(repeats.meet(&row("M1", "Ashdown", 1)), Before::Nobody);
        assert_eq!(repeats.meet(&row("M2", "Ashdown", 0)), Before::Nobody);
        assert_eq!(repeats.meet(&row("M1", "ASHDOWN", 4)), Before::Same(Prefs::from_bits(1)));
        assert_eq!(repeats.meet(&row("M1", "Birch", 0)), Before::Other);
        assert_eq!(repeats.meet(&row("M1", "Ashdown", 0)), Before::Same(Prefs::from_bits(5)));
    }
}
