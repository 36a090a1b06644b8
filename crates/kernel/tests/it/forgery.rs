//! What somebody with the database in hand can do, and what comes of it.

use kernel::*;

use crate::notes::*;

fn refused(house: &kernel::world::House, person: PersonId) -> String {
    house.floor().once(&Actor::system(), Read(person)).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_row_that_grants_cannot_be_edited() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", false)).unwrap();
    house.shut();
    house.meddle(r#"UPDATE warrant SET body = '{"name":"red","held":true}' WHERE kind = 'key'"#);
    house.open().unwrap();
    assert!(refused(&house, ann).contains("does not fit its line"));
}

#[test]
fn a_row_slipped_in_grants_nothing() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("blue", true)).unwrap();
    house.shut();
    house.meddle(
        r#"INSERT INTO warrant (kind, key, version, latest, at, holder, about, body, log, entry, salt)
           SELECT kind, 'red', 1, 1, at, holder, about, '{"name":"red","held":true}', log, entry, salt FROM warrant WHERE key = 'blue'"#,
    );
    house.open().unwrap();
    assert!(refused(&house, ann).contains("does not fit its line"));
}

#[test]
fn an_old_version_put_back_is_noticed() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    house.floor().once(&Actor::system(), Give("red", false)).unwrap();
    house.shut();
    house.meddle("DELETE FROM warrant WHERE key = 'red' AND version = 2; UPDATE warrant SET latest = 1 WHERE key = 'red'");
    house.open().unwrap();
    assert!(refused(&house, ann).contains("an older one put back"));
}

#[test]
fn an_old_version_beside_the_new_one_is_noticed() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    house.floor().once(&Actor::system(), Give("red", false)).unwrap();
    house.shut();
    house.meddle("DROP INDEX warrant_latest; UPDATE warrant SET latest = 1 WHERE key = 'red'");
    house.open().unwrap();
    assert!(refused(&house, ann).contains("an old one beside the new"));
}

#[test]
fn the_counts_of_rows_cannot_be_lowered_from_outside() {
    for meddling in [
        "UPDATE log SET scopes_upto = size",
        "UPDATE entry SET scopes = substr(scopes, 1, 17)",
        "UPDATE log SET scopes_upto = 1; UPDATE entry SET scopes = substr(scopes, 1, 17)",
    ] {
        let mut house = house();
        house.floor().once(&Actor::system(), Give("red", true)).unwrap();
        house.floor().once(&Actor::system(), Give("red", false)).unwrap();
        house.shut();
        house.meddle(meddling);
        let no = house.open().unwrap_err().to_string();
        assert!(no.contains("scopes of the record book"), "{meddling}: {no}");
    }
}

#[test]
fn a_row_taken_away_is_noticed() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", false)).unwrap();
    house.shut();
    house.meddle("DELETE FROM warrant WHERE key = 'red'");
    house.open().unwrap();
    assert!(refused(&house, ann).contains("taken out"));
}

#[test]
fn a_row_taken_out_of_a_list_is_noticed() {
    struct Lent;
    impl View for Lent {
        const NAME: &'static str = "notes.lent";
        type Out = usize;
        fn look(&self, look: &mut Look<'_>) -> Result<usize, No> {
            Ok(look.about::<Key>("keys")?.len())
        }
    }
    let mut house = house();
    house.floor().once(&Actor::system(), GiveTwo("red", "blue")).unwrap();
    assert_eq!(house.floor().look(&Actor::system(), &Lent).unwrap(), 2);
    house.shut();
    house.meddle("DELETE FROM warrant WHERE key = 'blue'");
    house.open().unwrap();
    let no = house.floor().look(&Actor::system(), &Lent).unwrap_err().to_string();
    assert!(no.contains("taken out"), "{no}");
}

#[test]
fn a_sealed_cell_moved_to_another_person_stays_shut() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let bob = house.floor().once(&Actor::system(), Enrol("Bob", "bob@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    house.shut();
    house.meddle(&format!(
        "UPDATE note SET names = (SELECT names FROM note WHERE person = {bob}) WHERE person = {ann}"
    ));
    house.open().unwrap();
    assert!(refused(&house, ann).contains("does not open"));
}

#[test]
fn a_changed_or_shortened_record_book_does_not_open() {
    for meddling in [
        "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE place % 1024 = 1) WHERE place % 1024 = 2",
        "UPDATE log SET size = size - 1 WHERE name = 'house'",
    ] {
        let mut house = house();
        for _ in 0..4 {
            house.floor().once(&Actor::system(), Give("red", true)).unwrap();
        }
        house.shut();
        house.meddle(meddling);
        assert!(house.open().is_err(), "{meddling}");
    }
}

#[test]
fn an_old_backup_does_not_start() {
    let mut house = house();
    if house.on_postgres() {
        eprintln!("SKIPPED on PostgreSQL: the backup here is a copied file");
        return;
    }
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    house.shut();
    let copy = house.data().with_extension("copy");
    copy_folder(&house.data(), &copy);
    house.open().unwrap();
    // Nothing but the clean stop tells how far the book came.
    house.floor().once(&Actor::system(), Give("red", false)).unwrap();
    house.shut();
    std::fs::remove_dir_all(house.data()).unwrap();
    copy_folder(&copy, &house.data());
    let no = house.open().unwrap_err().to_string();
    assert!(no.contains("Was a backup put back"), "{no}");
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
