//! Which forms the reader of a release's page is shown: those whose act the rules would allow them now, had they typed a
//! fresh code. The facts are those of the acts themselves.

use std::collections::BTreeSet;

use kernel::{Ask, Look, No, PersonId};
use serde_json::json;

use super::{
    Copy, Effect, RecipientKey, Release, advise, approve,
    case::Case,
    certify_destruction::{facts_of_own, facts_of_whole},
    confirm_key::key_case,
    open_release, request,
    schedule::course,
    sign_receipt,
};
use crate::contest::scene::scene;

/// The forms that the reader is shown.
#[derive(Default)]
pub(super) struct May {
    pub(super) open: bool,
    pub(super) approve: bool,
    pub(super) advise: BTreeSet<&'static str>,
    pub(super) schedule: bool,
    pub(super) withdraw: bool,
    pub(super) ask: bool,
    pub(super) register: bool,
    /// Whose keys they may confirm.
    pub(super) confirm: Vec<PersonId>,
    /// Files of their own copies for which they may sign.
    pub(super) sign: BTreeSet<String>,
    /// Files of their own copies whose destruction they may certify.
    pub(super) certify: BTreeSet<String>,
    pub(super) certify_whole: bool,
}

impl May {
    /// What the reader may do about the release of a contest, and about their campaign's `keys`.
    pub(super) fn of(look: &mut Look<'_>, contest: &str, keys: &[RecipientKey]) -> Result<Self, No> {
        let mut scene = scene(look, contest)?;
        scene.standing.fresh = true;
        let mut may = Self::default();
        let me = look.actor().person().ok_or(No::SignedOut)?;
        if let Some(campaign) = scene.standing.campaign.clone() {
            may.register = key_case(look, contest, &campaign, me)?.would(look, "disclosure.register_key");
            for key in keys.iter().filter(|k| k.waiting.is_some()) {
                if key_case(look, contest, &campaign, key.person)?.would(look, "disclosure.confirm_key") {
                    may.confirm.push(key.person);
                }
            }
        }
        let release = look.warrant::<Release>(contest)?;
        let sound = json!({
            "documents": true, "purpose": "this_contest", "art9": "substantial_public_interest",
            "campaigns": "own_controllers",
        });
        let facts = open_release::facts(&scene, release.as_ref().map(|r| &r.fact), sound);
        may.open = look.would("disclosure.open_release", &Ask::on("Contest", contest).facts(facts)).allowed;
        if let Some(release) = release {
            may.of_release(look, &Case { scene, release }, me)?;
        }
        Ok(may)
    }

    fn of_release(&mut self, look: &mut Look<'_>, case: &Case, me: PersonId) -> Result<(), No> {
        let facts = approve::facts(look, case, true)?;
        self.approve = case.would(look, "disclosure.approve", facts);
        for effect in [Effect::None, Effect::Stop, Effect::Lift] {
            if case.would(look, "disclosure.advise", advise::facts(case, effect)) {
                self.advise.insert(effect.name());
            }
        }
        let facts = course(look, case)?;
        self.schedule =
            case.release.offered_at.is_none() && case.would(look, "disclosure.schedule", facts.clone());
        self.withdraw = case.would(look, "disclosure.withdraw", facts);
        let Some(campaign) = &case.scene.standing.campaign else { return Ok(()) };
        let facts = request::facts(look, case, campaign, None)?;
        self.ask = case.would_for(look, "disclosure.request", campaign, facts);
        let facts = facts_of_whole(look, &case.release.id(), campaign)?;
        self.certify_whole = case.would_for(look, "disclosure.certify_destruction", campaign, facts);
        for copy in look.about::<Copy>(&case.release.id())?.into_iter().filter(|c| c.person == me) {
            let file = || copy.file.clone();
            let facts = sign_receipt::facts(&copy);
            if copy.waits() && case.would_for(look, "disclosure.sign_receipt", &copy.campaign, facts) {
                self.sign.insert(file());
            }
            let facts = facts_of_own(&copy);
            if case.would_for(look, "disclosure.certify_destruction", &copy.campaign, facts) {
                self.certify.insert(file());
            }
        }
        Ok(())
    }
}
