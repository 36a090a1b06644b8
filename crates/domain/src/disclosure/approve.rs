//! Two officers approve the terms, once for all campaigns. If they let the time pass, the scrutineer decides.

use kernel::{Act, Desk, Draft, Look, Millis, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{APPROVALS, Approval, ROLE_AGE, Release, Request, case::case};
use crate::access::{Office, Role};

/// Offices that approve, in the order in which one is named when somebody holds two.
const APPROVERS: [Office; 4] =
    [Office::ReturningOfficer, Office::DeputyReturningOfficer, Office::MembershipOfficer, Office::Scrutineer];

/// Approves the release of a contest.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Approve {
    /// Of which contest.
    pub contest: String,
    /// The hash of the terms that were read.
    pub terms_hash: String,
}

impl Act for Approve {
    const NAME: &'static str = "disclosure.approve";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let person = desk.actor().person().ok_or(No::SignedOut)?;
        let case = case(desk, &self.contest)?;
        let release = &case.release;
        let now = desk.now();
        let lapsed = release.lapsed(now);
        let facts = json!({
            "same_terms": release.terms_hash == self.terms_hash.trim(),
            "asked": desk.about::<Request>(&release.id())?.iter().any(|r| r.by == person),
            "conflict": conflict(desk, person, &self.contest)?,
            "twice": release.approvals.iter().any(|a| a.person == person),
            "role_old": role_old(desk, person, release.opened_at)?,
            "lapsed": lapsed,
        });
        let permit = case.permit(desk, facts)?;
        let held = |o: &&Office| case.scene.standing.is(**o);
        let office = APPROVERS.iter().rev().find(held).ok_or(No::Absent)?;
        let office = if lapsed { &Office::Scrutineer } else { office };
        let mut release: Release = case.release.fact.clone();
        release.approvals.push(Approval { person, office: office.name().to_owned(), at: now });
        if lapsed || release.approvals.len() >= APPROVALS {
            release.approved_at = Some(now);
        }
        let plain = json!({
            "approvals": release.approvals.len(), "office": office.name(), "release": release.number,
            "terms_hash": release.terms_hash,
        });
        desk.enter(&permit, Draft::new(Verb::Signed).plain(plain).warrant(&release)?)?;
        Ok(Plain(()))
    }
}

/// Whether the person has, or ever had, a role in a campaign of this contest.
fn conflict(look: &mut Look<'_>, person: PersonId, contest: &str) -> Result<bool, No> {
    let roles = look.held::<Role>(&person.to_string())?;
    Ok(roles.iter().any(|r| r.campaign.is_some() && r.contest.as_deref() == Some(contest)))
}

/// Whether the office that approves was held for a day before the release was opened. An account made for the purpose
/// does not count as a second person.
fn role_old(look: &mut Look<'_>, person: PersonId, opened_at: Millis) -> Result<bool, No> {
    let roles = look.held::<Role>(&person.to_string())?;
    let now = look.now();
    Ok(roles.iter().any(|r| APPROVERS.contains(&r.office) && r.live(now) && r.from + ROLE_AGE <= opened_at))
}
