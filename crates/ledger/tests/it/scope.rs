//! Commitments, scopes and their small logs.

use crate::digest;
use ledger::ScopeKind;
use ledger::commit::{commit, scope_commit};
use ledger::merkle::{Leaves, leaf_hash};
use ledger::scope::*;
use sha2::{Digest, Sha256};

#[test]
fn commitments_hash_what_their_formula_says() {
    let formula =
        [b"evenhand/commit/1".as_slice(), &[0, 0, 0, 5], b"actor", &[9; 32], b"{\"name\":\"A. Person\"}"]
            .concat();
    let expected: [u8; 32] = Sha256::digest(formula).into();
    assert_eq!(commit("actor", &[9; 32], b"{\"name\":\"A. Person\"}"), expected);
    assert_ne!(commit("actor", &[8; 32], b"x"), commit("actor", &[9; 32], b"x"));
    assert_ne!(commit("actor", &[9; 32], b"x"), commit("subject", &[9; 32], b"x"));

    let formula =
        [b"evenhand/scope-commit/1".as_slice(), &[0, 0, 0, 6], b"member", &[3; 16], &[9; 32]].concat();
    let expected: [u8; 32] = Sha256::digest(formula).into();
    assert_eq!(scope_commit(ScopeKind::Member, &[3; 16], &[9; 32]), expected);
    assert_ne!(
        scope_commit(ScopeKind::Member, &[3; 16], &[9; 32]),
        scope_commit(ScopeKind::Actor, &[3; 16], &[9; 32])
    );
}

#[test]
fn every_kind_is_spelt_once() {
    for (i, (kind, text)) in ScopeKind::ALL.iter().enumerate() {
        assert_eq!(*kind as usize, i);
        assert_eq!(ScopeKind::parse(text), Some(*kind));
        assert_eq!(kind.as_str(), *text);
    }
    assert_eq!(ScopeKind::parse("person"), None);
}

#[test]
fn a_scope_is_a_small_log() {
    let mut state = ScopeState::default();
    let entries: Vec<_> = [3u64, 17, 18, 400].iter().map(|&i| (i, digest(i))).collect();
    entries.iter().for_each(|(index, leaf)| state.push(*index, leaf));
    let leaves: Vec<_> = entries
        .iter()
        .map(|(index, leaf)| leaf_hash(&[index.to_be_bytes().as_slice(), leaf].concat()))
        .collect();
    assert_eq!(state.n(), 4);
    assert_eq!(state.root(), Leaves::all(&leaves).root());
    assert_eq!(ScopeState::from_bytes(&state.to_bytes()).unwrap(), state);
    assert!(ScopeState::from_bytes(&state.to_bytes()[1..]).is_err());

    let formula =
        [b"evenhand/scope-value/1".as_slice(), &[3; 16], &4u64.to_be_bytes(), &state.root()].concat();
    let expected: [u8; 32] = Sha256::digest(formula).into();
    assert_eq!(scope_value(&[3; 16], &state), expected);
    assert_ne!(scope_key(ScopeKind::Member, &[3; 16]), scope_key(ScopeKind::Link, &[3; 16]));
}
