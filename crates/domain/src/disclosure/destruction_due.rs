//! The contest is over, or a campaign has lost its agreement: what left must be destroyed, and by when.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use kernel::{Act, Desk, Draft, Look, Millis, No, Plain, Verb};
use serde_json::json;

use super::{Copy, DESTROY_WITHIN, Release, case::case, schedule::course};
use crate::{
    contest::{self, Stage},
    undertaking::{self, State, Undertaking},
};

/// Demands destruction, by the schedule.
pub struct DestructionDue {
    /// Of which contest.
    pub contest: String,
}

/// Copies whose destruction is now to be demanded, each with its day.
pub(super) fn demanded(look: &mut Look<'_>, release: &Release) -> Result<Vec<(Copy, Millis)>, No> {
    let over = contest::stage(look, &release.contest)?.stage == Stage::Closed;
    let zone = contest::find(look, &release.contest)?.zone.clone();
    let now = look.now();
    let mut due = Vec::new();
    for copy in look.about::<Copy>(&release.id())? {
        if !copy.is_out() || copy.destroy_by.is_some() {
            continue;
        }
        let undertaking = look.warrant::<Undertaking>(&undertaking::key(&copy.contest, &copy.campaign))?;
        let ended = undertaking.as_ref().is_none_or(|u| matches!(u.state, State::Revoked | State::Expired));
        if over || ended {
            let promised = undertaking.and_then(|u| promised(&u, &zone)).filter(|at| *at > now);
            let latest = now + DESTROY_WITHIN;
            due.push((copy.fact, promised.map_or(latest, |at| at.min(latest))));
        }
    }
    Ok(due)
}

/// The end of the day that the campaign promised.
fn promised(undertaking: &Undertaking, zone: &str) -> Option<Millis> {
    let day: Date = undertaking.contents.as_ref()?.destruction_date.parse().ok()?;
    let next = day.checked_add(1.day()).ok()?.to_zoned_datetime(TimeZone::get(zone).ok()?).ok()?;
    Some(next.timestamp().as_millisecond())
}

impl Act for DestructionDue {
    const NAME: &'static str = "disclosure.destruction_due";
    /// For how many copies.
    type Out = Plain<usize>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let facts = course(desk, &case)?;
        let permit = case.permit(desk, facts)?;
        let due = demanded(desk, &case.release)?;
        let count = due.len();
        for (copy, by) in due {
            let campaign = copy.campaign.clone();
            let plain = json!({ "by": by, "campaign": campaign });
            let draft = Draft::new(Verb::Granted).campaign(&campaign).plain(plain);
            desk.enter(&permit, draft.warrant(&Copy { destroy_by: Some(by), ..copy })?)?;
        }
        Ok(Plain(count))
    }
}
