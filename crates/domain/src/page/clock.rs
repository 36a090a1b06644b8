//! Instants as people read them: in the contest's zone, to the second, with the zone's name.

use jiff::{Timestamp, tz::TimeZone};

/// The page's clock: one zone, and the server's time when the page was made. Neither is read here; both are given.
#[derive(Debug, Clone)]
pub struct Clock {
    zone: TimeZone,
    now: Timestamp,
}

/// One instant, worded for a page. The `parts::when` macro turns it into a `<time>`.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The instant itself, for comparing; never printed.
    pub at: Timestamp,
    /// For machines: `2020-02-14T17:00:00+00:00`.
    pub iso: String,
    /// "Friday 14 February 2020".
    pub date: String,
    /// "Fri 14 Feb".
    pub day: String,
    /// "17:00:00".
    pub time: String,
    /// "17:00".
    pub minute: String,
    /// "GMT" or "BST": what the zone was called at that instant.
    pub zone: String,
}

/// A deadline and how far off it was when the page was made. Without script it reads as a deadline.
#[derive(Debug, Clone)]
pub struct Countdown {
    /// What falls due: "Response due", "Ballot opens".
    pub label: String,
    /// When it falls due.
    pub due: Moment,
    /// "2 days 03:14:07", whatever the sign.
    pub span: String,
    /// Whether the deadline had passed.
    pub late: bool,
}

impl Clock {
    /// A clock for the IANA zone `zone` ("Europe/London").
    ///
    /// # Errors
    /// When the zone is not in the time zone database.
    pub fn new(zone: &str, now: Timestamp) -> Result<Self, jiff::Error> {
        Ok(Clock { zone: TimeZone::get(zone)?, now })
    }

    /// A clock for UTC.
    pub fn utc(now: Timestamp) -> Self {
        Clock { zone: TimeZone::UTC, now }
    }

    /// The server's time when the page was made.
    pub fn now(&self) -> Moment {
        self.moment(self.now)
    }

    /// `at` as wall-clock time in this zone.
    pub fn moment(&self, at: Timestamp) -> Moment {
        let local = at.to_zoned_datetime(self.zone.clone());
        let show = |format: &str| local.strftime(format).to_string();
        Moment {
            at,
            iso: show("%Y-%m-%dT%H:%M:%S%:z"),
            date: show("%A %-d %B %Y"),
            day: show("%a %-d %b"),
            time: show("%H:%M:%S"),
            minute: show("%H:%M"),
            zone: show("%Z"),
        }
    }

    /// A running clock towards `due`.
    pub fn countdown(&self, label: &str, due: Timestamp) -> Countdown {
        let seconds = due.as_second() - self.now.as_second();
        Countdown {
            label: label.to_owned(),
            due: self.moment(due),
            span: span(seconds.unsigned_abs()),
            late: seconds < 0,
        }
    }

    /// How long ago `at` was, coarsely: "6 days", "4 hours", "12 minutes". An instant to come counts as "0 minutes".
    pub fn age(&self, at: Timestamp) -> String {
        let minutes = (self.now.as_second() - at.as_second()).max(0).unsigned_abs() / 60;
        match minutes {
            0..60 => plural(minutes, "minute"),
            60..1440 => plural(minutes / 60, "hour"),
            _ => plural(minutes / 1440, "day"),
        }
    }
}

/// A span of `seconds` to the second: "03:14:07", "1 day 00:00:00". Days are 24 hours. `evenhand.js` words it alike.
pub(super) fn span(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days == 0 { clock } else { format!("{} {clock}", plural(days, "day")) }
}

/// "1 day", "2 days", "1,200 days".
pub(super) fn plural(n: u64, unit: &str) -> String {
    format!("{} {unit}{}", super::Count(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london(now: &str) -> Clock {
        Clock::new("Europe/London", now.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_moment_names_the_zone_as_it_was_called_that_day() {
        let clock = london("2020-03-28T12:00:00Z");
        assert_eq!(clock.now().zone, "GMT");
        let after = clock.moment("2020-03-29T12:00:00Z".parse().unwrap());
        assert_eq!((after.time.as_str(), after.zone.as_str()), ("13:00:00", "BST"));
        assert_eq!(after.iso, "2020-03-29T13:00:00+01:00");
        assert_eq!(after.date, "Sunday 29 March 2020");
    }

    #[test]
    fn a_countdown_counts_to_the_second_and_says_when_it_is_late() {
        let clock = london("2020-02-12T13:45:53Z");
        let due = clock.countdown("Response due", "2020-02-14T17:00:00Z".parse().unwrap());
        assert_eq!((due.span.as_str(), due.late), ("2 days 03:14:07", false));
        let late = clock.countdown("Response due", "2020-02-12T13:45:52Z".parse().unwrap());
        assert_eq!((late.span.as_str(), late.late), ("00:00:01", true));
    }

    #[test]
    fn an_age_is_coarse_and_never_negative() {
        let clock = london("2020-02-12T12:00:00Z");
        let age = |at: &str| clock.age(at.parse().unwrap());
        assert_eq!(age("2020-02-06T12:00:00Z"), "6 days");
        assert_eq!(age("2020-02-12T11:00:00Z"), "1 hour");
        assert_eq!(age("2020-02-13T12:00:00Z"), "0 minutes");
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!(Clock::new("Europe/Nowhere", Timestamp::UNIX_EPOCH).is_err());
    }
}
