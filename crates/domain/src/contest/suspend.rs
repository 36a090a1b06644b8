//! Stopping a contest at once. Nobody has access to anything until it is resumed.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Stage, StageOf, page, scene::scene};
use crate::door::{Oops, Signed, Visit};

/// Suspends a contest.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Suspend {
    /// Which contest.
    pub contest: String,
    /// Why, in a sentence that names nobody.
    pub reason: String,
}

impl Act for Suspend {
    const NAME: &'static str = "contest.suspend";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let facts = scene.facts(json!({ "due": true }));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        reason(&self.reason)?;
        let stage = StageOf {
            contest: self.contest.clone(),
            stage: Stage::Suspended,
            entered_at: desk.now(),
            by: desk.actor().person(),
            resumes: Some(scene.stage.stage),
        };
        let draft = Draft::new(Verb::Stage)
            .plain(json!({ "from": scene.stage.stage.name(), "to": "suspended" }))
            .detail(json!({ "reason": self.reason.trim() }));
        desk.enter(&permit, draft.warrant(&stage)?)?;
        Ok(Plain(()))
    }
}

/// A reason that somebody can judge later: at least a few words.
pub(crate) fn reason(words: &str) -> Result<(), No> {
    match words.split_whitespace().count() >= 3 {
        true => Ok(()),
        false => Err(No::Invalid("Give the reason in a sentence; it stays on record.".to_owned())),
    }
}

#[derive(Deserialize)]
pub(super) struct Form {
    reason: String,
}

pub(super) async fn post(
    visit: Visit,
    Path(contest): Path<String>,
    form: Signed<Form>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "suspended");
    visit.done(form.request, Suspend { contest, reason: form.form.reason }).await.map(|()| back)
}
