//! Stopping a campaign's access for some hours. It ends by itself; only the scrutineer renews it.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{LONGEST_SUSPENSION, Undertaking, case::case, page};
use crate::contest::suspend::reason;
use crate::door::{Oops, Signed, Visit};

const HOUR: kernel::Millis = 3_600_000;

/// Suspends a campaign's undertaking.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Suspend {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// For how many hours, 1 to 48.
    pub hours: u32,
    /// Why, in a sentence that names nobody.
    pub reason: String,
}

impl Act for Suspend {
    const NAME: &'static str = "undertaking.suspend";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let renewal = case.undertaking.would_renew(desk.now());
        let permit = case.permit(desk, json!({ "renewal": renewal }))?;
        let length = kernel::Millis::from(self.hours) * HOUR;
        if length == 0 || length > LONGEST_SUSPENSION {
            return Err(No::Invalid("A suspension lasts 1 to 48 hours and ends by itself.".to_owned()));
        }
        reason(&self.reason)?;
        let until = desk.now() + length;
        let suspended = Undertaking { suspended_until: Some(until), ..case.undertaking.fact };
        let draft = Draft::new(Verb::Held)
            .plain(json!({ "campaign": self.campaign, "hours": self.hours }))
            .detail(json!({ "reason": self.reason.trim() }));
        desk.enter(&permit, draft.warrant(&suspended)?)?;
        Ok(Plain(()))
    }
}

#[derive(Deserialize)]
pub(super) struct Form {
    hours: u32,
    reason: String,
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign)): Path<(String, String)>,
    form: Signed<Form>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "suspended");
    let Form { hours, reason } = form.form;
    visit.done(form.request, Suspend { contest, campaign, hours, reason }).await.map(|()| back)
}
