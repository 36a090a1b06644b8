use super::*;
use crate::seal::SealError;
use crate::seal::cell::{CellAddress, DataKey, OwnerKey, open_cell, seal_cell};
use crate::seal::person::WrappedKeys;
use crate::seal::service::{InProcess, KeyService, Minted, Wrapped};
use crate::seal::{EntryId, Secret};

const ENTRY: EntryId = *b"entry-0000000001";
const NAMES: CellAddress = CellAddress { table: "person", row: 5, group: 1 };

fn data(person: i64, keys: &WrappedKeys) -> Wrapped<'_> {
    Wrapped { person, epoch: keys.epoch, key: &keys.data }
}

fn mint(service: &InProcess, person: i64) -> Minted {
    let mut rng = rand::rngs::StdRng::seed_from_u64(person.unsigned_abs());
    service.mint(&[person], &mut rng).unwrap().remove(0)
}

fn unwrap(service: &InProcess, person: i64, keys: &WrappedKeys) -> Result<DataKey, SealError> {
    Ok(service.unwrap(&[(data(person, keys), ENTRY)], &Receipt(ENTRY, person))?.remove(0))
}

#[test]
fn a_cell_opens_at_its_own_place_with_its_own_persons_key() {
    let house = House::new();
    let service = house.ring.key_service();
    let (ada, bob) = (mint(&service, 1), mint(&service, 2));
    let sealed = seal_cell(&ada.sealing, &mut chance(), NAMES, b"Ada Fern").unwrap();
    let ada_key = unwrap(&service, 1, &ada.wrapped).unwrap();
    assert_eq!(**open_cell(&ada_key, NAMES, &sealed).unwrap(), *b"Ada Fern");

    let closed = Err(SealError::Closed("cell"));
    for at in [
        CellAddress { table: "member", ..NAMES },
        CellAddress { row: 6, ..NAMES },
        CellAddress { group: 2, ..NAMES },
    ] {
        assert_eq!(open_cell(&ada_key, at, &sealed), closed);
    }
    let bob_key = service.unwrap(&[(data(2, &bob.wrapped), ENTRY)], &Receipt(ENTRY, 2)).unwrap().remove(0);
    assert_eq!(open_cell(&bob_key, NAMES, &sealed), closed);
    for at in 2..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        assert_eq!(open_cell(&ada_key, NAMES, &altered), closed, "byte {at}");
    }
    for length in 2..sealed.len() {
        assert_eq!(open_cell(&ada_key, NAMES, &sealed[..length]), closed, "{length} bytes");
    }
    for mark in [[9, 1], [1, 9]] {
        let marked = [&mark, &sealed[2..]].concat();
        assert_eq!(open_cell(&ada_key, NAMES, &marked), Err(SealError::UnknownMark("cell")));
    }
    assert_eq!(open_cell(&ada_key, NAMES, &[]), Err(SealError::UnknownMark("cell")));
}

#[test]
fn the_same_words_never_seal_to_the_same_bytes() {
    let house = House::new();
    let ada = mint(&house.ring.key_service(), 1);
    let mut rng = chance();
    let [a, b] = [0, 1].map(|_| seal_cell(&ada.sealing, &mut rng, NAMES, b"Ada").unwrap());
    assert_ne!(a, b);
    assert_eq!(a.len(), 2 + 12 + 3 + 16);
}

#[test]
fn wrapped_keys_cannot_change_person_half_or_epoch() {
    let house = House::new();
    let service = house.ring.key_service();
    let logs = house.ring.log_keys();
    let keys = mint(&service, 1).wrapped;
    house.ring.new_epoch(&mut chance()).unwrap();

    let swapped = WrappedKeys { log: keys.data.clone(), data: keys.log.clone(), ..keys.clone() };
    let moved = WrappedKeys { epoch: 2, ..keys.clone() };
    for (person, keys) in [(2, &keys), (1, &swapped), (1, &moved)] {
        assert_eq!(unwrap(&service, person, keys).err(), Some(SealError::Closed("wrapped key")));
        assert_eq!(logs.open(person, keys).err(), Some(SealError::Closed("wrapped key")));
    }
    assert!(unwrap(&service, 1, &keys).is_ok() && logs.open(1, &keys).is_ok());
}

#[test]
fn a_data_key_needs_an_entry_about_that_person_and_is_counted() {
    let house = House::new();
    let service = house.ring.key_service();
    let [ada, bob] = [1, 2].map(|person| mint(&service, person).wrapped);
    let other: EntryId = *b"entry-0000000002";
    let proof = Receipt(ENTRY, 1);

    for refused in [
        vec![(data(1, &ada), other)],
        vec![(data(2, &bob), ENTRY)],
        vec![(data(1, &ada), ENTRY), (data(2, &bob), ENTRY)],
    ] {
        assert_eq!(service.unwrap(&refused, &proof).err(), Some(SealError::NotCovered));
    }
    // one that claims to be another person's passes the proof and fails the cipher
    assert!(service.unwrap(&[(data(1, &bob), ENTRY)], &proof).is_err());
    assert_eq!(service.unwrapped(), 0);
    service.unwrap(&[(data(1, &ada), ENTRY), (data(1, &ada), ENTRY)], &proof).unwrap();
    assert_eq!(service.unwrapped(), 2);
    service.sealing(&[data(2, &bob)]).unwrap();
    assert_eq!(service.unwrapped(), 2, "sealing reveals nothing");
}

#[test]
fn erasure_survivors_open_after_rewrapping_and_nothing_old_does() {
    let house = House::new();
    let service = house.ring.key_service();
    let logs = house.ring.log_keys();
    let minted = service.mint(&[1, 2], &mut chance()).unwrap();
    let [ada, erased] = &minted[..] else { panic!("two people") };
    let sealed = seal_cell(&ada.sealing, &mut chance(), NAMES, b"Ada").unwrap();
    let saved = std::fs::read(house.place.path().join("keys/epoch-1")).unwrap();

    house.ring.new_epoch(&mut chance()).unwrap();
    let kept = service.rewrap(&[(1, &ada.wrapped)], &mut chance()).unwrap().remove(0);
    let mut other_chance = rand::rngs::StdRng::seed_from_u64(8);
    assert_eq!(service.rewrap(&[(1, &kept)], &mut other_chance).unwrap()[0], kept, "already current");
    assert!(logs.open(2, &erased.wrapped).is_ok(), "the window has not closed yet");
    house.ring.destroy_epoch(1).unwrap();

    assert_eq!(**open_cell(&unwrap(&service, 1, &kept).unwrap(), NAMES, &sealed).unwrap(), *b"Ada");
    assert_eq!(logs.open(1, &kept).unwrap().label("house"), ada.log.label("house"));
    let reopened = house.reopen().unwrap();
    for ring in [&house.ring, &reopened] {
        let service = ring.key_service();
        for (person, keys) in [(1, &ada.wrapped), (2, &erased.wrapped)] {
            assert_eq!(unwrap(&service, person, keys).err(), Some(SealError::NoEpoch(1)));
            assert_eq!(ring.log_keys().open(person, keys).err(), Some(SealError::NoEpoch(1)));
            assert_eq!(service.sealing(&[data(person, keys)]).err(), Some(SealError::NoEpoch(1)));
            assert_eq!(service.rewrap(&[(person, keys)], &mut chance()).err(), Some(SealError::NoEpoch(1)));
        }
        // nor does it open under any key that is left, whatever epoch it claims
        let claimed = WrappedKeys { epoch: 2, ..erased.wrapped.clone() };
        assert!(unwrap(&service, 2, &claimed).is_err());
    }
    let left: Vec<Vec<u8>> = std::fs::read_dir(house.place.path().join("keys"))
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(!left.contains(&saved), "no file still holds the destroyed key");
}

#[test]
fn labels_and_salts_differ_by_log_entry_group_and_person() {
    let house = House::new();
    let service = house.ring.key_service();
    let minted = service.mint(&[1, 2], &mut chance()).unwrap();
    let mut labels = std::collections::HashSet::new();
    let mut salts = std::collections::HashSet::new();
    for one in &minted {
        assert!(["house", "leader-2031"].iter().all(|log| labels.insert(one.log.label(log))));
        for entry in [ENTRY, *b"entry-0000000002"] {
            assert!((0..3).all(|group| salts.insert(one.log.salt(&entry, group))));
        }
    }
    let reopened = house.ring.log_keys().open(1, &minted[0].wrapped).unwrap();
    assert!(labels.contains(&reopened.label("house")) && salts.contains(&reopened.salt(&ENTRY, 2)));
    let both = [(1, &minted[0].wrapped), (2, &minted[1].wrapped)];
    let all: Vec<_> =
        house.ring.log_keys().open_all(&both).unwrap().iter().map(|key| key.label("house")).collect();
    assert_eq!(all, [minted[0].log.label("house"), minted[1].log.label("house")]);
}

#[test]
fn an_opening_opens_for_its_entry_group_and_person_only() {
    let house = House::new();
    let minted = house.ring.key_service().mint(&[1, 2], &mut chance()).unwrap();
    let [ada, bob] = [&minted[0].log, &minted[1].log];
    let sealed = ada.seal_opening(&mut chance(), &ENTRY, 1, b"subject").unwrap();
    assert_eq!(**ada.open_opening(&ENTRY, 1, &sealed).unwrap(), *b"subject");
    let closed = Err(SealError::Closed("opening"));
    assert_eq!(ada.open_opening(&ENTRY, 2, &sealed), closed);
    assert_eq!(ada.open_opening(b"entry-0000000002", 1, &sealed), closed);
    assert_eq!(bob.open_opening(&ENTRY, 1, &sealed), closed);
}

#[test]
fn a_fingerprint_tells_change_and_nothing_across_people() {
    let house = House::new();
    let minted = house.ring.key_service().mint(&[1, 2], &mut chance()).unwrap();
    let [ada, bob] = [&minted[0].log, &minted[1].log];
    let first = ada.fingerprint(NAMES, b"Ada");
    assert_eq!(first, ada.fingerprint(NAMES, b"Ada"));
    assert_ne!(first, ada.fingerprint(NAMES, b"Eda"));
    assert_ne!(first, ada.fingerprint(CellAddress { group: 2, ..NAMES }, b"Ada"));
    assert_ne!(first, bob.fingerprint(NAMES, b"Ada"));
}

#[test]
fn what_belongs_to_a_campaign_needs_both_keys() {
    let house = House::new();
    let service = house.ring.key_service();
    let ada = mint(&service, 1);
    let [mine, theirs] =
        [1, 2].map(|seed| OwnerKey(Secret::random(&mut rand::rngs::StdRng::seed_from_u64(seed))));
    let sealed = seal_cell(&ada.sealing.with_owner(&mine), &mut chance(), NAMES, b"leans to us").unwrap();
    let key = unwrap(&service, 1, &ada.wrapped).unwrap();
    assert_eq!(**open_cell(&key.with_owner(&mine), NAMES, &sealed).unwrap(), *b"leans to us");
    assert_eq!(open_cell(&key.with_owner(&theirs), NAMES, &sealed), Err(SealError::Closed("cell")));
    assert_eq!(open_cell(&key, NAMES, &sealed), Err(SealError::UnknownMark("cell")));
}
