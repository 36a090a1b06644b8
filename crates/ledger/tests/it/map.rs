//! The map of scopes against a naive one.

use crate::digest;
use ledger::Hash;
use ledger::map::{EMPTY_MAP, Map, MapError, MapProof, verify};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The root by its definition: leaves alone, forks where keys part.
fn naive(keys: &[(Hash, Hash)]) -> Hash {
    let bit_of = |key: &Hash, bit: usize| key[bit / 8] >> (7 - bit % 8) & 1;
    match keys {
        [] => EMPTY_MAP,
        [(key, value)] => Sha256::digest([b"evenhand/map-leaf/1".as_slice(), key, value].concat()).into(),
        _ => {
            let bit =
                (0..256).find(|&bit| keys.iter().any(|(key, _)| bit_of(key, bit) != bit_of(&keys[0].0, bit)));
            let bit = bit.unwrap();
            let (one, zero): (Vec<_>, Vec<_>) = keys.iter().partition(|(key, _)| bit_of(key, bit) == 1);
            let sides = [naive(&zero), naive(&one)].concat();
            Sha256::digest([b"evenhand/map-fork/1".as_slice(), &[bit as u8], &sides].concat()).into()
        }
    }
}

/// Keys that part late as well as early.
fn any_key() -> impl Strategy<Value = Hash> {
    (any::<[u8; 32]>(), 0usize..33, 0u8..4).prop_map(|(mut key, shared, low)| {
        key[..shared].fill(0);
        key[31] = key[31] & !3 | low;
        key
    })
}

proptest! {
    #[test]
    fn the_map_is_its_definition(
        sets in proptest::collection::vec((any_key(), any::<[u8; 32]>(), 0u8..8), 0..24),
        strangers in proptest::collection::vec(any_key(), 0..4),
    ) {
        let (mut map, mut model) = (Map::default(), BTreeMap::new());
        for (key, value, look) in sets {
            map.set(key, value);
            model.insert(key, value);
            if look == 0 {
                // hashing between changes must not matter
                prop_assert_eq!(map.root(), naive(&model.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>()));
            }
        }
        let root = map.root();
        prop_assert_eq!(root, naive(&model.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>()));
        prop_assert_eq!(map.len(), model.len());
        for key in model.keys().chain(&strangers) {
            let proof = map.prove(key);
            prop_assert_eq!(verify(&root, key, &proof), Ok(model.get(key).copied()));
            for i in 0..proof.path.len() {
                let mut changed = proof.clone();
                changed.path[i].1[7] ^= 1;
                prop_assert!(verify(&root, key, &changed).is_err());
                let mut shorter = proof.clone();
                shorter.path.remove(i);
                prop_assert!(verify(&root, key, &shorter).is_err());
            }
        }
    }
}

#[test]
fn nobody_can_deny_a_key_that_is_there() {
    let mut map = Map::default();
    (0..500).for_each(|n| map.set(digest(n), digest(n + 1)));
    let root = map.root();
    for n in 0..500 {
        let (key, other) = (digest(n), digest((n + 1) % 500));
        // another key's honest proof, a proof without a leaf, the right proof with another value
        assert!(verify(&root, &key, &map.prove(&other)).is_err());
        assert!(verify(&root, &key, &MapProof { end: None, path: vec![] }).is_err());
        let mut lie = map.prove(&key);
        lie.end = Some((key, digest(7777)));
        assert_eq!(verify(&root, &key, &lie), Err(MapError::Mismatch));
        lie.end = Some((other, digest(7777)));
        assert!(verify(&root, &key, &lie).is_err());
    }
}

#[test]
fn paths_that_no_map_has_are_refused() {
    let fork = |bit: u8, zero: Hash, one: Hash| -> Hash {
        Sha256::digest([b"evenhand/map-fork/1".as_slice(), &[bit], &zero, &one].concat()).into()
    };
    let leaf = |key: Hash| -> Hash {
        Sha256::digest([b"evenhand/map-leaf/1".as_slice(), &key, &digest(1)].concat()).into()
    };
    // bits asked in the wrong order
    let key = [0; 32];
    let root = fork(5, fork(3, leaf(key), digest(2)), digest(3));
    let proof = MapProof { end: Some((key, digest(1))), path: vec![(3, digest(2)), (5, digest(3))] };
    assert_eq!(verify(&root, &key, &proof), Err(MapError::Path));
    // a stranger's leaf on a side where the stranger's own bit does not lead
    let stranger = [255; 32];
    let root = fork(0, leaf(stranger), digest(2));
    let proof = MapProof { end: Some((stranger, digest(1))), path: vec![(0, digest(2))] };
    assert_eq!(verify(&root, &key, &proof), Err(MapError::Path));
}

#[test]
fn an_empty_map_knows_nobody() {
    let mut map = Map::default();
    assert_eq!(map.root(), EMPTY_MAP);
    assert!(map.is_empty());
    let proof = map.prove(&digest(1));
    assert_eq!(verify(&EMPTY_MAP, &digest(1), &proof), Ok(None));
    assert!(verify(&digest(5), &digest(1), &proof).is_err());
}
