//! The shape of everything that somebody does, and of what comes back.
//!
//! An act returns a *sealed answer*. The floor opens it after COMMIT, with a receipt that covers it,
//! so no act computes on plaintext and nothing leaves that is not in the record book.

use ledger::Hash;

use crate::{
    actor::PersonId,
    book::{EntryId, Receipt},
    desk::{Desk, Look},
    fields::OpenGroup,
    no::No,
    seal::service::{KeyService, Wrapped},
};

pub use crate::fields::{Field, FieldSet, Fields};

/// One thing that somebody does. Its name is its policy action, its `basis.act` and its API path.
pub trait Act: Send + Sync + 'static {
    /// `subject.verb`, as in `disclosure.collect`.
    const NAME: &'static str;
    /// The sealed answer.
    type Out: Answer + Send + 'static;
    /// Does it, in one transaction. May be called again whole after a lost race: touch nothing but the desk.
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No>;
}

/// A look at facts that identify nobody: no entry, no plaintext, on a connection that only reads.
pub trait View {
    /// `subject.noun`, as in `contest.page`.
    const NAME: &'static str;
    /// What is seen.
    type Out;
    /// Looks.
    fn look(&self, desk: &mut Look<'_>) -> Result<Self::Out, No>;
}

/// What an act returns: opened by the floor, after COMMIT.
pub trait Answer {
    /// What the caller gets.
    type Shown;
    /// Opens what the receipt covers.
    fn open(self, opener: &Opener<'_>) -> Result<Self::Shown, No>;
    /// The fields of personal data that opening it shows, for the list of acts.
    fn fields() -> Vec<Field> {
        Vec::new()
    }
}

/// Opens sealed answers. Made by the floor only, after COMMIT.
pub struct Opener<'r> {
    pub(crate) receipt: &'r Receipt,
    pub(crate) service: &'r dyn KeyService,
}

/// An opened answer and the receipt for its entries.
#[derive(Debug)]
pub struct Shown<T> {
    /// What the act answered.
    pub value: T,
    /// Its entries in the record book.
    pub receipt: Receipt,
}

/// Facts that identify nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain<T>(pub T);

impl<T> Answer for Plain<T> {
    type Shown = T;
    fn open(self, _: &Opener<'_>) -> Result<T, No> {
        Ok(self.0)
    }
}
impl Answer for () {
    type Shown = ();
    fn open(self, _: &Opener<'_>) -> Result<(), No> {
        Ok(())
    }
}
impl<A: Answer, B: Answer> Answer for (A, B) {
    type Shown = (A::Shown, B::Shown);
    fn open(self, k: &Opener<'_>) -> Result<Self::Shown, No> {
        Ok((self.0.open(k)?, self.1.open(k)?))
    }
    fn fields() -> Vec<Field> {
        [A::fields(), B::fields()].concat()
    }
}
impl<A: Answer> Answer for Option<A> {
    type Shown = Option<A::Shown>;
    fn open(self, k: &Opener<'_>) -> Result<Self::Shown, No> {
        self.map(|a| a.open(k)).transpose()
    }
    fn fields() -> Vec<Field> {
        A::fields()
    }
}
impl<A: Answer> Answer for Vec<A> {
    type Shown = Vec<A::Shown>;
    fn open(self, k: &Opener<'_>) -> Result<Self::Shown, No> {
        self.into_iter().map(|a| a.open(k)).collect()
    }
    fn fields() -> Vec<Field> {
        A::fields()
    }
}

/// What one reveal shows: exactly these fields and no others.
pub trait Card: Sized {
    /// The fields that the entry names.
    const FIELDS: &'static [Field];
    /// Takes them.
    fn read(fields: &mut Fields<'_>) -> Result<Self, No>;
}

/// One person's sealed cells as they lie in a subject's table.
pub struct SealedRow {
    /// Whose.
    pub person: PersonId,
    /// The table, as bound into each cell.
    pub table: &'static str,
    /// Group number and sealed bytes.
    pub cells: Vec<(u8, Vec<u8>)>,
}

/// A card that stays shut until its entry is durable. No Debug, Clone, Serialize or Deref.
pub struct Sealed<C> {
    pub(crate) entry: EntryId,
    pub(crate) leaf: Hash,
    pub(crate) epoch: u32,
    pub(crate) key: Vec<u8>,
    pub(crate) row: SealedRow,
    pub(crate) card: std::marker::PhantomData<fn() -> C>,
}

impl<C: Card> Answer for Sealed<C> {
    type Shown = C;
    fn open(self, k: &Opener<'_>) -> Result<C, No> {
        if !k.receipt.covers(&self.entry, &self.leaf) {
            return Err(No::Fault("the receipt does not cover what it should open".to_owned()));
        }
        let wrapped = Wrapped { person: self.row.person, epoch: self.epoch, key: &self.key };
        let keys = k.service.unwrap(&[(wrapped, self.entry.0)], k.receipt)?;
        let key = keys.first().ok_or_else(|| No::Fault("the key service gave no key".to_owned()))?;
        let opener = key.opener();
        let mut groups = Vec::with_capacity(self.row.cells.len());
        for (number, cell) in &self.row.cells {
            let mut group = OpenGroup::new(*number);
            group.open(&opener, self.row.table, self.row.person, cell)?;
            groups.push(group);
        }
        C::read(&mut Fields::new(C::FIELDS, &groups))
    }
    fn fields() -> Vec<Field> {
        C::FIELDS.to_vec()
    }
}
