//! What every act on a release starts from: the contest, where it stands, who asks, and the release.

use kernel::{Ask, Look, No, Permit, Vouched};
use serde_json::{Value as Json, json};

use super::Release;
use crate::contest::scene::{Scene, scene};

/// A contest's release as the acting person meets it.
pub(super) struct Case {
    pub(super) scene: Scene,
    pub(super) release: Vouched<Release>,
}

/// The case of a contest's present release.
///
/// # Errors
/// [`No::Absent`] if none was ever opened.
pub(super) fn case(look: &mut Look<'_>, contest: &str) -> Result<Case, No> {
    let scene = scene(look, contest)?;
    let release = look.warrant::<Release>(contest)?.ok_or(No::Absent)?;
    Ok(Case { scene, release })
}

impl Case {
    /// Asks the guard about an act on the release as a whole.
    pub(super) fn permit<'t>(&self, look: &mut Look<'t>, more: Json) -> Result<Permit<'t>, No> {
        let facts = self.facts(look, more);
        look.permit(Ask::on("Release", &self.release.id()).log(&self.scene.log).facts(facts))
    }

    /// Asks the guard about an act of or for one campaign.
    pub(super) fn permit_for<'t>(
        &self,
        look: &mut Look<'t>,
        campaign: &str,
        more: Json,
    ) -> Result<Permit<'t>, No> {
        let facts = self.facts_for(look, campaign, more);
        let ask = Ask::on("Campaign", campaign).log(&self.scene.log).campaign(Some(campaign)).facts(facts);
        look.permit(ask)
    }

    /// Whether the guard would allow `act` on the release as a whole, for a page.
    pub(super) fn would(&self, look: &Look<'_>, act: &str, more: Json) -> bool {
        let facts = self.facts(look, more);
        look.would(act, &Ask::on("Release", &self.release.id()).facts(facts)).allowed
    }

    /// Whether the guard would allow `act` of or for one campaign, for a page.
    pub(super) fn would_for(&self, look: &Look<'_>, act: &str, campaign: &str, more: Json) -> bool {
        let facts = self.facts_for(look, campaign, more);
        look.would(act, &Ask::on("Campaign", campaign).facts(facts)).allowed
    }

    fn facts_for(&self, look: &Look<'_>, campaign: &str, more: Json) -> Json {
        let mut facts = self.facts(look, more);
        if let Json::Object(all) = &mut facts {
            all.insert("of".to_owned(), campaign.into());
        }
        facts
    }

    /// Standing, stage, how the release stands, and what the act adds.
    fn facts(&self, look: &Look<'_>, more: Json) -> Json {
        let now = look.now();
        let release = &self.release;
        let mut facts = self.scene.facts(json!({
            "open": release.withdrawn_at.is_none(),
            "approved": release.approved_at.is_some(),
            "stopped": release.stopped(now),
            "offered": release.offered_at.is_some(),
        }));
        if let (Json::Object(all), Json::Object(more)) = (&mut facts, more) {
            all.extend(more);
        }
        facts
    }
}
