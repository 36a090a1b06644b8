//! Sets and snapshots: nothing is opened before its line, nothing but what the line names, and no plaintext on disk.

use std::{
    collections::HashMap,
    io::Read as _,
    path::{Path, PathBuf},
};

use kernel::{
    pour::{At, Copyist, Gate, Open, Plainly, Pour, Poured, Reader, RowWriter, Snapshot, Source},
    world::House,
    *,
};

use crate::notes::{EMAIL, EnrolMany, NAME, Seal, house};

const PEOPLE: &str = "SELECT person, epoch, log_key FROM person_key -- scan: everybody";
const CELLS: &str = "
    SELECT note.person, epoch, data_key, names FROM note JOIN person_key ON person_key.person = note.person
    -- scan: everybody";

fn source() -> Source {
    Source { table: "note", people: PEOPLE, cells: CELLS, groups: &[0], params: Vec::new() }
}

fn keypair() -> (age::x25519::Identity, String) {
    let secret = age::x25519::Identity::generate();
    let public = secret.to_public().to_string();
    (secret, public)
}

fn reader(key: &str, spool: PathBuf) -> Reader {
    Reader { key: key.to_owned(), spool, copyist: Box::new(Plainly) }
}

fn plain(file: &Path, secret: &age::x25519::Identity) -> String {
    let sealed = std::fs::read(file).unwrap();
    let open = age::Decryptor::new(&sealed[..]).unwrap();
    let mut text = String::new();
    open.decrypt(std::iter::once(secret as _)).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn pour_all(house: &House, pour: Pour<'_>) -> Result<Poured, No> {
    house.floor().snapshot(HOUSE, &source(), |shot| {
        let seal = Seal(Verb::Processed, Some(shot.facts(&pour)));
        let receipt = house.floor().once(&Actor::system(), seal)?.receipt;
        shot.pour(&receipt, pour, &mut |_| {})
    })
}

#[test]
fn every_reader_gets_exactly_the_named_fields_of_the_same_instant() {
    let house = house();
    house.floor().once(&Actor::system(), EnrolMany(2_500)).unwrap();
    let [(ours, our_key), (theirs, their_key)] = [keypair(), keypair()];
    let [a, b] = ["a.csv.age", "b.csv.age"].map(|name| house.data().join(name));
    let readers = vec![reader(&our_key, a.clone()), reader(&their_key, b.clone())];
    let pour = Pour { fields: &[EMAIL], gate: &Open, readers };
    let mut told = 0;
    let poured = house.floor().snapshot(HOUSE, &source(), |shot| {
        let seal = Seal(Verb::Processed, Some(shot.facts(&pour)));
        let receipt = house.floor().once(&Actor::system(), seal)?.receipt;
        house.floor().once(&Actor::system(), EnrolMany(5))?;
        shot.pour(&receipt, pour, &mut |rows| told = rows)
    });
    let poured = poured.unwrap();
    assert_eq!((poured.rows, poured.left_out, told), (2_500, 0, 2_500));
    assert_eq!(house.floor().unwrapped(), 2_500);
    let text = plain(&a, &ours);
    assert_eq!(text, plain(&b, &theirs));
    let mut lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!((lines.remove(0), lines.len()), ("email", 2_500));
    assert!(lines.contains(&"p0@example.org") && lines.contains(&"p2499@example.org"));
    use sha2::{Digest, Sha256};
    for copy in &poured.copies {
        let sealed = std::fs::read(&copy.path).unwrap();
        assert_eq!(copy.bytes, sealed.len() as u64);
        assert_eq!(copy.sealed, <[u8; 32]>::from(Sha256::digest(&sealed)));
        assert_eq!(copy.plain, <[u8; 32]>::from(Sha256::digest(text.as_bytes())));
    }
    assert_ne!(poured.copies[0].sealed, poured.copies[1].sealed);
}

#[test]
fn a_copy_opens_with_the_stock_tool_and_no_one_else_can_reach_it() {
    use std::os::unix::fs::PermissionsExt;
    let house = house();
    house.floor().once(&Actor::system(), EnrolMany(3)).unwrap();
    let (secret, key) = keypair();
    let file = house.data().join("copy.age");
    pour_all(&house, Pour { fields: &[NAME, EMAIL], gate: &Open, readers: vec![reader(&key, file.clone())] })
        .unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let identity = house.data().join("identity");
    use age::secrecy::ExposeSecret;
    std::fs::write(&identity, secret.to_string().expose_secret()).unwrap();
    let Ok(out) = std::process::Command::new("age").arg("-d").arg("-i").arg(&identity).arg(&file).output()
    else {
        eprintln!("SKIPPED: there is no `age` on this machine");
        return;
    };
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.starts_with("name,email\r\n") && text.contains("p1,p1@example.org\r\n"), "{text}");
}

#[test]
fn nothing_opens_without_the_line_that_names_this_snapshot_these_fields_and_these_readers() {
    let house = house();
    let floor = house.floor();
    floor.once(&Actor::system(), EnrolMany(3)).unwrap();
    let (_, key) = keypair();
    let (_, rival) = keypair();
    let file = house.data().join("copy.age");
    let pour = |fields: &'static [Field], key: &str| Pour {
        fields,
        gate: &Open,
        readers: vec![reader(key, file.clone())],
    };
    let refused = |enter: &dyn Fn(&Snapshot<'_>) -> Seal| {
        let poured = floor.snapshot(HOUSE, &source(), |shot| {
            let receipt = floor.once(&Actor::system(), enter(&shot))?.receipt;
            shot.pour(&receipt, pour(&[NAME], &key), &mut |_| {})
        });
        let no = poured.unwrap_err().to_string();
        assert!(no.contains("no line of the receipt enters this snapshot"), "{no}");
    };
    refused(&|_| Seal(Verb::Processed, None));
    refused(&|shot| Seal(Verb::Processed, Some(shot.facts(&pour(&[EMAIL], &key)))));
    refused(&|shot| Seal(Verb::Processed, Some(shot.facts(&pour(&[NAME], &rival)))));
    refused(&|shot| Seal(Verb::Granted, Some(shot.facts(&pour(&[NAME], &key)))));
    refused(&|shot| Seal(Verb::Processed, Some(shot.set().facts(&[NAME]))));
    let spent = floor.snapshot(HOUSE, &source(), |shot| {
        let seal = Seal(Verb::Processed, Some(shot.facts(&pour(&[NAME], &key))));
        floor.once(&Actor::system(), seal)
    });
    let spent = spent.unwrap().receipt;
    let again = floor.snapshot(HOUSE, &source(), |shot| shot.pour(&spent, pour(&[NAME], &key), &mut |_| {}));
    assert!(again.is_err(), "a line opens one snapshot, not every one of the same people");
    assert_eq!(floor.unwrapped(), 0);
    assert!(!file.exists());
}

#[test]
fn people_outside_the_line_and_people_twice_are_refused_and_nothing_is_left_behind() {
    let house = house();
    let floor = house.floor();
    floor.once(&Actor::system(), EnrolMany(2)).unwrap();
    let (_, key) = keypair();
    const ONE: &str = "SELECT person, epoch, log_key FROM person_key WHERE person = 1";
    const TWICE: &str = "
        SELECT note.person, epoch, data_key, names FROM note JOIN person_key ON person_key.person = note.person
        UNION ALL
        SELECT note.person, epoch, data_key, names FROM note JOIN person_key ON person_key.person = note.person
        -- scan: everybody";
    const CELLS_OF_ONE: &str = "
        SELECT note.person, epoch, data_key, names FROM note JOIN person_key ON person_key.person = note.person
         WHERE note.person = 1";
    for (people, cells, why) in [
        (ONE, CELLS, "no durable entry covers"),
        (PEOPLE, TWICE, "stands twice"),
        (PEOPLE, CELLS_OF_ONE, "lack somebody"),
    ] {
        let source = Source { people, cells, ..source() };
        let file = house.data().join("copy.age");
        let pour = Pour { fields: &[NAME], gate: &Open, readers: vec![reader(&key, file.clone())] };
        let poured = floor.snapshot(HOUSE, &source, |shot| {
            let seal = Seal(Verb::Processed, Some(shot.facts(&pour)));
            let receipt = floor.once(&Actor::system(), seal)?.receipt;
            shot.pour(&receipt, pour, &mut |_| {})
        });
        let no = poured.unwrap_err().to_string();
        assert!(no.contains(why), "{no}");
        let left: Vec<_> = std::fs::read_dir(house.data())
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("copy"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Lets addresses out only for people with an even number, and nothing at all for `p1`.
struct Even;

impl Gate for Even {
    fn reads(&self) -> &'static [Field] {
        &[NAME]
    }
    fn pass(&self, standing: &Fields<'_>) -> Result<FieldSet, No> {
        assert!(standing.get(EMAIL).is_err(), "a gate reads what it names");
        let number: u32 = standing.get(NAME)?[1..].parse().unwrap();
        Ok(match number {
            1 => FieldSet::NONE,
            n if n % 2 == 0 => FieldSet::ALL,
            _ => FieldSet::ALL.without(&[EMAIL]),
        })
    }
}

/// Numbers the rows, and tries to read a field that is not named.
struct Numbering;

impl Copyist for Numbering {
    fn row(&self, at: At, fields: &Fields<'_>, out: &mut RowWriter) -> Result<(), No> {
        assert_ne!(at.label, [0; 16]);
        out.field(&at.number.to_string())?;
        fields.named().iter().try_for_each(|f| out.field(fields.get(*f)?))?;
        out.end()
    }
}

#[test]
fn the_gate_decides_row_by_row_and_the_copyist_sees_no_more() {
    let house = house();
    house.floor().once(&Actor::system(), EnrolMany(4)).unwrap();
    let (secret, key) = keypair();
    let file = house.data().join("copy.age");
    let readers = vec![Reader { key, spool: file.clone(), copyist: Box::new(Numbering) }];
    let poured = pour_all(&house, Pour { fields: &[NAME, EMAIL], gate: &Even, readers }).unwrap();
    assert_eq!((poured.rows, poured.left_out), (3, 1));
    let text = plain(&file, &secret);
    assert_eq!(text, "name,email\r\n0,p0,p0@example.org\r\n1,p2,p2@example.org\r\n2,p3,\r\n");
}

#[test]
fn a_gate_may_judge_everybody_and_say_yes_or_no() {
    let house = house();
    house.floor().once(&Actor::system(), EnrolMany(4)).unwrap();
    let judge = |enter: &dyn Fn(&Snapshot<'_>) -> SetFacts| {
        house.floor().snapshot(HOUSE, &source(), |shot| {
            let seal = Seal(Verb::Processed, Some(enter(&shot)));
            let receipt = house.floor().once(&Actor::system(), seal)?.receipt;
            shot.judge(&receipt, &Even, &mut |_| {})
        })
    };
    assert!(judge(&|shot| shot.judging(&Open)).is_err(), "the line names what it judges by");
    let judged = judge(&|shot| shot.judging(&Even)).unwrap();
    assert_eq!(judged, [(1, true), (2, false), (3, true), (4, true)]);
}

#[test]
fn a_set_proves_who_is_in_it_and_who_is_not() {
    struct Set;
    impl View for Set {
        const NAME: &'static str = "notes.set";
        type Out = (LabelSet, HashMap<PersonId, [u8; 16]>);
        fn look(&self, desk: &mut Look<'_>) -> Result<Self::Out, No> {
            const EVEN: &str = "
                SELECT person, epoch, log_key FROM person_key WHERE person % 2 = 0 -- scan: everybody";
            const ONE: &str = "SELECT person, epoch, log_key FROM person_key WHERE person = $1";
            let mut labels = HashMap::new();
            for person in 1..=9_000 {
                if person <= 20 {
                    let one = desk.label_set(HOUSE, ONE, &[person.into()])?.to_bytes();
                    labels.insert(person, one.try_into().unwrap());
                }
            }
            Ok((desk.label_set(HOUSE, EVEN, &[])?, labels))
        }
    }
    let house = house();
    house.floor().once(&Actor::system(), EnrolMany(9_000)).unwrap();
    let (set, labels) = house.floor().look(&Actor::system(), &Set).unwrap();
    let set = LabelSet::from_bytes(HOUSE, &set.to_bytes()).unwrap();
    assert_eq!(set.count(), 4_500);
    for (person, label) in labels {
        let proof = set.prove(&label).unwrap();
        let inside = ledger::sorted::verify(set.root(), set.count(), &label, &proof).unwrap();
        assert_eq!(inside, person % 2 == 0);
    }
    let mut bytes = set.to_bytes();
    bytes.rotate_left(16);
    assert!(LabelSet::from_bytes(HOUSE, &bytes).is_err());
}
