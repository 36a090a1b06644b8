//! Reading the record book: C2SP tiles and checkpoints, and each holder's own slice, opened with its own key.

use std::sync::PoisonError;

use ledger::{Entry, Hash, ScopeKind};
use serde_json::Value as Json;

use super::Floor;
use crate::{
    actor::PersonId,
    book::{Book, EntryId, PLACE_BITS, ScopeRef, TreeHashes, place, tile_hashes},
    db::{Conn, Row},
    desk::{ACTOR, DETAIL, Look, SUBJECT},
    no::No,
    seal::person::LogKey,
};

const RANGE: &str = "
    SELECT place, id, leaf, scopes, actor, subject, detail FROM entry
     WHERE place >= $1 AND place < $2 ORDER BY place";
const INDEXED: &str = "SELECT idx FROM scope_entry WHERE log = $1 AND label = $2 ORDER BY idx";

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
        let book = self.hall.book(log)?;
        self.reading(|conn| {
            let book = book.read().unwrap_or_else(PoisonError::into_inner);
            let hashes = match book.size() >> shift >> 8 {
                full if n < full => tile_hashes(conn, book.id, level, n)?,
                _ => book.edge.partial(level).to_vec(),
            };
            Ok(hashes.get(..width).ok_or(No::Absent)?.concat())
        })
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

    /// Inclusion proof of line `index` under the newest checkpoint: its size, the proof, and the signed note.
    pub fn prove(&self, log: &str, index: u64) -> Result<(Vec<Hash>, String), No> {
        let book = self.hall.book(log)?;
        self.reading(|conn| {
            let book = book.read().unwrap_or_else(PoisonError::into_inner);
            let conn = std::cell::RefCell::new(conn);
            let stored = |level, n| tile_hashes(&mut conn.borrow_mut(), book.id, level, n).ok();
            let hashes = TreeHashes { edge: &book.edge, stored };
            let proof =
                ledger::merkle::prove_inclusion(index, book.size(), &hashes).map_err(|_| No::Absent)?;
            Ok((proof, book.note.to_string()))
        })
    }
}

impl Look<'_> {
    /// The newest `most` lines of a slice, newest first, each opened as far as the slice's holder may.
    pub fn slice(&mut self, log: &str, slice: Slice<'_>, most: usize) -> Result<Vec<BookLine>, No> {
        let (keys, scope) = self.reader_of(log, slice)?;
        let hall = self.hall;
        let book = hall.book(log)?;
        let book = book.read().unwrap_or_else(PoisonError::into_inner);
        let lines = match &scope {
            Some(scope) => scope_lines(self.conn, &book, scope, most)?,
            None => (book.size().saturating_sub(most as u64)..book.size()).rev().collect(),
        };
        let mut out = Vec::with_capacity(lines.len());
        for index in lines {
            let at = [place(book.id, index).into(), place(book.id, index + 1).into()];
            let row = self.conn.row(RANGE, &at)?.ok_or(No::Absent)?;
            out.push(self.open_line(log, &row, index, &keys, scope)?);
        }
        Ok(out)
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

/// The newest `most` line numbers of a scope: from the table, and from memory what the table lacks.
fn scope_lines(conn: &mut Conn, book: &Book, scope: &ScopeRef, most: usize) -> Result<Vec<u64>, No> {
    let rows = conn.query(INDEXED, &[book.id.into(), scope.to_bytes().into()])?;
    let mut lines = rows.iter().map(|r| Ok(r.int("idx")? as u64)).collect::<Result<Vec<_>, No>>()?;
    lines.extend(book.scopes.unwritten(scope));
    lines.sort_unstable_by(|a, b| b.cmp(a));
    lines.dedup();
    lines.truncate(most);
    debug_assert!(lines.iter().all(|l| *l < 1 << PLACE_BITS));
    Ok(lines)
}
