//! The reading thread: records in heaps, and the SHA-256 of the file.

use std::{io::Read, sync::mpsc::SyncSender};

use sha2::{Digest, Sha256};

use super::{
    super::{
        reading::{self, Finding, MemberRow, Outcome, ReadError, Reason},
        report::RowStatus,
    },
    ImportError, Order, TURN,
};

/// A record that can be taken.
pub(super) struct Taken {
    pub(super) at: Lines,
    pub(super) row: Box<MemberRow>,
    pub(super) findings: Vec<Finding>,
}

/// Where a record stands: its first physical line, and how many it takes up.
#[derive(Clone, Copy)]
pub(super) struct Lines(pub(super) u64, pub(super) u32);

/// A turn's worth of records.
#[derive(Default)]
pub(super) struct Heap {
    /// The first in the file with their number.
    pub(super) first: Vec<Taken>,
    /// Those whose number stands earlier in the file.
    pub(super) repeats: Vec<Taken>,
    /// Held or rejected.
    pub(super) aside: Vec<(Lines, RowStatus, Vec<Finding>)>,
}

impl Heap {
    fn add(&mut self, record: reading::Record) {
        let at = Lines(record.line, record.lines);
        match record.outcome {
            Outcome::Row(row, findings) => {
                let again = findings.iter().any(|f| f.reason == Reason::NumberRepeated);
                let heap = if again { &mut self.repeats } else { &mut self.first };
                heap.push(Taken { at, row, findings });
            }
            Outcome::Held { findings, .. } => self.aside.push((at, RowStatus::Held, findings)),
            Outcome::Rejected(reason) => {
                self.aside.push((at, RowStatus::Rejected, vec![Finding::whole(reason)]));
            }
        }
    }

    fn len(&self) -> usize {
        self.first.len() + self.repeats.len() + self.aside.len()
    }
}

/// Reads the file to its end; answers its SHA-256.
pub(super) fn read(
    file: impl Read,
    order: Order,
    heaps: &SyncSender<Heap>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<[u8; 32], ImportError> {
    let mut hashing = Hashing { file, hash: Sha256::new() };
    let mut reading = reading::open(&mut hashing, order.layout, order.today)?;
    let (mut heap, mut records) = (Heap::default(), 0);
    while let Some(record) = reading.next() {
        heap.add(record?);
        records += 1;
        if heap.len() == TURN {
            progress(reading.bytes_read(), records);
            if heaps.send(std::mem::take(&mut heap)).is_err() {
                return Ok([0; 32]); // the other side has failed, and says why
            }
        }
    }
    progress(reading.bytes_read(), records);
    drop(reading);
    // A closed channel means that the other side has failed, and says why.
    let _told = heaps.send(heap);
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
