//! Undertakings (people read "data agreement"): what a campaign promises before it sees anybody's details.

pub mod acknowledge;
mod case;
pub mod contents;
pub mod countersign;
pub mod discharge;
pub mod expire;
pub mod fill;
pub mod issue;
pub mod lift;
mod nouns;
mod page;
pub mod propose_revocation;
pub mod publish_text;
pub mod revoke;
pub mod sign;
pub mod suspend;
pub mod withdraw;

use kernel::{Look, Migration, Millis, No, Part, PersonId, Vouched};

use crate::{
    Subject,
    api::ActSpec,
    contest::{self, Stage},
};

pub use nouns::{Acknowledgement, Clause, Contents, Proposal, State, Text, Undertaking, key, text_hash};

/// Policies of this subject.
pub const PART: Part = Part {
    subject: "undertaking",
    schema: include_str!("policy.cedarschema"),
    policy: include_str!("policy.cedar"),
};
/// This subject has no tables of its own: what it stores grants, and lies among the warrants.
pub const MIGRATION: Migration = Migration { name: "2026-11-23-undertaking", text: "" };

/// The subject, for the list of subjects.
pub const SUBJECT: Subject = Subject {
    part: PART,
    migration: MIGRATION,
    acts: &[
        ActSpec::of::<publish_text::PublishText>(),
        ActSpec::of::<issue::Issue>(),
        ActSpec::of::<fill::Fill>(),
        ActSpec::of::<sign::Sign>(),
        ActSpec::of::<acknowledge::Acknowledge>(),
        ActSpec::of::<withdraw::Withdraw>(),
        ActSpec::of::<countersign::Countersign>(),
        ActSpec::of::<suspend::Suspend>(),
        ActSpec::of::<lift::Lift>(),
        ActSpec::of::<propose_revocation::ProposeRevocation>(),
        ActSpec::of::<revoke::Revoke>(),
        ActSpec::of::<expire::Expire>(),
        ActSpec::of::<discharge::Discharge>(),
    ],
    router: page::router,
};

/// How long the returning officer has for a countersignature, from the last signature; then the scrutineer may decide.
pub const COUNTERSIGN_WITHIN: Millis = 48 * 3_600_000;
/// The longest suspension.
pub const LONGEST_SUSPENSION: Millis = 48 * 3_600_000;
/// A suspension that begins within this time after another is its renewal, and the scrutineer's alone.
pub const RENEWAL_WITHIN: Millis = 7 * 24 * 3_600_000;
/// How long a proposal to revoke waits for a second person.
pub const PROPOSAL_LIFE: Millis = 7 * 24 * 3_600_000;

/// A campaign's undertaking.
///
/// # Errors
/// [`No::Absent`] if none was issued.
pub fn find(look: &mut Look<'_>, contest: &str, campaign: &str) -> Result<Vouched<Undertaking>, No> {
    look.warrant::<Undertaking>(&key(contest, campaign))?.ok_or(No::Absent)
}

/// Whether a campaign's undertaking carries access at `now`: countersigned, not suspended, the contest not closed, and
/// the candidate still standing.
pub fn in_force(look: &mut Look<'_>, contest: &str, campaign: &str, now: Millis) -> Result<bool, No> {
    let closed = contest::stage(look, contest)?.stage == Stage::Closed;
    if closed || !contest::candidate(look, contest, campaign)?.status.stands() {
        return Ok(false);
    }
    let undertaking = look.warrant::<Undertaking>(&key(contest, campaign))?;
    Ok(undertaking.is_some_and(|u| u.in_force(now)))
}

/// Whether this person has promised to keep this text, and not taken it back.
pub fn acknowledged(
    look: &mut Look<'_>,
    contest: &str,
    campaign: &str,
    person: PersonId,
    text_hash: &str,
) -> Result<bool, No> {
    let promise = look.warrant::<Acknowledgement>(&format!("{}/{person}", key(contest, campaign)))?;
    Ok(promise.is_some_and(|p| p.text_hash == text_hash && !p.withdrawn))
}
