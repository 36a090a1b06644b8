//! Signing for a campaign: the candidate, and the head of compliance.

use axum::{extract::Path, response::Response};
use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{COUNTERSIGN_WITHIN, State, Undertaking, case::case, page};
use crate::access::Office;
use crate::door::{Nothing, Oops, Signed, Visit};

/// Signs a campaign's undertaking, text and answers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Sign {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// The text that was read, by its SHA-256 in hex.
    pub text_hash: String,
    /// The answers that were read, by their SHA-256 in hex.
    pub contents_hash: String,
}

impl Act for Sign {
    const NAME: &'static str = "undertaking.sign";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let me = desk.actor().person();
        let old = &case.undertaking.fact;
        let as_candidate = case.scene.standing.is(Office::Candidate);
        let mine = if as_candidate { old.signed_by_candidate } else { old.signed_by_head };
        let theirs = if as_candidate { old.signed_by_head } else { old.signed_by_candidate };
        let permit = case.permit(
            desk,
            json!({
                "filled": old.contents.is_some(),
                "current": old.text_hash == self.text_hash && old.contents_hash()? == self.contents_hash,
                "same": me.is_some() && (mine == me || theirs == me),
                "lapsed": false,
            }),
        )?;
        let mut signed = old.clone();
        match as_candidate {
            true => signed.signed_by_candidate = me,
            false => signed.signed_by_head = me,
        }
        self.complete(&mut signed, desk.now());
        let office = if as_candidate { Office::Candidate } else { Office::HeadOfCompliance };
        let plain = json!({
            "campaign": self.campaign, "text": self.text_hash, "filled": self.contents_hash, "as": office.name(),
        });
        desk.enter(&permit, Draft::new(Verb::Signed).plain(plain).warrant(&signed)?)?;
        Ok(Plain(()))
    }
}

impl Sign {
    /// The second signature starts the clock of the countersignature.
    fn complete(&self, undertaking: &mut Undertaking, now: kernel::Millis) {
        if undertaking.signed_by_candidate.is_some() && undertaking.signed_by_head.is_some() {
            undertaking.state = State::Signed;
            undertaking.countersign_due = Some(now + COUNTERSIGN_WITHIN);
        }
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign, text_hash, contents_hash)): Path<(String, String, String, String)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, &campaign, "signed");
    visit.done(form.request, Sign { contest, campaign, text_hash, contents_hash }).await.map(|()| back)
}
