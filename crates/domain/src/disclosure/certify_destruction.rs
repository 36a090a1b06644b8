//! Certifying that copies are gone: each holder for their own, then the head of compliance for the campaign.

use kernel::{Act, Desk, Draft, Look, No, Plain, Verb, Vouched};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::{Certificate, Copy, Destruction, case::case, copy::own, terms::hex};

/// Certifies destruction.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct CertifyDestruction {
    /// In which contest.
    pub contest: String,
    /// Number of the release.
    pub release: u32,
    /// Of which campaign.
    pub campaign: String,
    /// Name of one's own sealed file; none for the campaign as a whole.
    pub file: Option<String>,
    /// What was done.
    pub destruction: Destruction,
}

impl Act for CertifyDestruction {
    const NAME: &'static str = "disclosure.certify_destruction";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let destruction = Destruction { at: desk.now(), ..self.destruction.clone() };
        match &self.file {
            Some(file) => self.own_copy(desk, file, destruction),
            None => self.whole(desk, destruction),
        }
    }
}

impl CertifyDestruction {
    fn own_copy(&self, desk: &mut Desk<'_>, file: &str, destruction: Destruction) -> Result<Plain<()>, No> {
        let person = desk.actor().person().ok_or(No::SignedOut)?;
        let case = case(desk, &self.contest)?;
        let copy = own(desk, &self.release_id(), file, person)?.fact;
        let permit = case.permit_for(desk, &copy.campaign, facts_of_own(&copy))?;
        says_something(&destruction)?;
        let plain = json!({ "campaign": copy.campaign, "copies": 1 });
        let now = Some(desk.now());
        // A copy that is destroyed is not collected again, signed for or not.
        let void_at = if copy.waits() { now } else { copy.void_at };
        let draft = Draft::new(Verb::Signed).plain(plain).detail(serde_json::to_value(&destruction)?);
        desk.enter(&permit, draft.warrant(&Copy { destroyed: Some(destruction), void_at, ..copy })?)?;
        Ok(Plain(()))
    }

    fn whole(&self, desk: &mut Desk<'_>, destruction: Destruction) -> Result<Plain<()>, No> {
        let person = desk.actor().person().ok_or(No::SignedOut)?;
        let case = case(desk, &self.contest)?;
        let release = self.release_id();
        let facts = facts_of_whole(desk, &release, &self.campaign)?;
        let left = left(desk, &release, &self.campaign)?;
        let permit = case.permit_for(desk, &self.campaign, facts)?;
        says_something(&destruction)?;
        let holders: Vec<&Option<Destruction>> = left.iter().map(|c| &c.destroyed).collect();
        let hash = hex(&Sha256::digest(serde_json::to_vec(&(&holders, &destruction))?));
        let plain = json!({ "campaign": self.campaign, "certificate": hash, "copies": left.len() });
        let campaign = self.campaign.clone();
        let certificate = Certificate { release, campaign, person, destruction, hash };
        let detail = serde_json::to_value(&certificate.destruction)?;
        desk.enter(&permit, Draft::new(Verb::Signed).plain(plain).detail(detail).warrant(&certificate)?)?;
        Ok(Plain(()))
    }

    fn release_id(&self) -> String {
        format!("{}/{}", self.contest, self.release)
    }
}

/// The facts of certifying for one's own copy.
pub(super) fn facts_of_own(copy: &Copy) -> Json {
    json!({
        "holder": true,
        "collected": copy.exported_at.is_some(),
        "done": copy.destroyed.is_some(),
        "demanded": copy.destroy_by.is_some(),
        "whole": false,
        "all_certified": false,
    })
}

/// The facts of certifying for a campaign as a whole.
pub(super) fn facts_of_whole(look: &mut Look<'_>, release: &str, campaign: &str) -> Result<Json, No> {
    let left = left(look, release, campaign)?;
    let done = look.warrant::<Certificate>(&format!("{release}/{campaign}"))?.is_some();
    Ok(json!({
        "holder": false,
        "collected": !left.is_empty(),
        "done": done,
        "demanded": left.iter().any(|c| c.destroy_by.is_some()),
        "whole": true,
        "all_certified": left.iter().all(|c| c.destroyed.is_some()),
    }))
}

/// A campaign's copies of which something left.
fn left(look: &mut Look<'_>, release: &str, campaign: &str) -> Result<Vec<Vouched<Copy>>, No> {
    let mut copies = look.about::<Copy>(release)?;
    copies.retain(|c| c.campaign == campaign && c.exported_at.is_some());
    Ok(copies)
}

/// A certificate names devices, backups and firms, or says "none"; it names no people.
fn says_something(d: &Destruction) -> Result<(), No> {
    for (what, answers) in [("device", &d.devices), ("backup", &d.backups), ("firm", &d.processors)] {
        if answers.is_empty() || answers.iter().any(|a| a.trim().len() < 3 || a.contains('@')) {
            return Err(No::Invalid(format!(
                "List each {what} in a few words, or write \u{201c}none\u{201d}. Leave out people and their addresses."
            )));
        }
    }
    Ok(())
}
