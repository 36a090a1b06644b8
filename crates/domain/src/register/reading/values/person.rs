//! Whether given and family names name a person.

use unicode_normalization::char::is_combining_mark;

use super::super::Reason;

/// What is wrong with a pair of names, if anything. One of the two may be empty.
pub(in super::super) fn judge(given: &str, family: &str) -> Option<Reason> {
    match () {
        () if given.is_empty() && family.is_empty() => Some(Reason::NameMissing),
        () if is_placeholder(given, family) => Some(Reason::PlaceholderPerson),
        () if given.contains('?') || family.contains('?') => Some(Reason::CharacterUnreadable),
        () if given.chars().chain(family.chars()).any(is_no_part_of_a_name) => Some(Reason::NameUnlikely),
        () => None,
    }
}

/// Anything but letters of any script, the signs that names are written with, and the figures of "2nd".
fn is_no_part_of_a_name(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || " '-.,()/&`\"".contains(c));
    }
    !(c.is_alphanumeric() || is_combining_mark(c) || "’‘ʼʻ´“”‐‑–·\u{200c}\u{200d}".contains(c))
}

/// Test entries, notes and jokes. Whole names only: there are people called Test, and people called Mouse.
fn is_placeholder(given: &str, family: &str) -> bool {
    const PAIRS: [(&str, &str); 12] = [
        ("a", "member"),
        ("any", "member"),
        ("new", "member"),
        ("do not", "use"),
        ("do not", "contact"),
        ("mickey", "mouse"),
        ("minnie", "mouse"),
        ("donald", "duck"),
        ("john", "doe"),
        ("jane", "doe"),
        ("joe", "bloggs"),
        ("a n", "other"),
    ];
    const NOTES: [&str; 10] =
        ["deceased", "test", "dummy", "unknown", "duplicate", "do not use", "delete", "n/a", "none", "tbc"];
    let is = |text: &str, known: &str| text.eq_ignore_ascii_case(known);
    let note = |text: &str| NOTES.iter().any(|known| is(text, known));
    let alone = given.is_empty() || family.is_empty() || is(given, family);
    (alone && (note(given) || note(family)))
        || is(given, "deceased")
        || is(given, "do not use")
        || PAIRS.iter().any(|(g, f)| is(given, g) && is(family, f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_pass() {
        for (given, family) in [
            ("Siân", "ap Huw"),
            ("", "Suharto"),
            ("Séamus", "O’Brien-D'Souza"),
            ("ਹਰਪ੍ਰੀਤ", "ਸਿੰਘ"),
            ("மலர்", "செல்வன்"),
            ("محمد", "الأحمد"),
            ("张", "伟"),
            ("Zoltán", "Test"),
            ("A", "Mouse"),
            ("J.", "de la Mare (née Smith)"),
        ] {
            assert_eq!(judge(given, family), None, "{given} {family}");
        }
    }

    #[test]
    fn notes_and_jokes_are_held() {
        for (given, family) in [
            ("Test", "Test"),
            ("A", "Member"),
            ("Deceased", "Hart"),
            ("DO NOT", "USE"),
            ("Mickey", "Mouse"),
            ("", "Unknown"),
        ] {
            assert_eq!(judge(given, family), Some(Reason::PlaceholderPerson), "{given} {family}");
        }
        assert_eq!(judge("", ""), Some(Reason::NameMissing));
        assert_eq!(judge("Pawe?", "?uk"), Some(Reason::CharacterUnreadable));
        assert_eq!(judge("Ann", "Smith™"), Some(Reason::NameUnlikely));
        assert_eq!(judge("<b>Ann</b>", "Smith"), Some(Reason::NameUnlikely));
    }
}
