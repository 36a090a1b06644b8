//! What every act on a campaign's undertaking starts from.

use kernel::{Ask, Desk, No, Permit, Vouched};
use serde_json::{Value as Json, json};

use super::{Undertaking, find};
use crate::contest::scene::{Scene, scene};

/// A campaign's undertaking as the acting person meets it.
pub(super) struct Case {
    pub(super) scene: Scene,
    pub(super) undertaking: Vouched<Undertaking>,
}

/// The case of one campaign.
pub(super) fn case(desk: &mut Desk<'_>, contest: &str, campaign: &str) -> Result<Case, No> {
    Ok(Case { scene: scene(desk, contest)?, undertaking: find(desk, contest, campaign)? })
}

impl Case {
    /// Asks the guard with the facts of the case and `more`.
    pub(super) fn permit<'t>(&self, desk: &mut Desk<'t>, more: Json) -> Result<Permit<'t>, No> {
        let campaign = &self.undertaking.campaign;
        let mut facts = self.scene.facts(json!({
            "of": campaign,
            "state": self.undertaking.state_at(desk.now()).name(),
            "progress": self.undertaking.state.name(),
        }));
        if let (Json::Object(all), Json::Object(more)) = (&mut facts, more) {
            all.extend(more);
        }
        desk.permit(Ask::on("Campaign", campaign).log(&self.scene.log).campaign(Some(campaign)).facts(facts))
    }
}
