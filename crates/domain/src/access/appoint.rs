//! Giving somebody an office of the organisation. A campaign's roles are given by `contest.appoint`.

use kernel::{Act, Ask, Desk, Draft, Look, Millis, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Office, Role, enrol::appointing_facts, standing_of};

/// Gives an office in the house.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Appoint {
    /// To whom.
    pub person: PersonId,
    /// Which office.
    pub office: Office,
    /// Until when, in milliseconds; open if none.
    pub until: Option<Millis>,
}

impl Act for Appoint {
    const NAME: &'static str = "access.appoint";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let about_self = desk.actor().person() == Some(self.person);
        let campaigner = self.office.is_officer() && campaigns(desk, self.person)?;
        let facts = appointing_facts(desk, about_self, campaigner)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        if self.office.is_campaign() {
            return Err(No::Invalid(
                "A campaign's roles are given in the contest, on the campaign's page.".to_owned(),
            ));
        }
        let held = standing_of(desk, self.person, None)?;
        if let Some(other) = clash(self.office, &held.offices) {
            return Err(No::NotNow(format!(
                "This person is {other}, and nobody may be both. End that role first, or choose somebody else."
            )));
        }
        let role = Role {
            person: self.person,
            office: self.office,
            contest: None,
            campaign: None,
            from: desk.now(),
            until: self.until,
            ended: false,
            by: desk.actor().person(),
        };
        let draft =
            Draft::new(Verb::Granted).about(self.person).plain(json!({ "office": self.office.name() }));
        desk.enter(&permit, draft.warrant(&role)?)?;
        Ok(Plain(()))
    }
}

/// Whether somebody belongs to a campaign now, in whichever contest.
fn campaigns(look: &mut Look<'_>, person: PersonId) -> Result<bool, No> {
    let now = look.now();
    Ok(look.held::<Role>(&person.to_string())?.iter().any(|r| r.office.is_campaign() && r.live(now)))
}

/// Offices that one person may not hold together: who advises does not decide, who inspects does not act.
fn clash(office: Office, held: &std::collections::BTreeSet<&'static str>) -> Option<&'static str> {
    let alone = [Office::DataProtectionOfficer, Office::Scrutineer];
    if !office.is_officer() {
        return None;
    }
    let other = Office::ALL.iter().find(|o| o.is_officer() && **o != office && held.contains(o.name()))?;
    let pair = [office, *other];
    let two_of_the_officers =
        pair.contains(&Office::ReturningOfficer) && pair.contains(&Office::DeputyReturningOfficer);
    (two_of_the_officers || pair.iter().any(|o| alone.contains(o))).then(|| other.words())
}
