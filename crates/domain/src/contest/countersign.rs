//! The scrutineer's signature under the frozen register: these numbers, this root.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Freeze, page, scene::scene};
use crate::door::{Nothing, Oops, Signed, Visit};

/// Countersigns the frozen register of a contest.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Countersign {
    /// Of which contest.
    pub contest: String,
    /// The root that the scrutineer saw, in hex.
    pub root: String,
}

impl Act for Countersign {
    const NAME: &'static str = "contest.countersign";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let facts = scene.facts(json!({ "due": true }));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        let freeze = desk.warrant::<Freeze>(&self.contest)?;
        let freeze = freeze.ok_or_else(|| No::NotNow("The register is not frozen yet.".to_owned()))?;
        if freeze.root != self.root {
            return Err(No::Invalid(
                "This is not the fingerprint of the frozen register; read it again.".to_owned(),
            ));
        }
        if freeze.countersigned_by.is_some() {
            return Err(No::NotNow("The frozen register is countersigned already.".to_owned()));
        }
        let signed = Freeze { countersigned_by: desk.actor().person(), ..freeze.fact };
        desk.enter(&permit, Draft::new(Verb::Signed).plain(json!({ "root": self.root })).warrant(&signed)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, root)): Path<(String, String)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "countersigned");
    visit.done(form.request, Countersign { contest, root }).await.map(|()| back)
}
