//! Typing a fresh code: for a few minutes the session may sign, approve and collect.

use kernel::{Act, Ask, Desk, Draft, No, Plain, Session, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    FRESH_LIFE,
    redeem::{Typed, check},
};

/// Types a fresh code in an open session.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Confirm {
    /// From the cookie of the browser that asked.
    pub ticket: String,
    /// The six characters.
    pub code: String,
}

impl Act for Confirm {
    const NAME: &'static str = "access.confirm";
    /// Whether the code was right.
    type Out = Plain<bool>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let permit = desk.permit(Ask::on("House", "house").facts(json!({})))?;
        let key = desk.actor().session().map(str::to_owned).ok_or(No::SignedOut)?;
        let used = match check(desk, &self.ticket, &self.code)? {
            Typed::Unknown => return Ok(Plain(false)),
            Typed::Wrong(counted) => {
                desk.enter(
                    &permit,
                    Draft::new(Verb::Refused).plain(json!({ "codes": 1 })).warrant(&counted)?,
                )?;
                return Ok(Plain(false));
            }
            Typed::Right(used, person) => {
                let mine = used.session.as_deref() == Some(&key) && desk.actor().person() == Some(person);
                if !mine {
                    return Ok(Plain(false));
                }
                used
            }
        };
        let session = desk.warrant::<Session>(&key)?.ok_or(No::SignedOut)?;
        let fresh = Session { fresh_until: desk.now() + FRESH_LIFE, ..session.fact };
        let draft = Draft::new(Verb::Granted).plain(json!({ "fresh": 1 }));
        desk.enter(&permit, draft.warrant(&used)?.warrant(&fresh)?)?;
        Ok(Plain(true))
    }
}
