//! Who got what, when.

use super::{Mark, Moment, clock};

/// Who got what, when: campaigns as equal columns, in ballot order.
#[derive(Debug, Clone)]
pub struct Parity {
    /// What is compared.
    pub caption: String,
    /// The campaigns.
    pub columns: Vec<String>,
    /// What each got.
    pub rows: Vec<ParityRow>,
}

/// One thing that every campaign got, or not.
#[derive(Debug, Clone)]
pub struct ParityRow {
    /// What it is.
    pub label: String,
    /// Whether all should have had it at the same instant; then the row says how far apart they were.
    pub together: bool,
    /// One cell for each column, in the same order.
    pub cells: Vec<Cell>,
}

/// How one thing stands with one campaign.
#[derive(Debug, Clone)]
pub enum Cell {
    /// It happened then.
    At(Moment),
    /// A number or a few words.
    Words(String),
    /// A sign with its word.
    Marked(Mark, String),
    /// Not yet.
    NotYet,
}

impl Parity {
    /// Whether the columns fit beside each other on a telephone; more than three scroll in their own box.
    pub fn narrow(&self) -> bool {
        self.columns.len() <= 3
    }
}

impl ParityRow {
    /// How far apart the campaigns' instants lie: "same second", "00:12:03 apart". Nothing while one is outstanding,
    /// or where the instant is the campaign's own choice.
    pub fn spread(&self) -> Option<String> {
        if !self.together {
            return None;
        }
        let seconds: Option<Vec<i64>> = self
            .cells
            .iter()
            .map(|cell| if let Cell::At(m) = cell { Some(m.at.as_second()) } else { None })
            .collect();
        let seconds = seconds.filter(|s| s.len() > 1)?;
        match seconds.iter().max()?.abs_diff(*seconds.iter().min()?) {
            0 => Some("same second".to_owned()),
            apart => Some(format!("{} apart", clock::span(apart))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Clock;

    fn at(text: &str) -> Cell {
        let at = text.parse().unwrap();
        Cell::At(Clock::new("Europe/London", at).unwrap().moment(at))
    }

    fn spread(cells: Vec<Cell>) -> Option<String> {
        ParityRow { label: String::new(), together: true, cells }.spread()
    }

    #[test]
    fn instants_are_compared_to_the_second() {
        let five = "2020-02-14T17:00:00Z";
        assert_eq!(spread(vec![at(five), at(five)]).as_deref(), Some("same second"));
        assert_eq!(spread(vec![at("2020-02-14T17:12:03Z"), at(five)]).as_deref(), Some("00:12:03 apart"));
    }

    #[test]
    fn what_campaigns_do_in_their_own_time_is_not_compared() {
        let cells = vec![at("2020-02-14T17:12:03Z"), at("2020-02-14T17:00:00Z")];
        assert_eq!(ParityRow { label: String::new(), together: false, cells }.spread(), None);
    }

    #[test]
    fn nothing_is_claimed_while_one_campaign_waits() {
        assert_eq!(spread(vec![at("2020-02-14T17:00:00Z"), Cell::NotYet]), None);
    }
}
