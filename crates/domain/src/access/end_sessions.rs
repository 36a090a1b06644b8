//! Ending all of somebody's sessions at once: a lost telephone, a person who left.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Session, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::enrol::appointing_facts;

/// Ends every open session of one person.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct EndSessions {
    /// Whose.
    pub person: PersonId,
}

impl Act for EndSessions {
    const NAME: &'static str = "access.end_sessions";
    type Out = Plain<u64>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = appointing_facts(desk, false, false)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let now = desk.now();
        let open = desk.held::<Session>(&self.person.to_string())?;
        let mut draft = Draft::new(Verb::Granted).about(self.person);
        let mut ended = 0;
        for session in open.into_iter().filter(|s| s.live(now)) {
            draft = draft.warrant(&Session { ended: true, ..session.fact })?;
            ended += 1;
        }
        desk.enter(&permit, draft.plain(json!({ "sessions_ended": ended })))?;
        Ok(Plain(ended))
    }
}
