//! Taking one's own promise back: whoever does sees nothing any more.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Acknowledgement, case::case, key, page};
use crate::door::{Nothing, Oops, Signed, Visit};

/// Takes back one's own acknowledgement.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Withdraw {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
}

impl Act for Withdraw {
    const NAME: &'static str = "undertaking.withdraw";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let permit = case.permit(desk, json!({}))?;
        let me = desk.actor().person().ok_or(No::SignedOut)?;
        let promise =
            desk.warrant::<Acknowledgement>(&format!("{}/{me}", key(&self.contest, &self.campaign)))?;
        let promise = promise.filter(|p| !p.withdrawn).ok_or(No::Absent)?;
        let withdrawn = Acknowledgement { withdrawn: true, ..promise.fact };
        desk.enter(&permit, Draft::new(Verb::Signed).plain(json!({ "withdrawn": 1 })).warrant(&withdrawn)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign)): Path<(String, String)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "withdrawn");
    visit.done(form.request, Withdraw { contest, campaign }).await.map(|()| back)
}
