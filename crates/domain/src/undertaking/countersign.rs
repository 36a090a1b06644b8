//! The organisation's signature: from now on the undertaking is in force.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{State, Undertaking, case::case, page};
use crate::door::{Nothing, Oops, Signed, Visit};

/// Countersigns a campaign's undertaking.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Countersign {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// The text that was read, by its SHA-256 in hex.
    pub text_hash: String,
    /// The answers that were read, by their SHA-256 in hex.
    pub contents_hash: String,
}

impl Act for Countersign {
    const NAME: &'static str = "undertaking.countersign";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let old = &case.undertaking.fact;
        let permit = case.permit(
            desk,
            json!({
                "filled": old.contents.is_some(),
                "current": old.text_hash == self.text_hash && old.contents_hash()? == self.contents_hash,
                "same": false,
                "lapsed": old.countersign_due.is_some_and(|due| due <= desk.now()),
            }),
        )?;
        let in_force = Undertaking {
            state: State::InForce,
            countersigned_by: desk.actor().person(),
            countersign_due: None,
            ..old.clone()
        };
        let plain =
            json!({ "campaign": self.campaign, "text": self.text_hash, "filled": self.contents_hash });
        desk.enter(&permit, Draft::new(Verb::Signed).plain(plain).warrant(&in_force)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign, text_hash, contents_hash)): Path<(String, String, String, String)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "countersigned");
    visit.done(form.request, Countersign { contest, campaign, text_hash, contents_hash }).await.map(|()| back)
}
