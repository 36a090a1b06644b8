//! Importing, finding, and what an import may not do.

use domain::{
    access::Office,
    register::{
        find::Find,
        generate::generate,
        import::{ImportError, Order, import},
        reading::LayoutChoice,
        report::ImportReport,
    },
};
use kernel::No;

use crate::world::{Somebody, World, no};

mod acceptance;
mod dump;
mod erase;
mod file;
mod page;
mod repeats;
mod sweep;
mod undo;

use file::File;

pub fn order() -> Order {
    Order { layout: LayoutChoice::Auto, today: "2026-11-23".parse().unwrap(), dry_run: false }
}

pub fn register(people: u64, seed: u64) -> Vec<u8> {
    let mut file = Vec::new();
    generate(people, seed, &mut file).unwrap();
    file
}

fn take(world: &World, who: &Somebody, file: &[u8], order: Order) -> Result<ImportReport, ImportError> {
    import(world.floor(), &who.actor, file, order, &|_, _| {})
}

fn world() -> (World, Somebody) {
    let (world, ro) = World::new();
    let officer = world.officer(&ro, "mo@example.org", Office::MembershipOfficer);
    (world, officer)
}

/// The membership number in the second line of a file.
fn number(file: &[u8]) -> String {
    String::from_utf8_lossy(file).lines().nth(1).unwrap().split(',').next().unwrap().to_owned()
}

#[test]
fn a_register_is_imported_whole_and_again_changes_nothing() {
    let (world, officer) = world();
    let file = register(5_000, 1);
    let first = take(&world, &officer, &file, order()).unwrap();
    assert!(first.adds_up());
    assert_eq!((first.records, first.imported), (5_000, 5_000), "{:?}", first.rows.first());
    let again = take(&world, &officer, &file, order()).unwrap();
    assert_eq!((again.records, again.unchanged), (5_000, 5_000), "{:?}", again.rows.first());
}

#[test]
fn a_dry_run_says_the_same_and_stores_nothing() {
    let (world, officer) = world();
    let file = register(300, 2);
    let dry = take(&world, &officer, &file, Order { dry_run: true, ..order() }).unwrap();
    let real = take(&world, &officer, &file, order()).unwrap();
    assert_eq!(dry, real);
    let dry = take(&world, &officer, &file, Order { dry_run: true, ..order() }).unwrap();
    assert_eq!(dry.unchanged, 300);
}

#[test]
fn a_changed_record_is_updated_and_found_by_its_number() {
    let (world, officer) = world();
    let mut file = File::of(50, 3);
    take(&world, &officer, &file.bytes(), order()).unwrap();
    let find = |number: &str| world.floor().once(&officer.actor, Find { number: number.to_owned() }).unwrap();
    let number = file.get(0, "membership_number").to_owned();
    let before = find(&number).value;
    let changed = if file.get(0, "status") == "lapsed" { "active" } else { "lapsed" };
    file.set(0, "status", changed);
    let report = take(&world, &officer, &file.bytes(), order()).unwrap();
    assert_eq!((report.updated, report.unchanged), (1, 49));
    let after = find(&format!(" {} ", number.to_lowercase())).value;
    assert_eq!(after.0, before.0);
    assert_eq!(after.1.status, changed);
    assert_eq!(after.1.name, before.1.name);
    assert!(
        no(world.floor().once(&officer.actor, Find { number: "?".into() })).contains("no membership number")
    );
}

#[test]
fn two_imports_do_not_run_at_once() {
    let (world, officer) = world();
    let file = register(20, 8);
    let half = file.len() / 2;
    let (first, second) = file.split_at(half);
    std::thread::scope(|scope| {
        let (read, mut write) = std::io::pipe().unwrap();
        let running = scope.spawn(|| import(world.floor(), &officer.actor, read, order(), &|_, _| {}));
        std::io::Write::write_all(&mut write, first).unwrap();
        // It has begun once the other one is refused; before that, the other one comes too early and is whole.
        let refused = loop {
            match take(&world, &officer, &file, Order { dry_run: true, ..order() }) {
                Ok(report) => assert_eq!(report.imported, 20),
                Err(why) => break why,
            }
        };
        assert!(refused.to_string().contains("An import is under way"), "{refused}");
        std::io::Write::write_all(&mut write, second).unwrap();
        drop(write);
        assert_eq!(running.join().unwrap().unwrap().imported, 20);
    });
}

#[test]
fn only_the_membership_officer_imports_and_finds() {
    let (world, officer) = world();
    let ro = world.sign_in(world.floor().actor(&officer.token).person().unwrap() - 1, "ro@example.org");
    let file = register(10, 4);
    assert!(matches!(take(&world, &ro, &file, order()), Err(ImportError::No(No::Refused(_)))));
    let dry = Order { dry_run: true, ..order() };
    assert!(matches!(take(&world, &ro, &file, dry), Err(ImportError::No(No::Refused(_)))));
    take(&world, &officer, &file, order()).unwrap();
    assert!(no(world.floor().once(&ro.actor, Find { number: number(&file) })).contains("No rule permits"));
    assert!(
        no(world.floor().once(&officer.actor, Find { number: "NOBODY-1".into() })).contains("nothing here")
    );
}

#[test]
fn nobody_s_values_lie_in_the_data_folder() {
    let (mut world, officer) = world();
    let file = String::from_utf8(register(200, 6)).unwrap();
    take(&world, &officer, file.as_bytes(), order()).unwrap();
    if world.house.on_postgres() {
        eprintln!("SKIPPED on PostgreSQL: its files are the server's");
        return;
    }
    world.house.shut();
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(world.house.data()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let emails = file.lines().skip(1).flat_map(|l| l.split(',')).filter(|f| f.contains('@'));
    let mut hunted = 0;
    for email in emails {
        hunted += 1;
        assert!(!bytes.windows(email.len()).any(|w| w == email.as_bytes()), "an address lies in plain");
    }
    assert!(hunted > 50);
}
