//! A campaign asks for the release and names its recipients. One campaign's asking never delays another.

use std::collections::BTreeSet;

use kernel::{Act, Desk, Draft, Look, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Copy, Request as Stored,
    case::{Case, case},
    entitlement::{may_hold, request},
};
use crate::{access::Role, contest};

/// The most recipients of one campaign: each is one more copy that can be lost.
pub const MOST_RECIPIENTS: usize = 10;

/// Attaches the campaign's request, or changes its recipients.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Request {
    /// In which contest.
    pub contest: String,
    /// For which campaign.
    pub campaign: String,
    /// One sealed copy for each of these.
    pub recipients: Vec<PersonId>,
}

impl Act for Request {
    const NAME: &'static str = "disclosure.request";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let release = &case.release;
        let now = desk.now();
        let recipients: BTreeSet<PersonId> = self.recipients.iter().copied().collect();
        let before = request(desk, release, &self.campaign)?;
        let facts = facts(desk, &case, &self.campaign, Some(&recipients))?;
        let permit = case.permit_for(desk, &self.campaign, facts)?;
        if recipients.is_empty() || recipients.len() > MOST_RECIPIENTS {
            return Err(No::Invalid(format!("Name 1 to {MOST_RECIPIENTS} recipients.")));
        }
        let stored = Stored {
            contest: self.contest.clone(),
            release: release.id(),
            campaign: self.campaign.clone(),
            by: desk.actor().person().ok_or(No::SignedOut)?,
            asked_at: before.map_or(now, |r| r.asked_at),
            recipients: recipients.into_iter().collect(),
        };
        let plain = json!({ "campaign": self.campaign, "recipients": stored.recipients.len(), "release": release.number });
        let detail = json!({ "recipients": stored.recipients });
        desk.enter(&permit, Draft::new(Verb::Granted).plain(plain).detail(detail).warrant(&stored)?)?;
        Ok(Plain(()))
    }
}

/// The facts of a campaign's asking for these recipients; where none are chosen yet, as if they were well chosen.
pub(super) fn facts(
    look: &mut Look<'_>,
    case: &Case,
    campaign: &str,
    recipients: Option<&BTreeSet<PersonId>>,
) -> Result<Json, No> {
    let (contest, now) = (&case.release.contest, look.now());
    let (mut own_people, mut drops_holder) = (true, false);
    if let Some(recipients) = recipients {
        for person in recipients {
            let roles = look.held::<Role>(&person.to_string())?;
            own_people &= roles.iter().any(|r| may_hold(r, contest, campaign, now));
        }
        let copies = look.about::<Copy>(&case.release.id())?;
        let dropped =
            |c: &Copy| c.campaign == campaign && c.void_at.is_none() && !recipients.contains(&c.person);
        drops_holder = copies.iter().any(|c| dropped(c));
    }
    let stands = contest::candidate(look, contest, campaign)?.status.stands();
    Ok(json!({ "stands": stands, "own_people": own_people, "drops_holder": drops_holder }))
}
