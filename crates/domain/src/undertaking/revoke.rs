//! The second step: the undertaking ends, and with it the campaign's access.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{PROPOSAL_LIFE, State, Undertaking, case::case, page};
use crate::door::{Nothing, Oops, Signed, Visit};

/// Revokes a campaign's undertaking on somebody else's proposal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Revoke {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
}

impl Act for Revoke {
    const NAME: &'static str = "undertaking.revoke";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let proposal = case.undertaking.revocation.as_ref();
        let permit = case.permit(
            desk,
            json!({
                "proposed": proposal.is_some_and(|p| desk.now() < p.at + PROPOSAL_LIFE),
                "own_proposal": proposal.is_some_and(|p| Some(p.by) == desk.actor().person()),
            }),
        )?;
        let revoked = Undertaking { state: State::Revoked, ..case.undertaking.fact };
        let plain = json!({ "campaign": self.campaign, "revoked": 1 });
        desk.enter(&permit, Draft::new(Verb::Granted).plain(plain).warrant(&revoked)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign)): Path<(String, String)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "revoked");
    visit.done(form.request, Revoke { contest, campaign }).await.map(|()| back)
}
