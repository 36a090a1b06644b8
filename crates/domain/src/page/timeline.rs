//! Lines of the record book by the minute, with the silences between them.

use super::{Count, Mark, Moment, clock};

/// A line of the record book on a timeline.
#[derive(Debug, Clone)]
pub struct TimelineItem {
    /// When it was written.
    pub at: Moment,
    /// The log in which it stands.
    pub log: String,
    /// Its number.
    pub line: Count,
    /// The log's verb: `shown`, `exported`, `refused`.
    pub verb: &'static str,
    /// What happened, in words.
    pub words: String,
    /// Who did it, by role: "A volunteer of the Osgood campaign".
    pub by: String,
    /// A sign that sets it apart.
    pub mark: Option<Mark>,
}

/// The lines of one minute, and the quiet before it.
#[derive(Debug, Clone)]
pub struct Minute<'a> {
    /// "3 hours without a line", where at least two minutes passed in silence.
    pub quiet: Option<String>,
    /// The day, where it changes.
    pub day: Option<&'a str>,
    /// The minute.
    pub at: &'a Moment,
    /// Its lines, in the record book's order.
    pub items: &'a [TimelineItem],
}

/// Groups the lines of a timeline (oldest first) by minute, and says where nothing was written.
pub fn minutes(items: &[TimelineItem]) -> Vec<Minute<'_>> {
    let minute = |item: &TimelineItem| item.at.at.as_second().div_euclid(60);
    let mut groups: Vec<Minute<'_>> = Vec::new();
    for items in items.chunk_by(|a, b| minute(a) == minute(b)) {
        let Some(first) = items.first() else { continue };
        let before = groups.last().and_then(|g| g.items.last());
        let quiet = before.map_or(0, |b| minute(first) - minute(b) - 1).max(0).unsigned_abs();
        groups.push(Minute {
            quiet: (quiet >= 2).then(|| silence(quiet)),
            day: before.is_none_or(|b| b.at.date != first.at.date).then_some(first.at.date.as_str()),
            at: &first.at,
            items,
        });
    }
    groups
}

/// "3 hours 5 minutes without a line".
fn silence(minutes: u64) -> String {
    let units = [(minutes / 1440, "day"), (minutes / 60 % 24, "hour"), (minutes % 60, "minute")];
    let words: Vec<_> =
        units.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| clock::plural(*n, unit)).collect();
    format!("{} without a line", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Clock;

    fn line(line: u64, at: &str) -> TimelineItem {
        let at = at.parse().unwrap();
        let at = Clock::new("Europe/London", at).unwrap().moment(at);
        TimelineItem {
            at,
            log: "house".to_owned(),
            line: Count(line),
            verb: "shown",
            words: String::new(),
            by: String::new(),
            mark: None,
        }
    }

    #[test]
    fn lines_are_grouped_by_minute_and_silence_is_owned_up_to() {
        let items = [
            line(1, "2020-02-01T23:58:01Z"),
            line(2, "2020-02-01T23:58:59Z"),
            line(3, "2020-02-01T23:59:00Z"),
            line(4, "2020-02-02T01:04:00Z"),
        ];
        let groups = minutes(&items);
        let sizes: Vec<_> = groups.iter().map(|g| g.items.len()).collect();
        assert_eq!(sizes, [2, 1, 1]);
        assert_eq!(groups[1].quiet, None);
        assert_eq!(groups[2].quiet.as_deref(), Some("1 hour 4 minutes without a line"));
        assert_eq!(groups[1].day, None);
        assert_eq!(groups[2].day, Some("Sunday 2 February 2020"));
    }
}
