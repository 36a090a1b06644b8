use proptest::prelude::*;

use crate::seal::SealError;
use crate::seal::cell::{pack, unpack};

proptest! {
    #[test]
    fn what_is_packed_unpacks_and_its_length_says_little(
        fields in proptest::collection::vec(".{0,40}", 0..9),
    ) {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let packed = pack(&fields).unwrap();
        prop_assert_eq!(packed.len() % 64, 0);
        let read = unpack(&packed).unwrap();
        prop_assert_eq!(read.len(), fields.len());
        prop_assert_eq!(read.collect::<Vec<_>>(), fields);
    }

    #[test]
    fn unpacking_takes_only_what_packing_makes(
        mut bytes in proptest::collection::vec(prop_oneof![3 => Just(0_u8), 1 => 0_u8..4, 1 => any::<u8>()], 0..200),
        whole: bool,
    ) {
        if whole {
            bytes.resize(bytes.len().next_multiple_of(64), 0);
            bytes.first_mut().into_iter().for_each(|version| *version = 1);
        }
        if let Ok(fields) = unpack(&bytes) {
            let fields: Vec<_> = fields.collect();
            prop_assert_eq!(&**pack(&fields).unwrap(), &bytes[..]);
        }
    }
}

#[test]
fn empty_fields_at_the_end_are_not_padding() {
    let packed = pack(&["a", "", ""]).unwrap();
    assert_eq!(unpack(&packed).unwrap().collect::<Vec<_>>(), ["a", "", ""]);
}

#[test]
fn names_of_many_lengths_have_one_length() {
    let lengths = ["Al", "Christabel-Rosamund"].map(|name| pack(&[name, "Fern"]).unwrap().len());
    assert_eq!(lengths, [64, 64]);
    assert_eq!(pack(&[&"x".repeat(60)]).unwrap().len(), 64);
    assert_eq!(pack(&[&"x".repeat(61)]).unwrap().len(), 128);
}

#[test]
fn spoilt_groups_are_malformed() {
    let good = pack(&["Ada", "Fern"]).unwrap();
    let spoil = |at: usize, byte: u8| {
        let mut bytes = good.to_vec();
        bytes[at] = byte;
        bytes
    };
    for bad in [
        vec![],
        vec![1],
        good[..63].to_vec(),
        [&good[..], &[0; 64]].concat(),
        spoil(0, 2),    // version
        spoil(1, 200),  // count
        spoil(2, 255),  // length
        spoil(4, 0xff), // UTF-8
        spoil(63, 1),   // padding
    ] {
        assert_eq!(unpack(&bad).err(), Some(SealError::Malformed), "{bad:?}");
    }
}

#[test]
fn a_group_has_limits() {
    assert_eq!(pack(&["x"; 256]).err(), Some(SealError::TooLarge));
    assert_eq!(pack(&[&"x".repeat(65_536)]).err(), Some(SealError::TooLarge));
    assert!(unpack(&pack(&["", &"x".repeat(65_535)]).unwrap()).is_ok());
}
