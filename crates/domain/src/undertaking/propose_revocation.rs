//! The first of two steps to end an undertaking.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Proposal, Undertaking, case::case, page};
use crate::contest::suspend::reason;
use crate::door::{Oops, Signed, Visit};

/// Proposes to revoke a campaign's undertaking. Somebody else does it with `undertaking.revoke`, within seven days.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ProposeRevocation {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// Why, in a sentence that names nobody.
    pub reason: String,
}

impl Act for ProposeRevocation {
    const NAME: &'static str = "undertaking.propose_revocation";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let permit = case.permit(desk, json!({}))?;
        reason(&self.reason)?;
        let proposal = Proposal { by: desk.actor().person().ok_or(No::SignedOut)?, at: desk.now() };
        let proposed = Undertaking { revocation: Some(proposal), ..case.undertaking.fact };
        let draft = Draft::new(Verb::Signed)
            .plain(json!({ "campaign": self.campaign, "proposed": "revocation" }))
            .detail(json!({ "reason": self.reason.trim() }));
        desk.enter(&permit, draft.warrant(&proposed)?)?;
        Ok(Plain(()))
    }
}

#[derive(Deserialize)]
pub(super) struct Form {
    reason: String,
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign)): Path<(String, String)>,
    form: Signed<Form>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "proposed");
    let act = ProposeRevocation { contest, campaign, reason: form.form.reason };
    visit.done(form.request, act).await.map(|()| back)
}
