//! Prints how fast a snapshot pours, beside `sqlite3 -csv 'select *' | age -r` over the same values in plain.
//!
//! `cargo run --release -p kernel --example pour_speed [people] [readers]`, by default 784,151 people and one reader.
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement that may stop at the first surprise")]

use std::{path::Path, process::Command, time::Instant};

use kernel::{
    pour::{Open, Plainly, Pour, Reader, Source},
    seal::cell::{CellAddress, pack, seal_cell},
    world::House,
    *,
};
use serde_json::json;

const TABLE: &str = "
    CREATE TABLE card (person {int} PRIMARY KEY, g0 {bytes} NOT NULL, g1 {bytes} NOT NULL, g2 {bytes} NOT NULL,
        g3 {bytes} NOT NULL, g4 {bytes} NOT NULL) {strict}";
const SCHEMA: &str = r#"
    entity Person; entity Cupboard;
    action "speed.enrol", "speed.seal" appliesTo { principal: [Person], resource: [Cupboard], context: {} };
"#;
const POLICY: &str = r#"@id("speed-1 Anybody may measure") permit (principal, action, resource);"#;
const PEOPLE: &str = "SELECT person, epoch, log_key FROM person_key -- scan: everybody";
const CELLS: &str = "
    SELECT card.person, epoch, data_key, g0, g1, g2, g3, g4 FROM card JOIN person_key ON person_key.person = card.person
    -- scan: everybody";
/// Columns of each group: 25 in all, about 235 bytes a row.
const GROUPS: [u8; 5] = [8, 1, 9, 2, 5];
const FIELDS: [Field; 25] = fields();

const fn fields() -> [Field; 25] {
    let mut all = [Field { name: "column", group: 0, place: 0 }; 25];
    let (mut i, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut place = 0;
        while place < GROUPS[group] {
            all[i] = Field { name: "column", group: group as u8, place };
            place += 1;
            i += 1;
        }
        group += 1;
    }
    all
}

fn values(person: i64) -> Vec<String> {
    (0..25)
        .map(|i| match i {
            0 => format!("A{person:07}"),
            17 => format!("person{person}@members.example.org"),
            20 => "07700900123".to_owned(),
            _ if i % 2 == 0 => format!("value {}", person % 9_973 * (i + 1)),
            _ => String::new(),
        })
        .collect()
}

struct Enrol(i64);

impl Act for Enrol {
    const NAME: &'static str = "speed.enrol";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        let first = desk.reserve_people(self.0)?;
        let people: Vec<PersonId> = (first..first + self.0).collect();
        let minted = desk.mint(&people)?;
        let mut rng = desk.chance().fork();
        let mut rows = Vec::new();
        for (person, minted) in people.iter().zip(&minted) {
            let values = values(*person);
            let mut rest: Vec<&str> = values.iter().map(String::as_str).collect();
            let mut row = vec![Value::from(*person)];
            for (group, width) in GROUPS.iter().enumerate() {
                let fields: Vec<&str> = rest.drain(..usize::from(*width)).collect();
                let at = CellAddress { table: "card", row: *person, group: group as u8 };
                row.push(seal_cell(&minted.sealing, &mut rng, at, &pack(&fields)?)?.into());
            }
            rows.push(row);
        }
        let keys: Vec<_> = people.iter().zip(&minted).map(|(p, m)| (*p, &m.wrapped)).collect();
        desk.enrol(&keys)?;
        desk.load("card", &["person", "g0", "g1", "g2", "g3", "g4"], &mut rows.into_iter())?;
        desk.enter(&permit, Draft::new(Verb::Processed))?;
        Ok(())
    }
}

struct Seal(SetFacts);

impl Act for Seal {
    const NAME: &'static str = "speed.seal";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        desk.enter(&permit, Draft::new(Verb::Processed).set(self.0.clone()))?;
        Ok(())
    }
}

fn main() {
    let number = |at, default: i64| std::env::args().nth(at).map_or(default, |n| n.parse().unwrap());
    let (people, readers) = (number(1, 784_151), number(2, 1));
    let part = Part { subject: "speed", schema: SCHEMA, policy: POLICY };
    let house = House::new(vec![part], vec![Migration { name: "2026-11-23-speed", text: TABLE }]);
    let start = Instant::now();
    for from in (0..people).step_by(2_000) {
        house.floor().once(&Actor::system(), Enrol((people - from).min(2_000))).unwrap();
    }
    println!("{people} people enrolled in {:.1} s", start.elapsed().as_secs_f64());

    let key = age::x25519::Identity::generate().to_public().to_string();
    let plain = house.data().join("plain.sqlite");
    fill(&plain, people);
    for round in 1..=3 {
        let start = Instant::now();
        let line = format!(
            "sqlite3 -csv {} 'select * from card' | age -r {key} > {}",
            plain.display(),
            house.data().join("stock.age").display()
        );
        assert!(Command::new("sh").arg("-c").arg(&line).status().unwrap().success());
        let stock = start.elapsed().as_secs_f64();
        let ours = pour(&house, &key, readers, round);
        println!(
            "round {round}: sqlite3 | age {stock:.2} s, {readers} readers {ours:.2} s = {:.2} x",
            ours / stock
        );
    }
}

fn pour(house: &House, key: &str, readers: i64, round: i64) -> f64 {
    let source =
        Source { table: "card", people: PEOPLE, cells: CELLS, groups: &[0, 1, 2, 3, 4], params: Vec::new() };
    let reader = |i| Reader {
        key: key.to_owned(),
        spool: house.data().join(format!("{round}-{i}.age")),
        copyist: Box::new(Plainly),
    };
    let pour = Pour { fields: &FIELDS, gate: &Open, readers: (0..readers).map(reader).collect() };
    let start = Instant::now();
    let (mut counted, mut bytes) = (0.0, 0);
    let snapshot = house.floor().snapshot(HOUSE, &source, |shot| {
        counted = start.elapsed().as_secs_f64();
        let receipt = house.floor().once(&Actor::system(), Seal(shot.facts(&pour)))?.receipt;
        let poured = shot.pour(&receipt, pour, &mut |_| {})?;
        bytes = poured.copies.iter().map(|copy| copy.bytes).sum();
        Ok(())
    });
    snapshot.unwrap();
    let all = start.elapsed().as_secs_f64();
    println!("  labels {counted:.2} s, pour {:.2} s, {bytes} bytes", all - counted);
    all
}

fn fill(path: &Path, people: i64) {
    let mut db = rusqlite::Connection::open(path).unwrap();
    let columns: Vec<String> = (0..25).map(|i| format!("c{i} TEXT")).collect();
    db.execute_batch(&format!("CREATE TABLE card ({})", columns.join(","))).unwrap();
    let places = vec!["?"; 25].join(",");
    let tx = db.transaction().unwrap();
    let mut insert = tx.prepare(&format!("INSERT INTO card VALUES ({places})")).unwrap();
    for person in 1..=people {
        insert.execute(rusqlite::params_from_iter(values(person))).unwrap();
    }
    drop(insert);
    tx.commit().unwrap();
}
