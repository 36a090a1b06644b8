//! Erasing a person: the keys go, and with them every cell and every opening of theirs.

use ledger::Verb;
use serde_json::json;

use super::{Desk, Draft, Look, Permit};
use crate::{
    actor::PersonId,
    book::EntryId,
    db::Conn,
    erasures::{Erasure, Step},
    hall::Hall,
    no::No,
};

const DELETE: &str = "DELETE FROM person_key WHERE person = $1";
const NUMBERED: &str = "SELECT place FROM entry WHERE id = $1";
const WAITING: &str = "SELECT ticket FROM intake WHERE id = $1";

impl Desk<'_> {
    /// Deletes a person's keys, and enters `erased` without saying whose. From COMMIT on nothing live opens their data;
    /// once the epoch is retired ([`crate::Floor::rotate_epoch`]) no copy does. Rows about them are the subject's to
    /// delete, in the same act. If they act themselves, let this be the act's last line.
    pub fn erase_person(&mut self, permit: &Permit<'_>, person: PersonId) -> Result<EntryId, No> {
        let entry = self.enter(permit, Draft::new(Verb::Erased).plain(json!({ "keys": 1 })))?;
        if self.execute(DELETE, &[person.into()])? == 0 {
            return Err(No::Absent);
        }
        self.log_keys.remove(&person);
        self.hall.forget_actors();
        let erasure = Erasure { person, entry };
        self.hall.erasures.note(Step::Erased, &[erasure])?;
        self.erased.push(erasure);
        Ok(entry)
    }
}

impl Look<'_> {
    /// Everybody who was ever erased, by number, from the list beside the keys. Their keys are gone; a backup that was
    /// put back may have brought rows about them.
    pub fn erased(&self) -> Result<Vec<PersonId>, No> {
        let all = self.hall.erasures.all()?.into_iter().filter(|(_, step)| *step != Step::Undone);
        Ok(all.map(|(erasure, _)| erasure.person).collect())
    }
}

impl Hall {
    /// Settles what a crash left open: an erasure whose line is in the book is kept, another one never happened.
    pub(crate) fn settle_erasures(&self, conn: &mut Conn) -> Result<(), No> {
        for (erasure, _) in self.erasures.all()?.into_iter().filter(|(_, step)| *step == Step::Erased) {
            let id = [erasure.entry.0.into()];
            let happened = conn.row(NUMBERED, &id)?.is_some() || conn.row(WAITING, &id)?.is_some();
            self.erasures.note(if happened { Step::Kept } else { Step::Undone }, &[erasure])?;
        }
        Ok(())
    }
}
