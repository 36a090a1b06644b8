//! The end of all undertakings when their contest closes. Secrecy, destruction and breach notice remain due.

use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{State, Undertaking};
use crate::contest::scene::scene;

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
            if !matches!(undertaking.state, State::Issued | State::Signed | State::InForce) {
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
