//! Opening a contest's one release: what, to whom, for what, on what ground, offered to all campaigns alike.

use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    APPROVE_WITHIN, Release, Terms,
    terms::{faults, is_hash, terms_hash},
};
use crate::contest::{
    Stage,
    scene::{Scene, scene},
};

/// Opens a release.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OpenRelease {
    /// Of which contest.
    pub contest: String,
    /// Its terms; they never change. To change them, withdraw the release and open another.
    pub terms: Terms,
}

impl Act for OpenRelease {
    const NAME: &'static str = "disclosure.open_release";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let before = desk.warrant::<Release>(&self.contest)?;
        let terms = &self.terms;
        let said = json!({
            "documents": is_hash(&terms.dpia) && is_hash(&terms.policy_document),
            "purpose": terms.purpose.name(),
            "art9": terms.art9.name(),
            "campaigns": terms.campaigns.name(),
        });
        let facts = facts(&scene, before.as_ref().map(|r| &r.fact), said);
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        let classes: Vec<&str> = scene.contest.classes.iter().map(|c| c.class.as_str()).collect();
        let faults = faults(terms, &classes);
        if !faults.is_empty() {
            return Err(No::Invalid(faults.join(" ")));
        }
        let now = desk.now();
        let release = Release {
            contest: self.contest.clone(),
            number: before.map_or(1, |r| r.number + 1),
            terms: terms.clone(),
            terms_hash: terms_hash(terms)?,
            opened_by: desk.actor().person().ok_or(No::SignedOut)?,
            opened_at: now,
            approve_by: now + APPROVE_WITHIN,
            approvals: Vec::new(),
            approved_at: None,
            stop: None,
            release_at: None,
            prepared_at: None,
            offered_at: None,
            withdrawn_at: None,
        };
        let plain = json!({ "release": release.number, "terms": serde_json::to_value(terms)?, "terms_hash": release.terms_hash });
        desk.enter(&permit, Draft::new(Verb::Granted).plain(plain).warrant(&release)?)?;
        Ok(Plain(()))
    }
}

/// The facts of opening a release after `before`, on terms of which the rules are told what `said` says.
pub(super) fn facts(scene: &Scene, before: Option<&Release>, said: Json) -> Json {
    let stage = scene.stage.stage;
    let mut facts = scene.facts(said);
    facts["another"] = before.is_some_and(|r| r.withdrawn_at.is_none()).into();
    facts["over"] = (stage == Stage::Draft || stage >= Stage::BallotClosed).into();
    facts
}
