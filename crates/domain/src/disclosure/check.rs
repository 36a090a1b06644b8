//! What must hold before a campaign has its copies, in words: worked out each time, decided by nobody.

use jiff::{Timestamp, tz::TimeZone};
use kernel::{Look, No, PersonId};

use super::{
    APPROVALS, RecipientKey, Release,
    entitlement::{mode_covers, request},
    terms,
};
use crate::{
    contest::{self, StageOf},
    undertaking::{self, Undertaking},
};

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Whether it holds.
    pub met: bool,
    /// What must hold, and how far it is.
    pub words: String,
}

fn condition(met: bool, words: impl Into<String>) -> Condition {
    Condition { met, words: words.into() }
}

/// What must hold for the release as a whole.
pub fn of_release(look: &mut Look<'_>, release: &Release) -> Result<Vec<Condition>, No> {
    let contest = contest::find(look, &release.contest)?;
    let stage: StageOf = contest::stage(look, &release.contest)?.fact;
    let now = look.now();
    let classes: Vec<&str> = contest.classes.iter().map(|c| c.class.as_str()).collect();
    let terms = &release.terms;
    let documents = terms::is_hash(&terms.dpia) && terms::is_hash(&terms.policy_document);
    let approvals = match release.approved_at {
        Some(_) => "The terms are approved".to_owned(),
        None if release.lapsed(now) => {
            "The officers let the time for approving pass: the scrutineer decides".to_owned()
        }
        None => format!("Two officers approve the terms ({} of {APPROVALS} so far)", release.approvals.len()),
    };
    Ok(vec![
        condition(release.withdrawn_at.is_none(), "The release is open, not withdrawn"),
        condition(
            documents,
            "The impact assessment and the policy document are on record, by their fingerprints",
        ),
        condition(
            terms::faults(terms, &classes).is_empty(),
            "Each column goes with a way to reach people, and nothing else leaves",
        ),
        condition(release.approved_at.is_some(), approvals),
        condition(!release.stopped(now), "The data protection officer has not stopped the clock"),
        condition(release.release_at.is_some(), "One time is set for all campaigns"),
        condition(
            mode_covers(&contest, stage.stage, release),
            format!(
                "The contest's rules give copies of these types of voters at its stage (now: {})",
                stage.stage.words()
            ),
        ),
        condition(release.offered_at.is_some(), "The time has come, and the list is offered to all at once"),
    ])
}

/// What must hold for one campaign besides. `person` is the recipient who reads it, if one does.
pub fn of_campaign(
    look: &mut Look<'_>,
    release: &Release,
    campaign: &str,
    person: Option<PersonId>,
) -> Result<Vec<Condition>, No> {
    let now = look.now();
    let contest = &release.contest;
    let request = request(look, release, campaign)?;
    let undertaking = look.warrant::<Undertaking>(&undertaking::key(contest, campaign))?;
    let state = undertaking.as_ref().map_or("not issued", |u| u.state_at(now).words());
    let in_force = undertaking::in_force(look, contest, campaign, now)?;
    let mut conditions = vec![
        condition(request.is_some(), "The campaign has asked, and named its recipients"),
        condition(in_force, format!("The campaign's data agreement is in force (now: {state})")),
    ];
    let recipients = request.map(|r| r.fact.recipients).unwrap_or_default();
    let (mut keys, mut named, mut signed) = (0, 0, 0);
    for recipient in &recipients {
        let key = look.warrant::<RecipientKey>(&format!("{contest}/{campaign}/{recipient}"))?;
        keys += usize::from(key.is_some_and(|k| k.confirmed.is_some()));
        named += usize::from(undertaking.as_ref().is_some_and(|u| u.names(*recipient)));
        if let Some(u) = &undertaking {
            let text = u.text_hash.clone();
            signed += usize::from(undertaking::acknowledged(look, contest, campaign, *recipient, &text)?);
        }
    }
    let all = recipients.len();
    let each = |n: usize, words: &str| condition(all > 0 && n == all, format!("{words} ({n} of {all})"));
    conditions.push(each(named, "The data agreement names each recipient as a holder"));
    conditions.push(each(signed, "Each recipient has signed the data agreement for themselves"));
    conditions.push(each(keys, "Each recipient has a key that the campaign confirmed"));
    if let Some(person) = person {
        conditions.push(condition(recipients.contains(&person), "You are one of the recipients"));
    }
    Ok(conditions)
}

/// A local day, for words about an instant.
pub(super) fn local_day(zone: &str, at: kernel::Millis) -> Result<jiff::civil::Date, No> {
    let zone = TimeZone::get(zone).map_err(No::fault)?;
    Ok(Timestamp::from_millisecond(at).map_err(No::fault)?.to_zoned_datetime(zone).date())
}
