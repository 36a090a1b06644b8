//! Importing a register: a job of many turns, each durable, closed by an entry with the file's and the report's hash.
//!
//! Three threads work in a row: one reads, one seals, and the writer inserts 2,000 people a turn. Nothing of the
//! file stays in plain anywhere, and a run that is cut short is undone at the next start.

mod begin;
mod close;
mod plan;
mod rows;
mod tags;
mod undo;

use std::{
    io::Read,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use jiff::civil::Date;
use kernel::{Actor, Floor, No};
use sha2::{Digest, Sha256};

use super::{
    reading::{self, Finding, LayoutChoice, MemberRow, Outcome, ReadError, Reason},
    report::{ImportReport, RowStatus},
};

pub use begin::Begin;
pub use close::Close;
pub use rows::Rows;
pub use undo::{Undo, undo_cut_short};

pub(super) use tags::{first_tags, holders};

/// People inserted in one turn of the writer: about ten milliseconds.
pub const TURN: usize = 2_000;

/// Why an import did not happen, or not whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] ReadError),
    /// The register said no.
    #[error("{0}")]
    No(#[from] No),
}

/// How an import is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Whose layout the file is in.
    pub layout: LayoutChoice,
    /// The day by which ages are judged.
    pub today: Date,
    /// Only report what would happen.
    pub dry_run: bool,
}

/// A record that was read and can be taken.
struct Taken {
    line: u64,
    lines: u32,
    row: MemberRow,
    findings: Vec<Finding>,
}

impl Taken {
    /// Whether the same number stands earlier in the file, so that this record changes that one.
    fn repeats(&self) -> bool {
        self.findings.iter().any(|f| f.reason == Reason::NumberRepeated)
    }
}

/// What the reading thread passes on.
enum Heap {
    Taken(Vec<Taken>),
    Aside(u64, u32, RowStatus, Vec<Finding>),
}

/// Imports a file as `actor`. `progress` hears how many bytes were read and how many records were done.
pub fn import(
    floor: &Floor,
    actor: &Actor,
    file: impl Read + Send,
    order: Order,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<ImportReport, ImportError> {
    let run = match order.dry_run {
        true => None,
        false => Some(floor.once(actor, Begin {})?.value),
    };
    let mut report = ImportReport::default();
    let (heaps, heaped) = sync_channel::<Heap>(4);
    let outcome = std::thread::scope(|scope| {
        let read = scope.spawn(move || read(file, order, &heaps, progress));
        let stored = plan::store(floor, actor, run.as_ref(), order, &heaped, &mut report);
        drop(heaped);
        let hash = read.join().map_err(|_| No::Fault("the reading thread failed".to_owned()))??;
        stored.map(|tags| (tags, hash))
    });
    report.rows.sort_by_key(|row| row.line);
    match (outcome, run) {
        (Ok((tags, file_hash)), Some(run)) => {
            tags::insert(floor, actor, run.run, tags)?;
            floor.once(actor, Close { run: run.run, file_hash, report: report.clone() })?;
            Ok(report)
        }
        (Ok(_), None) => Ok(report),
        (Err(why), Some(run)) => {
            while !floor.once(actor, Undo { run: run.run })?.value {}
            Err(why)
        }
        (Err(why), None) => Err(why),
    }
}

/// The reading thread: records in batches, and the SHA-256 of the file.
fn read(
    file: impl Read,
    order: Order,
    heaps: &SyncSender<Heap>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<[u8; 32], ImportError> {
    let mut hasher = Hashing { file, hash: Sha256::new() };
    let mut done = 0;
    {
        let mut reading = reading::open(&mut hasher, order.layout, order.today)?;
        let mut heap = Vec::with_capacity(TURN);
        while let Some(record) = reading.next() {
            let record = record?;
            done += 1;
            let aside = match record.outcome {
                Outcome::Row(row, findings) => {
                    heap.push(Taken { line: record.line, lines: record.lines, row: *row, findings });
                    None
                }
                Outcome::Held { findings, .. } => Some((RowStatus::Held, findings)),
                Outcome::Rejected(reason) => Some((RowStatus::Rejected, vec![Finding::whole(reason)])),
            };
            let sent = match aside {
                Some((status, findings)) => {
                    heaps.send(Heap::Aside(record.line, record.lines, status, findings))
                }
                None if heap.len() == TURN => {
                    progress(reading.bytes_read(), done);
                    heaps.send(Heap::Taken(std::mem::replace(&mut heap, Vec::with_capacity(TURN))))
                }
                None => Ok(()),
            };
            if sent.is_err() {
                return Ok([0; 32]); // the other side has failed and says why
            }
        }
        progress(reading.bytes_read(), done);
        // A closed channel means that the other side has failed and says why.
        let _told = heaps.send(Heap::Taken(heap));
    }
    std::io::copy(&mut hasher, &mut std::io::sink()).map_err(ReadError::from)?;
    Ok(hasher.hash.finalize().into())
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

/// Batches as they come, with the repeated records kept for the end.
fn batches(
    heaped: &Receiver<Heap>,
    report: &mut ImportReport,
    mut take: impl FnMut(Vec<Taken>, &mut ImportReport) -> Result<(), No>,
) -> Result<Vec<Taken>, No> {
    let mut later = Vec::new();
    for heap in heaped {
        match heap {
            Heap::Aside(line, lines, status, findings) => report.add(line, lines, status, findings),
            Heap::Taken(batch) => {
                let (repeats, first): (Vec<_>, Vec<_>) = batch.into_iter().partition(Taken::repeats);
                later.extend(repeats);
                take(first, report)?;
            }
        }
    }
    Ok(later)
}
