//! Each of a campaign's people promises for themselves to keep its undertaking.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Acknowledgement, case::case, page};
use crate::door::{Nothing, Oops, Signed, Visit};

/// Acknowledges the text, personally.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Acknowledge {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// The text that was read, by its SHA-256 in hex.
    pub text_hash: String,
}

impl Act for Acknowledge {
    const NAME: &'static str = "undertaking.acknowledge";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let permit = case.permit(
            desk,
            json!({
                "filled": case.undertaking.contents.is_some(),
                "current": case.undertaking.text_hash == self.text_hash,
                "same": false,
                "lapsed": false,
            }),
        )?;
        let promise = Acknowledgement {
            contest: self.contest.clone(),
            campaign: self.campaign.clone(),
            person: desk.actor().person().ok_or(No::SignedOut)?,
            text_hash: self.text_hash.clone(),
            at: desk.now(),
            withdrawn: false,
        };
        let draft = Draft::new(Verb::Signed).plain(json!({ "text": self.text_hash }));
        desk.enter(&permit, draft.warrant(&promise)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign, text_hash)): Path<(String, String, String)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "acknowledged");
    visit.done(form.request, Acknowledge { contest, campaign, text_hash }).await.map(|()| back)
}
