//! Reading rows that grant: each is checked against the record book before anybody sees it.

use ledger::{Entry, Hash, merkle};
use std::{
    collections::HashSet,
    sync::{Arc, PoisonError},
};

use super::Look;
use crate::{
    book::{EntryId, PLACE_BITS, Tiles},
    db::{DbError, Engine, Value},
    floor::intake_row,
    no::No,
    warrant::{By, Vouched, Warrant, WarrantRow},
};

const ONE: &str = "
    SELECT kind, key, version, at, holder, about, body, log, entry, salt FROM warrant
     WHERE kind = $1 AND key = $2 AND latest = 1";
const ONE_LOCKED: &str = "
    SELECT kind, key, version, at, holder, about, body, log, entry, salt FROM warrant
     WHERE kind = $1 AND key = $2 AND latest = 1 {for_share}";
const HELD: &str = "
    SELECT kind, key, version, at, holder, about, body, log, entry, salt FROM warrant
     WHERE kind = $1 AND holder = $2 AND latest = 1 ORDER BY at, key";
const ABOUT: &str = "
    SELECT kind, key, version, at, holder, about, body, log, entry, salt FROM warrant
     WHERE kind = $1 AND about = $2 AND latest = 1 ORDER BY at, key";
const VERSIONS: &str = "
    SELECT kind, key, version, at, holder, about, body, log, entry, salt FROM warrant
     WHERE kind = $1 AND key = $2 ORDER BY version DESC";
const HELD_EVER: &str = "SELECT DISTINCT key FROM warrant WHERE kind = $1 AND holder = $2 ORDER BY key";
const ABOUT_EVER: &str = "SELECT DISTINCT key FROM warrant WHERE kind = $1 AND about = $2 ORDER BY key";
const LAST: &str = "SELECT COALESCE(MAX(version), 0) AS last FROM warrant WHERE kind = $1 AND key = $2";
const AGE: &str = "UPDATE warrant SET latest = 0 WHERE kind = $1 AND key = $2 AND latest = 1";
const INSERT: &str = "
    INSERT INTO warrant (kind, key, version, latest, at, holder, about, body, log, entry, salt)
    VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10)";
const ENTRY: &str = "SELECT place, leaf FROM entry WHERE id = $1";
const INTAKE: &str =
    "SELECT log, id, at, leaf, scopes, actor, subject, detail, mac FROM intake WHERE id = $1";

impl Look<'_> {
    /// The fact with this key, as it stands (or stood, see [`Look::as_of`]).
    pub fn warrant<W: Warrant>(&mut self, key: &str) -> Result<Option<Vouched<W>>, No> {
        if let Some(at) = self.as_of {
            let versions = self.versions::<W>(key)?;
            return Ok(versions.into_iter().find(|v| v.at <= at));
        }
        self.current(W::KIND, By::Key, key)?.first().map(WarrantRow::fact).transpose()
    }

    /// All versions of a fact, newest first.
    pub fn versions<W: Warrant>(&mut self, key: &str) -> Result<Vec<Vouched<W>>, No> {
        let rows = self.conn.query(VERSIONS, &[W::KIND.into(), key.into()])?;
        let rows = rows.iter().map(WarrantRow::read).collect::<Result<Vec<_>, _>>()?;
        rows.iter().map(|row| self.vouch(row).and_then(|()| row.fact())).collect()
    }

    /// All facts of a kind about one holder.
    pub fn held<W: Warrant>(&mut self, holder: &str) -> Result<Vec<Vouched<W>>, No> {
        self.list(By::Holder, holder, HELD_EVER)
    }

    /// All facts of a kind that belong to one thing.
    pub fn about<W: Warrant>(&mut self, about: &str) -> Result<Vec<Vouched<W>>, No> {
        self.list(By::About, about, ABOUT_EVER)
    }

    fn list<W: Warrant>(&mut self, by: By, value: &str, ever: &'static str) -> Result<Vec<Vouched<W>>, No> {
        if self.as_of.is_none() {
            return self.current(W::KIND, by, value)?.iter().map(WarrantRow::fact).collect();
        }
        let keys = self.conn.query(ever, &[W::KIND.into(), value.into()])?;
        let facts = keys.iter().map(|row| self.warrant::<W>(row.text("key")?));
        facts.filter_map(Result::transpose).collect()
    }

    /// The newest versions, each checked against its entry, and all together against the count of versions.
    fn current(&mut self, kind: &str, by: By, value: &str) -> Result<Arc<[WarrantRow]>, No> {
        if let Some(rows) = self.known.and_then(|known| known.get(kind, by, value)) {
            return Ok(rows);
        }
        let text = match by {
            By::Key if self.locks => ONE_LOCKED,
            By::Key => ONE,
            By::Holder => HELD,
            By::About => ABOUT,
        };
        // Counted first: what commits meanwhile can only add to the rows. A row that another act has just replaced while
        // we waited for it is not in this statement's sight; the next one sees its successor.
        let counted = self.counted(by.label(&self.hall.secret, kind, value));
        let mut rows = self.conn.query(text, &[kind.into(), value.into()])?;
        if rows.is_empty() && self.locks && self.conn.engine() == Engine::Postgres {
            rows = self.conn.query(text, &[kind.into(), value.into()])?;
        }
        let rows = rows.iter().map(WarrantRow::read).collect::<Result<Vec<_>, _>>()?;
        rows.iter().try_for_each(|row| self.vouch(row))?;
        let keys: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        if keys.len() < rows.len() {
            return Err(tampered(kind, "is there twice, an old one beside the new"));
        }
        let there: u64 = rows.iter().map(|row| row.version as u64).sum();
        if there < counted {
            return Err(tampered(kind, "was taken out of the database, or an older one put back"));
        }
        let rows: Arc<[WarrantRow]> = rows.into();
        if let Some(known) = self.known {
            known.keep(kind, by, value, &rows);
        }
        Ok(rows)
    }

    /// How many versions the record book counts under a label, in all logs.
    fn counted(&self, label: [u8; 16]) -> u64 {
        let books = self.hall.books.read().unwrap_or_else(PoisonError::into_inner);
        books.values().map(|b| b.read().unwrap_or_else(PoisonError::into_inner).versions(label)).sum()
    }

    /// Checks a row against the entry that made it.
    fn vouch(&mut self, row: &WarrantRow) -> Result<(), No> {
        match self.rows_of(row.entry, &row.log)?.contains(&row.commitment()) {
            true => Ok(()),
            false => Err(tampered(&row.kind, "does not fit its line in the record book")),
        }
    }

    /// The rows that an entry commits to, after the entry was found in the signed tree.
    fn rows_of(&mut self, id: EntryId, log: &str) -> Result<Arc<[Hash]>, No> {
        if let Some(known) = self.hall.vouched.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(known.clone());
        }
        let leaf = match self.conn.row(ENTRY, &[id.0.into()])? {
            Some(row) => {
                let idx = (row.int("place")? & ((1 << PLACE_BITS) - 1)) as u64;
                self.check_in_tree(log, idx, row.bytes("leaf")?)?;
                row.bytes("leaf")?.to_vec()
            }
            None => self.leaf_in_intake(id)?,
        };
        let entry = Entry::decode(&leaf).map_err(No::fault)?;
        if entry.id != id.0 {
            return Err(tampered("entry", "bears another id"));
        }
        self.hall.remember_rows(id, &entry.row);
        Ok(entry.row.into())
    }

    pub(crate) fn check_in_tree(&mut self, log: &str, idx: u64, leaf: &[u8]) -> Result<(), No> {
        let book = self.hall.book(log)?;
        let book = book.read().unwrap_or_else(PoisonError::into_inner);
        let tiles = Tiles::new(self.conn, book.id, &book.edge);
        let leaf = merkle::leaf_hash(leaf);
        let holds = |proof: Vec<Hash>| {
            merkle::verify_inclusion(&leaf, idx, book.size(), &book.edge.root(), &proof).is_ok()
        };
        match tiles.prover().inclusion(idx).is_ok_and(holds) {
            true => Ok(()),
            false => Err(tampered("entry", "is not in the signed tree")),
        }
    }

    /// An entry of a committed act that the sequencer has not numbered yet; only a node can have put it there.
    fn leaf_in_intake(&mut self, id: EntryId) -> Result<Vec<u8>, No> {
        let row = self.conn.row(INTAKE, &[id.0.into()])?;
        let row = row.ok_or_else(|| tampered("row that grants", "names no line of the record book"))?;
        let leaf = row.bytes("leaf")?.to_vec();
        match self.hall.intake_mac(&intake_row(&row)?) == row.bytes("mac")? {
            true => Ok(leaf),
            false => Err(tampered("entry", "was put into the intake from outside")),
        }
    }

    pub(super) fn next_version(&mut self, kind: &str, key: &str) -> Result<i64, DbError> {
        Ok(1 + self.conn.row(LAST, &[kind.into(), key.into()])?.map_or(Ok(0), |r| r.int("last"))?)
    }

    pub(super) fn insert_warrant(&mut self, row: &WarrantRow) -> Result<(), No> {
        // From here on this act reads the table itself: what it writes is known to others only if it commits.
        if let Some(known) = self.known.take() {
            self.unkept = Some(known);
        }
        if let Some(known) = self.unkept {
            known.forget(row);
        }
        if row.version > 1 {
            self.conn.execute(AGE, &[(&row.kind).into(), (&row.key).into()])?;
        }
        let values: [Value; 10] = [
            (&row.kind).into(),
            (&row.key).into(),
            row.version.into(),
            row.at.into(),
            (&row.holder).into(),
            (&row.about).into(),
            (&row.body).into(),
            (&row.log).into(),
            row.entry.0.into(),
            row.salt.into(),
        ];
        match self.conn.execute(INSERT, &values) {
            Ok(_) => Ok(()),
            Err(DbError::Unique(_)) => Err(No::Again),
            Err(other) => Err(other.into()),
        }
    }
}

/// Somebody may have changed the database behind our back: nothing is granted.
pub(crate) fn tampered(kind: &str, how: &str) -> No {
    No::Tampered(format!("a stored {kind} {how}; the database was changed outside Evenhand"))
}
