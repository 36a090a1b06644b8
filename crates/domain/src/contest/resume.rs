//! Ending a suspension: the contest stands again where it stood.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{StageOf, page, scene::scene};
use crate::door::{Nothing, Oops, Signed, Visit};

/// Resumes a suspended contest. Not by whoever suspended it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Resume {
    /// Which contest.
    pub contest: String,
}

impl Act for Resume {
    const NAME: &'static str = "contest.resume";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let own_doing = scene.stage.by.is_some() && scene.stage.by == desk.actor().person();
        let facts = scene.facts(json!({ "own_doing": own_doing }));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        let to =
            scene.stage.resumes.ok_or_else(|| No::fault("a suspended contest has no stage to return to"))?;
        let stage = StageOf {
            contest: self.contest.clone(),
            stage: to,
            entered_at: desk.now(),
            by: desk.actor().person(),
            resumes: None,
        };
        let plain = json!({ "from": "suspended", "to": to.name() });
        desk.enter(&permit, Draft::new(Verb::Stage).plain(plain).warrant(&stage)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path(contest): Path<String>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "resumed");
    visit.done(form.request, Resume { contest }).await.map(|()| back)
}
