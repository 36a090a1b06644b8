use std::time::Instant;

use super::*;
use crate::seal::cell::{CellAddress, open_cell, pack, seal_cell, unpack};
use crate::seal::index::{Kind, Tagger};
use crate::seal::service::{KeyService, Wrapped};

struct Any;

impl UnwrapProof for Any {
    fn covers(&self, _: &EntryId, _: i64) -> bool {
        true
    }
}

/// Prints rates: `cargo nextest run --release -p kernel --run-ignored only --no-capture seal`.
#[test]
#[ignore = "a measurement, not a test"]
fn rates() {
    const PEOPLE: usize = 200_000;
    let house = House::new();
    let service = house.ring.key_service();
    let people: Vec<i64> = (0..PEOPLE as i64).collect();
    let rate = |what: &str, count: usize, start: Instant| {
        let seconds = start.elapsed().as_secs_f64();
        eprintln!(
            "{what}: {:.0} a second, {:.0} ns each",
            count as f64 / seconds,
            seconds * 1e9 / count as f64
        );
    };

    let start = Instant::now();
    let minted = service.mint(&people, &mut chance()).unwrap();
    rate("mint a person (two keys, two wraps)", PEOPLE, start);

    let mut rng = chance();
    let at = |row| CellAddress { table: "person", row, group: 1 };
    let fields = ["Ada", "Fern", "", "Ms", "Ada", "Fern-Holloway"];
    let start = Instant::now();
    let cells: Vec<_> = minted
        .iter()
        .zip(&people)
        .map(|(one, &row)| seal_cell(&one.sealing, &mut rng, at(row), &pack(&fields).unwrap()).unwrap())
        .collect();
    rate("pack and seal a cell of 64 bytes", PEOPLE, start);

    let asked: Vec<_> = minted
        .iter()
        .zip(&people)
        .map(|(one, &person)| (Wrapped { person, epoch: one.wrapped.epoch, key: &one.wrapped.data }, [0; 16]))
        .collect();
    let start = Instant::now();
    let keys = service.unwrap(&asked, &Any).unwrap();
    rate("unwrap data keys, one call", PEOPLE, start);
    let start = Instant::now();
    asked.iter().for_each(|one| drop(service.unwrap(std::slice::from_ref(one), &Any).unwrap()));
    rate("unwrap data keys, a call each", PEOPLE, start);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for half in asked.chunks(PEOPLE / 2) {
            scope.spawn(|| service.unwrap(half, &Any).unwrap());
        }
    });
    rate("unwrap data keys, two threads", PEOPLE, start);

    let start = Instant::now();
    for ((key, cell), &row) in keys.iter().zip(&cells).zip(&people) {
        let plain = open_cell(key, at(row), cell).unwrap();
        assert_eq!(unpack(&plain).unwrap().len(), fields.len());
    }
    rate("open and unpack a cell of 64 bytes", PEOPLE, start);

    let wrapped: Vec<_> = minted.iter().zip(&people).map(|(one, &person)| (person, &one.wrapped)).collect();
    let start = Instant::now();
    let logs = house.ring.log_keys().open_all(&wrapped).unwrap();
    rate("open log keys", PEOPLE, start);
    let start = Instant::now();
    assert!(logs.iter().all(|key| key.label("house") != [0; 16]));
    rate("label", PEOPLE, start);
    let start = Instant::now();
    assert!(logs.iter().all(|key| !key.seal_opening(&mut rng, &[0; 16], 1, &[7; 100]).unwrap().is_empty()));
    rate("seal an opening of 100 bytes", PEOPLE, start);
    let packed = pack(&fields).unwrap();
    let start = Instant::now();
    assert!(logs.iter().zip(&people).all(|(key, &row)| key.fingerprint(at(row), &packed) != [0; 16]));
    rate("fingerprint 64 bytes", PEOPLE, start);

    let tagger = Tagger::new(house.ring.index());
    let start = Instant::now();
    assert!((0..PEOPLE as u32).all(|i| tagger.tag(Kind::Email, "ada.fern@example.org", i) != 0));
    rate("tag", PEOPLE, start);

    house.ring.new_epoch(&mut rng).unwrap();
    let start = Instant::now();
    service.rewrap(&wrapped, &mut rng).unwrap();
    rate("re-wrap a person", PEOPLE, start);
}
