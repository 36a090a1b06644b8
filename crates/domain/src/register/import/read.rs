//! The reading thread: records in heaps, packed and hashed, and the SHA-256 of the file.

use std::{io::Read, sync::mpsc::SyncSender};

use jiff::civil::Date;
use kernel::{No, seal::index::Tagger};
use sha2::{Digest, Sha256};

use super::{
    super::{
        reading::{self, Finding, Outcome, ReadError, Reason},
        report::RowStatus,
    },
    ImportError, Order, TURN,
    record::{Lines, Record, Told},
};

/// A turn's worth of records.
#[derive(Default)]
pub(super) struct Heap {
    /// The first in the file with their number.
    pub(super) first: Vec<Record>,
    /// Those whose number stands earlier in the file.
    pub(super) repeats: Vec<Record>,
    /// Held or rejected.
    pub(super) aside: Vec<(RowStatus, Told)>,
}

impl Heap {
    fn new() -> Self {
        Self { first: Vec::with_capacity(TURN), ..Self::default() }
    }

    fn len(&self) -> usize {
        self.first.len() + self.repeats.len() + self.aside.len()
    }
}

/// Makes heaps of what is read.
struct Heaping<'a> {
    heap: Heap,
    today: Date,
    screened_on: String,
    tagger: &'a Tagger,
}

impl Heaping<'_> {
    fn add(&mut self, record: reading::Record) -> Result<(), No> {
        let at = Lines(record.line, record.lines);
        match record.outcome {
            Outcome::Row(row, findings) => {
                let again = findings.iter().any(|f| f.reason == Reason::NumberRepeated);
                let told = Told { at, findings };
                let record = Record::new(told, *row, self.today, &self.screened_on, self.tagger)?;
                if again { &mut self.heap.repeats } else { &mut self.heap.first }.push(record);
            }
            Outcome::Held { findings, .. } => self.heap.aside.push((RowStatus::Held, Told { at, findings })),
            Outcome::Rejected(reason) => {
                let findings = vec![Finding::whole(reason)];
                self.heap.aside.push((RowStatus::Rejected, Told { at, findings }));
            }
        }
        Ok(())
    }
}

/// Reads the file to its end; answers its SHA-256.
pub(super) fn read(
    file: impl Read,
    order: Order,
    tagger: &Tagger,
    heaps: &SyncSender<Heap>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<[u8; 32], ImportError> {
    let mut hashing = Hashing { file, hash: Sha256::new() };
    let mut reading = reading::open(&mut hashing, order.layout, order.today)?;
    let screened_on = order.today.to_string();
    let mut heaping = Heaping { heap: Heap::new(), today: order.today, screened_on, tagger };
    let mut records = 0;
    while let Some(record) = reading.next() {
        heaping.add(record?)?;
        records += 1;
        if heaping.heap.len() == TURN {
            progress(reading.bytes_read(), records);
            if heaps.send(std::mem::replace(&mut heaping.heap, Heap::new())).is_err() {
                return Ok([0; 32]); // the other side has failed, and says why
            }
        }
    }
    progress(reading.bytes_read(), records);
    drop(reading);
    // A closed channel means that the other side has failed, and says why.
    let _told = heaps.send(heaping.heap);
    std::io::copy(&mut hashing, &mut std::io::sink()).map_err(ReadError::from)?;
    Ok(hashing.hash.finalize().into())
}

/// Hashes a file while it is read.
struct Hashing<R> {
    file: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buf)?;
        self.hash.update(buf.get(..n).unwrap_or_default());
        Ok(n)
    }
}
