//! A house with officers, ready for a test's story.

use std::sync::Arc;

use domain::access::{
    Office,
    appoint::Appoint,
    ask_code::AskCode,
    enrol::Enrol,
    redeem::{Redeem, Redeemed},
};
use kernel::{Actor, Floor, No, PersonId, world::House};

use crate::watch::Watch;

/// A house whose subjects are all of the domain's.
pub struct World {
    pub house: House,
    /// Reads every answer over HTTP; tests tell it which registers they import.
    pub watch: Arc<Watch>,
}

/// Somebody who signs in.
#[derive(Clone)]
pub struct Somebody {
    pub person: PersonId,
    pub email: String,
    pub actor: Actor,
    /// The session's token, as the browser's cookie holds it.
    pub token: String,
}

impl World {
    /// A house with its first returning officer, freshly signed in.
    pub fn new() -> (Self, Somebody) {
        let subjects = domain::subjects();
        let parts = subjects.iter().map(|s| s.part).collect();
        let migrations = subjects.iter().map(|s| s.migration).collect();
        let world = Self { house: House::new(parts, migrations), watch: Arc::default() };
        let system = Actor::system();
        let email = "ro@example.org";
        let person = world.floor().once(&system, enrolment(email)).unwrap().value.person;
        let appoint = Appoint { person, office: Office::ReturningOfficer, until: None };
        world.floor().once(&system, appoint).unwrap();
        let ro = world.sign_in(person, email);
        (world, ro)
    }

    pub fn floor(&self) -> &Floor {
        self.house.floor()
    }

    /// Enrols somebody with an office of the house, by the returning officer.
    pub fn officer(&self, ro: &Somebody, email: &str, office: Office) -> Somebody {
        let person = self.enrol(ro, email);
        self.floor().once(&ro.actor, Appoint { person, office, until: None }).unwrap();
        self.sign_in(person, email)
    }

    pub fn enrol(&self, ro: &Somebody, email: &str) -> PersonId {
        self.floor().once(&ro.actor, enrolment(email)).unwrap().value.person
    }

    /// Signs in with a code, which leaves the code fresh.
    pub fn sign_in(&self, person: PersonId, email: &str) -> Somebody {
        sign_in_at(self.floor(), person, email)
    }
}

/// The same on a floor that belongs to somebody else.
pub fn sign_in_at(floor: &Floor, person: PersonId, email: &str) -> Somebody {
    let ask = AskCode { email: email.to_owned(), from: format!("test {person}") };
    let asked = floor.once(&Actor::visitor(), ask).unwrap().value;
    let (_, code) = asked.mail.expect("a known address gets mail");
    let redeem = Redeem { ticket: asked.ticket, code, from: format!("test {person}") };
    let Redeemed::Open(token) = floor.once(&Actor::visitor(), redeem).unwrap().value else {
        panic!("the code is right")
    };
    let actor = floor.actor(&token);
    assert_eq!(actor.person(), Some(person));
    Somebody { person, email: email.to_owned(), actor, token }
}

fn enrolment(email: &str) -> Enrol {
    Enrol { name: format!("Somebody at {email}"), email: email.to_owned() }
}

/// The words of a no.
pub fn no<T>(outcome: Result<T, No>) -> String {
    match outcome {
        Ok(_) => panic!("it was allowed"),
        Err(no) => no.to_string(),
    }
}
