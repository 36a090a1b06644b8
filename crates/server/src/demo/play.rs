//! Plays the contest up to its final ballot, as its people would: every step is an act of somebody who may do it.

use std::collections::HashMap;

use domain::{
    access::{
        appoint::Appoint,
        enrol::Enrol,
        print_link::PrintLink,
        redeem::{Redeem, Redeemed},
    },
    contest::{Stage, Step, preset, timetable},
};
use jiff::{ToSpan, civil::DateTime};
use kernel::{Actor, Floor, Millis, PersonId};

use super::{
    Demo, ZONE,
    cast::{CAST, Part, RETURNING_OFFICER},
    clock::DemoClock,
};
use crate::stop::Stop;

/// How long before nominations open the house begins its work.
const BEFORE: Millis = 14 * 24 * 3_600_000;

/// The timetable of the preset, shifted by whole days so that the ballot opened today, or yesterday in the early hours.
pub struct Times(Vec<Step>);

impl Times {
    /// The timetable whose final ballot opened by `now`.
    pub fn before(now: DateTime) -> Result<Self, Stop> {
        let wrong = |e: jiff::Error| Stop::new(format!("The timetable cannot be shifted: {e}."));
        let steps = preset::party_timetable();
        let local = |step: &Step| step.at_local.parse::<DateTime>().map_err(wrong);
        let ballot = steps.iter().find(|s| s.stage == Stage::BallotOpen).map(local).transpose()?;
        let ballot = ballot.ok_or_else(|| Stop::new("The preset's timetable has no final ballot."))?;
        let day =
            if now.time() > ballot.time() { now.date() } else { now.date().yesterday().map_err(wrong)? };
        let days = ballot.date().until(day).map_err(wrong)?.get_days();
        let shift = |step: &Step| {
            let at = local(step)?.checked_add(days.days()).map_err(wrong)?;
            Ok(Step { stage: step.stage, at_local: at.strftime("%Y-%m-%dT%H:%M").to_string() })
        };
        Ok(Self(steps.iter().map(shift).collect::<Result<_, Stop>>()?))
    }

    /// When a stage is entered.
    pub fn of(&self, stage: Stage) -> Result<Millis, Stop> {
        let step = self.0.iter().find(|s| s.stage == stage);
        let step =
            step.ok_or_else(|| Stop::new(format!("The timetable says no hour for {}.", stage.words())))?;
        timetable::instant(ZONE, &step.at_local).map_err(Stop::new)
    }

    /// When the house begins its work.
    pub fn first(&self) -> Result<Millis, Stop> {
        Ok(self.of(Stage::NominationsOpen)? - BEFORE)
    }
}

/// The stage on which everybody acts.
pub struct Theatre<'a> {
    pub floor: &'a Floor,
    pub clock: &'a DemoClock,
    people: HashMap<&'static str, PersonId>,
}

/// Plays the contest.
pub fn play(floor: &Floor, clock: &DemoClock, _times: &Times, _demo: &Demo) -> Result<(), Stop> {
    let mut theatre = Theatre { floor, clock, people: HashMap::new() };
    theatre.enrol()?;
    Ok(())
}

impl Theatre<'_> {
    /// Enrols everybody, and gives the organisation's people their offices.
    fn enrol(&mut self) -> Result<(), Stop> {
        let system = Actor::system();
        let first = CAST.iter().find(|p| p.email == RETURNING_OFFICER);
        let first = first.ok_or_else(|| Stop::new("The demo has no returning officer."))?;
        let person = self.floor.once(&system, enrolment(first))?.value.person;
        self.people.insert(first.email, person);
        self.floor.once(&system, Appoint { person, office: first.office, until: None })?;
        let officer = self.signed_in(first.email)?;
        for part in CAST.iter().filter(|p| p.email != first.email) {
            let person = self.floor.once(&officer, enrolment(part))?.value.person;
            self.people.insert(part.email, person);
            if part.campaign.is_none() {
                self.floor.once(&officer, Appoint { person, office: part.office, until: None })?;
            }
        }
        Ok(())
    }

    /// Somebody with a session of their own and a fresh code.
    pub fn signed_in(&self, email: &str) -> Result<Actor, Stop> {
        Ok(self.floor.actor(&session(self.floor, email)?))
    }
}

/// Opens a session for somebody of the demo, as their printed link would; gives its token.
pub fn session(floor: &Floor, email: &str) -> Result<String, Stop> {
    let link = floor.once(&Actor::system(), PrintLink { email: email.to_owned() })?.value;
    let redeem = Redeem { ticket: link.ticket, code: link.code, from: format!("the demo, as {email}") };
    match floor.once(&Actor::visitor(), redeem)?.value {
        Redeemed::Open(token) => Ok(token),
        Redeemed::Wrong => Err(Stop::new(format!("{email} could not sign in."))),
    }
}

fn enrolment(part: &Part) -> Enrol {
    Enrol { name: part.name.to_owned(), email: part.email.to_owned() }
}
