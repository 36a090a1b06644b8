//! Contests: their rules and timetable, candidates and their people, nominations, stages, the frozen register.

pub mod add_candidate;
pub mod advance;
pub mod appoint;
mod conditions;
pub mod countersign;
pub mod create;
pub mod freeze;
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

use std::collections::BTreeMap;

use kernel::{Look, Migration, Millis, No, Part, PersonId, Vouched, Warrant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Subject, api::ActSpec};

pub use conditions::Condition;
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

/// A class of electors, as the register writes it and as people call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClassRule {
    /// The register's word: `member`, `affiliated`, `registered`.
    pub class: String,
    /// People's words: "affiliated supporters".
    pub called: String,
}

/// In which way a campaign may reach people. Later modes include the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessMode {
    /// Not at all.
    None,
    /// Look, no copy.
    InspectOnly,
    /// The organisation sends it for them.
    MediatedSend,
    /// They ring; the organisation holds the numbers.
    MediatedCall,
    /// They get a copy.
    DisclosedCopy,
}

/// What a contest lets its campaigns do with one class of electors in one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessRule {
    /// In this stage.
    pub stage: Stage,
    /// With this class of electors.
    pub class: String,
    /// The highest mode.
    pub mode: AccessMode,
}

/// A contest and its rules. Its log is [`Contest::log`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    /// Small letters, digits and hyphens: `leader-2020`.
    pub id: String,
    /// "Leader 2020".
    pub name: String,
    /// Whose contest.
    pub organisation: String,
    /// IANA name of the zone of all local times: `Europe/London`.
    pub zone: String,
    /// Who may vote.
    pub classes: Vec<ClassRule>,
    /// Local civil times of the stages that have an hour.
    pub timetable: Vec<Step>,
    /// How much support candidates need.
    pub thresholds: Vec<Threshold>,
    /// How many there are who may nominate.
    pub totals: Counts,
    /// What campaigns may do when. What is not listed is [`AccessMode::None`].
    pub access: Vec<AccessRule>,
    /// From which preset it was made.
    pub preset: String,
}

impl Warrant for Contest {
    const KIND: &'static str = "contest";
    fn key(&self) -> String {
        self.id.clone()
    }
    fn about(&self) -> String {
        "contests".to_owned()
    }
}

impl Contest {
    /// Name of the contest's log.
    pub fn log(&self) -> String {
        log_of(&self.id)
    }

    /// The instant from which a stage may be entered, if it has an hour.
    pub fn hour(&self, stage: Stage) -> Option<Millis> {
        let step = self.timetable.iter().find(|s| s.stage == stage)?;
        timetable::instant(&self.zone, &step.at_local).ok()
    }

    /// What campaigns may do with a class in a stage; nothing where no rule says so, and nothing while suspended.
    pub fn mode(&self, stage: Stage, class: &str) -> AccessMode {
        if stage == Stage::Suspended {
            return AccessMode::None;
        }
        let here = self.access.iter().filter(|a| a.stage == stage && a.class == class);
        here.map(|a| a.mode).max().unwrap_or(AccessMode::None)
    }

    /// The rule that guards a stage, if one does.
    pub fn threshold(&self, stage: Stage) -> Option<&Rule> {
        self.thresholds.iter().find(|t| t.stage == stage).map(|t| &t.rule)
    }
}

/// Name of the log of the contest `id`.
pub fn log_of(id: &str) -> String {
    format!("contest-{id}")
}

/// The stage at which a contest stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageOf {
    /// Which contest.
    pub contest: String,
    /// Where it stands.
    pub stage: Stage,
    /// Since when.
    pub entered_at: Millis,
    /// Who moved it; nobody where it moved by itself.
    pub by: Option<PersonId>,
    /// While suspended: the stage to which it returns.
    pub resumes: Option<Stage>,
}

impl Warrant for StageOf {
    const KIND: &'static str = "stage";
    fn key(&self) -> String {
        self.contest.clone()
    }
}

/// How far a candidate has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CandidateStatus {
    /// Registered.
    Aspiring,
    /// Passed the first threshold.
    Nominated,
    /// Passed the second: on the ballot paper.
    Qualified,
    /// Did not pass a threshold.
    Eliminated,
}

impl CandidateStatus {
    /// Whether the candidate is still in.
    pub fn stands(self) -> bool {
        self != Self::Eliminated
    }
}

/// A candidate, who is also a campaign: both have one id. Candidates' names are public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// In which contest.
    pub contest: String,
    /// Small letters, digits and hyphens, no two alike in the whole house: `osgood`.
    pub id: String,
    /// The name on the ballot paper.
    pub name: String,
    /// The campaign's name: "Osgood for Leader".
    pub campaign: String,
    /// How far they have come.
    pub status: CandidateStatus,
    /// Place on the ballot paper, from 1, drawn by lot when candidates qualify.
    pub place: Option<u32>,
}

impl Warrant for Candidate {
    const KIND: &'static str = "candidate";
    fn key(&self) -> String {
        format!("{}/{}", self.contest, self.id)
    }
    fn holder(&self) -> String {
        self.id.clone()
    }
    fn about(&self) -> String {
        self.contest.clone()
    }
}

/// What support a candidate has, as counted by the returning officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nominations {
    /// In which contest.
    pub contest: String,
    /// Whose.
    pub candidate: String,
    /// Counts by nominator.
    pub received: Counts,
    /// The stage for which this is the final count.
    pub settles: Option<Stage>,
}

impl Warrant for Nominations {
    const KIND: &'static str = "nominations";
    fn key(&self) -> String {
        format!("{}/{}", self.contest, self.candidate)
    }
    fn about(&self) -> String {
        self.contest.clone()
    }
}

/// The register of electors as it was frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Of which contest.
    pub contest: String,
    /// When the last elector was taken in.
    pub at: Millis,
    /// How many electors.
    pub electors: u64,
    /// Counts by class as published: classes under ten are merged.
    pub counts: Vec<ClassCount>,
    /// Exact counts by class, never published.
    pub by_class: BTreeMap<String, u64>,
    /// RFC 6962 root over the electors' sorted labels in the contest's log, in hex.
    pub root: String,
    /// The scrutineer who countersigned it.
    pub countersigned_by: Option<PersonId>,
}

impl Warrant for Freeze {
    const KIND: &'static str = "freeze";
    fn key(&self) -> String {
        self.contest.clone()
    }
}

/// A published count: of one class, or of several that were merged because one was small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// The classes counted together.
    pub classes: Vec<String>,
    /// How many electors; at least ten unless there are fewer in all.
    pub electors: u64,
}

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

/// Counts as they may be published: classes with fewer than ten electors are merged, so that nobody is singled out.
/// If the merged classes still come to fewer than ten, the smallest other class joins them.
pub fn publishable(by_class: &BTreeMap<String, u64>) -> Vec<ClassCount> {
    const SMALL: u64 = 10;
    let one = |(class, n): (&String, &u64)| ClassCount { classes: vec![class.clone()], electors: *n };
    let (small, mut large): (Vec<_>, Vec<_>) = by_class.iter().map(one).partition(|c| c.electors < SMALL);
    large.sort_by(|a, b| b.electors.cmp(&a.electors).then_with(|| a.classes.cmp(&b.classes)));
    if small.is_empty() {
        return large;
    }
    let mut merged = ClassCount { classes: Vec::new(), electors: 0 };
    for count in small {
        merged.classes.extend(count.classes);
        merged.electors += count.electors;
    }
    while merged.electors < SMALL
        && let Some(next) = large.pop()
    {
        merged.classes.extend(next.classes);
        merged.electors += next.electors;
    }
    merged.classes.sort();
    large.push(merged);
    large
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
        let by_class = counts.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect();
        publishable(&by_class).into_iter().map(|c| (c.classes.join("+"), c.electors)).collect()
    }

    #[test]
    fn small_classes_are_merged_and_cannot_be_worked_out_from_the_total() {
        let of = |c: &str, n| (c.to_owned(), n);
        assert_eq!(published(&[("a", 100), ("b", 50)]), [of("a", 100), of("b", 50)]);
        assert_eq!(published(&[("a", 100), ("b", 9), ("c", 4)]), [of("a", 100), of("b+c", 13)]);
        assert_eq!(published(&[("a", 100), ("b", 20), ("c", 4)]), [of("a", 100), of("b+c", 24)]);
        assert_eq!(published(&[("a", 3)]), [of("a", 3)]);
    }

    #[test]
    fn a_suspended_contest_gives_nothing_even_where_a_rule_says_so() {
        let access = vec![AccessRule {
            stage: Stage::Suspended,
            class: "member".to_owned(),
            mode: AccessMode::DisclosedCopy,
        }];
        let contest = Contest {
            id: String::new(),
            name: String::new(),
            organisation: String::new(),
            zone: String::new(),
            classes: preset::party_classes(),
            timetable: Vec::new(),
            thresholds: Vec::new(),
            totals: Counts::new(),
            access: preset::party_access().into_iter().chain(access).collect(),
            preset: String::new(),
        };
        assert_eq!(contest.mode(Stage::Suspended, "member"), AccessMode::None);
        assert_eq!(contest.mode(Stage::Frozen, "member"), AccessMode::None);
        assert_eq!(contest.mode(Stage::BallotOpen, "member"), AccessMode::DisclosedCopy);
        assert_eq!(contest.mode(Stage::BallotOpen, "stranger"), AccessMode::None);
    }
}
