//! Naming a campaign's people. Each signs for themselves before they see anything.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{candidate, log_of, page, scene::scene};
use crate::access::{
    Address, Office, Role, TRIES_A_QUARTER, enrol::address, exhausted, standing_of, too_many,
};
use crate::door::{Oops, Signed, Visit};

/// Gives somebody a role in a campaign: candidate, head of compliance, organiser or volunteer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Appoint {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// To whom.
    pub person: PersonId,
    /// Which role.
    pub office: Office,
}

impl Act for Appoint {
    const NAME: &'static str = "contest.appoint";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = team_facts(desk, &self.contest, &self.campaign, self.person, self.office)?;
        let log = log_of(&self.contest);
        let ask = Ask::on("Campaign", &self.campaign).log(&log).campaign(Some(&self.campaign)).facts(facts);
        let permit = desk.permit(ask)?;
        if !self.office.is_campaign() {
            return Err(No::Invalid(
                "An office of the organisation is given in the house, not in a campaign.".to_owned(),
            ));
        }
        let role = Role {
            person: self.person,
            office: self.office,
            contest: Some(self.contest.clone()),
            campaign: Some(self.campaign.clone()),
            from: desk.now(),
            until: None,
            ended: false,
            by: desk.actor().person(),
        };
        let draft =
            Draft::new(Verb::Granted).about(self.person).plain(json!({ "office": self.office.name() }));
        desk.enter(&permit, draft.warrant(&role)?)?;
        Ok(Plain(()))
    }
}

/// The facts for naming somebody and for standing them down.
pub(super) fn team_facts(
    desk: &mut Desk<'_>,
    contest: &str,
    campaign: &str,
    person: PersonId,
    office: Office,
) -> Result<Json, No> {
    let scene = scene(desk, contest)?;
    let stands = candidate(desk, contest, campaign)?.status.stands();
    let theirs = standing_of(desk, person, Some(contest))?;
    let single = matches!(office, Office::Candidate | Office::HeadOfCompliance);
    let both = single && (theirs.is(Office::Candidate) || theirs.is(Office::HeadOfCompliance));
    Ok(scene.facts(json!({
        "of": campaign,
        "office": office.name(),
        "about_self": desk.actor().person() == Some(person),
        "elsewhere": theirs.campaign.as_deref().is_some_and(|c| c != campaign),
        "officer": theirs.is_officer(),
        "taken": single && held_by_another(desk, contest, campaign, person, office)?,
        "both": both && !theirs.is(office),
        "stands": stands,
    })))
}

fn held_by_another(
    desk: &mut Desk<'_>,
    contest: &str,
    campaign: &str,
    person: PersonId,
    office: Office,
) -> Result<bool, No> {
    let now = desk.now();
    let roles = desk.about::<Role>(contest)?;
    Ok(roles.iter().any(|r| {
        r.person != person && r.office == office && r.campaign.as_deref() == Some(campaign) && r.live(now)
    }))
}

#[derive(Deserialize)]
pub(super) struct Form {
    campaign: String,
    email: String,
    office: Office,
}

pub(super) async fn post(
    visit: Visit,
    Path(contest): Path<String>,
    form: Signed<Form>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "appointed");
    let Form { campaign, email, office } = form.form;
    let whose = Whose { contest: contest.clone(), campaign: campaign.clone(), email };
    let found = visit.act(visit.app.floor.new_request(), whose).await?.value;
    let person = found.ok_or_else(|| visit.oops(No::Invalid(NOBODY.to_owned())))?;
    visit.done(form.request, Appoint { contest, campaign, person, office }).await.map(|()| back)
}

/// One answer for all reasons, so that an address tells a campaign nothing about whose it is.
const NOBODY: &str = "Nobody with this address can be named to your campaign. If it is written rightly, ask the \
                      returning officer.";

/// Whose an address is, for those who name people; found by its tag, without reading anybody's. A campaign learns of
/// those whom it may name, and of nobody else; its mistakes are counted.
pub struct Whose {
    /// In which contest.
    pub contest: String,
    /// For which campaign.
    pub campaign: String,
    /// The address, as typed.
    pub email: String,
}

impl Act for Whose {
    const NAME: &'static str = "contest.whose";
    type Out = Plain<Option<PersonId>>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let campaigner = scene.standing.campaign.is_some();
        let ask = Ask::on("Campaign", &self.campaign).log(&scene.log).campaign(Some(&self.campaign));
        desk.permit(ask.facts(scene.facts(json!({ "of": self.campaign }))))?;
        let asker = desk.actor().person().ok_or(No::SignedOut)?;
        let mistakes = format!("whose/{asker}");
        if campaigner && exhausted(desk, &mistakes)? {
            return Err(No::NotNow(
                "Many addresses were tried. Wait a quarter of an hour and try again.".to_owned(),
            ));
        }
        let mut found = Address::whose(desk, &address(&self.email)?)?;
        if let (true, Some(person)) = (campaigner, found) {
            let theirs = standing_of(desk, person, Some(&self.contest))?;
            let elsewhere = theirs.campaign.as_ref().is_some_and(|c| *c != self.campaign);
            found = found.filter(|_| !elsewhere && !theirs.is_officer());
        }
        if campaigner && found.is_none() {
            too_many(desk, &mistakes, TRIES_A_QUARTER)?;
        }
        Ok(Plain(found))
    }
}
