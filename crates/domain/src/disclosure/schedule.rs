//! The one time at which all campaigns are offered the release.

use kernel::{Act, Desk, Draft, Look, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Copy, Release,
    case::{Case, case},
    entitlement::mode_covers,
};
use crate::contest::timetable::instant;

/// Sets or moves the common time, as long as it has not come.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Schedule {
    /// Of which contest.
    pub contest: String,
    /// Local civil time in the contest's zone: `2020-02-14T17:00`.
    pub at_local: String,
}

impl Act for Schedule {
    const NAME: &'static str = "disclosure.schedule";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let facts = course(desk, &case)?;
        let permit = case.permit(desk, facts)?;
        let at = instant(&case.scene.contest.zone, self.at_local.trim()).map_err(No::Invalid)?;
        if at <= desk.now() {
            return Err(No::Invalid("The common time must lie in the future.".to_owned()));
        }
        let release = Release { release_at: Some(at), ..case.release.fact.clone() };
        let plain = json!({ "at": at, "release": release.number });
        desk.enter(&permit, Draft::new(Verb::Granted).plain(plain).warrant(&release)?)?;
        Ok(Plain(()))
    }
}

/// The facts of what happens to a release as a whole in its course.
pub(super) fn course(look: &mut Look<'_>, case: &Case) -> Result<Json, No> {
    let copies = look.about::<Copy>(&case.release.id())?;
    let out = copies.iter().filter(|c| c.exported_at.is_some()).count();
    Ok(json!({
        "due": case.release.due(look.now()),
        "mode_covers": mode_covers(&case.scene.contest, case.scene.stage.stage, &case.release),
        "any_out": out > 0,
    }))
}
