//! Backup and restore: a backup put back is a fork that everybody can see, and it brings nobody back.

use std::path::PathBuf;

use kernel::{world::House, *};

use crate::notes::*;

fn declared() -> Declaration {
    let by = ["returning officer", "data protection officer"].map(str::to_owned);
    Declaration { by, why: "the disk failed".to_owned() }
}

/// A house with Ann, Bob, a held key and a session; `None` on PostgreSQL, after a look at what it says.
fn backed_up() -> Option<(House, PathBuf, [PersonId; 2])> {
    let house = house();
    let file = house.data().with_file_name("backup.sqlite");
    if house.on_postgres() {
        let no = house.floor().backup(&file).unwrap_err().to_string();
        assert!(no.contains("pg_basebackup"), "{no}");
        eprintln!("SKIPPED on PostgreSQL: its own tools back it up");
        return None;
    }
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let bob = house.floor().once(&Actor::system(), Enrol("Bob", "bob@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    house.floor().once(&Actor::system(), SignIn(bob, "token")).unwrap();
    let backup = house.floor().backup(&file).unwrap();
    use sha2::{Digest, Sha256};
    assert_eq!(backup.hash, <[u8; 32]>::from(Sha256::digest(std::fs::read(&file).unwrap())));
    assert!(house.floor().backup(&file).is_err(), "a backup replaces nothing");
    Some((house, file, [ann, bob]))
}

fn head(note: &str) -> (String, u64) {
    let mut lines = note.lines();
    (lines.next().unwrap().to_owned(), lines.next().unwrap().parse().unwrap())
}

#[test]
fn a_restore_is_a_declared_fork_that_brings_nobody_back() {
    let Some((mut house, backup, [ann, bob])) = backed_up() else { return };
    let read = house.floor().once(&Actor::system(), Read(ann)).unwrap().receipt;
    let old_key = house.floor().log_key("house").unwrap().1;
    let (path, note) = house.floor().prove("house", 2).unwrap();
    let line = {
        house.floor().beat(true).unwrap();
        house.floor().leaves("house", 2, 3).unwrap().remove(0)
    };
    house.floor().once(&Actor::system(), Erase(ann, false)).unwrap();
    let late = house.floor().once(&Actor::system(), Enrol("Cat", "cat@example.org")).unwrap().value;
    let signed = head(&house.floor().checkpoint("house").unwrap());
    house.shut();

    let restored = Floor::restore(house.config(), &backup, &declared()).unwrap();
    assert_eq!((restored.erased, restored.sessions, restored.forks.len()), (1, 1, 1));
    assert!(restored.aside.is_some_and(|old| old.exists()));
    let fork = &restored.forks[0];
    assert_eq!((fork.from.as_str(), fork.to.as_str()), ("test.invalid/house", "test.invalid/house.2"));
    house.open().unwrap();
    let floor = house.floor();

    // The erased stay erased, the others open, sessions are void, and no number is given out twice.
    assert!(matches!(floor.once(&Actor::system(), Read(ann)), Err(No::Absent)));
    assert_eq!(floor.once(&Actor::system(), Read(bob)).unwrap().value.0, "Bob");
    assert_eq!(floor.actor("token"), Actor::visitor());
    let next = floor.once(&Actor::system(), Enrol("Dan", "dan@example.org")).unwrap().value;
    assert!(next > late, "{next} after {late}");

    // The first line under the new origin says what was done, and by whom.
    floor.beat(true).unwrap();
    let first =
        String::from_utf8(floor.leaves("house", fork.size, fork.size + 1).unwrap().remove(0)).unwrap();
    let restored = format!(
        r#""restored":{{"origin":"test.invalid/house","root":"{}","size":{}}}"#,
        fork.root, fork.size
    );
    let signed = format!(r#""size":{}}}],"why":"the disk failed""#, signed.1);
    let by = r#""declared_by":["returning officer","data protection officer"]"#;
    for says in [by, &restored, &signed] {
        assert!(first.contains(says), "{first}\n{says}");
    }
    assert_eq!(head(&floor.checkpoint("house").unwrap()).0, "test.invalid/house.2");

    // Old proofs hold under the old key; the old lines are in the new tree as well.
    let hash = ledger::merkle::leaf_hash(&line);
    let old = ledger::checkpoint::verify(note.as_bytes(), &old_key.parse().unwrap(), &[]).unwrap().checkpoint;
    ledger::merkle::verify_inclusion(&hash, 2, old.size, &old.root, &path).unwrap();
    ledger::checkpoint::verify(read.checkpoint().as_bytes(), &old_key.parse().unwrap(), &[]).unwrap();
    let (path, note) = floor.prove("house", 2).unwrap();
    let key = floor.log_key("house").unwrap().1;
    let new = ledger::checkpoint::verify(note.as_bytes(), &key.parse().unwrap(), &[]).unwrap().checkpoint;
    ledger::merkle::verify_inclusion(&hash, 2, new.size, &new.root, &path).unwrap();
    house.shut();
    let report = Floor::fsck(house.config()).unwrap();
    assert!(report.is_sound(), "{:#?}", report.wrong);
}

#[test]
fn the_high_water_mark_goes_on_under_the_new_origin() {
    let Some((mut house, backup, [_, bob])) = backed_up() else { return };
    house.shut();
    for number in [2, 3] {
        let restored = Floor::restore(house.config(), &backup, &declared()).unwrap();
        assert_eq!(restored.forks[0].to, format!("test.invalid/house.{number}"));
        house.open().unwrap();
        assert_eq!(house.floor().once(&Actor::system(), Read(bob)).unwrap().value.0, "Bob");
        house.shut();
    }
    // Put back by hand, the same backup is still refused.
    for part in ["", "-wal", "-shm"] {
        let _gone = std::fs::remove_file(house.data().join(format!("evenhand.sqlite{part}")));
    }
    std::fs::copy(&backup, house.data().join("evenhand.sqlite")).unwrap();
    let no = house.open().unwrap_err().to_string();
    assert!(no.contains("Was a backup put back"), "{no}");
    // And so is a database that was put back half.
    Floor::restore(house.config(), &backup, &declared()).unwrap();
    house.open().unwrap();
}

#[test]
fn a_restore_takes_two_people_and_a_backup_that_opens() {
    let Some((mut house, backup, _)) = backed_up() else { return };
    house.shut();
    for by in [["returning officer", "Returning Officer "], ["returning officer", " "], ["x", "J\u{fc}rgen"]]
    {
        let declared = Declaration { by: by.map(str::to_owned), ..declared() };
        assert!(matches!(Floor::restore(house.config(), &backup, &declared), Err(No::Invalid(_))), "{by:?}");
    }
    house.open().unwrap();
    house.floor().rotate_epoch().unwrap();
    house.shut();
    let no = Floor::restore(house.config(), &backup, &declared()).unwrap_err().to_string();
    assert!(no.contains("older than the erasure window"), "{no}");
    house.open().unwrap();
}

#[test]
fn a_changed_backup_is_not_put_back() {
    let Some((mut house, backup, _)) = backed_up() else { return };
    house.shut();
    let db = rusqlite::Connection::open(&backup).unwrap();
    db.execute_batch(
        "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE place % 1024 = 1) WHERE place % 1024 = 2",
    )
    .unwrap();
    drop(db);
    let no = Floor::restore(house.config(), &backup, &declared()).unwrap_err().to_string();
    assert!(no.contains("does not fit its signed checkpoint"), "{no}");
    house.open().unwrap();
}
