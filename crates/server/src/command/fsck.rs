//! `evenhand fsck`

use clap::Args;
use kernel::Floor;

use super::{Place, start_logging};
use crate::{folder::Folder, progress::Progress, stop::Stop};

/// Check the data against its own record book; changes nothing.
#[derive(Args)]
pub struct Fsck {
    #[command(flatten)]
    place: Place,
}

impl Fsck {
    pub fn run(self) -> Result<(), Stop> {
        start_logging("warn")?;
        let (kind, house) = self.place.house()?;
        let _alone = Folder::open(&house.data, kind)?;
        let working = Progress::spin("Reading everything");
        let report = Floor::fsck(house.floor())?;
        working.done();
        for log in &report.logs {
            let root: String = log.root.iter().map(|b| format!("{b:02x}")).collect();
            println!("{}: {} lines, root {root}", log.origin, log.lines);
        }
        println!("{} rows that grant, keys of {} people.", report.warrants, report.people);
        if report.is_sound() {
            println!("Sound.");
            return Ok(());
        }
        for wrong in &report.wrong {
            eprintln!("- {wrong}");
        }
        Err(Stop::new(format!(
            "{} things are wrong. Start nothing on this data; keep a copy of it as it is, and call the scrutineer.",
            report.findings
        )))
    }
}
