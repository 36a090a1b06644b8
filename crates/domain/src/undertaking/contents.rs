//! What a campaign must say before it signs, and answers that say nothing.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};

use super::Contents;

/// By how many days after the close of the contest all copies must be destroyed.
pub const DESTROY_WITHIN_DAYS: i64 = 30;

/// Answers that say nothing.
const EMPTY_WORDS: [&str; 16] = [
    "tbc",
    "tbd",
    "to be confirmed",
    "to be decided",
    "n/a",
    "na",
    "not applicable",
    "various",
    "unknown",
    "not sure",
    "as needed",
    "as required",
    "anywhere",
    "the cloud",
    "cloud",
    "etc",
];

/// What is missing or too thin in the answers, in words that say what to do. Empty if nothing.
///
/// `today` and `closes` are local days of the contest's zone.
pub fn faults(contents: &Contents, today: Date, closes: Date) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, words: &str| {
        if !holds {
            faults.push(words.to_owned());
        }
    };
    must(
        says(&contents.stored_where, 3),
        "Say where copies will be stored: which system or disk, and how it is locked.",
    );
    must(
        !contents.devices.is_empty() && contents.devices.iter().all(|d| says(d, 2)),
        "Say on which devices, one an answer, each in a few words: how many, of what kind, encrypted or not.",
    );
    let people: BTreeSet<_> = contents.people.iter().collect();
    must(!people.is_empty(), "Name who of the campaign may hold a copy.");
    must(people.len() == contents.people.len(), "Name each person once.");
    let processors = &contents.processors;
    let none = processors.len() == 1 && processors[0].trim().eq_ignore_ascii_case("none");
    let named = !processors.is_empty()
        && processors.iter().all(|p| says(p, 1) && !p.trim().eq_ignore_ascii_case("none"));
    must(none || named, "Name each firm that will work on the data for you, or write \u{201c}none\u{201d}.");
    let answers = std::iter::once(&contents.stored_where).chain(&contents.devices).chain(processors);
    must(
        !answers.into_iter().any(|a| a.contains('@')),
        "Describe things and firms; leave out people and their addresses.",
    );
    match contents.destruction_date.parse::<Date>() {
        Err(_) => faults.push("Give the day by which all copies are destroyed, like 2020-05-30.".to_owned()),
        Ok(day) => {
            let last = closes.checked_add(DESTROY_WITHIN_DAYS.days()).unwrap_or(closes);
            if day < today || day > last {
                faults.push(format!("The day of destruction must lie between today and {last}."));
            }
        }
    }
    faults
}

/// Whether an answer has at least so many words, and is none of those that say nothing.
fn says(answer: &str, words: usize) -> bool {
    let plain = answer.trim().trim_end_matches('.').to_lowercase();
    plain.len() >= 3 && plain.split_whitespace().count() >= words && !EMPTY_WORDS.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn good() -> Contents {
        Contents {
            stored_where: "An encrypted volume on the campaign's own server in Leeds".to_owned(),
            devices: vec!["two encrypted laptops".to_owned()],
            people: vec![7, 8],
            processors: vec!["none".to_owned()],
            destruction_date: "2020-05-30".to_owned(),
        }
    }

    fn found(change: impl FnOnce(&mut Contents)) -> Vec<String> {
        let mut contents = good();
        change(&mut contents);
        faults(&contents, date(2020, 2, 10), date(2020, 5, 4))
    }

    #[test]
    fn good_answers_have_no_faults() {
        assert_eq!(found(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn each_thin_answer_is_named() {
        assert_eq!(found(|c| c.stored_where = "tbc".to_owned()).len(), 1);
        assert_eq!(found(|c| c.stored_where = "To be confirmed.".to_owned()).len(), 1);
        assert_eq!(found(|c| c.stored_where = "my laptop".to_owned()).len(), 1);
        assert_eq!(found(|c| c.devices.clear()).len(), 1);
        assert_eq!(found(|c| c.devices.push("various".to_owned())).len(), 1);
        assert_eq!(found(|c| c.people.clear()).len(), 1);
        assert_eq!(found(|c| c.people.push(7)).len(), 1);
        assert_eq!(found(|c| c.processors.clear()).len(), 1);
        assert_eq!(found(|c| c.processors = vec!["none".to_owned(), "A Printer Ltd".to_owned()]).len(), 1);
        assert_eq!(found(|c| c.devices.push("the laptop of ann@example.org".to_owned())).len(), 1);
    }

    #[test]
    fn the_day_of_destruction_lies_between_today_and_a_month_after_the_close() {
        for (day, faulty) in [
            ("2020-02-09", true),
            ("2020-02-10", false),
            ("2020-06-03", false),
            ("2020-06-04", true),
            ("soon", true),
        ] {
            assert_eq!(!found(|c| c.destruction_date = day.to_owned()).is_empty(), faulty, "{day}");
        }
    }
}
