//! The end of all undertakings when their contest closes. Secrecy, destruction and breach notice remain due.

use kernel::{Act, Actor, Ask, Desk, Draft, Floor, Look, No, Plain, Verb, View};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{State, Undertaking};
use crate::contest::{self, Contest, Stage, scene::scene};

/// Expires every undertaking of a closed contest that is not revoked or ended already.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Expire {
    /// Which contest.
    pub contest: String,
}

impl Act for Expire {
    const NAME: &'static str = "undertaking.expire";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let facts = scene.facts(json!({}));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        let mut left = 0;
        for undertaking in desk.about::<Undertaking>(&self.contest)? {
            if !undertaking.binds() {
                continue;
            }
            left += 1;
            let expired = Undertaking { state: State::Expired, ..undertaking.fact };
            let plain = json!({ "campaign": expired.campaign, "expired": 1 });
            let draft = Draft::new(Verb::Granted).campaign(&expired.campaign).plain(plain);
            desk.enter(&permit, draft.warrant(&expired)?)?;
        }
        match left {
            0 => Err(No::NotNow("No undertaking of this contest is left to expire.".to_owned())),
            _ => Ok(Plain(())),
        }
    }
}

/// Expires what closed contests have left; what was done, in words for the log. Called by the schedule.
pub fn tick(floor: &Floor) -> Result<Vec<String>, No> {
    let mut done = Vec::new();
    for contest in floor.look(&Actor::system(), &Left)? {
        floor.once(&Actor::system(), Expire { contest: contest.clone() })?;
        done.push(format!("{contest}: undertakings expired"));
    }
    Ok(done)
}

/// Closed contests with undertakings that still bind.
struct Left;

impl View for Left {
    const NAME: &'static str = "undertaking.left";
    type Out = Vec<String>;

    fn look(&self, look: &mut Look<'_>) -> Result<Vec<String>, No> {
        let mut left = Vec::new();
        for contest in look.about::<Contest>("contests")? {
            let closed = contest::stage(look, &contest.id)?.stage == Stage::Closed;
            if closed && look.about::<Undertaking>(&contest.id)?.iter().any(|u| u.binds()) {
                left.push(contest.id.clone());
            }
        }
        Ok(left)
    }
}
