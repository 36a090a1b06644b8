//! Beginning an import: one at a time, and its people's numbers begin here.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Verb};
use serde_json::json;

use super::super::facts;

const ALONE: &str = "SELECT one FROM register_turn WHERE one = 1 {for_update}";
const OPEN: &str = "SELECT run FROM import_run WHERE closed IS NULL LIMIT 1 -- scan: a row an import";
const NEXT: &str = "SELECT COALESCE(MAX(run), 0) + 1 AS run FROM import_run";
const ANYBODY: &str = "SELECT person FROM member ORDER BY person LIMIT 1 -- scan: one row";
const ANY_ERASED: &str = "SELECT tag FROM erased ORDER BY tag LIMIT 1 -- scan: one row";
const BEGIN: &str = "
    INSERT INTO import_run (run, begun, closed, first_person, into_empty) VALUES ($1, $2, NULL, $3, $4)";

/// Begins an import, or enters that a file will only be compared with the register.
pub struct Begin {
    pub(super) dry_run: bool,
}

/// A run that has begun.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Its number; 0 for a dry run.
    pub number: i64,
    /// Nobody stands in the register yet, so nobody need be looked up.
    pub(super) into_empty: bool,
    /// Somebody was erased, who must not come back.
    pub(super) any_erased: bool,
}

impl Act for Begin {
    const NAME: &'static str = "register.import";
    type Out = Plain<Run>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        alone(desk, "Wait until it has closed, and try again.")?;
        let into_empty = desk.row(ANYBODY, &[])?.is_none();
        let mut run = Run { number: 0, into_empty, any_erased: desk.row(ANY_ERASED, &[])?.is_some() };
        let mut plain = json!({ "dry_run": 1 });
        if !self.dry_run {
            run.number = desk.row(NEXT, &[])?.ok_or(No::Absent)?.int("run")?;
            let first: PersonId = desk.reserve_people(1)?;
            desk.execute(BEGIN, &[run.number.into(), desk.now().into(), first.into(), into_empty.into()])?;
            plain = json!({ "run": run.number, "begun": 1 });
        }
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain))?;
        Ok(Plain(run))
    }
}

/// Holds the register's turn until this act has committed; refuses while an import is under way.
pub(in super::super) fn alone(desk: &mut Desk<'_>, next: &str) -> Result<(), No> {
    desk.row(ALONE, &[])?.ok_or(No::Absent)?;
    match desk.row(OPEN, &[])? {
        None => Ok(()),
        Some(_) => Err(No::NotNow(format!("An import is under way. {next}"))),
    }
}
