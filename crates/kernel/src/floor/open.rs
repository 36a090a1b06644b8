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
        let guard = Guard::load(&config.parts).map_err(No::fault)?;
        std::fs::create_dir_all(&config.data).map_err(|e| folder(&config.data, &e))?;
        let keys = match config.keys.exists() {
            true => KeyRing::open(&config.keys, &config.data)?,
            false => KeyRing::create(&config.keys, &config.data, &mut config.chance.fork())?,
        };
        let hall = Arc::new(Hall {
            guard,
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
            actors: Mutex::default(),
            minute: RwLock::default(),
            beats: Mutex::default(),
            strangers: Strangers::default(),
            erasures: Erasures::of(&config.keys),
            rotating: Mutex::default(),
            answering: RwLock::default(),
            pouring: RwLock::default(),
            high_water: config.keys.join("high-water"),
        });
        let path = config.data.join(DATABASE_FILE);
        let pool = match &config.database {
            Database::Sqlite => None,
            Database::Postgres { url, connections } => {
                Some(Arc::new(PgPool::new(url, *connections, config.explain)))
            }
        };
        let engine = match pool {
            None => {
                let mut conn = Conn::Sqlite(SqliteConn::open(&path, true, config.explain)?);
                prepare(&mut conn, &hall, &config.migrations)?;
                Engine::Sqlite(sqlite::Writer::start(conn, hall.clone(), &path, config.explain)?)
            }
            Some(pool) => {
                pool.with(|conn| prepare(conn, &hall, &config.migrations))??;
                Engine::Postgres(postgres::Node::start(pool, hall.clone())?)
            }
        };
        let floor = Self { hall, engine };
        floor.once(&Actor::system(), Started { config: config.config })?;
        floor.resume_rotation();
        floor.beat(true)?;
        Ok(floor)
    }
}

fn prepare(conn: &mut Conn, hall: &Hall, migrations: &[crate::db::Migration]) -> Result<(), No> {
    let mut steps = vec![book::MIGRATION];
    steps.extend_from_slice(migrations);
    conn.migrate(&steps)?;
    let mut books: HashMap<String, book::Book> = book::load(conn, |name, origin| hall.signer(name, origin))?;
    if !books.contains_key(HOUSE) {
        let origin = format!("{}/{HOUSE}", hall.host);
        let signer = hall.signer(HOUSE, &origin)?;
        books.insert(HOUSE.to_owned(), book::create(conn, 1, HOUSE, origin, signer)?);
    }
    hall.check_high_water(conn, &books)?;
    hall.settle_erasures(conn)?;
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
