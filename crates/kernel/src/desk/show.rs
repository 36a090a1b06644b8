//! Showing a card: the entry first, the ciphertext out, the plaintext never before COMMIT.

use ledger::{Verb, merkle::leaf_hash};

use super::{Desk, Draft, Permit};
use crate::{
    act::{Card, Sealed, SealedRow},
    no::No,
};

impl Desk<'_> {
    /// Enters `opened` for exactly the card's fields of exactly this person, and returns the card shut.
    pub fn show<C: Card>(&mut self, permit: &Permit<'_>, row: SealedRow) -> Result<Sealed<C>, No> {
        self.show_as(permit, row, Draft::new(Verb::Opened))
    }

    /// As [`Desk::show`], with more scopes or details in the entry.
    pub fn show_as<C: Card>(
        &mut self,
        permit: &Permit<'_>,
        mut row: SealedRow,
        draft: Draft,
    ) -> Result<Sealed<C>, No> {
        let wrapped = self.look.wrapped_keys(row.person)?;
        let mut draft = draft.about(row.person);
        draft.fields = C::FIELDS.iter().map(|f| f.name).collect();
        let entry = self.enter(permit, draft)?;
        let leaf = self.pending.last().map(|pending| leaf_hash(&pending.leaf)).unwrap_or_default();
        row.cells.retain(|(group, _)| C::FIELDS.iter().any(|f| f.group == *group));
        Ok(Sealed {
            entry,
            leaf,
            epoch: wrapped.epoch,
            key: wrapped.data,
            row,
            card: std::marker::PhantomData,
        })
    }
}
