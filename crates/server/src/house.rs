//! The house that a command works on: its folders, its database and its clock, and the floor with all subjects.

use std::{path::PathBuf, sync::Arc};

use kernel::{Clock, Database, Floor, FloorConfig, chance::Chance};
use sha2::{Digest, Sha256};

use crate::{config::Config, stop::Stop};

/// What a floor is opened on.
pub struct House {
    /// The data folder.
    pub data: PathBuf,
    /// The key folder.
    pub keys: PathBuf,
    /// Which database.
    pub database: Database,
    /// Host part of the record books' origins.
    pub host: String,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// SHA-256 of the configuration in force.
    pub config: [u8; 32],
}

impl House {
    /// A real one, in the data folder `data`.
    pub fn of(config: &Config, data: PathBuf) -> Self {
        Self {
            data,
            keys: config.keys.clone(),
            database: config.database.clone(),
            host: config.log_host.clone(),
            clock: Arc::new(kernel::SystemClock),
            config: config.hash,
        }
    }

    /// Opens its floor.
    pub fn open(self) -> Result<Floor, Stop> {
        let floor = Floor::open(self.floor())?;
        domain::register::import::undo_cut_short(&floor)?;
        domain::register::sweep::sweep(&floor)?;
        Ok(floor)
    }

    /// What its floor is opened with.
    pub fn floor(self) -> FloorConfig {
        let subjects = domain::subjects();
        FloorConfig {
            data: self.data,
            keys: self.keys,
            database: self.database,
            host: self.host,
            parts: subjects.iter().map(|s| s.part).collect(),
            migrations: subjects.iter().map(|s| s.migration).collect(),
            clock: self.clock,
            chance: Chance::from_os(),
            build: build(),
            config: self.config,
            explain: false,
        }
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
