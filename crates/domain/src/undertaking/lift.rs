//! Ending a suspension before its hour.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Undertaking, case::case, page};
use crate::door::{Nothing, Oops, Signed, Visit};

/// Lifts the suspension of a campaign's undertaking.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Lift {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
}

impl Act for Lift {
    const NAME: &'static str = "undertaking.lift";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let permit = case.permit(desk, json!({}))?;
        let lifted = Undertaking { suspended_until: Some(desk.now()), ..case.undertaking.fact };
        let plain = json!({ "campaign": self.campaign, "lifted": 1 });
        desk.enter(&permit, Draft::new(Verb::Held).plain(plain).warrant(&lifted)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign)): Path<(String, String)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "lifted");
    visit.done(form.request, Lift { contest, campaign }).await.map(|()| back)
}
