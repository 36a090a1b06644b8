//! Each kind of value: what it may look like, its one normal form, and what is said when it does not fit.
//!
//! Every reader here takes the text of one field and gives the value with at most one [`Reason`]. If the reason holds
//! the record, the value is whatever could be made of it and is not used.

pub(super) mod country;
pub(super) mod date;
pub(super) mod email;
pub(super) mod person;
pub(super) mod phone;
pub(super) mod postcode;
pub(super) mod text;
pub(super) mod words;

use super::Reason;

/// A value, and what is to be said about it.
pub(super) type Judged<T> = (T, Option<Reason>);

/// Whether a field says in words or signs that there is nothing to say.
pub(super) fn says_nothing(text: &str) -> bool {
    const WORDS: [&str; 15] = [
        "n/a",
        "na",
        "n.a.",
        "none",
        "null",
        "nil",
        "unknown",
        "not known",
        "not given",
        "tbc",
        "ex-directory",
        "ex directory",
        "no email",
        "no phone",
        "(blank)",
    ];
    let quiet = |text: &str| text.bytes().all(|byte| b"-.?/ ".contains(&byte));
    text.len() <= 12 && (quiet(text) || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)))
}
