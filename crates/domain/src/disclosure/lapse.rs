//! Copies that nobody collected, or signed for, within the time: they leave the spool.

use kernel::{Act, Desk, Draft, Look, No, Plain, Verb};
use serde_json::json;

use super::{Copy, Release, case::case, schedule::course};

/// Takes back what was not collected, by the schedule.
pub struct Lapse {
    /// Of which contest.
    pub contest: String,
}

/// Copies whose time to be collected is over.
pub(super) fn lapsed(look: &mut Look<'_>, release: &Release) -> Result<Vec<Copy>, No> {
    let now = look.now();
    if release.collect_by().is_none_or(|by| now < by) {
        return Ok(Vec::new());
    }
    let copies = look.about::<Copy>(&release.id())?;
    Ok(copies.into_iter().map(|c| c.fact).filter(Copy::waits).collect())
}

impl Act for Lapse {
    const NAME: &'static str = "disclosure.lapse";
    /// How many copies.
    type Out = Plain<usize>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let facts = course(desk, &case)?;
        let permit = case.permit(desk, facts)?;
        let copies = lapsed(desk, &case.release)?;
        let now = desk.now();
        let lapsed = copies.len();
        for copy in copies {
            let uncollected = u8::from(copy.exported_at.is_none());
            let plain = json!({ "campaign": copy.campaign, "uncollected": uncollected });
            let campaign = copy.campaign.clone();
            let draft = Draft::new(Verb::Granted).campaign(&campaign).plain(plain);
            desk.enter(&permit, draft.warrant(&Copy { void_at: Some(now), ..copy })?)?;
        }
        Ok(Plain(lapsed))
    }
}
