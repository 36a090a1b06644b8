//! Beginning an import: one at a time, and its people's numbers begin here.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Verb};
use serde_json::json;

use super::super::facts;

const OPEN: &str = "SELECT run FROM import_run WHERE closed IS NULL LIMIT 1 -- scan: a row an import";
const NEXT: &str = "SELECT COALESCE(MAX(run), 0) + 1 AS run FROM import_run";
const BEGIN: &str = "INSERT INTO import_run (run, begun, closed, first_person) VALUES ($1, $2, NULL, $3)";

/// Begins an import.
pub struct Begin {}

/// A run that has begun.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// Its number.
    pub run: i64,
    /// The first number of its new people.
    pub first_person: PersonId,
}

impl Act for Begin {
    const NAME: &'static str = "register.import";
    type Out = Plain<Run>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        if desk.row(OPEN, &[])?.is_some() {
            return Err(No::NotNow(
                "Another import is under way. Wait until it has closed, and try again.".to_owned(),
            ));
        }
        let run = desk.row(NEXT, &[])?.ok_or(No::Absent)?.int("run")?;
        let first_person = desk.reserve_people(1)?;
        desk.execute(BEGIN, &[run.into(), desk.now().into(), first_person.into()])?;
        desk.enter(&permit, Draft::new(Verb::Processed).plain(json!({ "run": run, "begun": 1 })))?;
        Ok(Plain(Run { run, first_person }))
    }
}
