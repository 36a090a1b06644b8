//! Naming a campaign's people. Each signs for themselves before they see anything.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, Look, No, PersonId, Plain, Verb, View};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{candidate, log_of, page, scene::scene};
use crate::access::{Address, Office, Role, enrol::address, standing, standing_of};
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
    let officer = Office::ALL.iter().any(|o| o.is_officer() && theirs.is(*o));
    let single = matches!(office, Office::Candidate | Office::HeadOfCompliance);
    let both = single && (theirs.is(Office::Candidate) || theirs.is(Office::HeadOfCompliance));
    Ok(scene.facts(json!({
        "of": campaign,
        "office": office.name(),
        "about_self": desk.actor().person() == Some(person),
        "elsewhere": theirs.campaign.as_deref().is_some_and(|c| c != campaign),
        "officer": officer,
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
    let person = visit.look(Whose { contest: contest.clone(), email }).await?;
    visit.done(form.request, Appoint { contest, campaign, person, office }).await.map(|()| back)
}

/// Whose an address is, for those who name people; found by its tag, without reading anybody's.
struct Whose {
    contest: String,
    email: String,
}

impl View for Whose {
    const NAME: &'static str = "contest.whose";
    type Out = PersonId;

    fn look(&self, look: &mut Look<'_>) -> Result<PersonId, No> {
        let standing = standing(look, Some(&self.contest))?;
        let names = [
            Office::ReturningOfficer,
            Office::DeputyReturningOfficer,
            Office::Candidate,
            Office::HeadOfCompliance,
        ];
        if !names.iter().any(|o| standing.is(*o)) {
            return Err(No::Absent);
        }
        Address::whose(look, &address(&self.email)?)?.ok_or_else(|| {
            No::Invalid(
                "Nobody with this address can sign in; ask the returning officer to enrol them.".to_owned(),
            )
        })
    }
}
