//! The recipient signs for the hash of what arrived. That closes the collection, and the spooled file goes.

use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Copy, case::case, copy::own, terms::is_hash};

/// Signs for one's own copy.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct SignReceipt {
    /// In which contest.
    pub contest: String,
    /// Name of the sealed file.
    pub file: String,
    /// SHA-256 of the file as it arrived, in hex: what `sha256sum` prints.
    pub sha256: String,
}

/// A copy that was signed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Received {
    /// Name of the sealed file, which is no longer needed here.
    pub file: String,
}

impl Act for SignReceipt {
    const NAME: &'static str = "disclosure.sign_receipt";
    type Out = Plain<Received>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let person = desk.actor().person().ok_or(No::SignedOut)?;
        let case = case(desk, &self.contest)?;
        let copy = own(desk, &case.release.id(), &self.file, person)?.fact;
        let permit = case.permit_for(desk, &copy.campaign, facts(&copy))?;
        let typed = self.sha256.split_whitespace().next().unwrap_or_default().to_lowercase();
        if !is_hash(&typed) {
            return Err(No::Invalid(
                "A fingerprint has 64 digits and letters a to f; copy what sha256sum prints.".to_owned(),
            ));
        }
        if typed != copy.sealed {
            return Err(No::Invalid(
                "This is not the fingerprint of the file that we sent: something was lost on the way. Remove it, download \
                 it again, and sign for that."
                    .to_owned(),
            ));
        }
        let plain = json!({ "campaign": copy.campaign, "sealed": copy.sealed });
        let file = copy.file.clone();
        let received = Copy { received_at: Some(desk.now()), ..copy };
        desk.enter(&permit, Draft::new(Verb::Signed).plain(plain).warrant(&received)?)?;
        Ok(Plain(Received { file }))
    }
}

/// The facts of signing for one's own copy.
pub(super) fn facts(copy: &Copy) -> Json {
    json!({
        "holder": true,
        "collected": copy.exported_at.is_some(),
        "done": copy.received_at.is_some(),
        "demanded": copy.destroy_by.is_some(),
        "whole": false,
        "all_certified": false,
    })
}
