//! Sets over sorted labels.

use ledger::merkle::{EMPTY_ROOT, leaf_hash, node_hash};
use ledger::sorted::*;
use proptest::prelude::*;

fn label(n: u8) -> Label {
    [n; 16]
}

#[test]
fn a_set_is_a_tree_over_its_sorted_labels() {
    let set = LabelSet::new(vec![label(9), label(2), label(9)]);
    assert_eq!(set.size(), 2);
    assert_eq!(set.root(), node_hash(&leaf_hash(&label(2)), &leaf_hash(&label(9))));
    let empty = LabelSet::new(vec![]);
    assert_eq!((empty.size(), empty.root()), (0, EMPTY_ROOT));
    assert_eq!(verify(&EMPTY_ROOT, 0, &label(1), &empty.prove(&label(1)).unwrap()), Ok(false));
}

#[test]
fn neighbours_must_touch_and_enclose() {
    let set = LabelSet::new((0..20).map(|n| label(n * 10)).collect());
    let (root, size) = (set.root(), set.size());
    let placed = |n| match set.prove(&label(n)).unwrap() {
        SetProof::Present(placed) => Some(placed),
        SetProof::Absent { .. } => None,
    };
    let absent = |before, after| SetProof::Absent { before, after };
    let check = |n, proof| verify(&root, size, &label(n), &proof);
    assert_eq!(check(15, absent(placed(10), placed(20))), Ok(false));
    // 20 is in the set, between 10 and 30
    assert_eq!(check(20, absent(placed(10), placed(30))), Err(SetError::OtherLabel));
    assert_eq!(check(20, absent(placed(20), placed(30))), Err(SetError::OtherLabel));
    assert_eq!(check(20, absent(placed(10), placed(20))), Err(SetError::OtherLabel));
    // neighbours of another gap, ends that are none
    assert_eq!(check(20, absent(placed(40), placed(50))), Err(SetError::OtherLabel));
    assert_eq!(check(20, absent(placed(10), None)), Err(SetError::OtherLabel));
    assert_eq!(check(20, absent(None, placed(30))), Err(SetError::OtherLabel));
    assert_eq!(check(20, absent(None, None)), Err(SetError::OtherLabel));
    assert_eq!(verify(&root, 0, &label(20), &absent(None, None)), Err(SetError::OtherLabel));
    assert_eq!(check(195, absent(placed(190), None)), Ok(false));
    // another label's place
    assert_eq!(check(20, SetProof::Present(placed(30).unwrap())), Err(SetError::OtherLabel));
    let mut renamed = placed(30).unwrap();
    renamed.label = label(20);
    assert_eq!(check(20, SetProof::Present(renamed)), Err(SetError::Mismatch));
}

proptest! {
    #[test]
    fn presence_and_absence(labels in proptest::collection::btree_set(any::<[u8; 2]>(), 0..80), asked: [u8; 2]) {
        let wide = |short: [u8; 2]| { let mut label = [0; 16]; label[..2].copy_from_slice(&short); label };
        let set = LabelSet::new(labels.iter().map(|short| wide(*short)).collect());
        for short in labels.iter().chain([&asked, &[0, 0], &[255, 255]]) {
            let proof = set.prove(&wide(*short)).unwrap();
            prop_assert_eq!(verify(&set.root(), set.size(), &wide(*short), &proof), Ok(labels.contains(short)));
            prop_assert!(verify(&leaf_hash(b"other"), set.size(), &wide(*short), &proof).is_err());
        }
    }
}
