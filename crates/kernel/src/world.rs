//! The bones of the test world: a floor on either engine, in a folder of its own, with a clock that tests set.
//!
//! `WORLD_DB=postgres://…` runs the same suite on PostgreSQL: each world makes a database and drops it.

#![expect(clippy::expect_used, reason = "a test that has no world fails, and says why")]

use std::{path::PathBuf, sync::Arc};

use crate::{
    Database, Floor, FloorConfig, Migration, No, Part, SetClock, chance::Chance, clock::Millis, db::Conn,
};

/// A quiet Monday: 10 February 2020, 09:00 UTC.
pub const MONDAY: Millis = 1_581_325_200_000;

/// A floor for one test, and what belongs to it.
pub struct House {
    /// The floor; `None` while the house is shut.
    floor: Option<Floor>,
    /// The clock that the floor reads.
    pub clock: Arc<SetClock>,
    folder: tempfile::TempDir,
    database: Database,
    parts: Vec<Part>,
    migrations: Vec<Migration>,
    base: Option<String>,
}

impl House {
    /// Opens a floor with these subjects on the engine that `WORLD_DB` names.
    pub fn new(parts: Vec<Part>, migrations: Vec<Migration>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let base = std::env::var("WORLD_DB").ok().filter(|url| url.starts_with("postgres"));
        let database = match &base {
            None => Database::Sqlite,
            Some(base) => Database::Postgres { url: new_database(base), connections: 8 },
        };
        let clock = Arc::new(SetClock::new(MONDAY));
        let mut house = Self { floor: None, clock, folder, database, parts, migrations, base };
        house.open().expect("the floor opens");
        house
    }

    /// The floor.
    pub fn floor(&self) -> &Floor {
        self.floor.as_ref().expect("the house is open")
    }

    /// Gives the floor away, as to a server; the house is shut to the test then.
    pub fn give(&mut self) -> Floor {
        self.floor.take().expect("the house is open")
    }

    /// Shuts the floor, as when the process ends.
    pub fn shut(&mut self) {
        self.floor = None;
    }

    /// Opens it again on the same folders.
    pub fn open(&mut self) -> Result<(), No> {
        self.floor = Some(Floor::open(self.config())?);
        Ok(())
    }

    /// What the floor is opened with.
    pub fn config(&self) -> FloorConfig {
        FloorConfig {
            data: self.data(),
            keys: self.keys(),
            database: self.database.clone(),
            host: "test.invalid".to_owned(),
            parts: self.parts.clone(),
            migrations: self.migrations.clone(),
            clock: self.clock.clone(),
            chance: Chance::from_os(),
            build: [7; 32],
            config: [8; 32],
            explain: true,
        }
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The key folder.
    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// Whether this world stands on PostgreSQL.
    pub fn on_postgres(&self) -> bool {
        matches!(self.database, Database::Postgres { .. })
    }

    /// Changes the database behind Evenhand's back, as an intruder with the file would; the floor must be shut on
    /// SQLite or may stay open.
    pub fn meddle(&self, sql: &str) {
        self.raw().batch(sql).expect("the meddling works");
    }

    fn raw(&self) -> Conn {
        match &self.database {
            Database::Sqlite => {
                let path = self.data().join(crate::floor::DATABASE_FILE);
                Conn::Sqlite(crate::db::SqliteConn::open(&path, true, false).expect("the database opens"))
            }
            Database::Postgres { url, .. } => {
                Conn::Postgres(Box::new(crate::db::PgConn::open(url, false).expect("the database opens")))
            }
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.floor = None;
        if let (Some(base), Database::Postgres { url, .. }) = (&self.base, &self.database) {
            let name = url.rsplit('/').next().unwrap_or_default().to_owned();
            if let Ok(mut conn) = crate::db::PgConn::open(base, false) {
                // Left behind on failure; the server of the tests is thrown away whole.
                let _left = conn.batch(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
        }
    }
}

fn new_database(base: &str) -> String {
    let name = format!("world_{}", Chance::from_os().id());
    let mut conn = crate::db::PgConn::open(base, false).expect("the tests' PostgreSQL answers");
    conn.batch(&format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"))
        .expect("a database for this world");
    format!("{}/{name}", base.rsplit_once('/').map_or(base, |(server, _)| server))
}
