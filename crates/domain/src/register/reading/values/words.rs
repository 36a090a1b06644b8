//! Words with a fixed meaning: flags, classes, standings, membership numbers.

use super::super::{Class, Reason, Status};
use super::Judged;

/// Whether something is forbidden. What is neither yes nor no is yes: the more careful of the two.
pub(in super::super) fn flag(raw: &str) -> Judged<bool> {
    const YES: [&str; 14] = [
        "1",
        "1.0",
        "-1",
        "y",
        "yes",
        "true",
        "t",
        "x",
        "on",
        "checked",
        "tps",
        "do not call",
        "do not contact",
        "opt out",
    ];
    const NO: [&str; 7] = ["0", "0.0", "n", "no", "false", "f", "off"];
    match raw {
        "0" => return (false, None),
        "1" => return (true, None),
        _ => {}
    }
    let word = raw.trim();
    let is = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    match () {
        () if is(&NO) => (false, None),
        () if is(&YES) => (true, None),
        () => (true, Some(Reason::FlagUnclear)),
    }
}

/// The class of elector, by the words that can mean nothing else.
pub(in super::super) fn class(raw: &str) -> Judged<Class> {
    let class = match folded(raw).as_str() {
        "member" | "full member" => Class::Member,
        "affiliated" | "affiliate" | "affiliated supporter" => Class::Affiliated,
        "registered" | "registered supporter" => Class::Registered,
        _ => return (Class::default(), Some(Reason::ClassUnknown)),
    };
    (class, None)
}

/// How the membership stands.
pub(in super::super) fn status(raw: &str) -> Judged<Status> {
    if raw == "active" {
        return (Status::Active, None);
    }
    let word = folded(raw).replace([' ', '-'], "_");
    match Status::ALL.into_iter().find(|status| status.as_str() == word) {
        Some(status) => (status, None),
        None => (Status::default(), Some(Reason::StatusUnknown)),
    }
}

/// Months in arrears; blank is none.
pub(in super::super) fn arrears(raw: &str) -> Judged<u16> {
    match raw.trim() {
        "" | "0" => (0, None),
        text => match text.strip_suffix(".0").unwrap_or(text).parse::<u16>() {
            Ok(months) if months <= 1200 => (months, None),
            _ => (0, Some(Reason::ArrearsUnclear)),
        },
    }
}

/// A membership number in capitals, without spaces. It needs a figure and holds letters, figures, `-`, `/` and `.`.
pub(in super::super) fn number(raw: &str) -> Judged<String> {
    let number: String = raw.split_whitespace().collect::<String>().to_ascii_uppercase();
    let figures = number.bytes().filter(u8::is_ascii_digit).count();
    match () {
        () if figures == 0 || number.bytes().all(|byte| byte == b'0') => {
            (String::new(), Some(Reason::NumberMissing))
        }
        () if looks_like_number(&number) => (number, None),
        () => (String::new(), Some(Reason::NumberUnclear)),
    }
}

/// Whether a text without spaces could be a membership number.
pub(in super::super) fn looks_like_number(text: &str) -> bool {
    text.len() <= 32
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-/.".contains(&byte))
}

fn folded(raw: &str) -> String {
    raw.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unclear_flag_forbids() {
        for yes in ["1", "Y", "yes", "TRUE", "x", "DO NOT CALL", "tps", "-1", " 1 "] {
            assert_eq!(flag(yes), (true, None), "{yes:?}");
        }
        for no in ["0", "N", "No", "false", " 0"] {
            assert_eq!(flag(no), (false, None), "{no:?}");
        }
        for unclear in ["", "2", "?", "maybe"] {
            assert_eq!(flag(unclear), (true, Some(Reason::FlagUnclear)), "{unclear:?}");
        }
    }

    #[test]
    fn classes_and_standings_are_never_guessed() {
        assert_eq!(class("Member "), (Class::Member, None));
        assert_eq!(class("affiliate"), (Class::Affiliated, None));
        assert_eq!(class("registered supporter"), (Class::Registered, None));
        for unknown in ["", "Full", "Young Labour", "£3 supporter"] {
            assert_eq!(class(unknown).1, Some(Reason::ClassUnknown), "{unknown:?}");
        }
        assert_eq!(status("In arrears"), (Status::InArrears, None));
        assert_eq!(status("paused").1, Some(Reason::StatusUnknown));
        assert_eq!(arrears("3"), (3, None));
        assert_eq!(arrears("-1").1, Some(Reason::ArrearsUnclear));
    }

    #[test]
    fn a_number_needs_a_figure() {
        assert_eq!(number(" m100 0408 "), ("M1000408".into(), None));
        for missing in ["", " ", "TBC", "0", "000"] {
            assert_eq!(number(missing).1, Some(Reason::NumberMissing), "{missing:?}");
        }
        for unclear in ["=1+1", "M1000408;", "№1", &"1".repeat(40)] {
            assert_eq!(number(unclear).1, Some(Reason::NumberUnclear), "{unclear:?}");
        }
    }
}
