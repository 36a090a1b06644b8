//! The first of two people's steps: proposing that a contest be announced, or its ballot opened.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, Millis, No, PersonId, Plain, Verb, Warrant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Stage, page, scene::scene};
use crate::door::{Nothing, Oops, Signed, Visit};

/// That somebody proposed the next stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageProposal {
    /// Of which contest.
    pub contest: String,
    /// The stage to enter.
    pub to: Stage,
    /// Who proposed it.
    pub by: PersonId,
    /// When.
    pub at: Millis,
}

impl Warrant for StageProposal {
    const KIND: &'static str = "stage_proposal";
    fn key(&self) -> String {
        self.contest.clone()
    }
}

/// Proposes the next stage, where two people enter it together. The second does `contest.advance`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Propose {
    /// Of which contest.
    pub contest: String,
    /// The stage to enter.
    pub to: Stage,
}

impl Act for Propose {
    const NAME: &'static str = "contest.propose";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let next = scene.stage.stage.next() == Some(self.to);
        let facts = scene.facts(json!({ "to": self.to.name(), "next": next }));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        let by = desk.actor().person().ok_or(No::SignedOut)?;
        let proposal = StageProposal { contest: self.contest.clone(), to: self.to, by, at: desk.now() };
        let draft = Draft::new(Verb::Signed).plain(json!({ "proposed": self.to.name() }));
        desk.enter(&permit, draft.warrant(&proposal)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, to)): Path<(String, Stage)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "proposed");
    visit.done(form.request, Propose { contest, to }).await.map(|()| back)
}
