//! E-mail addresses: the part of RFC 5321 that every mail system delivers, in lower case.

use super::super::Reason;
use super::{Judged, says_nothing};

/// The address, or nothing and why. An address that cannot be written to is left out; the member is not.
pub(in super::super) fn read(raw: &str) -> Judged<String> {
    let text = raw.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
    if says_nothing(text) {
        return (String::new(), None);
    }
    if is_deliverable(text) {
        return (text.to_ascii_lowercase(), None);
    }
    if text.matches('@').count() > 1 && text.contains([';', ',', ' ', '/']) {
        return (String::new(), Some(Reason::EmailSeveral));
    }
    let stripped = text.strip_prefix("mailto:").unwrap_or(text);
    let stripped = stripped.trim_matches(['<', '>', '"', '\'', ',', ';', ' ']).trim_end_matches('.');
    if is_deliverable(stripped) {
        return (stripped.to_ascii_lowercase(), Some(Reason::EmailMended));
    }
    (String::new(), Some(Reason::EmailDropped))
}

fn is_deliverable(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    address.len() <= 254 && is_local(local.as_bytes()) && is_domain(domain)
}

/// A dot-atom of at most 64 characters that no spreadsheet takes for a formula.
fn is_local(local: &[u8]) -> bool {
    let atom = |byte: &u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(byte);
    let dots = local.windows(2).any(|pair| pair == b"..");
    matches!(local, [first, .., last] | [first @ last] if !b".=+-".contains(first) && *last != b'.')
        && local.len() <= 64
        && !dots
        && local.iter().all(atom)
}

/// Two labels or more, the last of letters (or an internationalised name in its ASCII form).
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top = |top: &str| {
        top.len() >= 2 && (top.bytes().all(|b| b.is_ascii_alphabetic()) || top.starts_with("xn--"))
    };
    domain.rsplit_once('.').is_some_and(|(_, last)| top(last)) && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_normalised_mended_or_left_out() {
        for (raw, address, reason) in [
            ("pat@example.org", "pat@example.org", None),
            ("PAT@EXAMPLE.ORG ", "pat@example.org", None),
            ("pat.o'neil+party@mail.example.org", "pat.o'neil+party@mail.example.org", None),
            ("<pat@example.org>", "pat@example.org", Some(Reason::EmailMended)),
            ("pat@example.org.", "pat@example.org", Some(Reason::EmailMended)),
            ("mailto:pat@example.org", "pat@example.org", Some(Reason::EmailMended)),
            ("pat@example.org; sam@example.org", "", Some(Reason::EmailSeveral)),
            ("pat.example.org", "", Some(Reason::EmailDropped)),
            ("pat@@example.org", "", Some(Reason::EmailDropped)),
            ("pat@example", "", Some(Reason::EmailDropped)),
            ("pat @example.org", "", Some(Reason::EmailDropped)),
            ("pat,smith@example.org", "", Some(Reason::EmailDropped)),
            ("pat@exámple.org", "", Some(Reason::EmailDropped)),
            ("=pat@example.org", "", Some(Reason::EmailDropped)),
            ("none", "", None),
            ("", "", None),
        ] {
            assert_eq!(read(raw), (address.to_owned(), reason), "{raw:?}");
        }
    }

    proptest! {
        /// The mailer must be able to write to every address that is taken.
        #[test]
        fn the_mailer_takes_what_we_take(raw in "[a-zA-Z0-9.!+'_<>; -]{0,8}@[a-zA-Z0-9.-]{1,10}(\\.[a-z]{1,4})?") {
            let (address, _) = read(&raw);
            if !address.is_empty() {
                prop_assert!(address.parse::<lettre::Address>().is_ok(), "{}", address);
                prop_assert_eq!(read(&address), (address, None));
            }
        }
    }
}
