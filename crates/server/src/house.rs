//! Opening the house: the floor with all subjects, on the folders and the clock that a command names.

use std::{path::Path, sync::Arc};

use kernel::{Clock, Database, Floor, FloorConfig, chance::Chance};
use sha2::{Digest, Sha256};

use crate::{config::Config, stop::Stop};

/// What a floor is opened on.
pub struct House<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// The key folder.
    pub keys: &'a Path,
    /// Which database.
    pub database: Database,
    /// Host part of the record book's origins.
    pub host: String,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// SHA-256 of the configuration in force.
    pub config: [u8; 32],
}

impl<'a> House<'a> {
    /// A real one, on the data folder `data`.
    pub fn of(config: &'a Config, data: &'a Path) -> Self {
        Self {
            data,
            keys: &config.keys,
            database: config.database.clone(),
            host: config.log_host.clone(),
            clock: Arc::new(kernel::SystemClock),
            config: config.hash,
        }
    }

    /// Opens its floor.
    pub fn open(self) -> Result<Floor, Stop> {
        let subjects = domain::subjects();
        let floor = Floor::open(FloorConfig {
            data: self.data.to_owned(),
            keys: self.keys.to_owned(),
            database: self.database,
            host: self.host,
            parts: subjects.iter().map(|s| s.part.clone()).collect(),
            migrations: subjects.iter().map(|s| s.migration).collect(),
            clock: self.clock,
            chance: Chance::from_os(),
            build: build(),
            config: self.config,
            explain: false,
        })?;
        domain::register::import::undo_cut_short(&floor)?;
        Ok(floor)
    }
}

/// SHA-256 of the running program, so that the record book says what ran; zeros where it cannot be read.
fn build() -> [u8; 32] {
    let read = || std::fs::File::open(std::env::current_exe()?);
    let mut hash = Sha256::new();
    match read().and_then(|mut file| std::io::copy(&mut file, &mut hash)) {
        Ok(_) => hash.finalize().into(),
        Err(_) => [0; 32],
    }
}
