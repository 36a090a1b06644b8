//! Dismissing a mirror, from this instant on.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::enrol_mirror::{ended, facts};

/// Ends somebody's mirror: its token fetches nothing more.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DismissMirror {
    /// Who keeps it.
    pub person: PersonId,
}

impl Act for DismissMirror {
    const NAME: &'static str = "evidence.dismiss_mirror";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk, self.person)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let ended = ended(desk, self.person)?;
        if ended.is_empty() {
            return Err(No::Absent);
        }
        let draft = Draft::new(Verb::Granted).about(self.person).plain(json!({ "mirrors": 1, "ended": 1 }));
        let draft = ended.iter().try_fold(draft, |draft, mirror| draft.warrant(mirror))?;
        desk.enter(&permit, draft)?;
        Ok(Plain(()))
    }
}
