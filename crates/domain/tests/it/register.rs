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
    let file = String::from_utf8(register(50, 3)).unwrap();
    take(&world, &officer, file.as_bytes(), order()).unwrap();
    let find = || world.floor().once(&officer.actor, Find { number: number(file.as_bytes()) }).unwrap().value;
    let before = find();
    let header: Vec<&str> = file.lines().next().unwrap().split(',').collect();
    let status = header.iter().position(|c| *c == "status").unwrap();
    let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
    let mut fields: Vec<&str> = lines[1].split(',').collect();
    let changed = if fields[status] == "lapsed" { "active" } else { "lapsed" };
    fields[status] = changed;
    lines[1] = fields.join(",");
    let report = take(&world, &officer, lines.join("\n").as_bytes(), order()).unwrap();
    assert_eq!((report.updated, report.unchanged), (1, 49));
    let after = find();
    assert_eq!(after.0, before.0);
    assert_eq!(after.1.status, changed);
    assert_eq!(after.1.name, before.1.name);
}

#[test]
fn only_the_membership_officer_imports_and_finds() {
    let (world, officer) = world();
    let ro = world.sign_in(world.floor().actor(&officer.token).person().unwrap() - 1, "ro@example.org");
    let file = register(10, 4);
    assert!(matches!(take(&world, &ro, &file, order()), Err(ImportError::No(No::Refused(_)))));
    take(&world, &officer, &file, order()).unwrap();
    assert!(no(world.floor().once(&ro.actor, Find { number: number(&file) })).contains("No rule permits"));
    assert!(
        no(world.floor().once(&officer.actor, Find { number: "NOBODY-1".into() })).contains("nothing here")
    );
}

#[test]
fn an_import_cut_short_leaves_nothing_behind() {
    let (mut world, officer) = world();
    let file = register(3_000, 5);
    struct Cut(std::io::Cursor<Vec<u8>>, usize);
    impl std::io::Read for Cut {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            match (self.0.position() as usize) < self.1 {
                true => self.0.read(buf),
                false => Err(std::io::Error::other("the line went dead")),
            }
        }
    }
    let cut = Cut(std::io::Cursor::new(file.clone()), file.len() * 9 / 10);
    assert!(import(world.floor(), &officer.actor, cut, order(), &|_, _| {}).is_err());
    let report = take(&world, &officer, &file, order()).unwrap();
    assert_eq!(report.imported, 3_000);
    // As after a crash: the run lies open, and the next start undoes it.
    world.house.shut();
    world.house.meddle("UPDATE import_run SET closed = NULL");
    world.house.open().unwrap();
    assert_eq!(domain::register::import::undo_cut_short(world.floor()).unwrap(), 1);
    let report = take(&world, &officer, &file, order()).unwrap();
    assert_eq!(report.imported, 3_000);
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
