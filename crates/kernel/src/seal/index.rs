//! The blind index: search by value over sealed data.
//!
//! A tag is the start of `HMAC(K_kind, value ‖ i)`. The i-th holder of a value takes the i-th tag, so no two tags at rest
//! are equal and frequencies say nothing; a look-up asks for i = 0, 1, 2, … until none is found. Only values with much
//! entropy may be indexed (never a family name alone), and the caller brings them to one spelling first.

use ring::hmac;

use super::Secret;

/// What a tag is about. Each kind has its own key, so tags of two kinds cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The organisation's number for a member.
    MemberNumber,
    /// An e-mail address on the register.
    Email,
    /// A telephone number on the register.
    Phone,
    /// Family name with postcode district.
    NameDistrict,
    /// The address that somebody signs in with.
    SignIn,
    /// Somebody who was erased and must not be created again by an import.
    Erased,
}

impl Kind {
    const ALL: [Kind; 6] =
        [Kind::MemberNumber, Kind::Email, Kind::Phone, Kind::NameDistrict, Kind::SignIn, Kind::Erased];

    fn purpose(self) -> &'static str {
        match self {
            Kind::MemberNumber => "member number",
            Kind::Email => "email",
            Kind::Phone => "phone",
            Kind::NameDistrict => "name and district",
            Kind::SignIn => "sign-in",
            Kind::Erased => "erased",
        }
    }
}

/// Makes tags; cheap to ask from many threads.
pub struct Tagger([hmac::Key; Kind::ALL.len()]);

impl Tagger {
    /// From the master key in [`KeyRing::index`](super::keys::KeyRing::index).
    pub fn new(index: &Secret) -> Tagger {
        Tagger(
            Kind::ALL
                .map(|kind| hmac::Key::new(hmac::HMAC_SHA256, index.derive(kind.purpose(), &[]).expose())),
        )
    }

    /// The tag of the `i`-th row that holds the value: the first 64 bits of `HMAC(K_kind, value ‖ i)`, big endian.
    pub fn tag(&self, kind: Kind, value: &str, i: u32) -> i64 {
        let mut mac = hmac::Context::with_key(&self.0[kind as usize]);
        mac.update(value.as_bytes());
        mac.update(&i.to_be_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&mac.sign().as_ref()[..8]);
        i64::from_be_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn tags_differ_by_key_kind_value_and_holder_and_are_stable() {
        let [a, b] = [1, 2].map(|byte| Secret::from_slice(&[byte; 32]).unwrap());
        let mut seen = HashSet::new();
        for tagger in [Tagger::new(&a), Tagger::new(&b)] {
            for kind in Kind::ALL {
                for value in ["ada@example.org", "bob@example.org"] {
                    assert!((0..3).all(|i| seen.insert(tagger.tag(kind, value, i))), "{kind:?}");
                }
            }
        }
        assert_eq!(Tagger::new(&a).tag(Kind::Email, "x", 1), Tagger::new(&a).tag(Kind::Email, "x", 1));
    }

    #[test]
    fn every_kind_finds_its_own_key() {
        assert!(Kind::ALL.iter().enumerate().all(|(i, kind)| i == *kind as usize));
    }

    /// Tags at rest outlive this build: a change here makes every search in an existing register fail.
    #[test]
    fn the_tag_of_a_known_value_never_changes() {
        let tagger = Tagger::new(&Secret::from_slice(&[7; 32]).unwrap());
        assert_eq!(tagger.tag(Kind::Phone, "+447700900123", 0), 7_859_465_569_376_022_362);
    }
}
