//! Confirming that a key is its person's: by the campaign, so that the organisation cannot slip in one of its own.

use kernel::{Act, Ask, Desk, Draft, Look, No, Permit, PersonId, Plain, Verb, Vouched};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::{RecipientKey, terms::hex};
use crate::{
    access::{Office, Role},
    contest::scene::{Scene, scene},
};

/// How many people confirm a key that replaces another.
const REPLACING: usize = 2;

/// Confirms a key that waits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ConfirmKey {
    /// In which contest.
    pub contest: String,
    /// For which campaign.
    pub campaign: String,
    /// Whose key.
    pub person: PersonId,
    /// The key, as its person read it out: what is confirmed is this one and no other.
    pub key: String,
}

impl Act for ConfirmKey {
    const NAME: &'static str = "disclosure.confirm_key";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let me = desk.actor().person().ok_or(No::SignedOut)?;
        let case = key_case(desk, &self.contest, &self.campaign, self.person)?;
        let permit = case.permit(desk)?;
        let mut key = case.key.ok_or(No::Absent)?.fact;
        let mut waiting = key.waiting.take().ok_or(No::Absent)?;
        if waiting.key != self.key.trim() {
            return Err(No::Invalid(
                "This is not the key that waits. Have its person read it out again, and compare all of it."
                    .to_owned(),
            ));
        }
        let hash = hex(&Sha256::digest(waiting.key.as_bytes()));
        waiting.by.push(me);
        let needed = if key.confirmed.is_some() { REPLACING } else { 1 };
        let whole = waiting.by.len() >= needed;
        let plain = json!({ "confirmations": waiting.by.len(), "key_hash": hash, "needed": needed });
        match whole {
            true => key.confirmed = Some(waiting.key),
            false => key.waiting = Some(waiting),
        }
        desk.enter(&permit, Draft::new(Verb::Granted).about(self.person).plain(plain).warrant(&key)?)?;
        Ok(Plain(()))
    }
}

/// A person's key as the acting person meets it.
pub(super) struct KeyCase {
    scene: Scene,
    campaign: String,
    person: PersonId,
    alone: bool,
    pub(super) key: Option<Vouched<RecipientKey>>,
}

pub(super) fn key_case(
    look: &mut Look<'_>,
    contest: &str,
    campaign: &str,
    person: PersonId,
) -> Result<KeyCase, No> {
    let scene = scene(look, contest)?;
    let key = look.warrant::<RecipientKey>(&format!("{contest}/{campaign}/{person}"))?;
    let now = look.now();
    let others = look.about::<Role>(contest)?;
    let leads = |r: &Role| matches!(r.office, Office::Candidate | Office::HeadOfCompliance);
    let alone = !others
        .iter()
        .any(|r| r.campaign.as_deref() == Some(campaign) && r.live(now) && leads(r) && r.person != person);
    Ok(KeyCase { scene, campaign: campaign.to_owned(), person, alone, key })
}

impl KeyCase {
    pub(super) fn permit<'t>(&self, desk: &mut Desk<'t>) -> Result<Permit<'t>, No> {
        let facts = self.facts(desk.actor().person());
        let ask = Ask::on("Campaign", &self.campaign).log(&self.scene.log).campaign(Some(&self.campaign));
        desk.permit(ask.facts(facts))
    }

    /// Whether the guard would allow `act` about this key with a fresh code, for a page.
    pub(super) fn would(mut self, look: &Look<'_>, act: &str) -> bool {
        self.scene.standing.fresh = true;
        let facts = self.facts(look.actor().person());
        look.would(act, &Ask::on("Campaign", &self.campaign).facts(facts)).allowed
    }

    fn facts(&self, me: Option<PersonId>) -> Json {
        let waiting = self.key.as_ref().and_then(|k| k.waiting.as_ref());
        self.scene.facts(json!({
            "of": self.campaign,
            "own": me == Some(self.person),
            "alone": self.alone,
            "replaces": self.key.as_ref().is_some_and(|k| k.confirmed.is_some()),
            "twice": me.is_some_and(|me| waiting.is_some_and(|w| w.by.contains(&me))),
        }))
    }
}
