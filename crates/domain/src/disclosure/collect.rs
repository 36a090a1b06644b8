//! Collecting a copy: the entitlement is asked again at that instant, and the line is written before the first byte leaves.

use kernel::{Act, Ask, Desk, Draft, Look, No, Plain, Verb, View};
use serde_json::json;

use super::{
    Copy, Release,
    copy::own,
    entitlement::{Question, facts},
};
use crate::contest::scene::scene;

/// Lets the bytes of one's own copy leave, from `from` on. Its door is the download; it has no other.
#[derive(Debug, Clone)]
pub struct Collect {
    /// In which contest.
    pub contest: String,
    /// Name of the sealed file.
    pub file: String,
    /// The first byte that is wanted: above nought where a download carries on.
    pub from: u64,
}

/// What may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Name of the sealed file.
    pub file: String,
    /// SHA-256 of it, in hex.
    pub sealed: String,
    /// Length of it.
    pub bytes: u64,
}

impl Leaving {
    fn of(copy: &Copy) -> Self {
        Self { file: copy.file.clone(), sealed: copy.sealed.clone(), bytes: copy.bytes }
    }
}

/// One's own copy before it is collected: what its file must be like. Whether it may leave, [`Collect`] asks.
pub(super) struct Waiting {
    pub(super) contest: String,
    pub(super) file: String,
}

impl View for Waiting {
    const NAME: &'static str = "disclosure.waiting_copy";
    /// None if the copy waits no more: then its file is gone, rightly.
    type Out = Option<Leaving>;

    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        let person = look.actor().person().ok_or(No::SignedOut)?;
        let release = look.warrant::<Release>(&self.contest)?.ok_or(No::Absent)?;
        let copy = own(look, &release.id(), &self.file, person)?.fact;
        Ok(copy.waits().then(|| Leaving::of(&copy)))
    }
}

impl Act for Collect {
    const NAME: &'static str = "disclosure.collect";
    type Out = Plain<Leaving>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let person = desk.actor().person().ok_or(No::SignedOut)?;
        let scene = scene(desk, &self.contest)?;
        let release = desk.warrant::<Release>(&self.contest)?.ok_or(No::Absent)?;
        let copy = own(desk, &release.id(), &self.file, person)?.fact;
        let now = desk.now();
        let question = Question {
            contest: self.contest.clone(),
            campaign: copy.campaign.clone(),
            person,
            purpose: release.terms.purpose,
        };
        let facts = json!({
            "entitlement": facts(desk, &question, now)?, "fresh": scene.standing.fresh, "waits": copy.waits(),
        });
        let ask = Ask::on("Contest", &self.contest).log(&scene.log).campaign(Some(&copy.campaign));
        let permit = desk.permit(ask.facts(facts))?;
        let leaving = Leaving::of(&copy);
        let detail = json!({ "from": self.from, "person": person, "sealed": copy.sealed });
        let draft = match copy.exported_at {
            None => {
                let plain = json!({ "bytes": copy.bytes, "campaign": copy.campaign, "rows": copy.rows });
                let left = Copy { exported_at: Some(now), ..copy };
                Draft::new(Verb::Exported).plain(plain).warrant(&left)?
            }
            // The same sealed bytes to the same person: no second export, but leave to carry on is on record.
            Some(_) => Draft::new(Verb::Granted).plain(json!({ "campaign": copy.campaign, "resumed": 1 })),
        };
        desk.enter(&permit, draft.detail(detail))?;
        Ok(Plain(leaving))
    }
}
