//! `evenhand backup`

use std::{fs, path::PathBuf};

use clap::Args;
use kernel::{Clock, SystemClock};

use super::{Place, start_logging};
use crate::{
    folder::{Folder, Held},
    local,
    progress::Progress,
    stop::Stop,
};

/// Copy the data into a folder, while work goes on.
///
/// The copy opens only with the key folder, so keep the two apart. Evenhand enters the copy's fingerprint in its
/// record book.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// The folder that takes the copy
    folder: PathBuf,
}

impl Backup {
    pub fn run(self) -> Result<(), Stop> {
        start_logging("warn")?;
        fs::create_dir_all(&self.folder).map_err(|e| Stop::file(&self.folder, &e))?;
        let folder = self.folder.canonicalize().map_err(|e| Stop::file(&self.folder, &e))?;
        let now =
            jiff::Timestamp::from_millisecond(SystemClock.now()).map_err(|e| Stop::new(e.to_string()))?;
        let file = folder.join(format!("evenhand-{}.sqlite", now.strftime("%Y-%m-%dT%H%M%SZ")));
        let (kind, house) = self.place.house()?;
        let working = Progress::spin("Copying");
        let done = match Folder::reach(&house.data, kind)? {
            Held::Alone(_folder) => local::backup(&house.open()?, &file)?,
            Held::ByServer(server) => server.backup(&file)?,
        };
        working.done();
        println!(
            "{}: {} bytes, SHA-256 {}. Line {} of the record book says so.",
            file.display(),
            done.bytes,
            done.hash,
            done.line
        );
        Ok(())
    }
}
