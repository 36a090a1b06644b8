//! Registering a candidate, and with them their campaign.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Candidate, CandidateStatus, page, scene::scene};
use crate::door::{Oops, Signed, Visit};

/// Registers a candidate. Whoever stands is named by `contest.appoint`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct AddCandidate {
    /// In which contest.
    pub contest: String,
    /// 1 to 32 small letters, digits and hyphens, used by no campaign before: `osgood`.
    pub id: String,
    /// The name on the ballot paper, which is public.
    pub name: String,
    /// The campaign's name: "Osgood for Leader".
    pub campaign: String,
}

impl Act for AddCandidate {
    const NAME: &'static str = "contest.add_candidate";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let facts = scene.facts(json!({ "due": true }));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.id.is_empty() || self.id.len() > 32 || !self.id.bytes().all(letters) {
            return Err(No::Invalid(
                "A campaign's id has 1 to 32 small letters, digits and hyphens.".to_owned(),
            ));
        }
        if self.name.trim().is_empty() || self.campaign.trim().is_empty() {
            return Err(No::Invalid(
                "A candidate has a name on the ballot paper, and a campaign with a name.".to_owned(),
            ));
        }
        if !desk.held::<Candidate>(&self.id)?.is_empty() {
            return Err(No::Invalid(format!(
                "There is or was a campaign `{}`; choose another id, so that no record is mistaken for another's.",
                self.id
            )));
        }
        let candidate = Candidate {
            contest: self.contest.clone(),
            id: self.id.clone(),
            name: self.name.trim().to_owned(),
            campaign: self.campaign.trim().to_owned(),
            status: CandidateStatus::Aspiring,
            place: None,
        };
        let draft = Draft::new(Verb::Granted).campaign(&self.id).plain(json!({ "candidate": self.id }));
        desk.enter(&permit, draft.warrant(&candidate)?)?;
        Ok(Plain(()))
    }
}

#[derive(Deserialize)]
pub(super) struct Form {
    id: String,
    name: String,
    campaign: String,
}

pub(super) async fn post(
    visit: Visit,
    Path(contest): Path<String>,
    form: Signed<Form>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "registered");
    let Form { id, name, campaign } = form.form;
    visit.done(form.request, AddCandidate { contest, id, name, campaign }).await.map(|()| back)
}
