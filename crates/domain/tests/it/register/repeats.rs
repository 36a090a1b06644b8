//! The same person twice in a file: the later record counts, the stricter preference wins, and the file may come again.

use kernel::{
    Act, Ask, Card, Desk, Field, Fields, Plain, Sealed, SealedRow,
    seal::index::{Kind, Tagger},
};
use serde_json::json;

use domain::register::fields;

use super::*;

/// What the register says about somebody's post and telephone, opened as the office may.
struct Says(String);
struct Prefs([String; 2]);

impl Card for Prefs {
    const FIELDS: &'static [Field] = &[fields::NO_POST, fields::NO_PHONE];
    fn read(f: &mut Fields<'_>) -> Result<Self, No> {
        Ok(Self([f.get(fields::NO_POST)?.to_owned(), f.get(fields::NO_PHONE)?.to_owned()]))
    }
}

impl Act for Says {
    const NAME: &'static str = "register.find";
    type Out = (Plain<()>, Sealed<Prefs>);
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        const WHOSE: &str = "SELECT person FROM member_tag WHERE tag = $1";
        const ROW: &str = "SELECT standing FROM member WHERE person = $1";
        let facts =
            json!({ "offices": ["membership_officer"], "system": false, "fresh": false, "frozen": false });
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let tag = Tagger::tag(desk.tagger(), Kind::MemberNumber, &self.0, 0);
        let person = desk.row(WHOSE, &[tag.into()])?.unwrap().int("person")?;
        let cells = vec![(5, desk.row(ROW, &[person.into()])?.unwrap().bytes("standing")?.to_vec())];
        Ok((Plain(()), desk.show::<Prefs>(&permit, SealedRow { person, table: fields::TABLE, cells })?))
    }
}

fn says(world: &World, officer: &Somebody, number: &str) -> [String; 2] {
    world.floor().once(&officer.actor, Says(number.to_owned())).unwrap().value.1.0
}

/// The real run says what the dry run says.
fn dry_then_real(world: &World, officer: &Somebody, file: &File) -> ImportReport {
    let dry = take(world, officer, &file.bytes(), Order { dry_run: true, ..order() }).unwrap();
    let real = take(world, officer, &file.bytes(), order()).unwrap();
    assert_eq!(dry, real);
    assert!(real.adds_up());
    real
}

fn counts(report: &ImportReport) -> [u64; 4] {
    [report.imported, report.updated, report.unchanged, report.held]
}

#[test]
fn the_stricter_preference_wins_and_the_same_file_again_changes_nothing() {
    let (world, officer) = world();
    let mut file = File::of(20, 7);
    file.set(0, "no_post", "0");
    file.set(0, "no_phone", "1");
    let again = file.repeat(0);
    file.set(again, "no_post", "1");
    file.set(again, "no_phone", "0");
    let third = file.repeat(1); // says nothing new
    let number = file.get(0, "membership_number").to_owned();
    assert_eq!(third, 21);
    assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [20, 1, 1, 0]);
    assert_eq!(says(&world, &officer, &number), ["1", "1"]);
    for _ in 0..2 {
        assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [0, 0, 22, 0]);
        assert_eq!(says(&world, &officer, &number), ["1", "1"]);
    }
    // Without its second record, the first one is what the file says.
    file.pop();
    file.pop();
    assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [0, 1, 19, 0]);
    assert_eq!(says(&world, &officer, &number), ["0", "1"]);
    assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [0, 0, 20, 0]);
}

#[test]
fn of_many_records_only_the_last_is_stored() {
    let (world, officer) = world();
    let mut file = File::of(5, 9);
    for status in ["lapsed", "in_arrears", "suspended"] {
        let again = file.repeat(2);
        file.set(again, "status", status);
    }
    let number = file.get(2, "membership_number").to_owned();
    assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [5, 1, 2, 0]);
    let status =
        || world.floor().once(&officer.actor, Find { number: number.clone() }).unwrap().value.1.status;
    assert_eq!(status(), "suspended");
    assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [0, 0, 8, 0]);
    // The first record changes, the last does not.
    file.set(2, "clp", "Moved");
    assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [0, 2, 6, 0]);
    assert_eq!(status(), "suspended");
    assert_eq!(counts(&dry_then_real(&world, &officer, &file)), [0, 0, 8, 0]);
}

#[test]
fn a_repeated_record_whose_first_one_was_held_is_taken() {
    let (world, officer) = world();
    let mut file = File::of(5, 10);
    let again = file.repeat(0);
    file.set(0, "class", "nobody knows");
    file.set(again, "no_post", "1");
    for expected in [[5, 0, 0, 1], [0, 0, 5, 1]] {
        assert_eq!(counts(&dry_then_real(&world, &officer, &file)), expected);
    }
}
