//! Telephone numbers, to E.164.

use std::borrow::Cow;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

use super::super::Reason;
use super::country::Home;
use super::{Judged, says_nothing};

/// The number in E.164, or nothing and why. A number that cannot be rung is left out; the member is not.
pub(in super::super) fn read(raw: &str, home: Home) -> Judged<String> {
    let text = raw.trim();
    if says_nothing(text) {
        return (String::new(), None);
    }
    if home == Home::Uk
        && let Some(number) = plain_mobile(text.as_bytes())
    {
        return (number, None);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || b"+ ()-.".contains(&byte)) {
        if let Some(number) = dialled(text, home) {
            return number;
        }
        return match text.strip_suffix(".0").and_then(|text| dialled(text, home)) {
            Some((number, reason)) => (number, reason.or(Some(Reason::PhoneMended))),
            None => (String::new(), Some(Reason::PhoneDropped)),
        };
    }
    if is_rounded(text) {
        return (String::new(), Some(Reason::PhoneDigitsLost));
    }
    if is_several(text) {
        return (String::new(), Some(Reason::PhoneSeveral));
    }
    match slips(text).and_then(|text| dialled(&text, home)) {
        Some((number, reason)) => (number, reason.or(Some(Reason::PhoneMended))),
        None => (String::new(), Some(Reason::PhoneDropped)),
    }
}

/// "07700 900123", as most are written: what the library would say, at a tenth of its cost.
fn plain_mobile(text: &[u8]) -> Option<String> {
    let mut number = String::with_capacity(13);
    number.push_str("+44");
    for byte in text.strip_prefix(b"0")? {
        match byte {
            b'0'..=b'9' => number.push(char::from(*byte)),
            b' ' => {}
            _ => return None,
        }
    }
    matches!(number.as_bytes(), [b'+', b'4', b'4', b'7', b'1'..=b'5' | b'7'..=b'9', rest @ ..] if rest.len() == 8)
        .then_some(number)
}

/// The number that figures and signs make, read as it would be dialled at home.
fn dialled(text: &str, home: Home) -> Option<Judged<String>> {
    let british = || valid(text, Some(Region::GB));
    let number = match home {
        Home::Uk => british()?,
        Home::Abroad(region) => match (valid(text, Some(region)), british()) {
            (Some(there), Some(here)) if there != here => {
                return Some((String::new(), Some(Reason::PhoneCountryUnclear)));
            }
            (there, here) => there.or(here)?,
        },
        Home::Elsewhere => match (valid(text, None), british()) {
            (Some(number), _) => number,
            (None, Some(_)) => return Some((String::new(), Some(Reason::PhoneCountryUnclear))),
            (None, None) => return None,
        },
    };
    Some((number, None))
}

/// A number that exists, as far as one can know.
fn valid(text: &str, region: Option<Region>) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
    let british = number.country_code == 44 && is_british(number.national_number);
    (british || number.is_valid()).then(|| number.format_as(PhoneNumberFormat::E164).into_owned())
}

/// British numbers that are right whatever the library's list says: all of the mobile range, since Ofcom opens blocks
/// faster than lists follow, and the blocks of a thousand that it keeps for drama, which demonstrations use.
fn is_british(number: u64) -> bool {
    const DRAMA: [u64; 19] = [
        1_134_960, 1_144_960, 1_154_960, 1_164_960, 1_174_960, 1_184_960, 1_214_960, 1_314_960, 1_414_960,
        1_514_960, 1_614_960, 1_914_980, 2_079_460, 2_896_496, 2_920_180, 1_632_960, 8_081_570, 9_098_790,
        3_069_990,
    ];
    matches!(number / 100_000_000, 71..=75 | 77..=79) || DRAMA.contains(&(number / 1000))
}

/// A spreadsheet's scientific notation: 7.70E+09.
fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let figures = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    figures(mantissa) && figures(exponent.trim_start_matches('+'))
}

/// Whether a sign or a word stands between two stretches that could each be a number.
fn is_several(text: &str) -> bool {
    let figures = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    text.split(|c: char| c.is_alphabetic() || "/;,&|".contains(c)).filter(|part| figures(part) >= 7).count()
        > 1
}

/// Letters put for the figures they look like, and nothing else amiss.
fn slips(text: &str) -> Option<Cow<'static, str>> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push(match c {
            'O' | 'o' => '0',
            'I' | 'l' | '|' => '1',
            '\u{a0}' | '\u{2010}'..='\u{2014}' | '\u{200b}' | '\u{feff}' | '\'' | '/' | '\t' => ' ',
            '\u{202a}'..='\u{202e}' => continue, // telephones put these round a copied number
            c if c.is_ascii_digit() || "+ ()-.".contains(c) => c,
            _ => return None,
        });
    }
    let letters = text.bytes().filter(|byte| byte.is_ascii_alphabetic()).count();
    (letters <= 3).then_some(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reads(raw: &str, home: Home, number: &str, reason: Option<Reason>) {
        assert_eq!(read(raw, home), (number.to_owned(), reason), "{raw:?}");
    }

    #[test]
    fn every_way_of_writing_a_british_number() {
        for raw in [
            "07700 900123",
            "07700900123",
            "+447700900123",
            "+44 7700 900123",
            "00447700900123",
            "07700 900 123",
            "(07700) 900123",
            "07700-900123",
            "447700900123",
            "+44 (0)7700 900123",
            "7700900123",
            " 07700 900123 ",
        ] {
            reads(raw, Home::Uk, "+447700900123", None);
        }
        reads("020 7946 0123", Home::Uk, "+442079460123", None);
        reads("01632 960123", Home::Uk, "+441632960123", None);
        reads("03069 990123", Home::Uk, "+443069990123", None);
    }

    proptest! {
        /// The short way and the library agree, whatever is written.
        #[test]
        fn the_short_way_says_what_the_library_says(text in "0[1-9 ][0-9 ]{6,12}") {
            if let Some(number) = plain_mobile(text.trim().as_bytes()) {
                prop_assert_eq!(valid(&text, Some(Region::GB)), Some(number));
            }
        }
    }

    #[test]
    fn slips_are_mended_and_what_cannot_be_rung_is_left_out() {
        reads("07700 9OO123", Home::Uk, "+447700900123", Some(Reason::PhoneMended));
        reads("7700900123.0", Home::Uk, "+447700900123", Some(Reason::PhoneMended));
        reads("07700\u{a0}900123", Home::Uk, "+447700900123", Some(Reason::PhoneMended));
        for raw in ["7.70E+09", "4.48E+11", "4.47701E+11"] {
            reads(raw, Home::Uk, "", Some(Reason::PhoneDigitsLost));
        }
        for raw in ["0770090012", "077009001234", "ask for Pat", "999", "00000000000", "07700 900123 ext 4"] {
            reads(raw, Home::Uk, "", Some(Reason::PhoneDropped));
        }
        reads("07700 900123 / 020 7946 0123", Home::Uk, "", Some(Reason::PhoneSeveral));
        for raw in ["", "n/a", "N/A", "ex-directory", "-", "?"] {
            reads(raw, Home::Uk, "", None);
        }
    }

    #[test]
    fn numbers_abroad_are_read_as_dialled_there_unless_that_is_doubtful() {
        reads("07700 900123", Home::Abroad(Region::FR), "+447700900123", None);
        reads("+33 1 99 00 12 34", Home::Abroad(Region::FR), "+33199001234", None);
        reads("(212) 555-0143", Home::Abroad(Region::US), "+12125550143", None);
        reads("020 7946 0123", Home::Elsewhere, "", Some(Reason::PhoneCountryUnclear));
        reads("+44 20 7946 0123", Home::Elsewhere, "+442079460123", None);
    }
}
