//! Personal fields: where one lies, sets of them, and the opened fields of one person.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::{
    no::No,
    seal::{
        SealError,
        cell::{self, CellAddress, CellOpener},
    },
};

/// One personal field: its place in a sealed group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field {
    /// Name in entries and files.
    pub name: &'static str,
    /// Number of its sealed group.
    pub group: u8,
    /// Place within the group.
    pub place: u8,
}

/// Places that a [`FieldSet`] can tell apart within a group, of eight groups.
const PLACES: u8 = 16;

/// A set of fields by their places: eight groups of sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSet(u128);

impl FieldSet {
    /// No field.
    pub const NONE: Self = Self(0);
    /// Every field.
    pub const ALL: Self = Self(u128::MAX);

    /// Exactly these. A field of a group above 7 or a place above 15 is in no set.
    pub fn of(fields: &[Field]) -> Self {
        Self(fields.iter().fold(0, |set, field| set | bit(*field)))
    }

    /// This set without these.
    #[must_use]
    pub fn without(self, fields: &[Field]) -> Self {
        Self(self.0 & !Self::of(fields).0)
    }

    /// Whether the field is in it.
    pub fn has(self, field: Field) -> bool {
        self.0 & bit(field) != 0
    }

    /// Whether it has nothing of `other`.
    pub fn disjoint(self, other: Self) -> bool {
        self.0 & other.0 == 0
    }
}

fn bit(field: Field) -> u128 {
    if field.group < 8 && field.place < PLACES { 1 << (field.group * PLACES + field.place) } else { 0 }
}

/// The opened fields of one person; only those that the entry names can be read.
pub struct Fields<'a> {
    named: &'a [Field],
    readable: FieldSet,
    passing: FieldSet,
    groups: &'a [OpenGroup],
}

impl<'a> Fields<'a> {
    pub(crate) fn new(named: &'a [Field], groups: &'a [OpenGroup]) -> Self {
        Self { named, readable: FieldSet::of(named), passing: FieldSet::ALL, groups }
    }

    /// The same, where only `passing` fields have a value and the others are empty.
    pub(crate) fn passing(self, passing: FieldSet) -> Self {
        Self { passing, ..self }
    }

    /// The fields that the entry names, in its order.
    pub fn named(&self) -> &'a [Field] {
        self.named
    }

    /// The value of `field`, empty where the register holds none, or where a rule keeps this person's back.
    pub fn get(&self, field: Field) -> Result<&str, No> {
        if !self.readable.has(field) {
            return Err(No::Fault(format!("the field `{}` is not named in the entry", field.name)));
        }
        let Some(group) = self.groups.iter().find(|group| group.number == field.group) else {
            return Err(No::Fault(format!("the group of `{}` was not loaded", field.name)));
        };
        Ok(if self.passing.has(field) { group.value(field.place) } else { "" })
    }
}

/// An opened group. Used again for the next person, it leaves no copy of the last one's fields behind.
pub(crate) struct OpenGroup {
    number: u8,
    plain: Zeroizing<Vec<u8>>,
    places: Vec<Range<usize>>,
}

impl OpenGroup {
    pub(crate) fn new(number: u8) -> Self {
        Self { number, plain: Zeroizing::default(), places: Vec::new() }
    }

    /// Opens a cell of this group in place of what was open.
    pub(crate) fn open(
        &mut self,
        key: &CellOpener,
        table: &'static str,
        row: i64,
        cell: &[u8],
    ) -> Result<(), SealError> {
        self.places.clear();
        key.open_into(CellAddress { table, row, group: self.number }, cell, &mut self.plain)?;
        let start = self.plain.as_ptr() as usize;
        self.places.extend(cell::unpack(&self.plain)?.map(|value| {
            let from = value.as_ptr() as usize - start;
            from..from + value.len()
        }));
        Ok(())
    }

    fn value(&self, place: u8) -> &str {
        let bytes = self.places.get(usize::from(place)).and_then(|range| self.plain.get(range.clone()));
        // `unpack` has checked that every field is text.
        bytes.map_or("", |bytes| std::str::from_utf8(bytes).unwrap_or_default())
    }
}
