//! Two officers approve the terms, once for all campaigns. If they let the time pass, the scrutineer decides.

use kernel::{Act, Desk, Draft, Look, Millis, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    APPOINTED_WITHIN, APPROVALS, Approval, ROLE_AGE, Release, Request,
    case::{Case, case},
};
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
        let now = desk.now();
        let lapsed = case.release.lapsed(now);
        let facts = facts(desk, &case, case.release.terms_hash == self.terms_hash.trim())?;
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

/// The facts of approving; `same_terms` if what was read is what stands.
pub(super) fn facts(look: &mut Look<'_>, case: &Case, same_terms: bool) -> Result<Json, No> {
    let person = look.actor().person().ok_or(No::SignedOut)?;
    let release = &case.release;
    Ok(json!({
        "same_terms": same_terms,
        "asked": look.about::<Request>(&release.id())?.iter().any(|r| r.by == person),
        "conflict": conflict(look, person, &release.contest)?,
        "twice": release.approvals.iter().any(|a| a.person == person),
        "role_old": role_old(look, person, release.opened_at)?,
        "appointed": appointed(look, person, release)?,
        "lapsed": release.lapsed(look.now()),
    }))
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

/// Whether one of this approver and those before gave the other an approving office shortly before the release was
/// opened: whoever can appoint could otherwise make the second person.
fn appointed(look: &mut Look<'_>, person: PersonId, release: &Release) -> Result<bool, No> {
    let mut made = |whom: PersonId, by: PersonId| {
        let roles = look.held::<Role>(&whom.to_string())?;
        let lately = |r: &Role| r.by == Some(by) && r.from + APPOINTED_WITHIN > release.opened_at;
        Ok::<_, No>(roles.iter().any(|r| APPROVERS.contains(&r.office) && lately(r)))
    };
    for other in release.approvals.iter().map(|a| a.person).filter(|other| *other != person) {
        if made(person, other)? || made(other, person)? {
            return Ok(true);
        }
    }
    Ok(false)
}
