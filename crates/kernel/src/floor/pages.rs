//! Reading the record book: C2SP tiles and checkpoints, and each holder's own slice, opened with its own key.

use std::ops::Range;

use ledger::{Entry, Hash, ScopeKind, checkpoint, merkle, tile::TileError};
use serde_json::Value as Json;

use super::Floor;
use crate::{
    actor::PersonId,
    book::{EntryId, ScopeRef, Tiles, full_tile, place},
    db::Row,
    desk::{ACTOR, DETAIL, Look, SUBJECT},
    no::No,
    seal::person::LogKey,
};

const RANGE: &str = "
    SELECT place, id, leaf, scopes, actor, subject, detail FROM entry
     WHERE place >= $1 AND place < $2 ORDER BY place";
const INDEXED: &str = "
    SELECT idx FROM scope_entry WHERE log = $1 AND label = $2 AND idx >= $3 AND idx < $4
     ORDER BY idx DESC LIMIT $5";
const SIZE: &str = "SELECT size FROM log WHERE id = $1";

/// One line of the record book, as a reader of its scope sees it.
#[derive(Debug, Clone)]
pub struct BookLine {
    /// Its number.
    pub index: u64,
    /// Its bytes, as hashed.
    pub leaf: Vec<u8>,
    /// What the bytes say.
    pub entry: Entry,
    /// Who did it, if the reader may open that.
    pub actor: Option<Opened>,
    /// Whom it is about, if the reader may open that.
    pub subject: Option<Opened>,
    /// Details, if the reader may open them.
    pub detail: Option<Opened>,
    /// The scopes that the reader may see, with what opens their commitments.
    pub scopes: Vec<OpenedScope>,
}

/// An opened commitment.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Salt of the commitment.
    pub salt: [u8; 32],
    /// The committed bytes: a JSON object.
    pub bytes: Vec<u8>,
}

impl Opened {
    /// The opening as JSON.
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.bytes).unwrap_or(Json::Null)
    }
}

/// An opened scope commitment.
#[derive(Debug, Clone)]
pub struct OpenedScope {
    /// Member, actor, campaign, …
    pub kind: ScopeKind,
    /// The scope's label in this log.
    pub label: [u8; 16],
    /// Salt of the commitment.
    pub salt: [u8; 32],
}

/// Whose slice of the record book.
#[derive(Debug, Clone, Copy)]
pub enum Slice<'a> {
    /// Everything that this person did.
    Actor(PersonId),
    /// Everything about this member.
    Member(PersonId),
    /// Everything in a campaign's scope.
    Campaign(&'a str),
    /// All lines, for the returning officer and the scrutineer.
    All,
}

impl Floor {
    /// Names of all logs.
    pub fn logs(&self) -> Vec<String> {
        self.hall.log_names()
    }

    /// Origin and verifier key of a log, as its readers need them.
    pub fn log_key(&self, log: &str) -> Result<(String, String), No> {
        self.hall.read_book(log, |b| (b.origin.clone(), b.signer.verifier().to_string()))
    }

    /// The checkpoint that the public sees.
    pub fn public_checkpoint(&self, log: &str) -> Result<String, No> {
        self.hall.beat(log).map(|b| b.public.to_string()).ok_or(No::Absent)
    }

    /// The newest checkpoint, for witnesses and for whoever holds a receipt.
    pub fn checkpoint(&self, log: &str) -> Result<String, No> {
        self.hall.read_book(log, |b| b.note.to_string())
    }

    /// Hashes of a tile at `level`; `width` hashes of it, 256 when full. Nothing beyond the public checkpoint.
    pub fn tile(&self, log: &str, level: u8, n: u64, width: usize) -> Result<Vec<u8>, No> {
        let public = self.hall.beat(log).ok_or(No::Absent)?.size;
        let shift = 8 * u32::from(level);
        let there = public.checked_shr(shift).unwrap_or(0);
        let end = n.checked_mul(256).and_then(|from| from.checked_add(width as u64));
        if width == 0 || width > 256 || end.is_none_or(|end| end > there) {
            return Err(No::Absent);
        }
        // What is in memory is copied before the snapshot begins: so the tables hold all that memory lacks.
        let (id, partial) = self.hall.read_book(log, |b| (b.id, b.edge.partial(level)))?;
        let mut bytes = match partial {
            Some((path, bytes)) if path.index == n => bytes,
            _ => self.reading(|conn| full_tile(conn, id, level, n))?,
        };
        bytes.truncate(width * 32);
        Ok(bytes)
    }

    /// Entries `from..to` as bytes, for enrolled mirrors. Nothing beyond the public checkpoint.
    pub fn leaves(&self, log: &str, from: u64, to: u64) -> Result<Vec<Vec<u8>>, No> {
        let public = self.hall.beat(log).ok_or(No::Absent)?.size;
        if from >= to || to > public {
            return Err(No::Absent);
        }
        let id = self.hall.read_book(log, |b| b.id)?;
        self.reading(|conn| {
            let rows = conn.query(RANGE, &[place(id, from).into(), place(id, to).into()])?;
            rows.iter().map(|row| Ok(row.bytes("leaf")?.to_vec())).collect()
        })
    }

    /// Inclusion proof of line `index` under the newest checkpoint, and the signed note.
    pub fn prove(&self, log: &str, index: u64) -> Result<(Vec<Hash>, String), No> {
        let (mut paths, note) = self.prove_all(log, &[index])?;
        Ok((paths.pop().ok_or(No::Absent)?, note))
    }

    /// Inclusion proofs of these lines under the newest checkpoint, and the signed note.
    ///
    /// # Errors
    /// [`No::Fault`] if a line is not, byte for byte, what the signed tree holds in its place: then the database was
    /// changed outside Evenhand, and nothing may be shown from it.
    pub fn prove_lines(&self, log: &str, lines: &[BookLine]) -> Result<(Vec<Vec<Hash>>, String), No> {
        let indexes: Vec<u64> = lines.iter().map(|l| l.index).collect();
        let (paths, note) = self.prove_all(log, &indexes)?;
        let sealed = checkpoint::Checkpoint::claimed(note.as_bytes()).map_err(No::fault)?;
        for (line, path) in lines.iter().zip(&paths) {
            let leaf = merkle::leaf_hash(&line.leaf);
            merkle::verify_inclusion(&leaf, line.index, sealed.size, &sealed.root, path).map_err(|_| {
                No::Fault(format!(
                    "line {} of the record book `{log}` is not what was sealed; it was changed outside Evenhand",
                    line.index
                ))
            })?;
        }
        Ok((paths, note))
    }

    fn prove_all(&self, log: &str, indexes: &[u64]) -> Result<(Vec<Vec<Hash>>, String), No> {
        let (id, edge, note) = self.hall.read_book(log, |b| (b.id, b.edge.clone(), b.note.to_string()))?;
        self.reading(|conn| {
            let tiles = Tiles::new(conn, id, &edge);
            let prover = tiles.prover();
            let path = |index: &u64| match prover.inclusion(*index) {
                Err(TileError::OutOfRange { .. }) => Err(No::Absent),
                path => path.map_err(No::fault),
            };
            Ok((indexes.iter().map(path).collect::<Result<_, No>>()?, note))
        })
    }
}

impl Look<'_> {
    /// The newest `most` lines of a slice whose numbers lie in `range`, newest first, each opened as far as the slice's
    /// holder may. They come as the table has them; [`Floor::prove_lines`] holds them against the signed tree.
    pub fn slice(
        &mut self,
        log: &str,
        slice: Slice<'_>,
        range: Range<u64>,
        most: usize,
    ) -> Result<Vec<BookLine>, No> {
        let (keys, scope) = self.reader_of(log, slice)?;
        let id = self.hall.read_book(log, |b| b.id)?;
        // Memory may know lines that this snapshot does not.
        let size = self.conn.row(SIZE, &[id.into()])?.ok_or(No::Absent)?.int("size")? as u64;
        let range = range.start..range.end.min(size);
        let lines = match &scope {
            Some(scope) => self.scope_lines(log, id, scope, &range, most)?,
            None => range.rev().take(most).collect(),
        };
        let mut out = Vec::with_capacity(lines.len());
        for index in lines {
            let row = self.conn.row(RANGE, &[place(id, index).into(), place(id, index + 1).into()])?;
            let row = row.ok_or_else(|| {
                No::Fault(format!("line {index} of the record book `{log}` was taken out of the database"))
            })?;
            out.push(self.open_line(log, &row, index, &keys, scope)?);
        }
        Ok(out)
    }

    /// The newest `most` line numbers of a scope in `range`: from the table, and from memory what the table lacks.
    fn scope_lines(
        &mut self,
        log: &str,
        id: i64,
        scope: &ScopeRef,
        range: &Range<u64>,
        most: usize,
    ) -> Result<Vec<u64>, No> {
        let unwritten: Vec<u64> = self.hall.read_book(log, |b| b.scopes.unwritten(scope).collect())?;
        let (from, to) = (range.start.min(range.end) as i64, range.end as i64);
        let label = scope.to_bytes().into();
        let rows =
            self.conn.query(INDEXED, &[id.into(), label, from.into(), to.into(), (most as i64).into()])?;
        let mut lines = rows.iter().map(|r| Ok(r.int("idx")? as u64)).collect::<Result<Vec<_>, No>>()?;
        lines.extend(unwritten.into_iter().filter(|l| range.contains(l)));
        lines.sort_unstable_by(|a, b| b.cmp(a));
        lines.dedup();
        lines.truncate(most);
        Ok(lines)
    }

    /// How many lines a slice has.
    pub fn slice_size(&mut self, log: &str, slice: Slice<'_>) -> Result<u64, No> {
        let (_, scope) = self.reader_of(log, slice)?;
        self.hall.read_book(log, |b| scope.map_or(b.size(), |s| b.scopes.n(&s)))
    }

    fn reader_of(&mut self, log: &str, slice: Slice<'_>) -> Result<(Keys, Option<ScopeRef>), No> {
        let mut keys = Keys { actor: None, member: None, detail: false, all: false };
        let scope = match slice {
            Slice::Actor(person) => {
                let key = self.open_log_key(person)?;
                let scope = ScopeRef(ScopeKind::Actor, key.label(log));
                keys.actor = Some(key);
                keys.detail = true;
                Some(scope)
            }
            Slice::Member(person) => {
                let key = self.open_log_key(person)?;
                let scope = ScopeRef(ScopeKind::Member, key.label(log));
                keys.member = Some(key);
                Some(scope)
            }
            Slice::Campaign(id) => {
                keys.detail = true;
                Some(ScopeRef(ScopeKind::Campaign, self.hall.label("campaign", id)))
            }
            Slice::All => {
                keys.detail = true;
                keys.all = true;
                None
            }
        };
        Ok((keys, scope))
    }

    fn open_log_key(&mut self, person: PersonId) -> Result<LogKey, No> {
        let wrapped = self.wrapped_keys(person)?;
        Ok(self.hall.log_keys.open(person, &wrapped)?)
    }

    fn open_line(
        &self,
        log: &str,
        row: &Row,
        index: u64,
        keys: &Keys,
        own: Option<ScopeRef>,
    ) -> Result<BookLine, No> {
        let id = EntryId(row.array("id")?);
        let open = |key: &LogKey, group: crate::desk::Group, column: &str| -> Result<Option<Opened>, No> {
            let Some(sealed) = row.opt_bytes(column)? else { return Ok(None) };
            let bytes = key.open_opening(&id.0, group.1, sealed)?.to_vec();
            Ok(Some(Opened { salt: key.salt(&id.0, group.1), bytes }))
        };
        let detail_key = keys.detail.then(|| self.hall.detail_key(log));
        let scopes = ScopeRef::many(row.bytes("scopes")?).filter(|s| keys.all || Some(*s) == own);
        let leaf = row.bytes("leaf")?.to_vec();
        Ok(BookLine {
            index,
            entry: Entry::decode(&leaf).map_err(No::fault)?,
            leaf,
            actor: keys.actor.as_ref().map(|k| open(k, ACTOR, "actor")).transpose()?.flatten(),
            subject: keys.member.as_ref().map(|k| open(k, SUBJECT, "subject")).transpose()?.flatten(),
            detail: detail_key.as_ref().map(|k| open(k, DETAIL, "detail")).transpose()?.flatten(),
            scopes: scopes
                .map(|s| OpenedScope { kind: s.0, label: s.1, salt: self.hall.salt(&id, &s.to_bytes()) })
                .collect(),
        })
    }
}

struct Keys {
    actor: Option<LogKey>,
    member: Option<LogKey>,
    detail: bool,
    all: bool,
}
