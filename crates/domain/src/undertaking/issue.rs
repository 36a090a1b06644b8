//! Issuing a text to all campaigns of a contest at one instant. A new text asks everybody to sign again.

use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Text, Undertaking, key};
use crate::contest::{candidates, scene::scene};

/// Issues a published text to every campaign whose candidate stands and that does not have it yet.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Issue {
    /// In which contest.
    pub contest: String,
    /// The text's SHA-256, in hex.
    pub text_hash: String,
}

/// To whom it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Issued {
    /// The campaigns.
    pub campaigns: Vec<String>,
}

impl Act for Issue {
    const NAME: &'static str = "undertaking.issue";
    type Out = Plain<Issued>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let facts = scene.facts(json!({}));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        if desk.warrant::<Text>(&format!("{}/{}", self.contest, self.text_hash))?.is_none() {
            return Err(No::Invalid(
                "No text with this fingerprint is published for this contest.".to_owned(),
            ));
        }
        let mut campaigns = Vec::new();
        for candidate in candidates(desk, &self.contest)? {
            let standing = desk.warrant::<Undertaking>(&key(&self.contest, &candidate.id))?;
            let standing = standing.map(|u| u.fact);
            if !candidate.status.stands() || !wants(standing.as_ref(), &self.text_hash) {
                continue;
            }
            let undertaking = renewed(standing, &self.contest, &candidate.id, &self.text_hash);
            let plain = json!({ "campaign": candidate.id, "text": self.text_hash });
            let draft = Draft::new(Verb::Granted).campaign(&candidate.id).plain(plain);
            desk.enter(&permit, draft.warrant(&undertaking)?)?;
            campaigns.push(candidate.id.clone());
        }
        match campaigns.is_empty() {
            true => Err(No::NotNow("Every campaign that can take this text has it already.".to_owned())),
            false => Ok(Plain(Issued { campaigns })),
        }
    }
}

/// Whether a campaign is to get this text: it has none, or another one that still binds it.
fn wants(standing: Option<&Undertaking>, text_hash: &str) -> bool {
    standing.is_none_or(|u| u.text_hash != text_hash && u.binds())
}

/// The undertaking with a new text: answers and suspension stay, signatures do not.
fn renewed(standing: Option<Undertaking>, contest: &str, campaign: &str, text_hash: &str) -> Undertaking {
    let fresh = Undertaking::issued(contest, campaign, text_hash);
    match standing {
        None => fresh,
        Some(old) => Undertaking {
            contents: old.contents,
            suspended_until: old.suspended_until,
            revocation: old.revocation,
            ..fresh
        },
    }
}
