//! Dates as registers and spreadsheets write them. Numeric dates are day first, as in the United Kingdom; one that
//! can only be month first is held, because then the whole file is in doubt.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::Reason;
use super::Judged;

/// The ages at which a date of birth is believed. Unions, co-operatives and parties have junior sections; what the
/// young may do or be shown is not for the import to say.
const YOUNGEST: i16 = 7;
const OLDEST: i16 = 110;

/// A date of birth, held unless the person would be between 7 and 110 years old on `today`.
pub(in super::super) fn birth(raw: &str, today: Date) -> Judged<Option<Date>> {
    let (date, reason) = read(raw, |year| {
        let age = today.year() - year;
        (14..=100).contains(&age)
    });
    let Some(born) = date else { return (None, reason) };
    if born > today {
        return (None, Some(Reason::DateFuture));
    }
    let years =
        today.year() - born.year() - i16::from((today.month(), today.day()) < (born.month(), born.day()));
    if !(YOUNGEST..=OLDEST).contains(&years) {
        return (None, Some(Reason::AgeUnlikely));
    }
    (Some(born), reason)
}

/// A date of joining, held if it lies after `today` or before anybody alive could have joined.
pub(in super::super) fn joining(raw: &str, today: Date) -> Judged<Option<Date>> {
    let (date, reason) = read(raw, |year| (today.year() - 99..=today.year()).contains(&year));
    match date {
        Some(joined) if joined > today => (None, Some(Reason::DateFuture)),
        Some(joined) if today.year() - joined.year() > OLDEST => (None, Some(Reason::DateUnclear)),
        _ => (date, reason),
    }
}

/// `fits` says which of the possible centuries a year of two figures can be in.
fn read(raw: &str, fits: impl Fn(i16) -> bool) -> Judged<Option<Date>> {
    // 1 January 1900 is more often a stand-in than a day
    if let Some(date) = iso(raw.as_bytes()).filter(|date| date.year() > 1900) {
        return (Some(date), None);
    }
    let text = raw.trim();
    match text {
        "" => return (None, None),
        "0000-00-00" | "00/00/0000" | "0000-00-00 00:00:00" | "1900-01-01" | "01/01/1900" | "1899-12-30" => {
            return (None, Some(Reason::DateDropped));
        }
        _ if super::says_nothing(text) => return (None, None),
        _ => {}
    }
    let text = text.trim_end_matches(" 00:00:00").trim_end_matches(" 00:00").trim_end_matches("T00:00:00");
    if let Some(serial) = serial(text) {
        return (Some(serial), Some(Reason::DateSerial));
    }
    if let Some(date) = iso(text.as_bytes()).or_else(|| spelled(text, LONG_YEAR)) {
        return (Some(date), None);
    }
    match spelled(text, SHORT_YEAR).and_then(|date| in_century(date, fits)) {
        Some(date) => (Some(date), Some(Reason::DateShortYear)),
        None => (None, Some(Reason::DateUnclear)),
    }
}

/// 1971-04-05, by far the commonest: read by hand, it costs nothing.
fn iso(text: &[u8]) -> Option<Date> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let figures = [y1, y2, y3, y4, m1, m2, d1, d2];
    if !figures.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let [y1, y2, y3, y4, m1, m2, d1, d2] = figures.map(|figure| (figure - b'0') as i8);
    let year = i16::from(y1) * 1000 + i16::from(y2) * 100 + i16::from(y3) * 10 + i16::from(y4);
    Date::new(year, m1 * 10 + m2, d1 * 10 + d2).ok()
}

/// A spreadsheet's count of days since 30 December 1899, for days of this century and the last.
fn serial(text: &str) -> Option<Date> {
    let days = text.strip_suffix(".0").unwrap_or(text);
    let days: i32 = (days.len() == 5).then(|| days.parse().ok()).flatten()?;
    jiff::civil::date(1899, 12, 30).checked_add(days.days()).ok()
}

const LONG_YEAR: &[&str] =
    &["%d/%m/%Y", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%B %d %Y", "%b %d %Y", "%Y%m%d"];
const SHORT_YEAR: &[&str] = &["%d/%m/%y", "%d %b %y", "%d %B %y"];

/// The date by the first of the given forms that fits, whatever stands between its parts.
fn spelled(text: &str, forms: &[&str]) -> Option<Date> {
    if text.len() > 40 || !text.is_ascii() {
        return None;
    }
    let months = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let parts = text.split(['/', '.', '-', ' ', ',']).filter(|part| !part.is_empty()).map(cardinal);
    let plain = parts.collect::<Vec<_>>().join(if months { " " } else { "/" });
    let long = plain
        .split(['/', ' '])
        .any(|part| matches!(part.len(), 4 | 8) && part.bytes().all(|b| b.is_ascii_digit()));
    let mut forms = forms.iter().filter(|form| long == form.contains("%Y"));
    forms.find_map(|form| Date::strptime(form, &plain).ok())
}

/// 5th → 5.
fn cardinal(part: &str) -> &str {
    let figures = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    match &part[figures.len()..] {
        "st" | "nd" | "rd" | "th" if !figures.is_empty() => figures,
        _ => part,
    }
}

/// The date moved to the one century in which its year fits.
fn in_century(date: Date, fits: impl Fn(i16) -> bool) -> Option<Date> {
    let short = date.year().rem_euclid(100);
    let mut years = [1900 + short, 2000 + short].into_iter().filter(|year| fits(*year));
    let (year, None) = (years.next()?, years.next()) else { return None };
    Date::new(year, date.month(), date.day()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2020, 3, 1);

    #[test]
    fn every_form_of_one_day() {
        let day = date(1971, 4, 5);
        for raw in [
            "1971-04-05",
            "05/04/1971",
            "5/4/1971",
            "05.04.1971",
            "5 Apr 1971",
            "5 April 1971",
            "April 5th 1971",
            "Apr 5, 1971",
            "1971/04/05",
            "05-04-1971",
            "19710405",
            "05-Apr-1971",
            " 1971-04-05 ",
            "1971-04-05 00:00:00",
        ] {
            assert_eq!(birth(raw, TODAY), (Some(day), None), "{raw:?}");
        }
        for raw in ["5/4/71", "05-Apr-71", "05.04.71"] {
            assert_eq!(birth(raw, TODAY), (Some(day), Some(Reason::DateShortYear)), "{raw:?}");
        }
        for raw in ["26028", "26028.0"] {
            assert_eq!(birth(raw, TODAY), (Some(day), Some(Reason::DateSerial)), "{raw:?}");
        }
        assert_eq!(joining("43850", TODAY), (Some(date(2020, 1, 20)), Some(Reason::DateSerial)));
    }

    #[test]
    fn what_is_no_certain_date_is_held() {
        for (raw, reason) in [
            ("1971", Reason::DateUnclear),
            ("15-Mar", Reason::DateUnclear),
            ("1975-02-30", Reason::DateUnclear),
            ("04/25/1971", Reason::DateUnclear),
            ("5/4/15", Reason::DateUnclear),
            ("next May", Reason::DateUnclear),
            ("0198-03-04", Reason::AgeUnlikely),
            ("1875-06-01", Reason::AgeUnlikely),
            ("2019-12-01", Reason::AgeUnlikely),
            ("2031-04-05", Reason::DateFuture),
        ] {
            assert_eq!(birth(raw, TODAY), (None, Some(reason)), "{raw:?}");
        }
        assert_eq!(joining("2020-03-02", TODAY), (None, Some(Reason::DateFuture)));
    }

    #[test]
    fn stand_ins_for_no_date_are_left_out() {
        for raw in ["0000-00-00", "1900-01-01"] {
            assert_eq!(birth(raw, TODAY), (None, Some(Reason::DateDropped)), "{raw:?}");
        }
        assert_eq!(birth("", TODAY), (None, None));
        assert_eq!(birth("n/a", TODAY), (None, None));
    }
}
