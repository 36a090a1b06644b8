//! Sets of people: their labels in a log, in bulk, for the sorted trees that stand for a whole list.

use ledger::sorted::Label;

use super::{Look, people::wrapped};
use crate::{
    actor::PersonId,
    no::No,
    seal::person::{LogKey, WrappedKeys},
};

const KEYS_FROM_TO: &str = "
    SELECT person, epoch, log_key, data_key FROM person_key WHERE person >= $1 AND person <= $2 ORDER BY person";

impl Look<'_> {
    /// The labels in `log` of those among `people` who have keys, in the order of their numbers; whoever was erased is
    /// left out. `people` must be sorted. Reads the keys from the first number to the last in one go.
    pub fn labels(&mut self, people: &[PersonId], log: &str) -> Result<Vec<(PersonId, Label)>, No> {
        let (Some(first), Some(last)) = (people.first(), people.last()) else { return Ok(Vec::new()) };
        let mut found: Vec<(PersonId, WrappedKeys)> = Vec::with_capacity(people.len());
        for row in self.conn.query(KEYS_FROM_TO, &[(*first).into(), (*last).into()])? {
            let person = row.int("person")?;
            if people.binary_search(&person).is_ok() {
                found.push((person, wrapped(&row)?));
            }
        }
        let lent: Vec<(PersonId, &WrappedKeys)> =
            found.iter().map(|(person, keys)| (*person, keys)).collect();
        let keys: Vec<LogKey> = self.hall.log_keys.open_all(&lent)?;
        Ok(found.iter().zip(&keys).map(|((person, _), key)| (*person, key.label(log))).collect())
    }
}
