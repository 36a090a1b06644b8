//! Erasing a member: keys, tags and history go, no import brings them back, and what was proved stays proved.

use base64::Engine;
use domain::{
    access::{Address, ask_code::AskCode, enrol::Enrol},
    register::erase::Erase,
};
use kernel::{Act, Actor, Ask, Desk, Draft, No, PersonId, Plain, Verb, seal::index::Kind};

use super::{dump::dump, *};

fn find(world: &World, officer: &Somebody, number: &str) -> kernel::Shown<PersonId> {
    let shown = world.floor().once(&officer.actor, Find { number: number.to_owned() }).unwrap();
    kernel::Shown { value: shown.value.0, receipt: shown.receipt }
}

fn tags(world: &World) -> Vec<String> {
    dump(world.floor()).into_iter().filter(|line| line.starts_with("tag ")).collect()
}

#[test]
fn an_erased_member_is_gone_stays_gone_and_old_lines_still_verify() {
    let (world, officer) = world();
    let mut file = File::of(30, 11);
    take(&world, &officer, &file.bytes(), order()).unwrap();
    file.set(4, "status", "lapsed");
    file.set(4, "clp", "Moved");
    take(&world, &officer, &file.bytes(), order()).unwrap();
    let number = file.get(4, "membership_number").to_owned();
    let found = find(&world, &officer, &number);
    let person = found.value;
    let mentions = |world: &World| {
        let tables = ["member", "history", "key", "holder"];
        let of = |line: &&String| tables.iter().any(|table| line.starts_with(&format!("{table} {person}")));
        dump(world.floor()).iter().filter(of).count()
    };
    assert!(mentions(&world) > 4, "a row, its history, its keys and its tags");
    let others = tags(&world).len();
    world.floor().once(&officer.actor, Erase { person }).unwrap();
    world.floor().rotate_epoch().unwrap();
    assert_eq!(mentions(&world), 0);
    assert!(tags(&world).len() < others);
    let gone = no(world.floor().once(&officer.actor, Find { number: number.clone() }));
    assert!(gone.contains("nothing here"), "{gone}");
    assert!(no(world.floor().once(&officer.actor, Erase { person })).contains("nothing here"));
    for dry_run in [true, false, false] {
        let report = take(&world, &officer, &file.bytes(), Order { dry_run, ..order() }).unwrap();
        assert_eq!((report.unchanged, report.held), (29, 1));
        assert_eq!(serde_json::to_value(report.rows[0].reason).unwrap()["code"], "erased");
    }
    assert_eq!(mentions(&world), 0);
    world.floor().beat(true).unwrap();
    let line = found.receipt.first_line();
    let (proof, checkpoint) = world.floor().prove("house", line).unwrap();
    let leaf = world.floor().leaves("house", line, line + 1).unwrap().remove(0);
    let lines: Vec<&str> = checkpoint.lines().collect();
    let root: ledger::Hash =
        base64::engine::general_purpose::STANDARD.decode(lines[2]).unwrap().try_into().unwrap();
    let leaf = ledger::merkle::leaf_hash(&leaf);
    ledger::merkle::verify_inclusion(&leaf, line, lines[1].parse().unwrap(), &root, &proof).unwrap();
}

/// Lets a member sign in with an address of theirs.
struct SignsIn(PersonId, &'static str);

impl Act for SignsIn {
    const NAME: &'static str = "register.erase";
    type Out = Plain<()>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = serde_json::json!({
            "offices": ["membership_officer"], "system": false, "fresh": true, "frozen": false,
        });
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let tag = format!("{:016x}", desk.tagger().tag(Kind::SignIn, self.1, 0));
        let address = Address { tag, person: self.0, ended: false };
        desk.enter(&permit, Draft::new(Verb::Granted).warrant(&address)?)?;
        Ok(Plain(()))
    }
}

#[test]
fn an_erased_member_signs_in_no_more_and_the_address_is_free_again() {
    const EMAIL: &str = "ann@example.org";
    let (world, officer) = world();
    let file = register(10, 15);
    take(&world, &officer, &file, order()).unwrap();
    let person = find(&world, &officer, &number(&file)).value;
    world.floor().once(&officer.actor, SignsIn(person, EMAIL)).unwrap();
    let asks = |from: &str| {
        let ask = AskCode { email: EMAIL.to_owned(), from: from.to_owned() };
        world.floor().once(&Actor::visitor(), ask).unwrap().value.mail.is_some()
    };
    let ro = world.sign_in(officer.person - 1, "ro@example.org");
    let enrol = || Enrol { name: "Another Ann".to_owned(), email: EMAIL.to_owned() };
    assert!(asks("here"));
    assert!(no(world.floor().once(&ro.actor, enrol())).contains("enrolled already"));
    world.floor().once(&officer.actor, Erase { person }).unwrap();
    assert!(!asks("there"));
    let again = world.floor().once(&ro.actor, enrol()).unwrap().value.person;
    assert_eq!(world.sign_in(again, EMAIL).person, again);
    assert_eq!(domain::register::sweep::sweep(world.floor()).unwrap(), 0);
}

#[test]
fn those_who_share_a_value_stay_findable_when_others_are_erased() {
    let (world, officer) = world();
    let mut file = File::of(9, 12);
    for row in 0..9 {
        file.set(row, "email", "household@example.org");
        file.set(row, "mobile", "");
        file.set(row, "landline", "");
        file.set(row, "postcode", "");
    }
    take(&world, &officer, &file.bytes(), order()).unwrap();
    assert_eq!(tags(&world).len(), 18);
    for row in 0..8 {
        let person = find(&world, &officer, file.get(row, "membership_number")).value;
        world.floor().once(&officer.actor, Erase { person }).unwrap();
    }
    let last = find(&world, &officer, file.get(8, "membership_number")).value;
    assert_eq!(tags(&world).len(), 2);
    // Whoever is left holds the first tag of the value: a look-up that ends at a gap finds them.
    let value = world.floor().tagger().tag(Kind::Email, "household@example.org", 0);
    assert!(tags(&world).contains(&format!("tag {value}")));
    assert_eq!(dump(world.floor()).iter().filter(|line| **line == format!("holder {last}")).count(), 2);
}

#[test]
fn an_erasure_needs_the_office_a_fresh_code_and_a_register_at_rest() {
    let (world, officer) = world();
    let file = register(10, 13);
    take(&world, &officer, &file, order()).unwrap();
    let person = find(&world, &officer, &number(&file)).value;
    let ro = world.sign_in(officer.person - 1, "ro@example.org");
    assert!(no(world.floor().once(&ro.actor, Erase { person })).contains("No rule permits"));
    std::thread::scope(|scope| {
        let (read, write) = std::io::pipe().unwrap();
        let running = scope.spawn(|| import(world.floor(), &officer.actor, read, order(), &|_, _| {}));
        while take(&world, &officer, &file, Order { dry_run: true, ..order() }).is_ok() {}
        assert!(no(world.floor().once(&officer.actor, Erase { person })).contains("An import is under way"));
        drop(write);
        assert!(running.join().unwrap().is_err(), "an empty file");
    });
    world.house.clock.forward(11 * 60_000);
    assert!(no(world.floor().once(&officer.actor, Erase { person })).contains("needs a fresh code"));
    let officer = world.sign_in(officer.person, "mo@example.org");
    world.floor().once(&officer.actor, Erase { person }).unwrap();
}
