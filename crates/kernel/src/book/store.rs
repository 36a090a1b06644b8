//! The book's rows: entries, tiles, scopes and the signed head of each log.

use std::{cell::RefCell, collections::HashMap};

use ledger::{
    Entry, Hash,
    map::Map,
    merkle::leaf_hash,
    note::Signer,
    scope::ScopeState,
    tile::{self, Prover, RightEdge, TileSource, WIDTH, read_hashes},
};

use super::{
    Book, Pending, ScopeRef, Staged, place,
    scopes::{Counted, Mark, Scopes, Slice},
};
use crate::{
    db::{Conn, DbError, Migration, Value},
    hall::Hall,
    no::No,
};

pub(crate) const MIGRATION: Migration =
    Migration { name: "2026-11-23-book", text: include_str!("2026-11-23-book.sql") };

const LOGS: &str = "
    SELECT id, name, origin, size, last_at, note, scopes_upto, scopes_mark FROM log ORDER BY id
    -- scan: one row a log, read at start";
const NEW_LOG: &str = "
    INSERT INTO log (id, name, origin, size, last_at, note, scopes_upto, scopes_mark, epoch)
    VALUES ($1, $2, $3, 0, 0, $4, 0, $5, 1)";
const HEAD: &str = "UPDATE log SET size = $2, last_at = $3, note = $4 WHERE id = $1 AND size = $5";
const ENTRY: &str = "
    INSERT INTO entry (place, id, leaf, scopes, actor, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const TILE: &str = "INSERT INTO tile (log, level, n, hashes) VALUES ($1, $2, $3, $4)";
const READ_TILE: &str = "SELECT hashes FROM tile WHERE log = $1 AND level = $2 AND n = $3";
const LEAVES: &str = "SELECT place, leaf, scopes FROM entry WHERE place >= $1 AND place < $2 ORDER BY place";
const SCOPES: &str = "SELECT label, last, state FROM scope WHERE log = $1";
const SCOPE: &str = "
    INSERT INTO scope (log, label, last, state) VALUES ($1, $2, $3, $4)
    ON CONFLICT (log, label) DO UPDATE SET last = excluded.last, state = excluded.state";
const SCOPE_ENTRY: &str =
    "INSERT INTO scope_entry (log, label, idx) VALUES ($1, $2, $3) ON CONFLICT (log, label, idx) DO NOTHING";
const UPTO: &str = "UPDATE log SET scopes_upto = $2, scopes_mark = $3 WHERE id = $1";

/// Makes an empty log with a signed checkpoint of nothing.
pub(crate) fn create(
    conn: &mut Conn,
    hall: &Hall,
    id: i64,
    name: &str,
    origin: String,
    signer: Signer,
) -> Result<Book, No> {
    let mut book = Book {
        id,
        name: name.to_owned(),
        origin,
        signer,
        edge: RightEdge::default(),
        last_at: 0,
        note: "".into(),
        scopes: Scopes::default(),
        map: Map::default(),
    };
    let mut staged = book.stage();
    staged.sign(&book)?;
    book.note = staged.note;
    let mark = hall.scopes_mark(id, 0, &Mark::default());
    let row = [id.into(), name.into(), (&book.origin).into(), (*book.note).into(), mark.into()];
    conn.execute(NEW_LOG, &row)?;
    Ok(book)
}

/// Reads all logs, replays what the scopes lack, and checks each root against its signed checkpoint.
pub(crate) fn load(conn: &mut Conn, hall: &Hall) -> Result<HashMap<String, Book>, No> {
    let mut books = HashMap::new();
    for row in conn.query(LOGS, &[])? {
        let (id, size, name) = (row.int("id")?, row.int("size")? as u64, row.text("name")?.to_owned());
        let unfinished = Unfinished { conn: RefCell::new(conn), log: id };
        let edge = RightEdge::resume(size, &unfinished).map_err(No::fault)?;
        let mut book = Book {
            id,
            signer: hall.signer(&name, row.text("origin")?)?,
            origin: row.text("origin")?.to_owned(),
            last_at: row.int("last_at")? as u64,
            note: row.text("note")?.into(),
            scopes: Scopes::from(row.int("scopes_upto")? as u64),
            edge,
            map: Map::default(),
            name: name.clone(),
        };
        let head = ledger::checkpoint::verify(book.note.as_bytes(), book.signer.verifier(), &[]);
        let head = head.map_err(No::fault)?.checkpoint;
        if head.size != size || head.root != book.edge.root() {
            return Err(No::Fault(format!(
                "the record book `{name}` does not fit its signed checkpoint; it was changed outside Evenhand. \
                 Run `evenhand fsck` and call the scrutineer"
            )));
        }
        load_scopes(conn, hall, &mut book, row.bytes("scopes_mark")?)?;
        books.insert(name, book);
    }
    Ok(books)
}

/// A log's hash tiles: full ones from the table, the others from its right edge.
pub(crate) struct Tiles<'a> {
    conn: RefCell<&'a mut Conn>,
    log: i64,
    edge: &'a RightEdge,
}

impl<'a> Tiles<'a> {
    pub(crate) fn new(conn: &'a mut Conn, log: i64, edge: &'a RightEdge) -> Self {
        Self { conn: RefCell::new(conn), log, edge }
    }

    /// Makes proofs in the tree of the right edge.
    pub(crate) fn prover(&self) -> Prover<'_, Self> {
        Prover::new(self.edge.size(), self.edge.root(), self)
    }
}

impl TileSource for Tiles<'_> {
    type Error = No;

    fn tile(&self, level: u8, index: u64, _: u16) -> Result<Vec<u8>, No> {
        match self.edge.partial(level) {
            Some((path, bytes)) if path.index == index => Ok(bytes),
            _ => full_tile(&mut self.conn.borrow_mut(), self.log, level, index),
        }
    }
}

/// The tiles at the right edge, which are not stored: leaves from the entries, the rest from the full tiles below.
struct Unfinished<'a> {
    conn: RefCell<&'a mut Conn>,
    log: i64,
}

impl TileSource for Unfinished<'_> {
    type Error = No;

    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, No> {
        let first = index * WIDTH as u64;
        let conn = &mut self.conn.borrow_mut();
        let mut hashes = Vec::with_capacity(width.into());
        for n in first..first + u64::from(width) {
            hashes.push(match level.checked_sub(1) {
                None => leaf_at(conn, self.log, n)?,
                Some(below) => {
                    let tile = full_tile(conn, self.log, below, n)?;
                    tile::root(read_hashes(&tile).map_err(No::fault)?)
                }
            });
        }
        Ok(hashes.concat())
    }
}

fn leaf_at(conn: &mut Conn, log: i64, idx: u64) -> Result<Hash, No> {
    let row = conn.row(LEAVES, &[place(log, idx).into(), place(log, idx + 1).into()])?;
    let row = row.ok_or_else(|| No::Fault(format!("line {idx} of the record book is missing")))?;
    Ok(leaf_hash(row.bytes("leaf")?))
}

/// The bytes of a full tile.
pub(crate) fn full_tile(conn: &mut Conn, log: i64, level: u8, n: u64) -> Result<Vec<u8>, No> {
    let row = conn.row(READ_TILE, &[log.into(), i64::from(level).into(), (n as i64).into()])?;
    let row = row.ok_or_else(|| No::Fault(format!("tile {level}/{n} of the record book is missing")))?;
    match read_hashes(row.bytes("hashes")?) {
        Ok(hashes) if hashes.len() == WIDTH => Ok(hashes.concat()),
        _ => Err(No::Fault(format!("tile {level}/{n} of the record book is damaged"))),
    }
}

/// Reads the scopes' rows and replays what they lack. Rows must fit their keyed marks, and replayed entries the scopes
/// that their own bytes commit to: else the counts of rows that grant could be lowered from outside.
fn load_scopes(conn: &mut Conn, hall: &Hall, book: &mut Book, mark: &[u8]) -> Result<(), No> {
    for row in conn.query(SCOPES, &[book.id.into()])? {
        let scope = ScopeRef::from_bytes(row.bytes("label")?);
        let scope = scope.ok_or_else(|| No::Fault("a scope of the record book is damaged".to_owned()))?;
        let state = ScopeState::from_bytes(row.bytes("state")?).map_err(No::fault)?;
        let mut counted = Counted { state, last: row.int("last")? as u64, mark: Mark::default() };
        counted.mark = hall.scope_mark(book.id, &scope, &counted);
        book.scopes.restore(scope, counted);
    }
    if hall.scopes_mark(book.id, book.scopes.upto, &book.scopes.sum) != mark {
        return Err(meddled(&book.name));
    }
    let (from, to) = (place(book.id, book.scopes.upto), place(book.id, book.size()));
    let (scopes, log, mut fits) = (&mut book.scopes, book.id, true);
    conn.each(LEAVES, &[from.into(), to.into()], &mut |row| {
        let idx = (row.int("place")? - place(log, 0)) as u64;
        let bytes = row.bytes("leaf")?;
        let belongs: Vec<ScopeRef> = ScopeRef::many(row.bytes("scopes")?).collect();
        fits &=
            Entry::decode(bytes).is_ok_and(|entry| hall.scope_commitments(&entry.id, &belongs) == entry.s);
        let leaf = leaf_hash(bytes);
        belongs.into_iter().for_each(|scope| scopes.count(scope, idx, &leaf));
        Ok(())
    })?;
    if fits { Ok(()) } else { Err(meddled(&book.name)) }
}

fn meddled(log: &str) -> No {
    No::Fault(format!(
        "the scopes of the record book `{log}` were changed outside Evenhand. Run `evenhand fsck` and call the scrutineer"
    ))
}

impl Pending {
    /// Inserts the entry under its number.
    pub(crate) fn insert(&self, conn: &mut Conn, log: i64, idx: u64) -> Result<(), DbError> {
        let scopes: Vec<u8> = self.scopes.iter().flat_map(|s| s.to_bytes()).collect();
        let row: [Value; 7] = [
            place(log, idx).into(),
            self.id.0.into(),
            self.leaf.as_slice().into(),
            scopes.into(),
            self.actor.as_deref().into(),
            self.subject.as_deref().into(),
            self.detail.as_deref().into(),
        ];
        conn.execute(ENTRY, &row).map(|_| ())
    }
}

impl Staged {
    /// Writes full tiles and the signed head; exactly one row may change, or the log moved under us.
    pub(crate) fn write(&self, conn: &mut Conn, book: &Book) -> Result<(), No> {
        for tile in &self.full {
            let row = [
                book.id.into(),
                i64::from(tile.level).into(),
                (tile.index as i64).into(),
                tile.bytes.as_slice().into(),
            ];
            conn.execute(TILE, &row)?;
        }
        let head = [
            book.id.into(),
            (self.edge.size() as i64).into(),
            (self.last_at as i64).into(),
            (*self.note).into(),
            (book.size() as i64).into(),
        ];
        match conn.execute(HEAD, &head)? {
            1 => Ok(()),
            _ => Err(No::Fault(format!("another writer moved the log `{}`", book.name))),
        }
    }
}

impl Slice {
    /// Writes scopes behind the entries.
    pub(crate) fn write(&self, conn: &mut Conn, hall: &Hall, log: i64) -> Result<(), DbError> {
        for (scope, counted, entries) in &self.rows {
            let label = scope.to_bytes();
            let state = counted.state.to_bytes();
            conn.execute(SCOPE, &[log.into(), label.into(), (counted.last as i64).into(), state.into()])?;
            for idx in entries {
                conn.execute(SCOPE_ENTRY, &[log.into(), label.into(), (*idx as i64).into()])?;
            }
        }
        let mark = hall.scopes_mark(log, self.upto, &self.sum);
        conn.execute(UPTO, &[log.into(), (self.upto as i64).into(), mark.into()]).map(|_| ())
    }
}
