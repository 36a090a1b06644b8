//! Erasing a member: the keys go at once, the tags with them, and no import brings them back.

use kernel::{Act, Ask, Desk, No, PersonId, Plain, seal::index::Kind};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    facts,
    fields::tags_of,
    import::{alone, retag},
};

const TAGS: &str = "SELECT tags FROM member WHERE person = $1";
const GONE: &str = "INSERT INTO erased (tag) VALUES ($1) ON CONFLICT (tag) DO NOTHING";
const FORGET: &str = "DELETE FROM member WHERE person = $1";
const FORGET_HISTORY: &str = "DELETE FROM member_history WHERE person = $1";
const FORGET_SIGN_IN: &str = "DELETE FROM sign_in WHERE person = $1";

/// Erases a member.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Erase {
    /// Whom.
    pub person: PersonId,
}

impl Act for Erase {
    const NAME: &'static str = "register.erase";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        alone(desk, "Erase when it has closed.")?;
        let row = desk.row(TAGS, &[self.person.into()])?.ok_or(No::Absent)?;
        let tags = tags_of(row.bytes("tags")?);
        retag(desk, self.person, &tags, &[])?;
        for (_, tag) in tags.iter().filter(|(kind, _)| *kind == Kind::Erased) {
            desk.execute(GONE, &[(*tag).into()])?;
        }
        for text in [FORGET, FORGET_HISTORY, FORGET_SIGN_IN] {
            desk.execute(text, &[self.person.into()])?;
        }
        desk.erase_person(&permit, self.person)?;
        Ok(Plain(()))
    }
}
