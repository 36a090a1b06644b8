//! Sweeping out what a backup that was put back has brought of erased people: their keys are dead, their rows go too.

use kernel::{Act, Actor, Ask, Desk, Draft, Floor, Look, No, PersonId, Plain, Verb, View};
use serde_json::json;

use super::{erase::forget, facts, import::alone};
use crate::access::Address;

/// People swept in one turn of the writer.
const TURN: usize = 500;

const LEFT: &str = "
    SELECT person FROM member WHERE person = $1
     UNION ALL SELECT person FROM member_history WHERE person = $1
    LIMIT 1";
const KEY: &str = "SELECT person FROM person_key WHERE person = $1";

/// Deletes the rows of erased people, and holds their numbers against the next import; how many people. Called at
/// start, after imports that were cut short are undone. Writes nothing where there is nothing to sweep.
///
/// # Errors
/// The database fails, or an import is under way.
pub fn sweep(floor: &Floor) -> Result<usize, No> {
    let left = floor.look(&Actor::system(), &Left)?;
    for people in left.chunks(TURN) {
        floor.once(&Actor::system(), Sweep { people: people.to_vec() })?;
    }
    Ok(left.len())
}

/// Erased people of whom there are rows.
struct Left;

impl View for Left {
    const NAME: &'static str = "register.sweep";
    type Out = Vec<PersonId>;

    fn look(&self, look: &mut Look<'_>) -> Result<Vec<PersonId>, No> {
        let mut left = Vec::new();
        for person in look.erased()? {
            let rows = look.row(LEFT, &[person.into()])?.is_some() || !Address::of(look, person)?.is_empty();
            if rows && look.row(KEY, &[person.into()])?.is_none() {
                left.push(person);
            }
        }
        Ok(left)
    }
}

struct Sweep {
    people: Vec<PersonId>,
}

impl Act for Sweep {
    const NAME: &'static str = "register.sweep";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        alone(desk, "Start again when it has closed.")?;
        for person in &self.people {
            forget(desk, *person)?;
            Address::end_all(desk, &permit, *person)?;
        }
        let plain = json!({ "swept": self.people.len() });
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain))?;
        Ok(Plain(()))
    }
}
