//! One snapshot of the register, poured to several readers: one instant, each row once, sealed before it rests.
//!
//! First the labels are counted, which opens nobody's data. Then an act enters what will be processed (root, count,
//! fields, readers). Only with that act's receipt are the rows opened, and the plaintext meets nothing but a
//! [`Gate`], a [`Copyist`] and the reader's own key: it has no way into an answer, and none onto the disk.

mod copyist;
mod flow;
mod spool;

pub use copyist::{At, Copyist, Gate, Open, Plainly, RowWriter};

use std::{path::PathBuf, sync::PoisonError};

use ledger::{Entry, Hash, Verb, sorted::Label};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    actor::{Actor, PersonId},
    book::{EntryId, Receipt},
    db::{Conn, Value},
    desk::Look,
    fields::Field,
    floor::{Floor, beat::hex},
    no::No,
    seal::service::UnwrapProof,
    sets::{LabelSet, SetFacts, labelled},
};

/// Which rows a snapshot takes, and where their cells lie. Both texts must give the same people.
pub struct Source {
    /// The table, as bound into each cell.
    pub table: &'static str,
    /// `SELECT person, epoch, log_key …`
    pub people: &'static str,
    /// `SELECT person, epoch, data_key, …` and then one sealed column for each of `groups`, in this order.
    pub cells: &'static str,
    /// The groups of those columns.
    pub groups: &'static [u8],
    /// What both texts bind.
    pub params: Vec<Value>,
}

/// What to pour, and to whom.
pub struct Pour<'p> {
    /// The fields that may leave.
    pub fields: &'static [Field],
    /// What else decides about each row.
    pub gate: &'p dyn Gate,
    /// One copy for each.
    pub readers: Vec<Reader>,
}

/// Somebody who gets a copy.
pub struct Reader {
    /// An age public key, `age1…`.
    pub key: String,
    /// Where the sealed copy is spooled; nothing may be there yet.
    pub spool: PathBuf,
    /// Who writes it.
    pub copyist: Box<dyn Copyist>,
}

/// What came of a pour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poured {
    /// Rows in each copy.
    pub rows: u64,
    /// Rows of which nothing may leave.
    pub left_out: u64,
    /// The copies, in the order of the readers.
    pub copies: Vec<Copied>,
}

/// One sealed copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The age public key that it is sealed to.
    pub key: String,
    /// Where it is spooled.
    pub path: PathBuf,
    /// SHA-256 of what the reader will read.
    pub plain: Hash,
    /// SHA-256 of the sealed file.
    pub sealed: Hash,
    /// Length of the sealed file.
    pub bytes: u64,
}

/// The register at one instant, until it is poured or let go.
pub struct Snapshot<'s> {
    floor: &'s Floor,
    conn: &'s mut Conn,
    source: &'s Source,
    /// Told apart from any other snapshot of the same people, so that no line serves two pours.
    id: [u8; 16],
    people: Vec<(PersonId, Label)>,
    set: LabelSet,
}

impl Floor {
    /// Takes one instant of the register and counts its people under their labels in `log`; nobody's data is opened.
    /// `work` enters what will be done and then pours. While it runs, no old epoch is destroyed.
    pub fn snapshot<T>(
        &self,
        log: &str,
        source: &Source,
        work: impl FnOnce(Snapshot<'_>) -> Result<T, No>,
    ) -> Result<T, No> {
        let _stays = self.hall.pouring.read().unwrap_or_else(PoisonError::into_inner);
        self.reading(|conn| {
            let people = labelled(conn, &self.hall, log, source.people, &source.params)?;
            let set = LabelSet::of(log, people.iter().map(|(_, label)| *label).collect());
            work(Snapshot { floor: self, conn, source, id: self.hall.chance.bytes(), people, set })
        })
    }
}

impl Snapshot<'_> {
    /// The people, as the line will name them.
    pub fn set(&self) -> &LabelSet {
        &self.set
    }

    /// What the line must say before `pour` may be done: see [`crate::Draft::set`].
    pub fn facts(&self, pour: &Pour<'_>) -> SetFacts {
        let mut keys: Vec<&str> = pour.readers.iter().map(|reader| reader.key.as_str()).collect();
        keys.sort_unstable();
        let mut readers = Sha256::new();
        keys.iter().for_each(|key| readers.update(format!("{key}\n")));
        let judged: Vec<&str> = pour.gate.reads().iter().map(|field| field.name).collect();
        let facts = self.set.facts(pour.fields).and("judged_by", json!(judged));
        facts
            .and("readers", json!(hex(&readers.finalize().into())))
            .and("snapshot", json!(self.id.iter().map(|b| format!("{b:02x}")).collect::<String>()))
    }

    /// Opens the rows and pours them, with the receipt of the act that entered [`Snapshot::facts`]. All copies come to
    /// be, or none. `progress` is told how many rows were read, now and then.
    pub fn pour(
        self,
        receipt: &Receipt,
        pour: Pour<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Poured, No> {
        let entry = self.entered(receipt, &self.facts(&pour))?;
        let proof = Proof { entry, people: &self.people };
        let service = &*self.floor.hall.service;
        Ok(flow::pour(self.conn, service, self.source, &proof, &pour, progress)?.0)
    }

    /// What the line must say before `gate` may judge: see [`crate::Draft::set`].
    pub fn judging(&self, gate: &dyn Gate) -> SetFacts {
        self.facts(&Pour { fields: &[], gate, readers: Vec::new() })
    }

    /// Has the gate judge everybody, and says of whom anything may leave: one bit a person, for what is kept beside the
    /// sealed groups. Needs the receipt of the act that entered [`Snapshot::judging`].
    pub fn judge(
        self,
        receipt: &Receipt,
        gate: &dyn Gate,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<(PersonId, bool)>, No> {
        let entry = self.entered(receipt, &self.judging(gate))?;
        let proof = Proof { entry, people: &self.people };
        let pour = Pour { fields: &[], gate, readers: Vec::new() };
        let service = &*self.floor.hall.service;
        let (_, passed) = flow::pour(self.conn, service, self.source, &proof, &pour, progress)?;
        Ok(self.people.iter().zip(passed).map(|((person, _), passed)| (*person, passed)).collect())
    }

    /// The line of the receipt that says exactly this, found in the signed tree.
    fn entered(&self, receipt: &Receipt, facts: &SetFacts) -> Result<EntryId, No> {
        const LINE: &str = "SELECT place, leaf FROM entry WHERE id = $1";
        let said = ledger::plain::Item::try_from(facts.json.clone()).map_err(No::fault)?;
        self.floor.reading(|conn| {
            let actor = Actor::system();
            let mut look = Look::of_house(conn, &self.floor.hall, &actor, "record.pour");
            for line in receipt.lines().iter().filter(|_| receipt.log() == facts.log) {
                let Some(row) = look.row(LINE, &[line.entry.0.into()])? else { continue };
                look.check_in_tree(receipt.log(), line.index, row.bytes("leaf")?)?;
                let entry = Entry::decode(row.bytes("leaf")?).map_err(No::fault)?;
                let says = entry.plain.as_ref().and_then(|plain| plain.get("set")) == Some(&said);
                if entry.t == Verb::Processed && entry.id == line.entry.0 && says {
                    return Ok(line.entry);
                }
            }
            Err(No::Fault(
                "no line of the receipt enters this snapshot, these fields and these readers".to_owned(),
            ))
        })
    }
}

/// Covers the people of one snapshot, under the line that names their root and count.
struct Proof<'s> {
    entry: EntryId,
    people: &'s [(PersonId, Label)],
}

impl Proof<'_> {
    fn place(&self, person: PersonId) -> Option<usize> {
        self.people.binary_search_by_key(&person, |(person, _)| *person).ok()
    }
}

impl UnwrapProof for Proof<'_> {
    fn covers(&self, entry: &[u8; 16], person: PersonId) -> bool {
        *entry == self.entry.0 && self.place(person).is_some()
    }
}
