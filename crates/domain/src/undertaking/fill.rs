//! Saying where the data will be. New answers ask for the signatures again.

use axum::{extract::Path, response::Response};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Contents, State, Undertaking, case::case, contents, page};
use crate::door::{Oops, Signed, Visit};
use crate::{access::standing_of, contest::Stage};

/// Fills in a campaign's answers, in place of those before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Fill {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// The answers.
    pub contents: Contents,
}

impl Act for Fill {
    const NAME: &'static str = "undertaking.fill";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let permit = case.permit(desk, json!({}))?;
        let day = |ms| local_day(&case.scene.contest.zone, ms);
        let closes = case.scene.contest.hour(Stage::Closed).unwrap_or(desk.now());
        let faults = contents::faults(&self.contents, day(desk.now())?, day(closes)?);
        if !faults.is_empty() {
            return Err(No::Invalid(faults.join(" ")));
        }
        for person in &self.contents.people {
            let campaign = standing_of(desk, *person, Some(&self.contest))?.campaign;
            if campaign.as_deref() != Some(&self.campaign) {
                return Err(No::Invalid(
                    "Somebody named does not belong to this campaign; let them be named to it first."
                        .to_owned(),
                ));
            }
        }
        let undertaking = Undertaking {
            contents: Some(self.contents.clone()),
            state: State::Issued,
            signed_by_candidate: None,
            signed_by_head: None,
            countersign_due: None,
            countersigned_by: None,
            ..case.undertaking.fact
        };
        let plain = json!({ "campaign": self.campaign, "filled": undertaking.contents_hash()? });
        desk.enter(&permit, Draft::new(Verb::Signed).plain(plain).warrant(&undertaking)?)?;
        Ok(Plain(()))
    }
}

fn local_day(zone: &str, ms: i64) -> Result<Date, No> {
    let tz = TimeZone::get(zone).map_err(No::fault)?;
    Ok(Timestamp::from_millisecond(ms).map_err(No::fault)?.to_zoned_datetime(tz).date())
}

#[derive(Deserialize)]
pub(super) struct Form {
    stored_where: String,
    /// One an input line.
    devices: String,
    /// Numbers, apart by spaces.
    people: String,
    /// One an input line.
    processors: String,
    destruction_date: String,
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign)): Path<(String, String)>,
    form: Signed<Form>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "filled");
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
    };
    let numbers: Result<Vec<_>, _> = form.form.people.split_whitespace().map(str::parse).collect();
    let wrong =
        |_| visit.oops(No::Invalid("Give the people's numbers, as listed under who has signed.".to_owned()));
    let contents = Contents {
        stored_where: form.form.stored_where.trim().to_owned(),
        devices: lines(&form.form.devices),
        people: numbers.map_err(wrong)?,
        processors: lines(&form.form.processors),
        destruction_date: form.form.destruction_date.trim().to_owned(),
    };
    visit.done(form.request, Fill { contest, campaign, contents }).await.map(|()| back)
}
