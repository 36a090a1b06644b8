//! What a campaign's person may have, and why or why not: at this instant, or as of any past one.
//!
//! Stage × class of elector × undertaking (the campaign's and the person's own) × channel × role × purpose × access
//! mode × time window × suspension. The facts are gathered from rows that the record book vouches for; the rules decide.

use kernel::{Ask, Look, Millis, No, PersonId, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{
    Release, Request,
    terms::{self, Purpose},
};
use crate::{
    access::{Office, Role, standing},
    contest::{self, AccessMode, Stage},
    undertaking::{self, Undertaking},
};

/// Whose entitlement, to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// Who of it.
    pub person: PersonId,
    /// For what.
    pub purpose: Purpose,
}

/// The answer, allowed or not, with the rules that decided and the facts that they decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Whether a copy may be had.
    pub allowed: bool,
    /// The rules that decided: each unmet condition, or the one that permits.
    pub reasons: Vec<Reason>,
    /// What was so at that instant.
    pub facts: Json,
    /// The instant.
    pub at: Millis,
}

/// A rule and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// Its name.
    pub rule: String,
    /// What it says.
    pub words: String,
}

/// The facts at `at`, of the warrants as the look sees them: set [`Look::as_of`] for the past.
pub fn facts(look: &mut Look<'_>, q: &Question, at: Millis) -> Result<Json, No> {
    let contest = contest::find(look, &q.contest)?;
    let stage = contest::stage(look, &q.contest)?.stage;
    let release = look.warrant::<Release>(&q.contest)?.map(|r| r.fact);
    let candidate = contest::candidate(look, &q.contest, &q.campaign)?;
    let (undertaking, acknowledged, named) = promises(look, q, stage, at)?;
    let recipient = match &release {
        Some(r) => request(look, r, &q.campaign)?.is_some_and(|r| r.recipients.contains(&q.person)),
        None => false,
    };
    let release = release.as_ref();
    let terms = release.map(|r| &r.terms);
    let classes: Vec<&str> = contest.classes.iter().map(|c| c.class.as_str()).collect();
    let channels: Vec<&str> = terms.into_iter().flat_map(|t| &t.channels).map(|c| c.name()).collect();
    let offered = release.and_then(|r| r.offered_at).is_some_and(|o| o <= at);
    Ok(json!({
        "mode": mode_name(AccessMode::DisclosedCopy),
        "purpose": q.purpose.name(),
        "stage": stage.name(),
        "channels": channels,
        "mode_covers": release.is_some_and(|r| mode_covers(&contest, stage, r)),
        "stands": candidate.status.stands(),
        "member_of_campaign": has_role(look, q, at)?,
        "undertaking": undertaking,
        "acknowledged": acknowledged,
        "named": named,
        "recipient": recipient,
        "grounds": terms.is_some_and(|t| terms::faults(t, &classes).is_empty()),
        "offered": offered,
        "in_window": offered && release.and_then(Release::collect_by).is_some_and(|by| at < by),
        "stopped": release.is_some_and(|r| r.stopped(at)),
        "withdrawn": release.is_some_and(|r| r.withdrawn_at.is_some_and(|w| w <= at)),
    }))
}

/// The answer now, or as of a past instant.
pub fn answer(look: &mut Look<'_>, q: &Question, as_of: Option<Millis>) -> Result<Answer, No> {
    look.as_of(as_of);
    let at = as_of.unwrap_or(look.now());
    let facts = facts(look, q, at);
    look.as_of(None);
    let facts = facts?;
    let ask = Ask::on("Contest", &q.contest).facts(json!({ "entitlement": facts }));
    let verdict = look.would("disclosure.entitlement", &ask);
    let reasons = verdict.rules.iter();
    Ok(Answer {
        allowed: verdict.allowed,
        reasons: reasons.map(|r| Reason { rule: r.name.to_string(), words: r.text.to_string() }).collect(),
        facts,
        at,
    })
}

/// Whether the contest gives copies of all the release's classes at this stage.
pub(super) fn mode_covers(contest: &contest::Contest, stage: Stage, release: &Release) -> bool {
    let classes = &release.terms.classes;
    classes.iter().all(|class| contest.mode(stage, class) >= AccessMode::DisclosedCopy)
}

/// A campaign's request, if it has asked.
pub(super) fn request(
    look: &mut Look<'_>,
    release: &Release,
    campaign: &str,
) -> Result<Option<kernel::Vouched<Request>>, No> {
    look.warrant::<Request>(&format!("{}/{campaign}", release.id()))
}

/// How the campaign's undertaking stands, whether the person has signed it, and whether it names them.
fn promises(
    look: &mut Look<'_>,
    q: &Question,
    stage: Stage,
    at: Millis,
) -> Result<(&'static str, bool, bool), No> {
    let found = look.warrant::<Undertaking>(&undertaking::key(&q.contest, &q.campaign))?;
    let Some(undertaking) = found else { return Ok(("none", false, false)) };
    let state = match stage {
        Stage::Closed => undertaking::State::Expired,
        _ => undertaking.state_at(at),
    };
    let text = &undertaking.text_hash;
    let acknowledged = undertaking::acknowledged(look, &q.contest, &q.campaign, q.person, text)?;
    Ok((state.name(), acknowledged, undertaking.names(q.person)))
}

/// Whether the person has a role in the campaign that may hold a copy.
fn has_role(look: &mut Look<'_>, q: &Question, at: Millis) -> Result<bool, No> {
    let roles = look.held::<Role>(&q.person.to_string())?;
    Ok(roles.iter().any(|r| may_hold(r, &q.contest, &q.campaign, at)))
}

/// Whether this role lets somebody hold a copy for a campaign: volunteers never do.
pub(super) fn may_hold(role: &Role, contest: &str, campaign: &str, at: Millis) -> bool {
    let office = matches!(role.office, Office::Candidate | Office::HeadOfCompliance | Office::Organiser);
    let here = role.contest.as_deref() == Some(contest) && role.campaign.as_deref() == Some(campaign);
    office && here && role.live(at)
}

fn mode_name(mode: AccessMode) -> &'static str {
    match mode {
        AccessMode::None => "none",
        AccessMode::InspectOnly => "inspect_only",
        AccessMode::MediatedSend => "mediated_send",
        AccessMode::MediatedCall => "mediated_call",
        AccessMode::DisclosedCopy => "disclosed_copy",
    }
}

/// Looks up an entitlement: one's own; one's campaign's, for its head of compliance; anybody's, for officers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Entitlement {
    /// In which contest.
    pub contest: String,
    /// Of which campaign; one's own if none.
    pub campaign: Option<String>,
    /// Whose; one's own if none.
    pub person: Option<PersonId>,
    /// As of which past instant, in milliseconds since 1970; now if none.
    pub at: Option<Millis>,
}

impl View for Entitlement {
    const NAME: &'static str = "disclosure.entitlement";
    type Out = Answer;

    fn look(&self, look: &mut Look<'_>) -> Result<Answer, No> {
        let me = look.actor().person().ok_or(No::SignedOut)?;
        let standing = standing(look, Some(&self.contest))?;
        let own = standing.campaign.as_deref();
        let campaign = self.campaign.as_deref().or(own).ok_or(No::Absent)?;
        let person = self.person.unwrap_or(me);
        let officer = super::is_officer(&standing);
        let of_campaign = own == Some(campaign)
            && (person == me || standing.is(Office::HeadOfCompliance) || standing.is(Office::Candidate));
        if !officer && !of_campaign {
            return Err(No::Absent);
        }
        if self.at.is_some_and(|at| at > look.now()) {
            return Err(No::Invalid("Ask about the present or the past.".to_owned()));
        }
        let (contest, campaign) = (self.contest.clone(), campaign.to_owned());
        answer(look, &Question { contest, campaign, person, purpose: Purpose::ThisContest }, self.at)
    }
}
