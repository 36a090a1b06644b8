//! Thresholds: how much support a candidate needs to stay in, as rules of the form *any of* and *all of*.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Stage;

/// Whose support is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nominator {
    /// Members of parliament.
    Mps,
    /// Local parties or branches.
    Units,
    /// Affiliated organisations, trade unions among them.
    Affiliates,
    /// Affiliated trade unions.
    Unions,
    /// Members of the affiliates that nominated.
    AffiliatedMembers,
}

impl Nominator {
    /// All, in the order in which they nominate.
    pub const ALL: [Self; 5] =
        [Self::Mps, Self::Units, Self::Affiliates, Self::Unions, Self::AffiliatedMembers];

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mps => "members of parliament",
            Self::Units => "local parties",
            Self::Affiliates => "affiliates",
            Self::Unions => "trade unions",
            Self::AffiliatedMembers => "affiliated members",
        }
    }
}

/// Counts by nominator: what a candidate has, or how many there are.
pub type Counts = BTreeMap<Nominator, u64>;

/// How much support is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// One of these is enough.
    AnyOf(Vec<Rule>),
    /// All of these are needed.
    AllOf(Vec<Rule>),
    /// At least so many.
    AtLeast {
        /// Whose support.
        of: Nominator,
        /// How many.
        number: u64,
    },
    /// At least so many in a hundred of all there are; a part of one counts as one more.
    Share {
        /// Whose support.
        of: Nominator,
        /// Per cent.
        percent: u64,
    },
}

/// A rule and the stage that it guards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Threshold {
    /// Who does not meet the rule is out when this stage is entered.
    pub stage: Stage,
    /// How much is enough.
    pub rule: Rule,
}

impl Rule {
    /// Whether `received` is enough, where there are `all` in total.
    pub fn met(&self, received: &Counts, all: &Counts) -> bool {
        match self {
            Self::AnyOf(rules) => rules.iter().any(|r| r.met(received, all)),
            Self::AllOf(rules) => rules.iter().all(|r| r.met(received, all)),
            Self::AtLeast { of, number } => count(received, *of) >= *number,
            Self::Share { of, percent } => {
                let total = count(all, *of);
                total > 0 && count(received, *of) >= needed(total, *percent)
            }
        }
    }

    /// The rule in words, with the numbers that it comes to: "at least 22 of 212 members of parliament".
    pub fn words(&self, all: &Counts) -> String {
        let join = |rules: &[Self], word: &str| {
            rules
                .iter()
                .map(|r| match r {
                    Self::AllOf(inner) | Self::AnyOf(inner) if inner.len() > 1 => {
                        format!("({})", r.words(all))
                    }
                    _ => r.words(all),
                })
                .collect::<Vec<_>>()
                .join(word)
        };
        match self {
            Self::AnyOf(rules) => join(rules, " or "),
            Self::AllOf(rules) => join(rules, " and "),
            Self::AtLeast { of, number } => format!("at least {number} {}", of.words()),
            Self::Share { of, percent } => {
                let total = count(all, *of);
                format!("at least {} of {total} {}", needed(total, *percent), of.words())
            }
        }
    }

    /// Whether every nominator that a share is taken of is counted in `all`, and no list of rules is empty.
    pub fn sound(&self, all: &Counts) -> bool {
        match self {
            Self::AnyOf(rules) | Self::AllOf(rules) => {
                !rules.is_empty() && rules.iter().all(|r| r.sound(all))
            }
            Self::AtLeast { number, .. } => *number > 0,
            Self::Share { of, percent } => (1..=100).contains(percent) && count(all, *of) > 0,
        }
    }
}

fn count(counts: &Counts, of: Nominator) -> u64 {
    counts.get(&of).copied().unwrap_or(0)
}

/// `percent` of `total`, rounded up: 10 % of 212 is 22.
fn needed(total: u64, percent: u64) -> u64 {
    total.saturating_mul(percent).div_ceil(100)
}

#[cfg(test)]
mod tests {
    use super::{super::preset, *};

    fn counts(of: &[(Nominator, u64)]) -> Counts {
        of.iter().copied().collect()
    }

    #[test]
    fn ten_per_cent_of_212_is_22_and_five_of_648_is_33() {
        assert_eq!(needed(212, 10), 22);
        assert_eq!(needed(648, 5), 33);
        assert_eq!(needed(200, 10), 20);
    }

    #[test]
    fn the_party_rule_of_stage_two_has_two_ways_and_no_third() {
        use Nominator::*;
        let (rule, all) = (&preset::party_thresholds()[1].rule, &preset::party_totals());
        let met = |of: &[(Nominator, u64)]| rule.met(&counts(of), all);
        assert!(met(&[(Units, 33)]));
        assert!(!met(&[(Units, 32)]));
        assert!(met(&[(Affiliates, 3), (Unions, 2), (AffiliatedMembers, 200_000)]));
        assert!(!met(&[(Affiliates, 2), (Unions, 2), (AffiliatedMembers, 200_000)]));
        assert!(!met(&[(Affiliates, 3), (Unions, 1), (AffiliatedMembers, 200_000)]));
        assert!(!met(&[(Affiliates, 3), (Unions, 2), (AffiliatedMembers, 199_999)]));
        assert!(!met(&[(Units, 32), (Affiliates, 2), (Unions, 2), (AffiliatedMembers, 4_000_000)]));
    }

    #[test]
    fn a_share_of_none_is_never_met() {
        let rule = Rule::Share { of: Nominator::Mps, percent: 10 };
        assert!(!rule.met(&counts(&[(Nominator::Mps, 5)]), &Counts::new()));
        assert!(!rule.sound(&Counts::new()));
        assert!(!Rule::AllOf(vec![]).sound(&Counts::new()));
    }

    #[test]
    fn rules_read_as_sentences() {
        assert_eq!(
            preset::party_thresholds()[1].rule.words(&preset::party_totals()),
            "at least 33 of 648 local parties or (at least 3 affiliates and at least 2 trade unions \
             and at least 200000 of 4000000 affiliated members)"
        );
    }
}
