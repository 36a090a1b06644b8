//! The electors, held against the frozen register before anything is sealed from them.
//!
//! Nobody in a frozen electorate is erased (register-7), so whoever was frozen has a key and a row to this day: another
//! root or another count means that the tables were changed behind the house's back.

use std::collections::BTreeMap;

use kernel::{Look, No, View};

use super::terms::hex;
use crate::contest::{Freeze, log_of};

/// Everybody who may vote, in the register and with keys.
const ELECTORS: &str = "
    SELECT e.person, k.epoch, k.log_key FROM elector e
      JOIN member m ON m.person = e.person
      JOIN person_key k ON k.person = e.person
     WHERE e.contest = $1";
const BY_CLASS: &str = "
    SELECT class, COUNT(*) AS electors FROM elector WHERE contest = $1 GROUP BY class ORDER BY class";

/// Whether a contest's electors are still those whose root was published and countersigned.
pub(super) struct AsFrozen(pub(super) String);

impl View for AsFrozen {
    const NAME: &'static str = "disclosure.electorate";
    type Out = ();

    fn look(&self, look: &mut Look<'_>) -> Result<(), No> {
        let contest = &self.0;
        let freeze = look.warrant::<Freeze>(contest)?.ok_or_else(|| {
            No::NotNow("The register is not frozen yet; copies are sealed from the frozen one.".to_owned())
        })?;
        let set = look.label_set(&log_of(contest), ELECTORS, &[contest.as_str().into()])?;
        let mut by_class = BTreeMap::new();
        for row in look.query(BY_CLASS, &[contest.as_str().into()])? {
            let electors = u64::try_from(row.int("electors")?).map_err(No::fault)?;
            by_class.insert(row.text("class")?.to_owned(), electors);
        }
        if hex(set.root()) == freeze.root && set.count() == freeze.electors && by_class == freeze.by_class {
            return Ok(());
        }
        Err(No::Fault(format!(
            "the electors of {contest} are not those of the frozen register ({} with root {}, frozen {} with root {}): \
             nothing is sealed; find out who changed the tables, and put a backup back",
            set.count(),
            hex(set.root()),
            freeze.electors,
            freeze.root,
        )))
    }
}
