//! Undoing an import that was cut short: everything is as it was before it began, and the record book says so.

use kernel::{Act, Actor, Ask, Desk, Draft, Floor, Look, No, Plain, Verb, View};
use serde_json::json;

use super::super::facts;

const OPEN: &str = "SELECT run FROM import_run WHERE closed IS NULL ORDER BY run -- scan: a row an import";
const FIRST: &str = "SELECT first_person FROM import_run WHERE run = $1";
const SOME_NEW: &str =
    "SELECT person, tags FROM member WHERE person >= $1 AND run = $2 ORDER BY person LIMIT 500";
const FORGET_KEY: &str = "DELETE FROM person_key WHERE person = $1";
const FORGET: &str = "DELETE FROM member WHERE person = $1";
const BACK: &str = "
    SELECT person, class, branch, offerable, fingerprint, tags, names, birth, address, email, phones, standing
      FROM member_history WHERE run = $1 ORDER BY person LIMIT 500";
const RESTORE: &str = "
    UPDATE member SET run = 0, class = $2, branch = $3, offerable = $4, fingerprint = $5, tags = $6, names = $7,
           birth = $8, address = $9, email = $10, phones = $11, standing = $12
     WHERE person = $1";
const FORGET_HISTORY: &str = "DELETE FROM member_history WHERE person = $1 AND run = $2";
const NOW_TAGS: &str = "SELECT tags FROM member WHERE person = $1";
const END: &str = "DELETE FROM import_run WHERE run = $1 AND closed IS NULL";

/// Undoes imports that a crash left open. Called at start.
pub fn undo_cut_short(floor: &Floor) -> Result<usize, No> {
    struct Open;
    impl View for Open {
        const NAME: &'static str = "register.import_undo";
        type Out = Vec<i64>;
        fn look(&self, look: &mut Look<'_>) -> Result<Vec<i64>, No> {
            look.query(OPEN, &[])?.iter().map(|row| Ok(row.int("run")?)).collect()
        }
    }
    let open = floor.look(&Actor::system(), &Open)?;
    for run in &open {
        while !floor.once(&Actor::system(), Undo { run: *run })?.value {}
    }
    Ok(open.len())
}

/// Undoes one turn's worth of an open run; answers whether nothing is left to undo.
pub struct Undo {
    pub(super) run: i64,
}

impl Act for Undo {
    const NAME: &'static str = "register.import_undo";
    type Out = Plain<bool>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let first = desk.row(FIRST, &[self.run.into()])?.ok_or(No::Absent)?.int("first_person")?;
        let new = desk.query(SOME_NEW, &[first.into(), self.run.into()])?;
        for row in &new {
            let person = row.int("person")?;
            super::rows::untag_all(desk, person, row.bytes("tags")?)?;
            desk.execute(FORGET, &[person.into()])?;
            desk.execute(FORGET_KEY, &[person.into()])?;
        }
        let back = desk.query(BACK, &[self.run.into()])?;
        for row in &back {
            let person = row.int("person")?;
            let now = desk.row(NOW_TAGS, &[person.into()])?.ok_or(No::Absent)?.bytes("tags")?.to_vec();
            super::rows::untag_all(desk, person, &now)?;
            desk.execute(
                RESTORE,
                &[
                    person.into(),
                    row.text("class")?.into(),
                    row.text("branch")?.into(),
                    row.int("offerable")?.into(),
                    row.bytes("fingerprint")?.into(),
                    row.bytes("tags")?.into(),
                    row.bytes("names")?.into(),
                    row.bytes("birth")?.into(),
                    row.bytes("address")?.into(),
                    row.bytes("email")?.into(),
                    row.bytes("phones")?.into(),
                    row.bytes("standing")?.into(),
                ],
            )?;
            super::rows::tag_all(desk, person, row.bytes("tags")?)?;
            desk.execute(FORGET_HISTORY, &[person.into(), self.run.into()])?;
        }
        let done = new.is_empty() && back.is_empty();
        if done {
            desk.execute(END, &[self.run.into()])?;
        }
        let plain = json!({ "run": self.run, "undone": new.len() + back.len(), "all": u8::from(done) });
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain))?;
        Ok(Plain(done))
    }
}
