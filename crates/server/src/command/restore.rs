//! `evenhand restore`

use std::path::PathBuf;

use clap::Args;
use kernel::{Floor, floor::Declaration};

use super::{Place, start_logging};
use crate::{folder::Folder, progress::Progress, stop::Stop};

/// Put a backup back: a fork of the record book, declared by two people.
///
/// The record book goes on under a new name that says which tree was put back, which was lost, and who answers for it.
/// Whoever was erased stays erased, and everybody signs in anew.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    place: Place,
    /// The backup
    backup: PathBuf,
    /// Who answers for it: two people, each by office, as in "returning officer"
    #[arg(long, value_name = "OFFICE", num_args = 1, required = true)]
    by: Vec<String>,
    /// Why, in a sentence; it stands in the record book
    #[arg(long)]
    why: String,
}

impl Restore {
    pub fn run(self) -> Result<(), Stop> {
        start_logging("warn")?;
        let (kind, house) = self.place.house()?;
        let _alone = Folder::open(&house.data, kind)?;
        let by = self
            .by
            .try_into()
            .map_err(|_| Stop::new("Two people declare a restore: give --by twice, each with an office."))?;
        let working = Progress::spin("Putting the backup back");
        let restored = Floor::restore(house.floor(), &self.backup, &Declaration { by, why: self.why })?;
        working.done();
        for fork in &restored.forks {
            println!("{}: goes on after line {} as {}", fork.from, fork.size, fork.to);
        }
        println!("{} sessions ended; {} people erased again.", restored.sessions, restored.erased);
        if let Some(aside) = &restored.aside {
            println!("The data as it was is kept in {}.", aside.display());
        }
        Ok(())
    }
}
