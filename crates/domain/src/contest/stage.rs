//! The stages of a contest, in their order, and what is due at which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stage of a contest. The order of the variants is the order of the contest; `Suspended` stands outside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Rules, timetable and thresholds are being written.
    Draft,
    /// The timetable is published; candidates register and name their people.
    Announced,
    /// Those who may nominate (in a party: members of parliament) nominate.
    NominationsOpen,
    /// The first nominations are counted and confirmed.
    NominationsClosed,
    /// Local parties and affiliates add their support.
    SupportingNominations,
    /// The register of electors is frozen; supporting nominations go on.
    Frozen,
    /// The second threshold is applied: who passed it is on the ballot paper, and lists may be released.
    Qualified,
    /// The final ballot.
    BallotOpen,
    /// No vote is taken any more.
    BallotClosed,
    /// The result is declared.
    Declared,
    /// The challenge period is over; what was given out must be destroyed.
    Closed,
    /// Stopped for a reason that is on record; nobody has access to anything.
    Suspended,
}

impl Stage {
    /// All stages in order, `Suspended` last.
    pub const ALL: [Self; 12] = [
        Self::Draft,
        Self::Announced,
        Self::NominationsOpen,
        Self::NominationsClosed,
        Self::SupportingNominations,
        Self::Frozen,
        Self::Qualified,
        Self::BallotOpen,
        Self::BallotClosed,
        Self::Declared,
        Self::Closed,
        Self::Suspended,
    ];

    /// The name in policies, entries and stored rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Announced => "announced",
            Self::NominationsOpen => "nominations_open",
            Self::NominationsClosed => "nominations_closed",
            Self::SupportingNominations => "supporting_nominations",
            Self::Frozen => "frozen",
            Self::Qualified => "qualified",
            Self::BallotOpen => "ballot_open",
            Self::BallotClosed => "ballot_closed",
            Self::Declared => "declared",
            Self::Closed => "closed",
            Self::Suspended => "suspended",
        }
    }

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Draft => "Being prepared",
            Self::Announced => "Announced",
            Self::NominationsOpen => "Nominations open",
            Self::NominationsClosed => "Nominations closed",
            Self::SupportingNominations => "Supporting nominations",
            Self::Frozen => "Register frozen",
            Self::Qualified => "Candidates on the ballot paper",
            Self::BallotOpen => "Final ballot",
            Self::BallotClosed => "Ballot closed",
            Self::Declared => "Result declared",
            Self::Closed => "Closed",
            Self::Suspended => "Suspended",
        }
    }

    /// What happens in it, in a sentence for its page.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Draft => "Rules, timetable and thresholds are being written.",
            Self::Announced => "The timetable is public. Candidates register and name their people.",
            Self::NominationsOpen => "Candidates collect their first nominations.",
            Self::NominationsClosed => "The first nominations are counted and confirmed.",
            Self::SupportingNominations => "Local parties and affiliates add their support.",
            Self::Frozen => "Who may vote is settled. Supporting nominations go on.",
            Self::Qualified => "The second threshold is applied. Lists may be released, to all at one time.",
            Self::BallotOpen => "Members vote.",
            Self::BallotClosed => "No vote is taken any more. The scrutineer counts.",
            Self::Declared => "The result is public and may be challenged.",
            Self::Closed => "Everything that was given out must be destroyed.",
            Self::Suspended => "Stopped for a reason that is on record. Nobody has access to anything.",
        }
    }

    /// The stage that follows; none after the last, and none after a suspension.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Closed | Self::Suspended => None,
            _ => Self::ALL.iter().copied().find(|s| *s > self),
        }
    }

    /// Whether it has an hour in the timetable.
    pub fn has_hour(self) -> bool {
        !matches!(self, Self::Draft | Self::Announced | Self::Declared | Self::Suspended)
    }

    /// Whether two people enter it together: one proposes, another does it.
    pub fn needs_two(self) -> bool {
        matches!(self, Self::Announced | Self::BallotOpen)
    }

    /// Whether the schedule enters it by itself at its hour.
    pub fn comes_by_itself(self) -> bool {
        matches!(
            self,
            Self::NominationsOpen
                | Self::NominationsClosed
                | Self::SupportingNominations
                | Self::Frozen
                | Self::BallotClosed
                | Self::Closed
        )
    }
}
