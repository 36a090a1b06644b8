//! RFC 6962 against a naive reading of the RFC and against published vectors.

use crate::{digest, shared};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger::Hash;
use ledger::merkle::*;
use proptest::prelude::*;

/// MTH as the RFC writes it.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// The largest power of two smaller than `n`.
fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// PATH as the RFC writes it.
fn naive_inclusion(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, other) = if m < left.len() {
        (naive_inclusion(m, left), right)
    } else {
        (naive_inclusion(m - left.len(), right), left)
    };
    path.push(naive_root(other));
    path
}

/// SUBPROOF as the RFC writes it.
fn naive_consistency(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { vec![] } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, other) = if m <= left.len() {
        (naive_consistency(m, left, whole), right)
    } else {
        (naive_consistency(m - left.len(), right, false), left)
    };
    path.push(naive_root(other));
    path
}

fn leaves(n: u64) -> Vec<Hash> {
    (0..n).map(digest).collect()
}

#[test]
fn trees_up_to_64_have_the_proofs_that_the_rfc_writes() {
    let all = leaves(64);
    for n in 1..=all.len() {
        let tree = &all[..n];
        for i in 0..n {
            let proof = prove_inclusion(i as u64, n as u64, &Leaves::all(tree)).unwrap();
            assert_eq!(proof, naive_inclusion(i, tree), "{i} of {n}");
            let proof = prove_consistency(i as u64 + 1, n as u64, &Leaves::all(tree)).unwrap();
            assert_eq!(proof, naive_consistency(i + 1, tree, true), "{} to {n}", i + 1);
        }
    }
}

#[test]
fn every_proof_in_trees_up_to_320_holds() {
    let all = leaves(320);
    let mut levels = vec![all.clone()];
    while levels[levels.len() - 1].len() > 1 {
        let pairs = levels[levels.len() - 1].chunks_exact(2);
        levels.push(pairs.map(|pair| node_hash(&pair[0], &pair[1])).collect());
    }
    let stored = |level: u8, index: u64| levels.get(usize::from(level))?.get(index as usize).copied();
    let mut frontier = Frontier::default();
    let mut roots = vec![EMPTY_ROOT];
    for (i, leaf) in all.iter().enumerate() {
        frontier.push(*leaf);
        roots.push(frontier.root());
        assert_eq!(frontier.root(), naive_root(&all[..=i]), "root of {}", i + 1);
        assert_eq!(Frontier::from_bytes(&frontier.to_bytes()).unwrap(), frontier);
    }
    for n in 1..=320 {
        let root = &roots[n as usize];
        for i in 0..n {
            let proof = prove_inclusion(i, n, &stored).unwrap();
            verify_inclusion(&all[i as usize], i, n, root, &proof).unwrap();
            assert!(verify_inclusion(&digest(9999), i, n, root, &proof).is_err());
            let proof = prove_consistency(i + 1, n, &stored).unwrap();
            verify_consistency((i + 1, &roots[i as usize + 1]), (n, root), &proof).unwrap();
            assert!(verify_consistency((i + 1, &digest(9999)), (n, root), &proof).is_err());
        }
    }
}

#[test]
fn new_leaves_are_proved_from_the_frontier_before_them() {
    let all = leaves(200);
    for old in (0..all.len()).step_by(7) {
        let mut before = Frontier::default();
        all[..old].iter().for_each(|leaf| before.push(*leaf));
        let tail = Leaves::after(&before, &all[old..]);
        assert_eq!(tail.root(), naive_root(&all));
        for i in old..all.len() {
            assert_eq!(prove_inclusion(i as u64, 200, &tail).unwrap(), naive_inclusion(i, &all));
        }
        if old > 0 {
            assert_eq!(
                prove_consistency(old as u64, 200, &tail).unwrap(),
                naive_consistency(old, &all, true)
            );
        }
    }
    let mut before = Frontier::default();
    all[..8].iter().for_each(|leaf| before.push(*leaf));
    assert_eq!(prove_inclusion(3, 200, &Leaves::after(&before, &all[8..])), Err(MerkleError::Missing));
}

#[test]
fn requests_outside_the_tree_are_refused() {
    let all = leaves(4);
    let tree = Leaves::all(&all);
    assert_eq!(prove_inclusion(4, 4, &tree), Err(MerkleError::OutOfRange { index: 4, size: 4 }));
    assert_eq!(prove_consistency(0, 4, &tree), Err(MerkleError::Sizes { old: 0, new: 4 }));
    assert_eq!(prove_consistency(5, 4, &tree), Err(MerkleError::Sizes { old: 5, new: 4 }));
    assert_eq!(prove_inclusion(0, 5, &tree), Err(MerkleError::Missing));
    let endless = vec![digest(0); 66];
    assert!(verify_inclusion(&all[0], 0, u64::MAX, &digest(1), &endless).is_err());
    assert!(verify_consistency((1, &all[0]), (u64::MAX, &all[1]), &endless).is_err());
}

fn hash(value: &serde_json::Value) -> Option<Hash> {
    STANDARD.decode(value.as_str()?).ok()?.try_into().ok()
}

/// Some vectors have words such as "dont care" for a root: any hash will do, if equal words give equal ones.
fn root(value: &serde_json::Value) -> Option<Hash> {
    let bytes = STANDARD.decode(value.as_str()?).ok()?;
    Some(Hash::try_from(bytes.as_slice()).unwrap_or_else(|_| leaf_hash(&bytes)))
}

fn proof(value: &serde_json::Value) -> Option<Vec<Hash>> {
    value.as_array().map_or(Some(vec![]), |hashes| hashes.iter().map(hash).collect())
}

/// What is malformed is refused while parsing; both count as refused.
fn check_vectors(file: &str, verify: impl Fn(&serde_json::Value) -> Option<bool>) {
    let Some(text) = shared(file) else { return };
    let mut seen = 0;
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let refused = !verify(&case).unwrap_or(false);
        assert_eq!(refused, case["wantErr"].as_bool().unwrap(), "{}", case["case"]);
        seen += 1;
    }
    assert_eq!(seen, 98);
}

#[test]
fn published_inclusion_vectors() {
    check_vectors("merkle/inclusion.jsonl", |case| {
        let (index, size) = (case["leafIdx"].as_u64()?, case["treeSize"].as_u64()?);
        let (leaf, root) = (hash(&case["leafHash"])?, root(&case["root"])?);
        Some(verify_inclusion(&leaf, index, size, &root, &proof(&case["proof"])?).is_ok())
    });
}

#[test]
fn published_consistency_vectors() {
    check_vectors("merkle/consistency.jsonl", |case| {
        let (old, new) = (case["size1"].as_u64()?, case["size2"].as_u64()?);
        let (old_root, new_root) = (root(&case["root1"])?, root(&case["root2"])?);
        Some(verify_consistency((old, &old_root), (new, &new_root), &proof(&case["proof"])?).is_ok())
    });
}

proptest! {
    #[test]
    fn a_frontier_survives_its_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(frontier) = Frontier::from_bytes(&bytes) {
            prop_assert_eq!(frontier.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_changed_proof_is_refused(n in 2u64..2000, pick: u64, at: usize, bit in 0u8..8) {
        let all = leaves(n);
        let i = pick % n;
        let root = naive_root(&all);
        let mut proof = prove_inclusion(i, n, &Leaves::all(&all)).unwrap();
        verify_inclusion(&all[i as usize], i, n, &root, &proof).unwrap();
        let at = at % (proof.len() * 32);
        proof[at / 32][at % 32] ^= 1 << bit;
        prop_assert!(verify_inclusion(&all[i as usize], i, n, &root, &proof).is_err());
        proof[at / 32][at % 32] ^= 1 << bit;
        proof.pop();
        prop_assert!(verify_inclusion(&all[i as usize], i, n, &root, &proof).is_err());
    }
}
