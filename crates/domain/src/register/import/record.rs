//! A record on its way into the register: packed and hashed where it was read, so that its values stay there.

use jiff::civil::Date;
use kernel::{No, seal::index::Tagger};

use super::{
    super::{
        fields::{self, Groups},
        offerable,
        reading::{Class, Finding, MemberRow},
    },
    tags::{Indexed, first_tags, number_tag},
};

/// A record that can be taken.
pub(super) struct Record {
    pub(super) told: Told,
    /// The first tag of its number.
    pub(super) number: i64,
    /// SHA-256 of what it says; its fingerprint is made of this under the person's key.
    pub(super) said: [u8; 32],
    pub(super) groups: Groups,
    pub(super) plain: InPlain,
}

/// What the report says of a record, besides its status.
pub(super) struct Told {
    /// Its first physical line, and how many it takes up.
    pub(super) at: Lines,
    pub(super) findings: Vec<Finding>,
}

/// The first physical line, and how many.
#[derive(Clone, Copy)]
pub(super) struct Lines(pub(super) u64, pub(super) u32);

/// What a row says in plain, and its tags.
pub(super) struct InPlain {
    pub(super) class: Class,
    pub(super) branch: String,
    pub(super) offerable: bool,
    pub(super) tags: Vec<Indexed>,
}

impl Record {
    /// `today` is the day by which ages are judged, and `screened_on` the same in words.
    pub(super) fn new(
        told: Told,
        row: MemberRow,
        today: Date,
        screened_on: &str,
        tagger: &Tagger,
    ) -> Result<Self, No> {
        let groups = fields::groups(&row, screened_on)?;
        let number = number_tag(tagger, &row.number);
        let said = fields::said(&row, &groups);
        let (offerable, tags) = (offerable(&row, today), first_tags(tagger, number, &row));
        let plain = InPlain { class: row.class, branch: row.branch, offerable, tags };
        Ok(Self { told, number, said, groups, plain })
    }
}
