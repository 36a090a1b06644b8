//! The timetable: local civil times in a named zone, because the rules of a contest say "noon", not an offset.

use jiff::{civil::DateTime, tz::TimeZone};
use kernel::Millis;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Stage;

/// One fixture of the timetable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The stage that may be entered from then on.
    pub stage: Stage,
    /// Local civil time, `2020-01-20T17:00`.
    pub at_local: String,
}

/// The instant of a local civil time in a zone. A time that the clocks skip or show twice is refused.
///
/// # Errors
/// In words, with what to do, naming the time and the zone.
pub fn instant(zone: &str, at_local: &str) -> Result<Millis, String> {
    let tz =
        TimeZone::get(zone).map_err(|_| format!("{zone} is no time zone; write one like Europe/London."))?;
    let civil: DateTime = at_local
        .parse()
        .map_err(|_| format!("{at_local} is no local time; write it like 2020-01-20T17:00."))?;
    let zoned = tz.to_ambiguous_zoned_datetime(civil).unambiguous().map_err(|_| {
        format!("{at_local} does not happen exactly once in {zone}, because the clocks change; choose another hour.")
    })?;
    Ok(zoned.timestamp().as_millisecond())
}

/// What is wrong with a timetable: hours missing, written twice, out of order, or that do not exist. Empty if nothing.
pub fn faults(zone: &str, steps: &[Step]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut last: Option<(Stage, Millis)> = None;
    for stage in Stage::ALL {
        let mut hours = steps.iter().filter(|s| s.stage == stage);
        match (hours.next(), hours.next()) {
            (None, _) if stage.has_hour() => faults.push(format!("{} has no hour.", stage.words())),
            (Some(_), _) if !stage.has_hour() => {
                faults.push(format!("{} has no hour of its own; leave it out.", stage.words()));
            }
            (Some(_), Some(_)) => faults.push(format!("{} has two hours.", stage.words())),
            (Some(step), None) => match instant(zone, &step.at_local) {
                Err(why) => faults.push(why),
                Ok(at) => {
                    if let Some((before, earlier)) = last
                        && at <= earlier
                    {
                        faults.push(format!("{} must come after {}.", stage.words(), before.words()));
                    }
                    last = Some((stage, at));
                }
            },
            (None, _) => {}
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn london_noon_in_april_is_eleven_utc_and_in_february_twelve() {
        let hour = |local| instant("Europe/London", local).unwrap() / 3_600_000 % 24;
        assert_eq!(hour("2020-02-24T12:00"), 12);
        assert_eq!(hour("2020-04-02T12:00"), 11);
    }

    #[test]
    fn an_hour_that_is_skipped_or_comes_twice_is_refused() {
        assert!(instant("Europe/London", "2020-03-29T01:30").unwrap_err().contains("clocks change"));
        assert!(instant("Europe/London", "2020-10-25T01:30").unwrap_err().contains("clocks change"));
        assert!(instant("Europe/London", "2020-03-29T02:30").is_ok());
    }

    #[test]
    fn an_offset_or_a_made_up_zone_is_refused() {
        assert!(instant("Europe/Ambridge", "2020-03-29T12:00").is_err());
        assert!(instant("Europe/London", "2020-03-29T12:00Z").is_err());
        assert!(instant("Europe/London", "tomorrow at noon").is_err());
    }

    #[test]
    fn faults_name_what_is_missing_twice_or_out_of_order() {
        let step = |stage, at: &str| Step { stage, at_local: at.to_owned() };
        let mut steps = super::super::preset::party_timetable();
        assert_eq!(faults("Europe/London", &steps), Vec::<String>::new());
        steps.retain(|s| s.stage != Stage::Frozen);
        assert_eq!(faults("Europe/London", &steps), ["Register frozen has no hour."]);
        steps.push(step(Stage::Frozen, "2020-01-02T17:00"));
        assert!(faults("Europe/London", &steps)[0].contains("must come after"));
        steps.push(step(Stage::Frozen, "2020-01-20T17:00"));
        assert!(faults("Europe/London", &steps)[0].contains("two hours"));
    }
}
