//! The lines of each log: their bytes, their tree, their tiles, their scopes, and the checkpoint that signs them.

use std::collections::{BTreeMap, HashMap};

use ledger::{
    Hash, ScopeKind, audit::Audit, commit::scope_commit, merkle::leaf_hash, scope::ScopeState,
    tile::RightEdge,
};
use sha2::{Digest, Sha256};

use super::{LogFound, Report, Told};
use crate::{
    book::{EntryId, ScopeRef, place},
    db::{Conn, DbError, Row},
    floor::beat::{Mark, hex},
    hall::Hall,
    no::No,
};

const LOGS: &str = "SELECT id, name, origin, note, scopes_upto FROM log ORDER BY id -- scan: one row a log";
const LINES: &str =
    "SELECT place, id, leaf, scopes FROM entry WHERE place >= $1 AND place < $2 ORDER BY place";
const TILES: &str = "SELECT level, n, hashes FROM tile WHERE log = $1 ORDER BY level, n";
const SCOPES: &str = "SELECT label, last, state FROM scope WHERE log = $1";
const INDEX: &str = "SELECT label, idx FROM scope_entry WHERE log = $1";

/// Reads every line of every log.
pub(super) fn check(conn: &mut Conn, hall: &Hall, report: &mut Report) -> Result<Told, No> {
    let mut told = Told::default();
    let mut marks = hall.marks()?;
    marks.retain(|_, mark| mark.forked_to.is_none());
    for row in conn.query(LOGS, &[])? {
        let mark = marks.remove(row.text("origin")?);
        let mut log = Log::load(conn, &row, mark)?;
        let ends = [place(log.id, 0), place(log.id + 1, 0)];
        let mut stopped = false;
        conn.each(LINES, &ends.map(Into::into), &mut |line| {
            stopped = stopped || !log.take(hall, &line, &mut told, report)?;
            Ok(())
        })?;
        log.check_scopes(conn, report)?;
        log.check_tiles(conn, report)?;
        log.check_head(hall, &mut told, report)?;
    }
    for origin in marks.keys() {
        report.wrong(format!("the log `{origin}`, which this machine has signed, is missing"));
    }
    Ok(told)
}

/// One log while it is read again.
struct Log {
    id: i64,
    name: String,
    origin: String,
    note: String,
    /// Lines below are in the scope tables.
    upto: u64,
    audit: Audit,
    edge: RightEdge,
    /// SHA-256 of each full tile that the lines make.
    tiles: BTreeMap<(u8, u64), Hash>,
    /// Each scope as the lines make it.
    scopes: HashMap<ScopeRef, Replayed>,
    /// The largest tree that this machine is known to have signed, and whether the lines make it.
    mark: Option<Mark>,
    marked: bool,
}

#[derive(Default)]
struct Replayed {
    state: ScopeState,
    lines: Vec<u64>,
    /// What the table has: its last line and its state.
    stored: Option<(u64, Vec<u8>)>,
    /// The state after that line.
    at_stored: Option<Vec<u8>>,
}

impl Log {
    fn load(conn: &mut Conn, row: &Row, mark: Option<Mark>) -> Result<Self, No> {
        let id = row.int("id")?;
        let mut scopes: HashMap<ScopeRef, Replayed> = HashMap::new();
        for row in conn.query(SCOPES, &[id.into()])? {
            let Some(scope) = ScopeRef::from_bytes(row.bytes("label")?) else { continue };
            let stored = Some((row.int("last")? as u64, row.bytes("state")?.to_vec()));
            scopes.insert(scope, Replayed { stored, ..Replayed::default() });
        }
        Ok(Self {
            id,
            name: row.text("name")?.to_owned(),
            origin: row.text("origin")?.to_owned(),
            note: row.text("note")?.to_owned(),
            upto: row.int("scopes_upto")? as u64,
            audit: Audit::default(),
            edge: RightEdge::default(),
            tiles: BTreeMap::new(),
            scopes,
            marked: false,
            mark,
        })
    }

    /// Takes the next line; false if what follows cannot be judged.
    fn take(
        &mut self,
        hall: &Hall,
        row: &Row,
        told: &mut Told,
        report: &mut Report,
    ) -> Result<bool, DbError> {
        let index = self.edge.size();
        let name = &self.name;
        if row.int("place")? != place(self.id, index) {
            report.wrong(format!("log {name}: line {index} is missing"));
            return Ok(false);
        }
        let leaf = row.bytes("leaf")?;
        let entry = match self.audit.take(leaf, None) {
            Ok(entry) => entry,
            Err(fault) => {
                report.wrong(format!("log {name}: {fault}"));
                return Ok(false);
            }
        };
        let id = EntryId(row.array("id")?);
        if entry.id != id.0 {
            report.wrong(format!("log {name}: line {index} is filed under another id"));
        }
        let hash = leaf_hash(leaf);
        let full = self.edge.push(hash);
        if self.mark.as_ref().is_some_and(|mark| mark.size == self.edge.size()) {
            self.marked = self.mark.as_ref().is_some_and(|mark| mark.root == hex(&self.edge.root()));
        }
        for tile in full {
            self.tiles.insert((tile.level, tile.index), Sha256::digest(&tile.bytes).into());
        }
        let scopes: Vec<ScopeRef> = ScopeRef::many(row.bytes("scopes")?).collect();
        let commit = |s: &ScopeRef| scope_commit(s.0, &s.1, &hall.salt(&EntryId(entry.id), &s.to_bytes()));
        let mut commitments: Vec<Hash> = scopes.iter().map(commit).collect();
        commitments.sort_unstable();
        if commitments != entry.s {
            report
                .wrong(format!("log {name}: line {index} is filed under scopes that it does not commit to"));
        }
        for scope in scopes {
            self.scopes.entry(scope).or_default().push(index, &hash);
        }
        if !entry.row.is_empty() {
            told.rows.insert(EntryId(entry.id), (name.clone(), entry.row));
        }
        Ok(true)
    }

    /// The tables of scopes say what the lines say, up to the watermark.
    fn check_scopes(&self, conn: &mut Conn, report: &mut Report) -> Result<(), No> {
        let name = &self.name;
        let mut behind: u64 = 0;
        for replayed in self.scopes.values() {
            let below = replayed.lines.partition_point(|line| *line < self.upto) as u64;
            behind += below;
            let last_below = below.checked_sub(1).and_then(|at| replayed.lines.get(at as usize));
            let fits = match &replayed.stored {
                Some((last, state)) => {
                    replayed.at_stored.as_ref() == Some(state) && last_below.is_none_or(|line| line <= last)
                }
                None => below == 0,
            };
            if !fits {
                report.wrong(format!("log {name}: the count of a scope does not fit its lines"));
            }
        }
        let (mut indexed, upto) = (0, self.upto);
        conn.each(INDEX, &[self.id.into()], &mut |row| {
            let scope = ScopeRef::from_bytes(row.bytes("label")?).and_then(|scope| self.scopes.get(&scope));
            let line = row.int("idx")? as u64;
            indexed += u64::from(line < upto);
            if scope.is_none_or(|scope| scope.lines.binary_search(&line).is_err()) {
                report
                    .wrong(format!("log {name}: the index puts line {line} under a scope that it is not of"));
            }
            Ok(())
        })?;
        if indexed != behind {
            report.wrong(format!(
                "log {name}: the index of scopes has {indexed} lines where there are {behind}"
            ));
        }
        Ok(())
    }

    /// Every full tile is stored as the lines make it, and no other.
    fn check_tiles(&self, conn: &mut Conn, report: &mut Report) -> Result<(), No> {
        let mut missing = self.tiles.clone();
        let name = &self.name;
        conn.each(TILES, &[self.id.into()], &mut |row| {
            let (level, n) = (row.int("level")?, row.int("n")?);
            let stored: Hash = Sha256::digest(row.bytes("hashes")?).into();
            if u8::try_from(level).ok().and_then(|level| missing.remove(&(level, n as u64))) != Some(stored) {
                report.wrong(format!("log {name}: tile {level}/{n} is not what its lines make"));
            }
            Ok(())
        })?;
        for (level, n) in missing.keys() {
            report.wrong(format!("log {name}: tile {level}/{n} is missing"));
        }
        Ok(())
    }

    /// The checkpoint signs this tree, and the tree is no shorter than the high-water mark.
    fn check_head(self, hall: &Hall, told: &mut Told, report: &mut Report) -> Result<(), No> {
        let (lines, root) = (self.edge.size(), self.edge.root());
        let signer = hall.signer(&self.name, &self.origin)?;
        if let Err(fault) = self.audit.finish(self.note.as_bytes(), signer.verifier(), &[]) {
            report.wrong(format!("log {}: {fault}", self.name));
        }
        if let Some(mark) = self.mark.filter(|mark| mark.size > 0 && !self.marked) {
            report.wrong(format!(
                "log {}: this machine has signed another tree, of {} lines",
                self.name, mark.size
            ));
        }
        for (scope, replayed) in &self.scopes {
            if scope.0 == ScopeKind::Row {
                told.versions.insert((self.name.clone(), scope.1), replayed.state.n());
            }
        }
        report.logs.push(LogFound { name: self.name, origin: self.origin, lines, root });
        Ok(())
    }
}

impl Replayed {
    fn push(&mut self, index: u64, leaf: &Hash) {
        self.state.push(index, leaf);
        self.lines.push(index);
        if self.stored.as_ref().is_some_and(|(last, _)| *last == index) {
            self.at_stored = Some(self.state.to_bytes());
        }
    }
}
