//! Importing a register in this process, with progress.

use std::{fs::File, io::BufReader, path::Path};

use domain::register::{
    generate::generate,
    import::{self, ImportError},
    reading::LayoutChoice,
    report::{ImportReport, RowStatus},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Actor, Floor, No};

use crate::{progress::Progress, stop::Stop};

/// Seed of the demo's made-up register.
const SEED: u64 = 2020;
/// Reasons that a summary shows.
const SHOWN: usize = 10;

/// How an import is to be done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Order {
    /// Whose layout the file is in.
    pub layout: LayoutChoice,
    /// Only report what would happen.
    pub dry_run: bool,
}

impl Order {
    /// For the domain, with the day by which ages are judged.
    pub fn on(self, floor: &Floor) -> Result<import::Order, No> {
        let now = Timestamp::from_millisecond(floor.now()).map_err(No::fault)?;
        let today: Date = TimeZone::UTC.to_datetime(now).date();
        Ok(import::Order { layout: self.layout, today, dry_run: self.dry_run })
    }
}

/// Imports the file at `path`.
pub fn file(floor: &Floor, actor: &Actor, path: &Path, order: Order) -> Result<ImportReport, Stop> {
    let file = File::open(path).map_err(|e| Stop::file(path, &e))?;
    let size = file.metadata().map_err(|e| Stop::file(path, &e))?.len();
    let bar = Progress::bytes(size)?;
    let report =
        import::import(floor, actor, BufReader::new(file), order.on(floor)?, &|bytes, _| bar.at(bytes));
    bar.done();
    report.map_err(said)
}

/// Imports so many made-up people.
pub fn made_up(floor: &Floor, actor: &Actor, people: u64) -> Result<(), Stop> {
    let broken = |e: std::io::Error| Stop::new(format!("The made-up register could not be passed on: {e}."));
    let (from, mut to) = std::io::pipe().map_err(broken)?;
    let bar = Progress::of(people, "people")?;
    let order = Order::default().on(floor)?;
    let report = std::thread::scope(|scope| {
        // If the reader has stopped, it says why.
        scope.spawn(move || generate(people, SEED, &mut to));
        import::import(floor, actor, from, order, &|_, done| bar.at(done))
    });
    bar.done();
    let report = report.map_err(said)?;
    match report.rejected + report.held {
        0 => Ok(()),
        n => Err(Stop::new(format!("{n} of the made-up people were not taken. That is a fault of ours."))),
    }
}

fn said(why: ImportError) -> Stop {
    match why {
        ImportError::No(no) => no.into(),
        ImportError::File(e) => Stop::new(format!("Nothing was imported: {e}.")),
    }
}

/// What an import came to, in a few lines.
pub fn summary(report: &ImportReport) -> String {
    let ImportReport { physical_rows, records, imported, updated, unchanged, held, rejected, .. } = report;
    let mut text = format!(
        "{physical_rows} lines, {records} records: {imported} imported, {updated} updated, {unchanged} unchanged, \
         {held} held, {rejected} rejected."
    );
    let look = report.rows.iter().filter(|r| matches!(r.status, RowStatus::Held | RowStatus::Rejected));
    for row in look.clone().take(SHOWN) {
        let status = if row.status == RowStatus::Held { "held" } else { "rejected" };
        text += &format!("\n  line {}: {status}. {}", row.line, row.reason.sentence());
    }
    match look.count().saturating_sub(SHOWN) {
        0 => {}
        more => text += &format!("\n  and {more} more; write them all to a file with --report"),
    }
    text
}
