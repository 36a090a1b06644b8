//! The contest's timetable, shifted to today.

use domain::contest::{Stage, Step, preset, timetable};
use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use kernel::Millis;

use crate::{demo::ZONE, stop::Stop};

/// How long before nominations open the house begins its work.
const BEFORE: Millis = 14 * 24 * 3_600_000;

/// The timetable of the preset, shifted by whole days so that the ballot opened today, or yesterday if the day is young.
pub struct Times(Vec<Step>);

impl Times {
    /// The timetable whose final ballot is open `now`.
    pub fn before(now: DateTime) -> Result<Self, Stop> {
        let steps = preset::party_timetable();
        let ballot = steps.iter().find(|s| s.stage == Stage::BallotOpen).map(local).transpose()?;
        let ballot = ballot.ok_or_else(|| Stop::new("The preset's timetable has no final ballot."))?;
        let begun = now.time() > ballot.time().saturating_add(1.hour());
        let day = if begun { now.date() } else { now.date().yesterday().map_err(wrong)? };
        let days = ballot.date().until(day).map_err(wrong)?.get_days();
        let shift = |step: &Step| {
            let at = local(step)?.checked_add(days.days()).map_err(wrong)?;
            Ok(Step { stage: step.stage, at_local: at.strftime("%Y-%m-%dT%H:%M").to_string() })
        };
        Ok(Self(steps.iter().map(shift).collect::<Result<_, Stop>>()?))
    }

    /// All of it.
    pub fn steps(&self) -> Vec<Step> {
        self.0.clone()
    }

    /// When a stage may be entered, if it has an hour.
    pub fn hour(&self, stage: Stage) -> Result<Option<Millis>, Stop> {
        let step = self.0.iter().find(|s| s.stage == stage);
        step.map(|s| timetable::instant(ZONE, &s.at_local).map_err(Stop::new)).transpose()
    }

    /// When the house begins its work.
    pub fn first(&self) -> Result<Millis, Stop> {
        let open = self.hour(Stage::NominationsOpen)?;
        Ok(open.ok_or_else(|| Stop::new("The preset's timetable has no nominations."))? - BEFORE)
    }

    /// The day on which the contest closes.
    pub fn closes(&self) -> Result<Date, Stop> {
        let step = self.0.iter().find(|s| s.stage == Stage::Closed);
        let step = step.ok_or_else(|| Stop::new("The preset's timetable has no close."))?;
        Ok(local(step)?.date())
    }
}

fn local(step: &Step) -> Result<DateTime, Stop> {
    step.at_local.parse().map_err(wrong)
}

fn wrong(e: jiff::Error) -> Stop {
    Stop::new(format!("The timetable cannot be shifted: {e}."))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_ballot_opened_today_or_yesterday_and_the_rest_keeps_its_distance() {
        let at = |hour| Times::before(date(2026, 11, 23).at(hour, 0, 0, 0)).unwrap();
        let day = |times: &Times, stage| {
            times.0.iter().find(|s| s.stage == stage).map(|s| s.at_local.clone()).unwrap()
        };
        assert_eq!(day(&at(14), Stage::BallotOpen), "2026-11-23T09:00");
        assert_eq!(day(&at(3), Stage::BallotOpen), "2026-11-22T09:00");
        assert_eq!(day(&at(14), Stage::Frozen), "2026-10-19T17:00");
        assert!(timetable::faults(ZONE, &at(14).0).is_empty());
    }
}
