//! Importing a register: a job of many turns, each durable, closed by an entry with the file's and the report's hash.
//!
//! Three threads work in a row: one reads, one seals, and the writer inserts 2,000 people a turn. Nothing of the
//! file stays in plain anywhere, and a run that is cut short is undone whole, at once or at the next start.

mod begin;
mod close;
mod job;
mod later;
mod look_up;
mod page;
mod plan;
mod read;
mod record;
mod rows;
mod tags;
mod undo;
mod upload;

use std::{
    io::Read,
    sync::mpsc::{Receiver, sync_channel},
};

use jiff::civil::Date;
use kernel::{Actor, Floor, No};

use super::{
    reading::{LayoutChoice, ReadError},
    report::ImportReport,
};
use plan::Sealer;
use read::Heap;

pub use begin::{Begin, Run};
pub use close::Close;
pub use rows::Rows;
pub use undo::{Undo, undo_cut_short};

pub(super) use begin::alone;
pub(super) use page::router;
pub(super) use tags::{holders, retag};

/// People inserted in one turn of the writer: about ten milliseconds.
pub const TURN: usize = 2_000;
/// Turns that wait between two threads.
const WAITING: usize = 4;

/// Why an import did not happen. Whatever it had stored was undone, or is at the next start.
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

/// Imports a file as `actor`. `progress` hears how many bytes were read and how many records were met.
///
/// # Errors
/// The file cannot be read to its end, the rules say no, or another import is under way. Then nothing was imported.
pub fn import(
    floor: &Floor,
    actor: &Actor,
    file: impl Read + Send,
    order: Order,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<ImportReport, ImportError> {
    let run = floor.once(actor, Begin { dry_run: order.dry_run })?.value;
    let imported = carry_out(floor, actor, file, order, run, progress);
    if imported.is_err()
        && !order.dry_run
        && let Err(no) = undo::undo(floor, run.number)
    {
        tracing::error!(%no, "an import was cut short and could not be undone; the next start undoes it");
    }
    imported
}

fn carry_out(
    floor: &Floor,
    actor: &Actor,
    file: impl Read + Send,
    order: Order,
    run: Run,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<ImportReport, ImportError> {
    let mut report = ImportReport::default();
    let mut sealer = Sealer::new(floor, actor, run, order);
    let (heaps, heaped) = sync_channel::<Heap>(WAITING);
    let file_hash = std::thread::scope(|scope| {
        let reader = scope.spawn(move || read::read(file, order, floor.tagger(), &heaps, progress));
        let stored = store(&mut sealer, heaped, &mut report);
        let read = reader.join().map_err(|_| No::Fault("the reading thread failed".to_owned()))?;
        stored?;
        read
    })?;
    sealer.finish(&mut report)?;
    report.rows.sort_by_key(|row| row.line);
    if !order.dry_run {
        floor.once(actor, Close::new(run.number, file_hash, &report)?)?;
    }
    Ok(report)
}

/// Seals what arrives while the writer inserts what was sealed before.
fn store(sealer: &mut Sealer<'_>, heaped: Receiver<Heap>, report: &mut ImportReport) -> Result<(), No> {
    let (floor, actor) = (sealer.floor, sealer.actor);
    let (ready, to_write) = sync_channel::<Rows>(WAITING);
    std::thread::scope(|scope| {
        let writer = scope
            .spawn(move || to_write.into_iter().try_for_each(|rows| floor.once(actor, rows).map(|_| ())));
        let mut sealed = Ok(());
        for heap in heaped {
            let rows = match sealer.heap(heap, report) {
                Ok(rows) => rows,
                Err(no) => {
                    sealed = Err(no);
                    break;
                }
            };
            if rows.is_some_and(|rows| ready.send(rows).is_err()) {
                break; // the writer has failed, and says why below
            }
        }
        drop(ready);
        writer.join().map_err(|_| No::Fault("the writing thread failed".to_owned()))??;
        sealed
    })
}
