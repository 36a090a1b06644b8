//! The way of a row: one thread reads, one opens and writes CSV, one seals; a few batches wait between them.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use super::{
    At, Copied, Pour, Poured, Proof, RowWriter, Source,
    copyist::Wiped,
    spool::{Spool, public_key},
};
use crate::{
    db::{Conn, DbError, Row, Value},
    fields::{FieldSet, Fields, OpenGroup},
    no::No,
    seal::service::{KeyService, Wrapped},
    sets::in_batches,
};

/// Rows in a batch.
const BATCH: usize = 1_000;
/// Batches that may wait for the next thread.
const WAITING: usize = 4;
/// Columns before the sealed ones: person, epoch, data key.
const BEFORE_CELLS: usize = 3;

/// A piece of one reader's copy.
type Piece = (usize, Wiped);

/// Pours, and says of each of the proof's people whether anything of theirs may leave.
pub(super) fn pour(
    conn: &mut Conn,
    service: &dyn KeyService,
    source: &Source,
    proof: &Proof<'_>,
    pour: &Pour<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<(Poured, Vec<bool>), No> {
    pour.readers.iter().try_for_each(|reader| public_key(&reader.key).map(|_| ()))?;
    let mut spools = Vec::with_capacity(pour.readers.len());
    for reader in &pour.readers {
        spools.push(Spool::begin(&reader.key, &reader.spool)?);
    }
    let (rows, to_open) = sync_channel::<Vec<Row>>(WAITING);
    let (pieces, to_seal) = sync_channel::<Piece>(WAITING * pour.readers.len().max(1));
    let (counted, copies) = thread::scope(|scope| {
        let opener = scope.spawn(move || Opening::new(service, source, proof, pour)?.run(&to_open, &pieces));
        let spools = &mut spools;
        let sealer = scope.spawn(move || seal(&to_seal, spools));
        let mut read = 0;
        let reading = in_batches(conn, source.cells, &source.params, BATCH, |batch| {
            read += batch.len() as u64;
            progress(read);
            rows.send(batch).is_ok()
        });
        drop(rows);
        let broken = |_| No::Fault("a thread of the pour failed".to_owned());
        let (opened, sealed) = (opener.join().map_err(broken)?, sealer.join().map_err(broken)?);
        // The last in line knows why the ones before it stopped.
        let copies = sealed?;
        let counted = opened?;
        reading?;
        Ok::<_, No>((counted, copies))
    })?;
    spools.iter().try_for_each(Spool::publish)?;
    Ok((Poured { rows: counted.rows, left_out: counted.left_out, copies }, counted.passed))
}

fn seal(pieces: &Receiver<Piece>, spools: &mut [Spool]) -> Result<Vec<Copied>, No> {
    for (reader, piece) in pieces {
        if let Some(spool) = spools.get_mut(reader) {
            spool.write(&piece.0)?;
        }
    }
    spools.iter_mut().map(Spool::end).collect()
}

struct Counted {
    rows: u64,
    left_out: u64,
    /// By the place of the person.
    passed: Vec<bool>,
}

/// Opens rows, asks the gate, and has each copy written.
struct Opening<'p> {
    service: &'p dyn KeyService,
    source: &'p Source,
    proof: &'p Proof<'p>,
    pour: &'p Pour<'p>,
    /// Groups that are needed, each with its column.
    groups: Vec<OpenGroup>,
    columns: Vec<usize>,
    named: FieldSet,
    seen: Vec<bool>,
    counted: Counted,
    /// Bytes of the last piece, to make room for the next at once.
    expected: usize,
}

impl<'p> Opening<'p> {
    fn new(
        service: &'p dyn KeyService,
        source: &'p Source,
        proof: &'p Proof<'p>,
        pour: &'p Pour<'p>,
    ) -> Result<Self, No> {
        let fields = || pour.fields.iter().chain(pour.gate.reads());
        if let Some(lost) = fields().find(|field| !source.groups.contains(&field.group)) {
            return Err(No::Fault(format!("the snapshot does not hold the group of `{}`", lost.name)));
        }
        let needed = source.groups.iter().enumerate().filter(|(_, g)| fields().any(|f| f.group == **g));
        let (columns, groups) = needed.map(|(i, g)| (BEFORE_CELLS + i, OpenGroup::new(*g))).unzip();
        Ok(Self {
            service,
            source,
            proof,
            pour,
            groups,
            columns,
            named: FieldSet::of(pour.fields),
            seen: vec![false; proof.people.len()],
            counted: Counted { rows: 0, left_out: 0, passed: vec![false; proof.people.len()] },
            expected: 1 << 16,
        })
    }

    fn run(mut self, batches: &Receiver<Vec<Row>>, pieces: &SyncSender<Piece>) -> Result<Counted, No> {
        let mut head = self.writers();
        for (reader, out) in self.pour.readers.iter().zip(&mut head) {
            reader.copyist.head(self.pour.fields, out)?;
        }
        self.send(head, pieces)?;
        for batch in batches {
            let mut out = self.writers();
            self.batch(&batch, &mut out)?;
            self.send(out, pieces)?;
        }
        match self.seen.iter().all(|seen| *seen) {
            true => Ok(self.counted),
            false => Err(No::Fault("the rows lack somebody whom the line counts".to_owned())),
        }
    }

    fn writers(&self) -> Vec<RowWriter> {
        self.pour.readers.iter().map(|_| RowWriter::new(self.expected)).collect()
    }

    fn send(&mut self, out: Vec<RowWriter>, pieces: &SyncSender<Piece>) -> Result<(), No> {
        for (reader, out) in out.into_iter().enumerate() {
            let piece = out.finish()?;
            self.expected = self.expected.max(piece.0.len() + piece.0.len() / 8);
            pieces
                .send((reader, piece))
                .map_err(|_| No::Fault("the copies can no longer be written".to_owned()))?;
        }
        Ok(())
    }

    fn batch(&mut self, batch: &[Row], out: &mut [RowWriter]) -> Result<(), No> {
        let entry = self.proof.entry.0;
        let wrapped = batch.iter().map(|row| {
            let (person, epoch) = (row.at(0).as_int()?, row.at(1).as_int()? as u32);
            Ok((Wrapped { person, epoch, key: row.at(2).as_bytes()? }, entry))
        });
        let wrapped = wrapped.collect::<Result<Vec<_>, DbError>>()?;
        let keys = self.service.unwrap(&wrapped, self.proof)?;
        for ((row, (wrapped, _)), key) in batch.iter().zip(&wrapped).zip(keys) {
            let place = self.once(wrapped.person)?;
            let key = key.opener();
            for (group, column) in self.groups.iter_mut().zip(&self.columns) {
                group.open(&key, self.source.table, wrapped.person, row.at(*column).as_bytes()?)?;
            }
            self.write(place, out)?;
        }
        Ok(())
    }

    /// Refuses a person who came before.
    fn once(&mut self, person: i64) -> Result<usize, No> {
        let place = self.proof.place(person).ok_or(No::Absent)?;
        match self.seen.get_mut(place) {
            Some(seen) if !*seen => {
                *seen = true;
                Ok(place)
            }
            _ => Err(No::Fault("a person stands twice in the rows of a snapshot".to_owned())),
        }
    }

    fn write(&mut self, place: usize, out: &mut [RowWriter]) -> Result<(), No> {
        let gate = self.pour.gate;
        let passing = gate.pass(&Fields::new(gate.reads(), &self.groups))?;
        if let Some(passed) = self.counted.passed.get_mut(place) {
            *passed = passing != FieldSet::NONE;
        }
        if self.named.disjoint(passing) {
            self.counted.left_out += 1;
            return Ok(());
        }
        let label = self.proof.people.get(place).map(|(_, label)| *label).unwrap_or_default();
        let at = At { number: self.counted.rows, label };
        let fields = Fields::new(self.pour.fields, &self.groups).passing(passing);
        for (reader, out) in self.pour.readers.iter().zip(out) {
            reader.copyist.row(at, &fields, out)?;
        }
        self.counted.rows += 1;
        Ok(())
    }
}

impl Value {
    fn as_int(&self) -> Result<i64, DbError> {
        match self {
            Self::Int(value) => Ok(*value),
            _ => Err(DbError::Column("person, epoch, data_key, …".to_owned())),
        }
    }

    fn as_bytes(&self) -> Result<&[u8], DbError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(DbError::Column("person, epoch, data_key, …".to_owned())),
        }
    }
}
