//! The common time has come: the release is offered to every campaign at one instant, whether it has signed or not.

use kernel::{Act, Desk, Draft, No, Plain, Verb};
use serde_json::json;

use super::{Offer as Stored, Release, case::case, schedule::course};
use crate::contest;

/// Offers the release of a contest, by the schedule.
pub struct Offer {
    /// Of which contest.
    pub contest: String,
}

impl Act for Offer {
    const NAME: &'static str = "disclosure.offer";
    /// To how many campaigns.
    type Out = Plain<usize>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let facts = course(desk, &case)?;
        let permit = case.permit(desk, facts)?;
        if case.release.offered_at.is_some() {
            return Err(No::NotNow("The release was offered already, to all at once.".to_owned()));
        }
        let now = desk.now();
        let release = Release { offered_at: Some(now), ..case.release.fact.clone() };
        let plain = |campaign: &str| json!({ "campaign": campaign, "release": release.number });
        let mut offered = 0;
        for candidate in contest::candidates(desk, &self.contest)?.iter().filter(|c| c.status.stands()) {
            let offer = Stored { release: release.id(), campaign: candidate.id.clone(), at: now };
            let mut draft = Draft::new(Verb::Granted).campaign(&candidate.id).plain(plain(&candidate.id));
            if offered == 0 {
                draft = draft.warrant(&release)?;
            }
            desk.enter(&permit, draft.warrant(&offer)?)?;
            offered += 1;
        }
        Ok(Plain(offered))
    }
}
