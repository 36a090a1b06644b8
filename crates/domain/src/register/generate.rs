//! A fictional register in our own layout: the same people for the same seed, on any machine.
//!
//! Nobody in it exists. Streets, seats and seat codes are invented, e-mail is under example.org, telephone numbers are
//! those that Ofcom keeps for drama. Shares (classes, missing values, preferences, households) follow a large British
//! party's register.

mod names;
mod person;
mod places;

use std::io::{self, Write};

use jiff::civil::{Date, date};

use super::reading::Column;
use person::Town;

/// The day on which the register stands: nobody in it is born, or joined, later.
pub const AS_OF: Date = date(2026, 1, 1);

/// Write a register of `people` to `out`, heading first.
///
/// # Errors
/// `out` cannot be written to.
pub fn generate(people: u64, seed: u64, out: &mut impl Write) -> io::Result<()> {
    let columns = Column::ALL.iter().filter(|column| !column.may_be_absent());
    writeln!(out, "{}", columns.map(|column| column.heading()).collect::<Vec<_>>().join(","))?;
    let mut town = Town::new(seed);
    let mut lines = String::new();
    let mut written = 0;
    while written < people {
        lines.clear();
        written += town.household(people - written, &mut lines);
        out.write_all(lines.as_bytes())?;
    }
    Ok(())
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for a seed for ever, which no library promises of its own
/// generators. Good enough for fiction, and for nothing else.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// Whether something happens that does in so many of ten thousand cases.
    fn chance(&mut self, in_ten_thousand: u64) -> bool {
        self.below(10_000) < in_ten_thousand
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::reading::{Class, LayoutChoice, MemberRow, Outcome, Status, open};

    fn made(people: u64, seed: u64) -> Vec<u8> {
        let mut out = Vec::new();
        generate(people, seed, &mut out).unwrap();
        out
    }

    fn rows(people: u64) -> Vec<MemberRow> {
        let file = made(people, 7);
        let records = open(file.as_slice(), LayoutChoice::Auto, AS_OF).unwrap();
        records
            .map(|record| match record.unwrap() {
                record if record.lines == 1 => match record.outcome {
                    Outcome::Row(row, findings) if findings.is_empty() => *row,
                    other => panic!("line {}: {other:?}", record.line),
                },
                record => panic!("line {} runs on", record.line),
            })
            .collect()
    }

    #[test]
    fn every_row_is_taken_and_nothing_is_to_be_said_of_it() {
        assert_eq!(rows(5000).len(), 5000);
        assert_eq!(rows(1).len(), 1);
        assert_eq!(rows(0).len(), 0);
    }

    #[test]
    fn a_seed_is_a_register() {
        assert_eq!(made(300, 1), made(300, 1));
        assert_ne!(made(300, 1), made(300, 2));
        let (short, long) = (made(300, 1), made(400, 1));
        assert_eq!(
            &long[..short.len() - 400],
            &short[..short.len() - 400],
            "more people, the same beginning"
        );
    }

    #[test]
    fn the_shares_are_those_of_a_real_register() {
        let rows = rows(20_000);
        let share =
            |of: &dyn Fn(&MemberRow) -> bool| rows.iter().filter(|row| of(row)).count() as f64 / 200.0;
        let near = |what: &str, share: f64, expected: f64, off: f64| {
            assert!((share - expected).abs() < off, "{what}: {share} %, not {expected} %");
        };
        near("members", share(&|row| row.class == Class::Member), 70.0, 2.0);
        near("affiliated", share(&|row| row.class == Class::Affiliated), 28.0, 2.0);
        near("registered", share(&|row| row.class == Class::Registered), 2.0, 0.6);
        near("no date of birth", share(&|row| row.date_of_birth.is_none()), 11.0, 1.5);
        near("no e-mail", share(&|row| row.email.is_empty()), 15.0, 1.5);
        near("no mobile", share(&|row| row.mobile.is_empty()), 24.0, 2.0);
        near("screened out by the TPS", share(&|row| row.prefs.tps), 21.0, 2.5);
        near("objecting", share(&|row| row.prefs.objects_to_disclosure), 0.4, 0.2);
        near("in arrears", share(&|row| row.status == Status::InArrears), 4.2, 1.0);
        let adult = AS_OF.with().year(AS_OF.year() - 18).build().unwrap();
        near("under 18", share(&|row| row.date_of_birth.is_some_and(|born| born > adult)), 0.8, 0.5);
        assert!(rows.iter().any(|row| row.prefs.protected));
        assert!(share(&|row| !row.family_name.is_ascii()) > 1.0);
    }

    #[test]
    fn nobody_can_be_reached() {
        for row in rows(5000) {
            assert!(row.email.is_empty() || row.email.ends_with(".example.org"), "mail leaves example.org");
            for number in [&row.mobile, &row.landline] {
                let drama =
                    ["", "+447700900", "+442079460", "+441632960", "+441134960", "+441614960", "+442920180"];
                assert!(drama.contains(&number.get(..10).unwrap_or("")), "a number that may be somebody's");
            }
        }
    }
}
