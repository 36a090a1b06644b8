//! What a subject may bring to a pour: a judge of what may leave, and the hand that writes a copy.

use std::io;

use ledger::sorted::Label;
use zeroize::Zeroizing;

use crate::{
    fields::{Field, FieldSet, Fields},
    no::No,
};

/// Decides, row by row, which of the named fields may leave: a pure rule over what the register says of the person.
pub trait Gate: Send + Sync {
    /// The fields that it judges by; the line names them.
    fn reads(&self) -> &'static [Field];
    /// What may leave of this person. If none of the named fields may, the row is left out.
    fn pass(&self, standing: &Fields<'_>) -> Result<FieldSet, No>;
}

/// Lets everything pass.
pub struct Open;

impl Gate for Open {
    fn reads(&self) -> &'static [Field] {
        &[]
    }
    fn pass(&self, _: &Fields<'_>) -> Result<FieldSet, No> {
        Ok(FieldSet::ALL)
    }
}

/// Where a row stands in its pour.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// Its number among the rows that left, from 0.
    pub number: u64,
    /// Its person's label in the log.
    pub label: Label,
}

/// Writes one reader's copy. The default is CSV (RFC 4180) of exactly the named fields under a line of their names.
pub trait Copyist: Send + Sync {
    /// Writes what stands before the rows.
    fn head(&self, fields: &'static [Field], out: &mut RowWriter) -> Result<(), No> {
        fields.iter().try_for_each(|field| out.field(field.name))?;
        out.end()
    }

    /// Writes one person's row.
    fn row(&self, at: At, fields: &Fields<'_>, out: &mut RowWriter) -> Result<(), No> {
        let _ = at;
        fields.named().iter().try_for_each(|field| out.field(fields.get(*field)?))?;
        out.end()
    }
}

/// Copies what is there.
pub struct Plainly;

impl Copyist for Plainly {}

/// Takes a copy's rows on their way into the reader's sealed file. What was written cannot be read back.
pub struct RowWriter(csv::Writer<Wiped>);

/// Bytes that are wiped when dropped.
#[derive(Default)]
pub(super) struct Wiped(pub(super) Zeroizing<Vec<u8>>);

impl io::Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.capacity() - self.0.len() < bytes.len() {
            let mut larger = Zeroizing::new(Vec::with_capacity((self.0.len() + bytes.len()) * 2));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl RowWriter {
    pub(super) fn new(expected: usize) -> Self {
        let mut csv = csv::WriterBuilder::new();
        csv.terminator(csv::Terminator::CRLF).flexible(true);
        Self(csv.from_writer(Wiped(Zeroizing::new(Vec::with_capacity(expected)))))
    }

    /// Writes one field of the row.
    pub fn field(&mut self, value: &str) -> Result<(), No> {
        self.0.write_field(value).map_err(No::fault)
    }

    /// Ends the row.
    pub fn end(&mut self) -> Result<(), No> {
        self.0.write_record(None::<&[u8]>).map_err(No::fault)
    }

    pub(super) fn finish(self) -> Result<Wiped, No> {
        self.0.into_inner().map_err(|e| No::fault(e.error()))
    }
}
