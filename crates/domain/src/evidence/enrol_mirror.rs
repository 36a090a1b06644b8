//! Enrolling a mirror: whoever inspects from outside may fetch every entry.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Session, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::Mirror;
use crate::access::{demo, standing, standing_of};

/// Gives a scrutineer's mirror a token; an older one of the same scrutineer is worth nothing from then on.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct EnrolMirror {
    /// Who keeps the mirror: a scrutineer.
    pub person: PersonId,
}

/// The mirror's token, shown this once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Enrolled {
    /// What the mirror sends as `Authorization: Bearer …`.
    pub token: String,
}

impl Act for EnrolMirror {
    const NAME: &'static str = "evidence.enrol_mirror";
    type Out = Plain<Enrolled>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk, self.person)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let token = format!("{}{}", desk.chance().id(), desk.chance().id());
        let mirror = Mirror {
            token_hash: Session::key_of(&token),
            person: self.person,
            from: desk.now(),
            ended: false,
        };
        let mut draft = Draft::new(Verb::Granted).about(self.person).plain(json!({ "mirrors": 1 }));
        for old in ended(desk, self.person)? {
            draft = draft.warrant(&old)?;
        }
        desk.enter(&permit, draft.warrant(&mirror)?)?;
        Ok(Plain(Enrolled { token }))
    }
}

/// The facts for enrolling and dismissing mirrors of `person`.
pub(super) fn facts(desk: &mut Desk<'_>, person: PersonId) -> Result<Json, No> {
    let standing = standing(desk, None)?;
    let holder = standing_of(desk, person, None)?;
    Ok(json!({
        "offices": standing.offices, "fresh": standing.fresh, "system": standing.system,
        "demo": demo(desk)?, "holder_offices": holder.offices,
    }))
}

/// What a person's live mirrors become when they end.
pub(super) fn ended(desk: &mut Desk<'_>, person: PersonId) -> Result<Vec<Mirror>, No> {
    let held = desk.held::<Mirror>(&person.to_string())?;
    let live = held.into_iter().map(|m| m.fact).filter(|m| !m.ended);
    Ok(live.map(|m| Mirror { ended: true, ..m }).collect())
}
