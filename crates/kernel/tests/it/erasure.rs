//! Erasure: nothing live opens the erased person's data at once, and no copy does once the epoch is retired.

use kernel::{
    seal::{
        EntryId,
        cell::{CellAddress, DataKey, open_cell},
        keys::KeyRing,
        service::{KeyService, UnwrapProof, Wrapped},
    },
    *,
};

use crate::notes::*;

/// A judge who lets everything be opened: the keys alone must hold.
struct Anything;

impl UnwrapProof for Anything {
    fn covers(&self, _: &EntryId, _: i64) -> bool {
        true
    }
}

/// A person's rows as any copy of the database holds them.
struct Rows(PersonId);

struct Copied {
    epoch: u32,
    data_key: Vec<u8>,
    cell: Vec<u8>,
}

impl View for Rows {
    const NAME: &'static str = "notes.rows";
    type Out = Copied;
    fn look(&self, desk: &mut Look<'_>) -> Result<Copied, No> {
        const KEYS: &str = "SELECT epoch, data_key FROM person_key WHERE person = $1";
        const CELL: &str = "SELECT names FROM note WHERE person = $1";
        let keys = desk.row(KEYS, &[self.0.into()])?.ok_or(No::Absent)?;
        let cell = desk.row(CELL, &[self.0.into()])?.ok_or(No::Absent)?;
        Ok(Copied {
            epoch: keys.int("epoch")? as u32,
            data_key: keys.bytes("data_key")?.to_vec(),
            cell: cell.bytes("names")?.to_vec(),
        })
    }
}

fn opens(ring: &KeyRing, person: PersonId, epoch: u32, key: &[u8], cell: &[u8]) -> bool {
    let wrapped = Wrapped { person, epoch, key };
    let Ok(keys) = ring.key_service().unwrap(&[(wrapped, [0; 16])], &Anything) else { return false };
    let at = CellAddress { table: "note", row: person, group: 0 };
    keys.iter().any(|key: &DataKey| open_cell(key, at, cell).is_ok())
}

/// Whether any 61 bytes, anywhere in these files, are keys that open the person's cell.
fn hunt(ring: &KeyRing, files: &[Vec<u8>], person: PersonId, cell: &[u8]) -> bool {
    files.iter().any(|bytes| {
        let starts = bytes.windows(61).filter(|piece| piece[0] == 1);
        starts.into_iter().any(|key| ring.epochs().iter().any(|epoch| opens(ring, person, *epoch, key, cell)))
    })
}

#[test]
fn whoever_is_erased_stays_shut_and_the_others_open() {
    let house = house();
    let floor = house.floor();
    let ann = floor.once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let bob = floor.once(&Actor::system(), Enrol("Bob", "bob@example.org")).unwrap().value;
    floor.once(&Actor::system(), Give("red", true)).unwrap();
    let read = floor.once(&Actor::system(), Read(ann)).unwrap().receipt;
    let (index, note) = (read.first_line(), read.checkpoint().to_owned());
    let (path, _) = floor.prove("house", index).unwrap();
    let copy = floor.look(&Actor::system(), &Rows(ann)).unwrap();

    floor.once(&Actor::system(), Erase(ann, false)).unwrap();
    assert!(matches!(floor.once(&Actor::system(), Read(ann)), Err(No::Absent)));
    assert!(matches!(floor.once(&Actor::system(), Erase(ann, false)), Err(No::Absent)));
    let ring = KeyRing::open(&house.keys(), &house.data()).unwrap();
    assert!(
        opens(&ring, ann, copy.epoch, &copy.data_key, &copy.cell),
        "until the epoch is retired, a copy opens"
    );

    assert_eq!(floor.rotate_epoch().unwrap(), 2);
    let ring = KeyRing::open(&house.keys(), &house.data()).unwrap();
    assert_eq!(ring.epochs(), [2]);
    for epoch in [1, 2] {
        assert!(!opens(&ring, ann, epoch, &copy.data_key, &copy.cell));
    }
    assert_eq!(floor.once(&Actor::system(), Read(bob)).unwrap().value.0, "Bob");

    // The proof that Ann was shown something is as good as before.
    floor.beat(true).unwrap();
    let leaf = floor.leaves("house", index, index + 1).unwrap().remove(0);
    let (_, key) = floor.log_key("house").unwrap();
    let head = ledger::checkpoint::verify(note.as_bytes(), &key.parse().unwrap(), &[]).unwrap().checkpoint;
    let hash = ledger::merkle::leaf_hash(&leaf);
    ledger::merkle::verify_inclusion(&hash, index, head.size, &head.root, &path).unwrap();

    let erased = floor.leaves("house", index + 1, index + 2).unwrap().remove(0);
    let erased = String::from_utf8(erased).unwrap();
    assert!(erased.contains(r#""t":"erased""#) && !erased.contains("subject"), "{erased}");
}

#[test]
fn no_byte_of_database_log_or_backup_opens_an_erased_person() {
    let mut house = house();
    if house.on_postgres() {
        eprintln!("SKIPPED on PostgreSQL: its files are the server's; the rows are hunted in the test above");
        return;
    }
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let bob = house.floor().once(&Actor::system(), Enrol("Bob", "bob@example.org")).unwrap().value;
    let [anns, bobs] = [ann, bob].map(|who| house.floor().look(&Actor::system(), &Rows(who)).unwrap().cell);
    let backup = every_file(&house.data());
    house.floor().once(&Actor::system(), Erase(ann, false)).unwrap();
    let ring = || KeyRing::open(&house.keys(), &house.data()).unwrap();
    let live = every_file(&house.data());
    assert!(
        hunt(&ring(), &backup, ann, &anns) && hunt(&ring(), &live, ann, &anns),
        "the hunt finds what is there"
    );

    house.floor().rotate_epoch().unwrap();
    let left = ring();
    let keys = every_file(&house.keys());
    let live = every_file(&house.data());
    house.shut();
    let shut = every_file(&house.data());
    for files in [&backup, &live, &shut, &keys] {
        assert!(!hunt(&left, files, ann, &anns));
    }
    assert!(hunt(&left, &live, bob, &bobs) && hunt(&left, &shut, bob, &bobs));
    assert!(!hunt(&left, &backup, bob, &bobs), "a backup older than the epoch is dead as a whole");
}

fn every_file(folder: &std::path::Path) -> Vec<Vec<u8>> {
    std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn retiring_an_epoch_goes_on_after_a_stop_at_any_turn() {
    for turns in 0..=4 {
        let mut house = house();
        house.floor().once(&Actor::system(), EnrolMany(2_500)).unwrap();
        house.floor().once(&Actor::system(), Give("red", true)).unwrap();
        let mut more = true;
        for _ in 0..turns {
            more = house.floor().rotate_turn().unwrap();
        }
        assert_eq!(more, turns < 4);
        house.shut();
        house.open().unwrap();
        let ring = KeyRing::open(&house.keys(), &house.data()).unwrap();
        assert_eq!(ring.epochs(), [if turns == 0 { 1 } else { 2 }], "after {turns} turns");
        for (person, name) in [(1, "p0"), (2_000, "p1999"), (2_001, "p2000"), (2_500, "p2499")] {
            assert_eq!(house.floor().once(&Actor::system(), Read(person)).unwrap().value.0, name);
        }
    }
}

#[test]
fn keys_made_before_an_epoch_and_stored_after_it_began_outlive_it() {
    let house = house();
    let floor = house.floor();
    floor.once(&Actor::system(), Give("red", true)).unwrap();
    let early = floor.mint(&[1]).unwrap().remove(0);
    assert!(floor.rotate_turn().unwrap());
    floor.once(&Actor::system(), Store(early)).unwrap();
    assert_eq!(floor.look(&Actor::system(), &Rows(1)).unwrap().epoch, 2);
    assert_eq!(floor.rotate_epoch().unwrap(), 2);
    assert_eq!(floor.once(&Actor::system(), Read(1)).unwrap().value.0, "Cat");
}

/// Stores keys that were made earlier.
struct Store(seal::service::Minted);

impl Act for Store {
    const NAME: &'static str = "notes.enrol";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(serde_json::json!({})))?;
        let at = CellAddress { table: "note", row: 1, group: 0 };
        let packed = seal::cell::pack(&["Cat", "cat@example.org"])?;
        let cell = seal::cell::seal_cell(&self.0.sealing, &mut desk.chance().fork(), at, &packed)?;
        desk.enrol(&[(1, &self.0.wrapped)])?;
        desk.execute("INSERT INTO note (person, names) VALUES (1, $1)", &[cell.into()])?;
        desk.enter(&permit, Draft::new(Verb::Processed))?;
        Ok(())
    }
}

#[test]
fn an_erased_person_can_act_no_more() {
    let house = house();
    let floor = house.floor();
    let ann = floor.once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    floor.once(&Actor::system(), SignIn(ann, "token")).unwrap();
    let actor = floor.actor("token");
    floor.once(&actor, Give("red", true)).unwrap();
    floor.once(&Actor::system(), Erase(ann, false)).unwrap();
    assert!(matches!(floor.once(&actor, Give("red", false)), Err(No::Absent)), "the key was remembered");
}

#[test]
fn the_list_of_erasures_holds_numbers_and_what_really_happened() {
    let mut house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let bob = house.floor().once(&Actor::system(), Enrol("Bob", "bob@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    assert!(house.floor().once(&Actor::system(), Erase(bob, true)).is_err());
    assert_eq!(house.floor().once(&Actor::system(), Read(bob)).unwrap().value.0, "Bob");
    house.floor().once(&Actor::system(), Erase(ann, false)).unwrap();
    house.shut();
    let file = house.keys().join("erased.log");
    let steps = || -> Vec<String> {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
    };
    let [e, u] = ["erased", "undone"].map(|word| format!("{word} {bob}"));
    assert_eq!(steps(), [e, u, format!("erased {ann}")]);

    // A crash between the list and COMMIT leaves a line that no entry bears out, or half a line.
    let crashed =
        format!("{}erased {bob} {}\nerased 7", std::fs::read_to_string(&file).unwrap(), "ab".repeat(16));
    std::fs::write(&file, crashed).unwrap();
    house.open().unwrap();
    let steps = steps();
    assert_eq!(steps.iter().filter(|s| **s == format!("undone {bob}")).count(), 2, "{steps:?}");
    assert_eq!(steps.iter().filter(|s| s.starts_with("kept")).count(), 1, "{steps:?}");
    assert_eq!(house.floor().once(&Actor::system(), Read(bob)).unwrap().value.0, "Bob");
}

#[test]
fn an_epoch_is_retired_by_itself_when_its_week_is_over() {
    let house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let key = |n: u32| house.keys().join(format!("epoch-{n}"));
    let made = std::fs::metadata(key(1)).unwrap().modified().unwrap();
    let made = made.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as Millis;
    house.clock.set(made + kernel::floor::EPOCH_LIFE - 60_000);
    house.floor().rotate_when_due().unwrap();
    assert!(key(1).exists() && !key(2).exists(), "a week is not over");
    house.clock.forward(120_000);
    house.floor().rotate_when_due().unwrap();
    assert!(key(2).exists() && !key(1).exists(), "the old key is gone");
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    assert_eq!(house.floor().once(&Actor::system(), Read(ann)).unwrap().value.0, "Ann");
}
