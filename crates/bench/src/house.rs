//! A house on SQLite with a signed-in membership officer.

use std::{path::Path, sync::Arc};

use domain::access::{
    Office,
    appoint::Appoint,
    ask_code::AskCode,
    enrol::Enrol,
    redeem::{Redeem, Redeemed},
};
use kernel::{Actor, Database, Floor, FloorConfig, SystemClock, chance::Chance};

/// Opens a new house in `folder`.
pub fn open(folder: &Path) -> (Floor, Actor) {
    let subjects = domain::subjects();
    let floor = Floor::open(FloorConfig {
        data: folder.join("data"),
        keys: folder.join("keys"),
        database: Database::Sqlite,
        host: "bench.invalid".to_owned(),
        parts: subjects.iter().map(|s| s.part).chain([crate::release::PART]).collect(),
        migrations: subjects.iter().map(|s| s.migration).collect(),
        clock: Arc::new(SystemClock),
        chance: Chance::from_os(),
        build: [0; 32],
        config: [0; 32],
        explain: false,
    });
    let floor = floor.unwrap();
    let system = Actor::system();
    let enrol = |actor: &Actor, email: &str| {
        let enrol = Enrol { name: "Somebody".to_owned(), email: email.to_owned() };
        floor.once(actor, enrol).unwrap().value.person
    };
    let ro = enrol(&system, "ro@example.org");
    floor.once(&system, Appoint { person: ro, office: Office::ReturningOfficer, until: None }).unwrap();
    let ro = sign_in(&floor, "ro@example.org");
    let officer = enrol(&ro, "mo@example.org");
    floor.once(&ro, Appoint { person: officer, office: Office::MembershipOfficer, until: None }).unwrap();
    let officer = sign_in(&floor, "mo@example.org");
    (floor, officer)
}

fn sign_in(floor: &Floor, email: &str) -> Actor {
    let ask = AskCode { email: email.to_owned(), from: email.to_owned() };
    let asked = floor.once(&Actor::visitor(), ask).unwrap().value;
    let redeem = Redeem { ticket: asked.ticket, code: asked.mail.unwrap().1, from: email.to_owned() };
    match floor.once(&Actor::visitor(), redeem).unwrap().value {
        Redeemed::Open(token) => floor.actor(&token),
        Redeemed::Wrong => Actor::visitor(),
    }
}
