//! Who is on the stage, and how they act.

use std::collections::HashMap;

use domain::access::{
    FRESH_LIFE,
    appoint::Appoint,
    enrol::Enrol,
    print_link::PrintLink,
    redeem::{Redeem, Redeemed},
};
use kernel::{Act, Actor, Answer, Clock, Floor, Millis, PersonId};

use crate::{
    demo::{
        Demo,
        cast::{CAST, MEMBERSHIP_OFFICER, Part, RETURNING_OFFICER},
        clock::DemoClock,
    },
    import,
    stop::Stop,
};

/// How much time each act takes.
const PAUSE: Millis = 20_000;

/// The stage, the clock, and whoever has appeared.
pub struct Theatre<'a> {
    pub floor: &'a Floor,
    pub clock: &'a DemoClock,
    people: HashMap<&'static str, PersonId>,
    /// Open sessions, and when their codes were typed.
    sessions: HashMap<&'static str, (Actor, Millis)>,
}

impl<'a> Theatre<'a> {
    /// An empty one.
    pub fn new(floor: &'a Floor, clock: &'a DemoClock) -> Self {
        Self { floor, clock, people: HashMap::new(), sessions: HashMap::new() }
    }

    /// Enrols everybody, and gives the organisation's people their offices.
    pub fn enrol(&mut self) -> Result<(), Stop> {
        let system = Actor::system();
        let first = CAST.iter().find(|p| p.email == RETURNING_OFFICER);
        let first = first.ok_or_else(|| Stop::new("The demo has no returning officer."))?;
        let person = self.floor.once(&system, enrolment(first))?.value.person;
        self.people.insert(first.email, person);
        self.floor.once(&system, Appoint { person, office: first.office, until: None })?;
        for part in CAST.iter().filter(|p| p.email != first.email) {
            let person = self.does(first.email, enrolment(part))?.person;
            self.people.insert(part.email, person);
            if part.campaign.is_none() {
                self.does(first.email, Appoint { person, office: part.office, until: None })?;
            }
        }
        Ok(())
    }

    /// Imports the register: the one that was named, or one that is made up.
    pub fn import(&mut self, demo: &Demo) -> Result<(), Stop> {
        let officer = self.actor(MEMBERSHIP_OFFICER)?;
        match &demo.register {
            Some(file) => import::file(self.floor, &officer, file, import::Order::default()).map(|report| {
                println!("{}", import::summary(&report));
            }),
            None => import::made_up(self.floor, &officer, demo.people),
        }
    }

    /// An act of somebody with a fresh code.
    pub fn does<A: Act>(&mut self, email: &'static str, act: A) -> Result<<A::Out as Answer>::Shown, Stop> {
        let actor = self.actor(email)?;
        let shown = self.floor.once(&actor, act).map_err(|no| {
            Stop::new(format!("The demo's contest could not be played: at {}, {}", A::NAME, Stop::from(no)))
        })?;
        self.clock.forward(PAUSE);
        Ok(shown.value)
    }

    /// Lets time pass.
    pub fn wait(&mut self, by: Millis) {
        self.clock.forward(by);
    }

    /// Moves the clock on to `at`; it never goes back.
    pub fn wait_until(&mut self, at: Millis) {
        self.clock.set(self.clock.now().max(at));
    }

    /// The number of somebody of the cast.
    pub fn person(&self, email: &str) -> Result<PersonId, Stop> {
        let person = self.people.get(email).copied();
        person.ok_or_else(|| {
            Stop::new(format!("The demo's contest could not be played: {email} is not in it."))
        })
    }

    fn actor(&mut self, email: &'static str) -> Result<Actor, Stop> {
        let now = self.clock.now();
        if let Some((actor, typed)) = self.sessions.get(email)
            && now - typed < FRESH_LIFE / 2
        {
            return Ok(actor.clone());
        }
        let actor = self.floor.actor(&session(self.floor, email)?);
        self.sessions.insert(email, (actor.clone(), now));
        Ok(actor)
    }
}

/// Opens a session for somebody of the demo, as their printed link would; gives its token.
pub fn session(floor: &Floor, email: &str) -> Result<String, Stop> {
    let link = floor.once(&Actor::system(), PrintLink { email: email.to_owned() })?.value;
    let redeem = Redeem { ticket: link.ticket, code: link.code, from: format!("the demo, as {email}") };
    match floor.once(&Actor::visitor(), redeem)?.value {
        Redeemed::Open(token) => Ok(token),
        Redeemed::Wrong => Err(Stop::new(format!("{email} could not sign in. Wait a quarter of an hour."))),
    }
}

fn enrolment(part: &Part) -> Enrol {
    Enrol { name: part.name.to_owned(), email: part.email.to_owned() }
}
