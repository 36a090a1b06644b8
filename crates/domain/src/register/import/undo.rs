//! Undoing an import that was cut short: everything is as it was before it began, and the record book says so.

use kernel::{Act, Actor, Ask, Desk, Draft, Floor, Look, No, Plain, Verb, View};
use serde_json::json;

use super::{
    super::{facts, fields::tags_of},
    tags::retag,
};

const OPEN: &str = "SELECT run FROM import_run WHERE closed IS NULL ORDER BY run -- scan: a row an import";
const RUN: &str = "SELECT first_person, into_empty FROM import_run WHERE run = $1 AND closed IS NULL";
const BACK: &str = "
    SELECT h.person, h.run_before, h.class, h.branch, h.offerable, h.fingerprint, h.tags, h.names, h.birth, h.address,
           h.email, h.phones, h.standing, m.tags AS tags_now
      FROM member_history h JOIN member m ON m.person = h.person
     WHERE h.run = $1 ORDER BY h.person LIMIT 500";
const RESTORE: &str = "
    UPDATE member SET run = $2, class = $3, branch = $4, offerable = $5, fingerprint = $6, tags = $7, names = $8,
           birth = $9, address = $10, email = $11, phones = $12, standing = $13
     WHERE person = $1";
const FORGET_HISTORY: &str = "DELETE FROM member_history WHERE person = $1 AND run = $2";
const NEW: &str = "SELECT person, tags FROM member WHERE person >= $1 ORDER BY person LIMIT 500";
const FORGET: &str = "DELETE FROM member WHERE person = $1";
const FORGET_KEY: &str = "DELETE FROM person_key WHERE person = $1";
const SOME_TAGS: &str = "
    DELETE FROM member_tag WHERE tag IN (SELECT tag FROM member_tag ORDER BY tag LIMIT 10000) -- scan: all of them go";
const END: &str = "DELETE FROM import_run WHERE run = $1 AND closed IS NULL";

/// Undoes imports that a crash left open; how many. Called at start, when nobody else can be importing.
///
/// # Errors
/// The database fails.
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
        tracing::warn!(run, "an import was cut short; it is undone now");
        undo(floor, *run)?;
    }
    Ok(open.len())
}

/// Undoes an open run. The house does it, so that it works for an officer whose session has ended.
pub(super) fn undo(floor: &Floor, run: i64) -> Result<(), No> {
    while !floor.once(&Actor::system(), Undo { run })?.value {}
    Ok(())
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
        let run = desk.row(RUN, &[self.run.into()])?.ok_or(No::Absent)?;
        // Changed people first: while the new ones' tags are there, the tags of a value have no gaps.
        let mut undone = match run.flag("into_empty")? {
            true => desk.execute(SOME_TAGS, &[])?,
            false => self.restore(desk)?,
        };
        if undone == 0 {
            undone = forget(desk, run.int("first_person")?, run.flag("into_empty")?)?;
        }
        if undone == 0 {
            desk.execute(END, &[self.run.into()])?;
        }
        let plain = json!({ "run": self.run, "undone": undone, "all": u8::from(undone == 0) });
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain))?;
        Ok(Plain(undone == 0))
    }
}

impl Undo {
    /// Gives changed people back what they were.
    fn restore(&self, desk: &mut Desk<'_>) -> Result<u64, No> {
        let rows = desk.query(BACK, &[self.run.into()])?;
        for row in &rows {
            let person = row.int("person")?;
            retag(desk, person, &tags_of(row.bytes("tags_now")?), &tags_of(row.bytes("tags")?))?;
            desk.execute(
                RESTORE,
                &[
                    person.into(),
                    row.int("run_before")?.into(),
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
            desk.execute(FORGET_HISTORY, &[person.into(), self.run.into()])?;
        }
        Ok(rows.len() as u64)
    }
}

/// Forgets new people with their keys. Into an empty register, their tags are gone already.
fn forget(desk: &mut Desk<'_>, first: i64, tags_gone: bool) -> Result<u64, No> {
    let rows = desk.query(NEW, &[first.into()])?;
    for row in &rows {
        let person = row.int("person")?;
        if !tags_gone {
            retag(desk, person, &tags_of(row.bytes("tags")?), &[])?;
        }
        desk.execute(FORGET, &[person.into()])?;
        desk.execute(FORGET_KEY, &[person.into()])?;
    }
    Ok(rows.len() as u64)
}
