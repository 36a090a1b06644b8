//! Everything here is about made-up people; the source of chance is seeded so that a failure repeats.

mod cells;
mod folders;
mod people;
mod speed;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::EntryId;
use super::keys::KeyRing;
use super::service::UnwrapProof;

pub(super) fn chance() -> StdRng {
    StdRng::seed_from_u64(7)
}

/// A key ring in a folder of its own, beside an empty data folder.
pub(super) struct House {
    pub(super) place: tempfile::TempDir,
    pub(super) ring: KeyRing,
}

impl House {
    pub(super) fn new() -> House {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("data")).unwrap();
        let ring =
            KeyRing::create(&place.path().join("keys"), &place.path().join("data"), &mut chance()).unwrap();
        House { place, ring }
    }

    pub(super) fn reopen(&self) -> Result<KeyRing, super::keys::KeyError> {
        KeyRing::open(&self.place.path().join("keys"), &self.place.path().join("data"))
    }
}

/// A receipt for one entry about one person.
pub(super) struct Receipt(pub(super) EntryId, pub(super) i64);

impl UnwrapProof for Receipt {
    fn covers(&self, entry: &EntryId, person: i64) -> bool {
        (*entry, person) == (self.0, self.1)
    }
}

/// Does not compile if a secret can be printed, copied or serialised: then two impls below apply and `_` is ambiguous.
#[test]
fn secrets_cannot_be_printed_copied_or_serialised() {
    trait Unless<Which> {
        fn holds() {}
    }
    impl<T> Unless<()> for T {}
    impl<T: std::fmt::Debug> Unless<u8> for T {}
    impl<T: Clone> Unless<u16> for T {}
    impl<T: serde::Serialize> Unless<u32> for T {}
    <super::Secret as Unless<_>>::holds();
    <super::cell::SealingKey as Unless<_>>::holds();
    <super::cell::DataKey as Unless<_>>::holds();
    <super::cell::OwnerKey as Unless<_>>::holds();
    <super::person::LogKey as Unless<_>>::holds();
    <super::person::LogKeys as Unless<_>>::holds();
    <super::service::Minted as Unless<_>>::holds();
    <super::index::Tagger as Unless<_>>::holds();
    <super::keys::KeyRing as Unless<_>>::holds();
}
