//! What the record book does by itself, at a slow beat: public checkpoints, map roots, the high-water mark.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::Write,
    sync::{Arc, PoisonError},
};

use ledger::{Hash, Verb};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Floor;
use crate::{
    act::Act,
    actor::Actor,
    book::{Book, Tiles},
    clock::Millis,
    db::Conn,
    desk::{Desk, Draft, Ground},
    hall::Hall,
    no::No,
};

/// How often the public sees a new checkpoint: a faster beat would show rivals each other's pace.
pub const PUBLIC_BEAT_MS: Millis = 10 * 60_000;
/// How long a changed scope may be missing from the map.
const MAP_BEAT_MS: Millis = 60_000;
/// Changed scopes that make a map root due at once.
const MAP_SCOPES: usize = 10_000;

/// What was last published of one log.
#[derive(Clone)]
pub(crate) struct Beat {
    pub(crate) public: Arc<str>,
    pub(crate) size: u64,
    at: Millis,
    mapped_at: Millis,
}

/// The largest tree that this machine has signed, by origin: kept beside the keys, outside any backup of the data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) size: u64,
    pub(crate) root: String,
    /// The origin that a declared restore opened in place of this one, which signs nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forked_to: Option<String>,
}

impl Floor {
    /// Publishes checkpoints whose time has come (all of them if `now`), notes map roots, and moves the high-water mark.
    pub fn beat(&self, now: bool) -> Result<(), No> {
        self.enter_strangers(now)?;
        let at = self.now();
        for log in self.hall.log_names() {
            let (changed, size) = self.hall.read_book(&log, |b| (b.scopes.unmapped.len(), b.size()))?;
            let mapped_at = self.hall.beat(&log).map_or(0, |b| b.mapped_at);
            let map_due = changed >= MAP_SCOPES || (changed > 0 && (now || at - mapped_at >= MAP_BEAT_MS));
            if map_due && size > 0 {
                self.once(&Actor::system(), MapRoot { log: log.clone() })?;
            }
            let mut beats = self.hall.beats.lock().unwrap_or_else(PoisonError::into_inner);
            let (note, size) = self.hall.read_book(&log, |b| (b.note.clone(), b.size()))?;
            let beat =
                beats.entry(log).or_insert_with(|| Beat { public: note.clone(), size, at, mapped_at: at });
            if map_due {
                beat.mapped_at = at;
            }
            if now || at - beat.at >= PUBLIC_BEAT_MS {
                (beat.public, beat.size, beat.at) = (note, size, at);
            }
        }
        self.hall.mark_high_water()
    }
}

impl Hall {
    pub(crate) fn beat(&self, log: &str) -> Option<Beat> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner).get(log).cloned()
    }

    pub(crate) fn marks(&self) -> Result<BTreeMap<String, Mark>, No> {
        match fs::read(&self.high_water) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(e) => Err(No::Fault(format!("the high-water mark cannot be read: {e}"))),
        }
    }

    /// Refuses a database that lacks entries which this machine has signed, or has others in their place.
    pub(crate) fn check_high_water(&self, conn: &mut Conn, books: &HashMap<String, Book>) -> Result<(), No> {
        for (origin, mark) in self.marks()? {
            let book = books.values().find(|b| b.origin == *mark.forked_to.as_ref().unwrap_or(&origin));
            let fits = match (book, &mark.forked_to) {
                (Some(_), Some(_)) => true,
                (Some(book), None) => book.holds(conn, &mark),
                (None, _) => false,
            };
            if !fits {
                return Err(No::Fault(format!(
                    "the record book `{origin}` is older than what this machine has signed ({} lines). Was a backup \
                     put back? Nothing may be shown from it. Use `evenhand restore`, which two people declare",
                    mark.size
                )));
            }
        }
        Ok(())
    }

    pub(super) fn mark_high_water(&self) -> Result<(), No> {
        let mut marks = self.marks()?;
        marks.retain(|_, mark| mark.forked_to.is_some());
        for log in self.log_names() {
            let (origin, mark) = self.read_book(&log, |b| {
                (b.origin.clone(), Mark { size: b.size(), root: hex(&b.edge.root()), forked_to: None })
            })?;
            marks.insert(origin, mark);
        }
        self.write_marks(&marks)
    }

    pub(super) fn write_marks(&self, marks: &BTreeMap<String, Mark>) -> Result<(), No> {
        let draft = self.high_water.with_extension("new");
        let write = || -> std::io::Result<()> {
            let mut file = fs::File::create(&draft)?;
            file.write_all(&serde_json::to_vec(marks)?)?;
            file.sync_all()?;
            fs::rename(&draft, &self.high_water)
        };
        write().map_err(|e| No::Fault(format!("the high-water mark cannot be written: {e}")))
    }
}

impl Book {
    /// Whether the tree begins with the one that was marked.
    pub(super) fn holds(&self, conn: &mut Conn, mark: &Mark) -> bool {
        let tiles = Tiles::new(conn, self.id, &self.edge);
        let begins = tiles.prover().consistency(mark.size);
        mark.size == 0 || begins.is_ok_and(|(root, _)| hex(&root) == mark.root)
    }
}

pub(crate) fn hex(hash: &Hash) -> String {
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

/// Notes the root over all scopes as of the entries before this one.
struct MapRoot {
    log: String,
}

impl Act for MapRoot {
    const NAME: &'static str = "record.map_root";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let book = desk.hall.book(&self.log)?;
        let mut book = book.write().unwrap_or_else(PoisonError::into_inner);
        let (covers, root, scopes) = book.map_root();
        drop(book);
        let plain = json!({ "covers": covers, "root": hex(&root), "scopes": scopes });
        let facts = json!({});
        let ground =
            Ground { rule: "record", facts_hash: [0; 32], facts: &facts, log: &self.log, campaign: None };
        desk.write(&ground, Draft::new(Verb::MapRoot).plain(plain)).map(|_| ())
    }
}
