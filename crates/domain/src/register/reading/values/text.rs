//! Running text: names, addresses, places. Spaces, invisible characters, garbled letters, formulas.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::super::{Reason, Verdict};
use super::Judged;

/// Normalise a text: Unicode NFC, single spaces, nothing invisible. Line breaks become `joint`.
///
/// Held: a formula (`= + - @`, tab or carriage return at the start), a character that turns the reading direction
/// round, a control character in the middle, a letter that was lost.
pub(in super::super) fn read<'a>(raw: &'a str, joint: &str) -> Judged<Cow<'a, str>> {
    if is_plain(raw) {
        let reason = raw.as_bytes().first().is_some_and(|first| b"=+-@".contains(first));
        return hold_formula(Cow::Borrowed(raw), reason);
    }
    let lead = raw.trim_start_matches([' ', '\u{a0}']).starts_with(['\t', '\r']);
    let (text, mended) = mend(raw, joint);
    if mended.is_some_and(|reason| reason.verdict() == Verdict::Held) {
        return (text, mended);
    }
    if lead || text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        return hold_formula(text, true);
    }
    (text, mended)
}

/// Printable ASCII with single spaces inside: nothing to do.
fn is_plain(raw: &str) -> bool {
    let mut before = b' ';
    for byte in raw.bytes() {
        if !(b' '..=b'~').contains(&byte) || (byte == b' ' && before == b' ') {
            return false;
        }
        before = byte;
    }
    raw.is_empty() || before != b' '
}

/// A text that leads like a formula is held, unless it is nothing but a dash: then it is empty.
fn hold_formula(text: Cow<'_, str>, leads: bool) -> Judged<Cow<'_, str>> {
    match leads {
        false => (text, None),
        true if text.trim_matches('-').is_empty() => (Cow::Borrowed(""), None),
        true => (text, Some(Reason::FormulaLead)),
    }
}

fn mend<'a>(raw: &'a str, joint: &str) -> Judged<Cow<'a, str>> {
    let mut reason = None;
    let mut source = Cow::Borrowed(raw);
    if let Some(mended) = twice_encoded(raw) {
        reason = Some(Reason::DoubleEncoding);
        source = Cow::Owned(mended);
    }
    let kept = source.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    if source.contains(|c: char| c.is_control() && !c.is_whitespace()) && reason.is_none() {
        reason = Some(Reason::ControlRemoved);
    }
    let mut text = String::with_capacity(kept.len());
    let mut chars = kept.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{fffd}' => return (text.into(), Some(Reason::CharacterUnreadable)),
            '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                return (text.into(), Some(Reason::BidiControl));
            }
            '\n' | '\r' => {
                while chars.next_if(|c| c.is_whitespace()).is_some() {}
                text.truncate(text.trim_end_matches([' ', ',']).len());
                text.push_str(joint);
                reason = reason.or(Some(Reason::LineBreakJoined));
            }
            c if c.is_whitespace() => {
                if !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            c if c.is_control() => return (text.into(), Some(Reason::ControlCharacter)),
            '\u{200c}' | '\u{200d}' if joins(text.chars().next_back(), chars.peek()) => text.push(c),
            c if is_invisible(c) => reason = reason.or(Some(Reason::InvisibleRemoved)),
            c => text.push(c),
        }
    }
    if reason.is_none() && kept.len() < source.trim().len() {
        reason = Some(Reason::InvisibleRemoved);
    }
    if is_nfc_quick(text.chars()) != IsNormalized::Yes {
        text = text.nfc().collect();
    }
    (text.into(), reason)
}

/// Zero-width spaces and joiners, soft hyphens, byte-order marks: nobody sees them, every comparison trips over them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{180e}')
}

/// Whether a joiner stands between two letters of a script that needs it (Persian, Sinhala, Malayalam …).
fn joins(before: Option<char>, after: Option<&char>) -> bool {
    let needs = |c: char| c > '\u{58f}' && (c.is_alphabetic() || is_combining_mark(c));
    before.is_some_and(needs) && after.is_some_and(|c| needs(*c))
}

/// The text before UTF-8 was read as Windows-1252 once too often ("ZoÃ«" was "Zoë"): certain, because the bytes of a
/// real name in that set make no valid UTF-8.
fn twice_encoded(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        bytes.push(match u8::try_from(u32::from(c)) {
            Ok(byte) => byte,
            Err(_) => windows_1252_byte(c)?,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The byte of a character that Windows-1252 has and Latin-1 has not.
fn windows_1252_byte(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    (0x80..).zip(HIGH).find(|(_, high)| *high == c).map(|(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reads(raw: &str) -> (String, Option<Reason>) {
        let (text, reason) = read(raw, ", ");
        (text.into_owned(), reason)
    }

    #[test]
    fn spaces_and_normal_form_need_no_word() {
        for (raw, text) in [
            ("Ann Marie", "Ann Marie"),
            ("  Ann   Marie ", "Ann Marie"),
            ("Ann\u{a0}Marie\t", "Ann Marie"),
            ("Zoe\u{308}", "Zoë"),
            ("", ""),
            ("   ", ""),
            ("-", ""),
            ("O’Brien", "O’Brien"),
            ("Müller", "Müller"),
            ("Ŵyn", "Ŵyn"),
        ] {
            assert_eq!(reads(raw), (text.to_owned(), None), "{raw:?}");
        }
    }

    #[test]
    fn what_is_certain_is_mended_and_said() {
        for (raw, text, reason) in [
            ("Oâ€™Adams", "O’Adams", Reason::DoubleEncoding),
            ("ZoÃ«", "Zoë", Reason::DoubleEncoding),
            ("Ann\0", "Ann", Reason::ControlRemoved),
            ("A\u{200b}dams\u{feff}", "Adams", Reason::InvisibleRemoved),
            ("Adams\u{feff}", "Adams", Reason::InvisibleRemoved),
            ("5 Orchard Road,\r\n Hemel", "5 Orchard Road, Hemel", Reason::LineBreakJoined),
        ] {
            assert_eq!(reads(raw), (text.to_owned(), Some(reason)), "{raw:?}");
        }
        assert_eq!(reads("می\u{200c}خواهم").1, None, "Persian needs its joiner");
    }

    #[test]
    fn what_is_dangerous_or_lost_is_held() {
        for (raw, reason) in [
            ("=HYPERLINK(\"http://example.org\")", Reason::FormulaLead),
            ("+44 7700 900123", Reason::FormulaLead),
            ("@SUM(1+1)", Reason::FormulaLead),
            ("-2+3", Reason::FormulaLead),
            (" =1", Reason::FormulaLead),
            ("\u{200b}=1", Reason::FormulaLead),
            ("\0=1", Reason::FormulaLead),
            ("\t=1+1", Reason::FormulaLead),
            ("\tAnn", Reason::FormulaLead),
            ("＝1", Reason::FormulaLead),
            ("\u{202e}Ann\u{202c}", Reason::BidiControl),
            ("Jo\0n", Reason::ControlCharacter),
            ("M\u{fffd}ller", Reason::CharacterUnreadable),
        ] {
            assert_eq!(reads(raw).1, Some(reason), "{raw:?}");
        }
    }

    proptest! {
        /// Whatever comes in: what is taken starts no formula, hides nothing, and reads the same a second time.
        #[test]
        fn taken_text_is_safe_and_settled(raw in "[\\PC\u{0}-\u{a0}\u{200b}-\u{200f}\u{202a}-\u{202e}=+@ÃÂâ€™é-]{0,12}") {
            let (text, reason) = reads(&raw);
            if reason.is_none_or(|reason| reason.verdict() == Verdict::Mended) {
                prop_assert!(!text.starts_with(['=', '+', '-', '@', '\t', '\r']));
                prop_assert!(!text.contains(|c: char| c.is_control()));
                prop_assert_eq!(text.trim(), text.as_str());
                let again = reads(&text);
                prop_assert!(again.1.is_none_or(|r| r == Reason::DoubleEncoding), "{:?} {:?}", text, again);
            }
        }
    }
}
