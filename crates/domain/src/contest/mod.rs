//! Contests: their rules and timetable, candidates and their people, nominations, stages, the frozen register.

pub mod add_candidate;
pub mod advance;
pub mod appoint;
mod conditions;
pub mod countersign;
pub mod create;
mod electors;
pub mod freeze;
mod nouns;
mod page;
pub mod preset;
pub mod propose;
pub mod record_nominations;
pub mod resume;
pub(crate) mod scene;
pub mod schedule;
mod stage;
pub mod stand_down;
pub mod suspend;
mod threshold;
pub mod timetable;

use kernel::{Look, Migration, No, Part, Vouched};

use crate::{Subject, api::ActSpec};

pub use conditions::Condition;
pub use electors::{ClassCount, Freeze, publishable};
pub use nouns::{
    AccessMode, AccessRule, Candidate, CandidateStatus, ClassRule, Contest, Nominations, StageOf, log_of,
};
pub use stage::Stage;
pub use threshold::{Counts, Nominator, Rule, Threshold};
pub use timetable::Step;

/// Policies of this subject.
pub const PART: Part = Part {
    subject: "contest",
    schema: include_str!("policy.cedarschema"),
    policy: include_str!("policy.cedar"),
};
/// Tables of this subject.
pub const MIGRATION: Migration =
    Migration { name: "2026-11-23-contest", text: include_str!("2026-11-23-contest.sql") };

/// The subject, for the list of subjects.
pub const SUBJECT: Subject = Subject {
    part: PART,
    migration: MIGRATION,
    acts: &[
        ActSpec::of::<create::Create>(),
        ActSpec::of::<add_candidate::AddCandidate>(),
        ActSpec::of::<appoint::Appoint>(),
        ActSpec::of::<stand_down::StandDown>(),
        ActSpec::of::<record_nominations::RecordNominations>(),
        ActSpec::of::<propose::Propose>(),
        ActSpec::of::<advance::Advance>(),
        ActSpec::of::<freeze::FreezeTurn>(),
        ActSpec::of::<countersign::Countersign>(),
        ActSpec::of::<suspend::Suspend>(),
        ActSpec::of::<resume::Resume>(),
    ],
    router: page::router,
};

/// The contest `id`.
///
/// # Errors
/// [`No::Absent`] if there is none.
pub fn find(look: &mut Look<'_>, id: &str) -> Result<Vouched<Contest>, No> {
    look.warrant::<Contest>(id)?.ok_or(No::Absent)
}

/// Where the contest `id` stands.
///
/// # Errors
/// [`No::Absent`] if there is no such contest.
pub fn stage(look: &mut Look<'_>, id: &str) -> Result<Vouched<StageOf>, No> {
    look.warrant::<StageOf>(id)?.ok_or(No::Absent)
}

/// One candidate.
///
/// # Errors
/// [`No::Absent`] if there is none.
pub fn candidate(look: &mut Look<'_>, contest: &str, id: &str) -> Result<Vouched<Candidate>, No> {
    look.warrant::<Candidate>(&format!("{contest}/{id}"))?.ok_or(No::Absent)
}

/// All candidates in the order of the ballot paper; before it is drawn, by name.
pub fn candidates(look: &mut Look<'_>, contest: &str) -> Result<Vec<Vouched<Candidate>>, No> {
    let mut all = look.about::<Candidate>(contest)?;
    all.sort_by(|a, b| {
        (a.place.is_none(), a.place, &a.name, &a.id).cmp(&(b.place.is_none(), b.place, &b.name, &b.id))
    });
    Ok(all)
}
