//! What a contest is made of, as it is stored: each fact that grants anything is a warrant.

use kernel::{Millis, PersonId, Warrant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Counts, Rule, Stage, Step, Threshold, timetable};

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

#[cfg(test)]
mod tests {
    use super::{super::preset, *};

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
