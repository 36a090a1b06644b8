//! What a floor is opened with.

use std::{path::PathBuf, sync::Arc};

use crate::{chance::Chance, clock::Clock, db::Migration, guard::Part};

/// Which database.
#[derive(Debug, Clone)]
pub enum Database {
    /// One file in the data folder.
    Sqlite,
    /// PostgreSQL at this address, with at most so many connections from this node.
    Postgres {
        /// `postgres://…`
        url: String,
        /// Most connections at a time.
        connections: usize,
    },
}

/// Everything a floor needs to open.
pub struct FloorConfig {
    /// Folder of the database, the spool and the lock.
    pub data: PathBuf,
    /// Folder of the keys; must not lie inside `data`.
    pub keys: PathBuf,
    /// Which database.
    pub database: Database,
    /// Host part of the logs' origins, as in `register.example.org`.
    pub host: String,
    /// Policies and schemas of all subjects.
    pub parts: Vec<Part>,
    /// Schema steps of all subjects, in order.
    pub migrations: Vec<Migration>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub chance: Chance,
    /// Hash of this build.
    pub build: [u8; 32],
    /// Hash of the configuration in force.
    pub config: [u8; 32],
    /// Refuse statements that read whole tables (tests).
    pub explain: bool,
}
