//! Looking records up: who is known, who was erased, and whose row is as before.

use kernel::{Look, No, PersonId, View, seal::index::Kind};
use ledger::sorted::Label;

use super::{
    super::fields,
    record::Record,
    rows::PRINT,
    tags::{Indexed, holders},
};

/// What the register knows of a record's person.
pub(super) enum Found {
    /// Nobody has this number.
    New,
    /// Whoever had it was erased.
    Erased,
    /// Somebody has it.
    Known(PersonId, Stored),
}

/// How a known person's row compares with the record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored {
    /// It says the same.
    Same,
    /// An earlier record of the last file said so; the row follows a later one.
    Older,
    /// It says something else.
    Other,
}

/// Looks records up by their numbers.
pub(super) struct LookUp<'a>(pub(super) &'a [Record]);

impl View for LookUp<'_> {
    const NAME: &'static str = "register.import";
    type Out = Vec<Found>;

    fn look(&self, look: &mut Look<'_>) -> Result<Vec<Found>, No> {
        self.0.iter().map(|record| find(look, record)).collect()
    }
}

fn find(look: &mut Look<'_>, record: &Record) -> Result<Found, No> {
    const STORED: &str = "SELECT fingerprint FROM member WHERE person = $1";
    const GONE: &str = "SELECT tag FROM erased WHERE tag = $1";
    let number: Indexed = (Kind::MemberNumber, record.number);
    if let Some(person) = holders(look, number)?.first().copied() {
        let row = look.row(STORED, &[person.into()])?.ok_or(No::Absent)?;
        let now = look.fingerprint(person, fields::whole(person), &record.said)?;
        let mut prints = row.bytes("fingerprint")?.chunks(PRINT).map(|print| print == now);
        let stored = match (prints.next(), prints.next()) {
            (Some(true), _) => Stored::Same,
            (_, Some(true)) => Stored::Older,
            _ => Stored::Other,
        };
        return Ok(Found::Known(person, stored));
    }
    let outlives = record.plain.tags.iter().find(|(kind, _)| *kind == Kind::Erased);
    let gone = outlives.map(|(_, tag)| look.row(GONE, &[(*tag).into()])).transpose()?.flatten();
    Ok(if gone.is_some() { Found::Erased } else { Found::New })
}

/// The labels in the house's log of people who are known already.
pub(super) struct Labels<'a>(pub(super) &'a [PersonId]);

impl View for Labels<'_> {
    const NAME: &'static str = "register.import";
    type Out = Vec<Label>;

    fn look(&self, look: &mut Look<'_>) -> Result<Vec<Label>, No> {
        let mut labels = Vec::with_capacity(self.0.len());
        for person in self.0 {
            labels.extend(look.labels(&[*person], kernel::HOUSE)?.into_iter().map(|(_, label)| label));
        }
        Ok(labels)
    }
}
