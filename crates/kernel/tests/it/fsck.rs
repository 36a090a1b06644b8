//! What a check of the whole database finds, and that it finds it by itself.

use kernel::{world::House, *};

use crate::notes::*;

/// A house with enough lines for a full tile, a row in two versions, and an erased person; shut.
fn lived_in() -> House {
    let mut house = house();
    let floor = house.floor();
    let ann = floor.once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let bob = floor.once(&Actor::system(), Enrol("Bob", "bob@example.org")).unwrap().value;
    floor.once(&Actor::system(), Give("red", false)).unwrap();
    floor.once(&Actor::system(), Give("red", true)).unwrap();
    floor.once(&Actor::system(), Give("blue", true)).unwrap();
    floor.once(&Actor::system(), ManyLines(ann)).unwrap();
    floor.once(&Actor::system(), Erase(bob, false)).unwrap();
    house.shut();
    house.open().unwrap();
    house.shut();
    house
}

/// Fills a tile.
struct ManyLines(PersonId);

impl Act for ManyLines {
    const NAME: &'static str = "notes.read";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let (permit, _) = find(desk, self.0)?;
        for _ in 0..260 {
            desk.enter(&permit, Draft::new(Verb::Queried).about(self.0))?;
        }
        Ok(())
    }
}

#[test]
fn a_sound_database_is_found_sound() {
    let house = lived_in();
    let report = Floor::fsck(house.config()).unwrap();
    assert!(report.is_sound(), "{:#?}", report.wrong);
    assert_eq!((report.warrants, report.people, report.logs.len()), (3, 1, 1));
    assert!(report.logs[0].lines > 268);
}

#[test]
fn whatever_is_changed_is_found() {
    for (meddling, finding) in [
        (
            "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE place % 1024 = 1) WHERE place % 1024 = 2",
            "id of entry",
        ),
        ("DELETE FROM entry WHERE place % 1024 = 5", "line 5 is missing"),
        ("DELETE FROM entry WHERE place % 1024 > 266", "the checkpoint is for"),
        (
            "UPDATE entry SET id = CAST('0123456789abcdef' AS {bytes}) WHERE place % 1024 = 5",
            "filed under another id",
        ),
        (
            "UPDATE entry SET scopes = (SELECT scopes FROM entry WHERE place % 1024 = 1) WHERE place % 1024 = 9",
            "scopes that it does not commit to",
        ),
        ("UPDATE tile SET hashes = CAST('x' AS {bytes})", "tile 0/0 is not what its lines make"),
        ("DELETE FROM tile", "tile 0/0 is missing"),
        ("UPDATE log SET scopes_upto = 20", "the index of scopes has 0 lines"),
        (
            "INSERT INTO scope_entry (log, label, idx) SELECT 1, CAST('00000000000000000' AS {bytes}), 3 FROM log",
            "under a scope that it is not of",
        ),
        (
            "INSERT INTO scope (log, label, last, state) SELECT 1, SUBSTR(scopes, 1, 17), 4, CAST('x' AS {bytes}) FROM entry WHERE place % 1024 = 4",
            "the count of a scope does not fit",
        ),
        (
            "UPDATE warrant SET body = '{\"name\":\"red\",\"held\":true}' WHERE version = 1 AND key = 'red'",
            "does not fit its line",
        ),
        ("UPDATE warrant SET holder = '7' WHERE key = 'blue'", "does not fit its line"),
        ("DELETE FROM warrant WHERE key = 'blue'", "rows that grant were taken out"),
        (
            "DROP INDEX warrant_latest; UPDATE warrant SET latest = 1 - latest WHERE key = 'red'",
            "in force and should not be",
        ),
        ("DELETE FROM warrant WHERE key = 'red' AND version = 1", "does not follow"),
        (
            "INSERT INTO warrant (kind, key, version, latest, at, holder, about, body, log, entry, salt) SELECT kind, 'green', 1, 1, at, holder, about, body, log, entry, salt FROM warrant WHERE key = 'blue'",
            "one more than the record book counts",
        ),
        ("UPDATE person_key SET log_key = data_key", "the keys of people"),
        (
            "INSERT INTO person_key (person, epoch, log_key, data_key) SELECT 2, epoch, log_key, data_key FROM person_key WHERE person = 1",
            "of somebody who was erased are there again",
        ),
        (
            "DELETE FROM scope_entry; DELETE FROM scope; DELETE FROM entry; DELETE FROM tile; UPDATE warrant SET log = 'x'; DELETE FROM log",
            "which this machine has signed, is missing",
        ),
    ] {
        let house = lived_in();
        let bytes = if house.on_postgres() { "BYTEA" } else { "BLOB" };
        house.meddle(&meddling.replace("{bytes}", bytes));
        let report = Floor::fsck(house.config()).unwrap();
        let found = report.wrong.iter().any(|wrong| wrong.contains(finding));
        assert!(found, "{meddling}: {:#?}", report.wrong);
    }
}
