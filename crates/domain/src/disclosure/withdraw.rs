//! Withdrawing a release: nothing more is offered or collected. What has left must be destroyed.

use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Copy, DESTROY_WITHIN, Release, case::case, schedule::course};

/// Withdraws the release of a contest.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Withdraw {
    /// Of which contest.
    pub contest: String,
    /// Why, in a sentence that names nobody.
    pub reason: String,
}

impl Act for Withdraw {
    const NAME: &'static str = "disclosure.withdraw";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let facts = course(desk, &case)?;
        let permit = case.permit(desk, facts)?;
        let reason = self.reason.trim();
        if reason.is_empty() || reason.contains('@') {
            return Err(No::Invalid("Say why, in a sentence that names nobody.".to_owned()));
        }
        let now = desk.now();
        let release = Release { withdrawn_at: Some(now), ..case.release.fact.clone() };
        let mut draft = Draft::new(Verb::Granted)
            .plain(json!({ "release": release.number, "withdrawn": 1 }))
            .detail(json!({ "reason": reason }))
            .warrant(&release)?;
        for copy in desk.about::<Copy>(&release.id())? {
            draft = draft.warrant(&taken_back(copy.fact, now))?;
        }
        desk.enter(&permit, draft)?;
        Ok(Plain(()))
    }
}

/// A copy after its release was withdrawn: what waits is void, what left is to be destroyed.
fn taken_back(copy: Copy, now: kernel::Millis) -> Copy {
    let destroy_by = copy.destroy_by.or_else(|| copy.exported_at.map(|_| now + DESTROY_WITHIN));
    let void_at = if copy.waits() { Some(now) } else { copy.void_at };
    Copy { void_at, destroy_by, ..copy }
}
