//! Opening a floor: keys, schema, books, the high-water mark, and the entry that says what runs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use ledger::Verb;
use serde_json::json;

use super::{Database, Engine, Floor, FloorConfig, postgres, sqlite, strangers::Strangers};
use crate::{
    act::Act,
    actor::Actor,
    book,
    db::{Conn, PgPool, SqliteConn},
    desk::{Desk, Draft, Ground, HOUSE},
    erasures::Erasures,
    guard::Guard,
    hall::Hall,
    no::No,
    seal::{index::Tagger, keys::KeyRing},
};

/// Name of the database file in the data folder.
pub const DATABASE_FILE: &str = "evenhand.sqlite";

impl Floor {
    /// Opens the floor: migrates, loads the books, refuses what is older than its high-water mark, and enters `started`.
    pub fn open(config: FloorConfig) -> Result<Self, No> {
        let started = Started { config: config.config };
        let floor = Self::assemble(config, DATABASE_FILE, |conn, hall, books| {
            hall.check_high_water(conn, books)?;
            hall.settle_erasures(conn)
        })?;
        floor.once(&Actor::system(), started)?;
        floor.resume_rotation();
        floor.beat(true)?;
        Ok(floor)
    }

    /// Keys, schema, books and engine; `check` has the last word before anything runs.
    pub(super) fn assemble(
        config: FloorConfig,
        file: &str,
        check: impl FnOnce(&mut Conn, &Hall, &mut Books) -> Result<(), No>,
    ) -> Result<Self, No> {
        std::fs::create_dir_all(&config.data).map_err(|e| folder(&config.data, &e))?;
        let keys = match config.keys.exists() {
            true => KeyRing::open(&config.keys, &config.data)?,
            false => KeyRing::create(&config.keys, &config.data, &mut config.chance.fork())?,
        };
        let (path, explain) = (config.data.join(file), config.explain);
        let (database, migrations) = (config.database.clone(), config.migrations.clone());
        let hall = Arc::new(Hall::new(keys, config)?);
        let engine = match database {
            Database::Sqlite => {
                let mut conn = Conn::Sqlite(SqliteConn::open(&path, true, explain)?);
                prepare(&mut conn, &hall, &migrations, check)?;
                Engine::Sqlite(sqlite::Writer::start(conn, hall.clone(), &path, explain)?)
            }
            Database::Postgres { url, connections } => {
                let pool = Arc::new(PgPool::new(&url, connections, explain));
                pool.with(|conn| prepare(conn, &hall, &migrations, check))??;
                Engine::Postgres(postgres::Node::start(pool, hall.clone())?)
            }
        };
        Ok(Self { hall, engine })
    }
}

impl Hall {
    pub(crate) fn new(keys: KeyRing, config: FloorConfig) -> Result<Self, No> {
        Ok(Self {
            guard: Guard::load(&config.parts).map_err(No::fault)?,
            log_keys: keys.log_keys(),
            service: Arc::new(keys.key_service()),
            tagger: Tagger::new(keys.index()),
            secret: *keys.server("record book").expose(),
            keys,
            clock: config.clock,
            chance: config.chance,
            build: config.build,
            host: config.host,
            books: RwLock::default(),
            vouched: Mutex::default(),
            known: Default::default(),
            details: Mutex::default(),
            actors: Mutex::default(),
            minute: RwLock::default(),
            beats: Mutex::default(),
            strangers: Strangers::default(),
            erasures: Erasures::of(&config.keys),
            rotating: Mutex::default(),
            answering: RwLock::default(),
            pouring: RwLock::default(),
            high_water: config.keys.join("high-water"),
        })
    }
}

/// All logs of a database, by name.
pub(super) type Books = HashMap<String, book::Book>;

fn prepare(
    conn: &mut Conn,
    hall: &Hall,
    migrations: &[crate::db::Migration],
    check: impl FnOnce(&mut Conn, &Hall, &mut Books) -> Result<(), No>,
) -> Result<(), No> {
    let mut steps = vec![book::MIGRATION];
    steps.extend_from_slice(migrations);
    conn.migrate(&steps)?;
    let mut books: Books = book::load(conn, hall)?;
    if !books.contains_key(HOUSE) {
        let origin = format!("{}/{HOUSE}", hall.host);
        let signer = hall.signer(HOUSE, &origin)?;
        books.insert(HOUSE.to_owned(), book::create(conn, hall, 1, HOUSE, origin, signer)?);
    }
    check(conn, hall, &mut books)?;
    let last = books.values().map(|b| b.last_at).max().unwrap_or(0);
    *hall.minute.write().unwrap_or_else(PoisonError::into_inner) = last;
    hall.add_books(books.into_values().collect());
    Ok(())
}

fn folder(path: &std::path::Path, e: &std::io::Error) -> No {
    No::Fault(format!("the folder {} cannot be made: {e}", path.display()))
}

/// What runs, from this minute on.
struct Started {
    config: [u8; 32],
}

impl Act for Started {
    const NAME: &'static str = "service.started";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let plain = json!({
            "build": hex(&desk.hall.build), "policies": hex(&desk.hall.guard.policy_hash()),
            "config": hex(&self.config),
        });
        let facts = json!({});
        let ground =
            Ground { rule: "service", facts_hash: [0; 32], facts: &facts, log: HOUSE, campaign: None };
        desk.write(&ground, Draft::new(Verb::Started).plain(plain)).map(|_| ())
    }
}
