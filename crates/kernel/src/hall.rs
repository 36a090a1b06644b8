//! What all desks of one floor share: the guard, the keys, the clock, chance, and the books.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use ledger::{Hash, note::Signer};

use crate::{
    actor::{Actor, PersonId, Who},
    book::{Book, Counted, EntryId, Mark, ScopeRef},
    chance::Chance,
    clock::Clock,
    db::Value,
    erasures::Erasures,
    floor::{beat::Beat, strangers::Strangers},
    guard::Guard,
    no::No,
    seal::{
        index::Tagger,
        keys::KeyRing,
        person::{LogKey, LogKeys},
        service::KeyService,
    },
    warrant::{Known, row_label},
};

pub(crate) struct Hall {
    pub(crate) guard: Guard,
    pub(crate) keys: KeyRing,
    pub(crate) log_keys: LogKeys,
    pub(crate) service: Arc<dyn KeyService>,
    pub(crate) tagger: Tagger,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Chance,
    pub(crate) build: Hash,
    /// Host part of the logs' origins.
    pub(crate) host: String,
    pub(crate) books: RwLock<HashMap<String, Arc<RwLock<Book>>>>,
    /// Entries that were checked against the tree, with the rows that they commit to.
    pub(crate) vouched: Mutex<HashMap<EntryId, Arc<[Hash]>>>,
    /// The logs' own keys, derived once.
    pub(crate) details: Mutex<HashMap<String, Arc<LogKey>>>,
    /// Rows that grant, as the one writer of an SQLite file knows them.
    pub(crate) known: Known,
    /// Log keys of those who act often; emptied when anyone is erased.
    pub(crate) actors: Mutex<HashMap<PersonId, Arc<LogKey>>>,
    /// The minute that entries bear now. Held for reading while an act runs, so that it turns only between acts.
    pub(crate) minute: RwLock<u64>,
    /// What was last published of each log.
    pub(crate) beats: Mutex<HashMap<String, Beat>>,
    /// Refusals of strangers that have no line yet.
    pub(crate) strangers: Strangers,
    /// Who was erased, beside the epoch keys.
    pub(crate) erasures: Erasures,
    /// Held while an epoch is being retired.
    pub(crate) rotating: Mutex<()>,
    /// Held for reading while an act's answer, or a snapshot's rows, may still need the retiring epoch's key.
    pub(crate) answering: RwLock<()>,
    pub(crate) pouring: RwLock<()>,
    /// File of the largest trees that this machine has signed.
    pub(crate) high_water: PathBuf,
    /// Secret of scope labels and of entries on their way to the sequencer.
    pub(crate) secret: [u8; 32],
}

impl Hall {
    pub(crate) fn book(&self, log: &str) -> Result<Arc<RwLock<Book>>, No> {
        let books = self.books.read().unwrap_or_else(PoisonError::into_inner);
        books.get(log).cloned().ok_or(No::Absent)
    }

    /// Reads a book for a moment.
    pub(crate) fn read_book<T>(&self, log: &str, look: impl FnOnce(&Book) -> T) -> Result<T, No> {
        let book = self.book(log)?;
        let book = book.read().unwrap_or_else(PoisonError::into_inner);
        Ok(look(&book))
    }

    pub(crate) fn signer(&self, log: &str, origin: &str) -> Result<Signer, No> {
        Signer::log(origin, self.keys.log_seed(log, &mut self.chance.fork())?.expose()).map_err(No::fault)
    }

    /// Label of something that is no person: a campaign, a row, the schedule.
    pub(crate) fn label(&self, kind: &str, key: &str) -> [u8; 16] {
        row_label(&self.secret, kind, key)
    }

    /// Salt of a commitment that the house holds.
    pub(crate) fn salt(&self, entry: &EntryId, what: &[u8]) -> [u8; 32] {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.secret);
        let mut context = ring::hmac::Context::with_key(&key);
        context.update(b"salt");
        context.update(&entry.0);
        context.update(what);
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }

    /// What commits an entry of this log's details: the contest's own key.
    pub(crate) fn detail_key(&self, log: &str) -> Arc<LogKey> {
        let mut keys = self.details.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.get(log) {
            return key.clone();
        }
        let key = Arc::new(LogKey::of_house(self.keys.server(&format!("detail/{log}"))));
        keys.insert(log.to_owned(), key.clone());
        key
    }

    /// Marks a row of the intake as put there by a node; covers every column but the ticket.
    pub(crate) fn intake_mac(&self, row: &[Value]) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(2_048);
        for value in row {
            let (kind, part) = match value {
                Value::Null => (0u8, Vec::new()),
                Value::Int(n) => (1, n.to_be_bytes().to_vec()),
                Value::Text(t) => (2, t.as_bytes().to_vec()),
                Value::Bytes(b) => (3, b.clone()),
            };
            bytes.push(kind);
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part);
        }
        self.mac(&[b"intake", &bytes])
    }

    /// Marks a row of a log's scopes.
    pub(crate) fn scope_mark(&self, log: i64, scope: &ScopeRef, row: &Counted) -> Mark {
        let parts: [&[u8]; 5] =
            [b"scope", &log.to_be_bytes(), &scope.to_bytes(), &row.last.to_be_bytes(), &row.state.to_bytes()];
        let mut mark = Mark::default();
        mark.copy_from_slice(&self.mac(&parts)[..16]);
        mark
    }

    /// Marks all rows of a log's scopes together, and how far they go.
    pub(crate) fn scopes_mark(&self, log: i64, upto: u64, sum: &Mark) -> [u8; 32] {
        self.mac(&[b"scopes", &log.to_be_bytes(), &upto.to_be_bytes(), sum])
    }

    /// What an entry commits to as its scopes, in rising order.
    pub(crate) fn scope_commitments(&self, entry: &[u8; 16], scopes: &[ScopeRef]) -> Vec<Hash> {
        let id = EntryId(*entry);
        let commit = |s: &ScopeRef| ledger::commit::scope_commit(s.0, &s.1, &self.salt(&id, &s.to_bytes()));
        let mut all: Vec<Hash> = scopes.iter().map(commit).collect();
        all.sort_unstable();
        all
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.secret);
        let mut context = ring::hmac::Context::with_key(&key);
        parts.iter().for_each(|part| context.update(part));
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }

    pub(crate) fn add_books(&self, new: Vec<Book>) {
        let mut books = self.books.write().unwrap_or_else(PoisonError::into_inner);
        for book in new {
            books.insert(book.name.clone(), Arc::new(RwLock::new(book)));
        }
    }

    pub(crate) fn log_names(&self) -> Vec<String> {
        let books = self.books.read().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<String> = books.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Enters the present minute, which never falls; it cannot turn while the guard is held.
    pub(crate) fn enter_minute(&self) -> Minute<'_> {
        let now = u64::try_from(self.clock.now() / 60_000).unwrap_or(0);
        loop {
            let guard = self.minute.read().unwrap_or_else(PoisonError::into_inner);
            if *guard >= now {
                return Minute(guard);
            }
            drop(guard);
            let mut turn = self.minute.write().unwrap_or_else(PoisonError::into_inner);
            *turn = (*turn).max(now);
        }
    }

    pub(crate) fn forget_actors(&self) {
        self.actors.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn remember_rows(&self, entry: EntryId, rows: &[Hash]) {
        if !rows.is_empty() {
            let mut vouched = self.vouched.lock().unwrap_or_else(PoisonError::into_inner);
            vouched.insert(entry, rows.into());
        }
    }
}

/// A minute that does not turn while this is held.
pub(crate) struct Minute<'a>(std::sync::RwLockReadGuard<'a, u64>);

impl Minute<'_> {
    /// Minutes since 1970.
    pub(crate) fn at(&self) -> u64 {
        *self.0
    }
}

/// Label of an actor who is no person.
pub(crate) fn office_of(actor: &Actor) -> Option<&'static str> {
    match actor.0 {
        Who::Visitor => Some("visitor"),
        Who::System => Some("system"),
        Who::Person { .. } => None,
    }
}
