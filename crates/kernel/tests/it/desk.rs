//! An act end to end: entry, commit, opening, receipt.

use kernel::{RequestId, *};

use crate::notes::*;

#[test]
fn a_card_opens_after_its_entry_and_names_only_its_fields() {
    let house = house();
    let floor = house.floor();
    let ann = floor.once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    floor.once(&Actor::system(), Give("red", true)).unwrap();
    let shown = floor.once(&Actor::system(), Read(ann)).unwrap();
    assert_eq!(shown.value.0, "Ann");
    assert_eq!(shown.receipt.log(), "house");
    assert_eq!(floor.unwrapped(), 1);
    let leaf = floor
        .beat(true)
        .and_then(|()| floor.leaves("house", shown.receipt.first_line(), shown.receipt.first_line() + 1));
    let leaf = String::from_utf8(leaf.unwrap().remove(0)).unwrap();
    assert!(leaf.contains(r#""t":"opened""#) && leaf.contains("notes-2"), "{leaf}");
    assert!(!leaf.contains("Ann"));
}

#[test]
fn a_card_cannot_read_more_than_its_entry_names() {
    let house = house();
    let floor = house.floor();
    let ann = floor.once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    floor.once(&Actor::system(), Give("red", true)).unwrap();
    assert!(matches!(floor.once(&Actor::system(), ReadGreedily(ann)), Err(No::Fault(_))));
}

#[test]
fn a_refusal_shows_nothing_and_is_recorded_with_its_rule() {
    let house = house();
    let floor = house.floor();
    let ann = floor.once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let no = floor.once(&Actor::system(), Read(ann)).map(|_| ()).unwrap_err();
    assert!(no.to_string().contains("Reading needs a key that is held now"), "{no}");
    assert_eq!(floor.unwrapped(), 0);
    floor.beat(true).unwrap();
    let all: Vec<String> = (0..)
        .map_while(|i| floor.leaves("house", i, i + 1).ok())
        .map(|mut l| String::from_utf8(l.remove(0)).unwrap())
        .collect();
    assert_eq!(
        all.iter().filter(|l| l.contains(r#""t":"refused""#) && l.contains("notes-3")).count(),
        1,
        "{all:#?}"
    );
}

#[test]
fn refusals_of_strangers_are_one_line_a_minute_and_then_a_number() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let knock = |house: &kernel::world::House, times| {
        for _ in 0..times {
            assert!(matches!(house.floor().once(&Actor::visitor(), Read(ann)), Err(No::Refused(_))));
        }
    };
    let refused = |house: &kernel::world::House| -> Vec<String> {
        house.floor().beat(true).unwrap();
        let leaves = (0..).map_while(|i| house.floor().leaves("house", i, i + 1).ok());
        let all = leaves.map(|mut l| String::from_utf8(l.remove(0)).unwrap());
        all.filter(|l| l.contains(r#""t":"refused""#)).collect()
    };
    knock(&house, 5);
    let lines = refused(&house);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[1].contains(r#""plain":{"acts":{"notes.read":4},"count":4}"#), "{lines:#?}");
    assert_eq!(refused(&house).len(), 2, "nothing more was counted");

    house.clock.forward(60_000);
    knock(&house, 3);
    house.shut();
    house.open().unwrap();
    let lines = refused(&house);
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert!(lines[3].contains(r#""count":2"#), "entered at the end: {lines:#?}");
}

#[test]
fn the_same_request_twice_is_one_act() {
    let house = house();
    let floor = house.floor();
    let id = RequestId([5; 16]);
    let first = floor.run(&Actor::system(), id, Give("red", true)).unwrap().receipt;
    let again = floor.run(&Actor::system(), id, Give("red", true)).map(|_| ()).unwrap_err();
    let No::Already(receipt) = again else { panic!("{again}") };
    assert_eq!(receipt.first_line(), first.first_line());
}

#[test]
fn the_same_request_id_for_another_act_is_another_request() {
    let house = house();
    let id = RequestId([6; 16]);
    house.floor().run(&Actor::system(), id, Give("red", true)).unwrap();
    let other = house.floor().run(&Actor::system(), id, Enrol("Ann", "ann@example.org"));
    assert!(other.is_ok(), "one form's id must not pass for another's");
}

#[test]
fn many_hands_at_once_lose_and_double_nothing() {
    let house = house();
    let floor = house.floor();
    let ann = floor.once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    floor.once(&Actor::system(), Give("red", true)).unwrap();
    let lines: Vec<u64> = std::thread::scope(|s| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                s.spawn(|| {
                    (0..25)
                        .map(|_| floor.once(&Actor::system(), Read(ann)).unwrap().receipt.first_line())
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    let mut unique = lines.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), 200);
    assert_eq!(floor.unwrapped(), 200);
}

#[test]
fn shut_and_opened_again_everything_is_as_it_was() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    for _ in 0..300 {
        house.floor().once(&Actor::system(), Read(ann)).unwrap();
    }
    let before = house.floor().checkpoint("house").unwrap();
    house.shut();
    house.open().unwrap();
    let size = |note: &str| note.lines().nth(1).unwrap().parse::<u64>().unwrap();
    assert!(size(&house.floor().checkpoint("house").unwrap()) > size(&before));
    assert_eq!(house.floor().once(&Actor::system(), Read(ann)).unwrap().value.0, "Ann");
}
