//! The party preset: what a leadership contest of a party looks like unless its rules say otherwise.
//!
//! Numbers and dates are those of a contest that everybody can look up: the Labour leadership contest of 2020.

use super::{AccessMode, AccessRule, ClassRule, Counts, Nominator, Rule, Stage, Step, Threshold};

/// Name of the preset.
pub const PARTY: &str = "party";

/// Members, affiliated supporters and registered supporters, with equal votes.
pub fn party_classes() -> Vec<ClassRule> {
    [("member", "members"), ("affiliated", "affiliated supporters"), ("registered", "registered supporters")]
        .map(|(class, called)| ClassRule { class: class.to_owned(), called: called.to_owned() })
        .into()
}

/// 10 % of MPs first; then 5 % of local parties, or three affiliates with two unions and 5 % of affiliated members.
pub fn party_thresholds() -> Vec<Threshold> {
    let affiliates = Rule::AllOf(vec![
        Rule::AtLeast { of: Nominator::Affiliates, number: 3 },
        Rule::AtLeast { of: Nominator::Unions, number: 2 },
        Rule::Share { of: Nominator::AffiliatedMembers, percent: 5 },
    ]);
    vec![
        Threshold {
            stage: Stage::SupportingNominations,
            rule: Rule::Share { of: Nominator::Mps, percent: 10 },
        },
        Threshold {
            stage: Stage::Qualified,
            rule: Rule::AnyOf(vec![Rule::Share { of: Nominator::Units, percent: 5 }, affiliates]),
        },
    ]
}

/// How many may nominate in all.
pub fn party_totals() -> Counts {
    [
        (Nominator::Mps, 212),
        (Nominator::Units, 648),
        (Nominator::Affiliates, 32),
        (Nominator::Unions, 12),
        (Nominator::AffiliatedMembers, 4_000_000),
    ]
    .into()
}

/// The timetable of early 2020, in London's time.
pub fn party_timetable() -> Vec<Step> {
    [
        (Stage::NominationsOpen, "2020-01-07T09:00"),
        (Stage::NominationsClosed, "2020-01-13T14:30"),
        (Stage::SupportingNominations, "2020-01-15T09:00"),
        (Stage::Frozen, "2020-01-20T17:00"),
        (Stage::Qualified, "2020-02-14T23:00"),
        (Stage::BallotOpen, "2020-02-24T09:00"),
        (Stage::BallotClosed, "2020-04-02T12:00"),
        (Stage::Closed, "2020-05-04T12:00"),
    ]
    .map(|(stage, at)| Step { stage, at_local: at.to_owned() })
    .into()
}

/// From the qualification to the end of the ballot, candidates may have a copy of all classes' lists.
pub fn party_access() -> Vec<AccessRule> {
    let mut rules = Vec::new();
    for stage in [Stage::Qualified, Stage::BallotOpen] {
        for class in party_classes() {
            rules.push(AccessRule { stage, class: class.class, mode: AccessMode::DisclosedCopy });
        }
    }
    rules
}
