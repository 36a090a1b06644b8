//! Words for what entries hold: verbs, times, and text that a terminal may be shown.

use ledger::Verb;

/// What a verb swears to, as a sentence.
pub fn sentence(verb: Verb) -> &'static str {
    match verb {
        Verb::Opened => "Personal data was opened for a reader.",
        Verb::Shown => "The reader's device acknowledged that it received the answer.",
        Verb::DialRequested => "A device was asked to dial a number. Whether it rang is not known.",
        Verb::Exported => "Data left as a file.",
        Verb::Queried => "A search or count was answered.",
        Verb::Granted => "A right was given: a role, a session, a key, an approval or a link.",
        Verb::Processed => "A machine used personal data in bulk. Nobody was shown any.",
        Verb::Refused => "Something was asked for and refused.",
        Verb::Signed => "A person signed a text.",
        Verb::Stage => "A contest moved from one stage to another.",
        Verb::Erased => "A person's key was deleted, so that their data can no longer be opened.",
        Verb::MapRoot => "The root over everybody's own lists of entries was noted.",
        Verb::Started => "The service started, with the build and policies named here.",
        Verb::Held => "Data was put on hold, or a hold ended.",
    }
}

/// `2026-11-23 13:07 UTC` for whole minutes since 1970-01-01 UTC.
pub fn minute(minutes: u64) -> String {
    let (hour, minute) = (minutes / 60 % 24, minutes % 60);
    format!("{} {hour:02}:{minute:02} UTC", day(minutes / (24 * 60)))
}

/// `2026-11-23` for whole days since 1970-01-01.
pub fn day(days: u64) -> String {
    // H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days: years start in March
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let (month, carry) = if march_month < 10 { (march_month + 3, 0) } else { (march_month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year_of_era + carry)
}

/// Text as a terminal may be shown it: what could move the cursor, change colours or turn the direction
/// of reading is written as `\u{…}`, and so is the backslash doubled.
pub fn shown(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\'' => c.to_string(),
        c => c.escape_debug().to_string(),
    };
    text.chars().map(escape).collect()
}

/// Hexadecimal, as `sha256sum` writes it.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_minutes() {
        assert_eq!(minute(0), "1970-01-01 00:00 UTC");
        assert_eq!(minute(26_333_333), "2020-01-26 00:53 UTC");
        for (days, text) in [
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (19_722, "2023-12-31"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(day(days), text);
        }
        day(1 << 53);
    }

    #[test]
    fn nothing_shown_can_steer_a_terminal() {
        assert_eq!(shown("caf\u{e9} \"it's\""), "caf\u{e9} \"it's\"");
        let nasty = "\u{1b}[2J\r\n\u{9b}31m\u{202e}\u{200b}\u{7f}\\";
        let safe = shown(nasty);
        assert!(safe.chars().all(|c| c.is_ascii() && !c.is_control()), "{safe}");
        assert_eq!(shown("\\u{1b}"), "\\\\u{1b}", "a written escape is told from a real one");
    }
}
