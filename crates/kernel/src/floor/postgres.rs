//! PostgreSQL: acts run on many connections, each in a transaction of its own; one sequencer numbers and
//! signs their entries. An answer leaves only when its entry is in the signed tree.

use std::{
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use ledger::Entry;

use super::{
    Finished,
    attempt::{Done, Failed, attempt, lost_race},
};
use crate::{
    act::Act,
    actor::{Actor, PersonId, RequestId},
    book::{Book, EntryId, Line, Pending, Receipt, ScopeRef},
    db::{Conn, DbError, PgPool, Row, Value},
    hall::Hall,
    no::No,
};

/// How long the sequencer sleeps when nobody calls it: entries of a node that died are taken then.
const IDLE: Duration = Duration::from_millis(50);
/// Most entries numbered in one transaction.
const MOST: i64 = 512;
/// Scopes that may wait in memory before they are written behind.
const SCOPES_WAITING: usize = 100_000;
/// Scopes written behind in one transaction.
const SCOPES_SLICE: usize = 1_000;
/// How often a lost race is run again.
const TRIES: usize = 100;

const TAKE_IN: &str = "
    INSERT INTO intake (log, id, at, leaf, scopes, actor, subject, detail, mac)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const MINE: &str = "SELECT size FROM log WHERE id = $1 AND epoch = $2 {for_update}";
const NEXT: &str = "
    SELECT ticket, log, id, at, leaf, scopes, actor, subject, detail, mac FROM intake
     WHERE log = $1 ORDER BY ticket LIMIT $2";
/// By list, never by "up to": a lower ticket may become visible between reading and deleting.
const TAKEN: &str =
    "DELETE FROM intake WHERE log = $1 AND ticket <= $2 AND CAST(ticket AS TEXT) IN {each $3}";
const LEAD: &str = "UPDATE log SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch";

pub(super) struct Node {
    pool: Arc<PgPool>,
    desk: Arc<Waiting>,
    thread: Option<JoinHandle<()>>,
}

/// Acts that committed and wait for their entries' numbers.
#[derive(Default)]
struct Waiting {
    acts: Mutex<HashMap<EntryId, Waiter>>,
    numbered: Condvar,
    called: Condvar,
    call: Mutex<bool>,
    stop: AtomicBool,
    broken: Mutex<Option<String>>,
}

struct Waiter {
    ids: Vec<(EntryId, Option<PersonId>)>,
    receipt: Option<Receipt>,
}

impl Node {
    pub(super) fn start(pool: Arc<PgPool>, hall: Arc<Hall>) -> Result<Self, No> {
        let desk = Arc::new(Waiting::default());
        let (for_thread, pool_for_thread) = (desk.clone(), pool.clone());
        let thread = std::thread::Builder::new()
            .name("sequencer".to_owned())
            .spawn(move || sequence(&pool_for_thread, &hall, &for_thread))
            .map_err(No::fault)?;
        Ok(Self { pool, desk, thread: Some(thread) })
    }

    pub(super) fn run<A: Act>(
        &self,
        hall: &Hall,
        actor: &Actor,
        request: RequestId,
        act: A,
    ) -> Result<Finished<A>, No> {
        for tries in 0..TRIES {
            match self.once(hall, actor, request, &act) {
                Err(no) if lost_race(&no, tries) => std::thread::yield_now(),
                other => return other.map_err(No::alarm),
            }
        }
        Err(No::Again)
    }

    fn once<A: Act>(
        &self,
        hall: &Hall,
        actor: &Actor,
        request: RequestId,
        act: &A,
    ) -> Result<Finished<A>, No> {
        // Entries of one minute are all in the intake before the next minute begins: `at` never falls.
        let minute = hall.enter_minute();
        let (log, first, outcome) = self.pool.with(|conn| {
            let mut conn = ConnGuard::begin(conn)?;
            let outcome = attempt(conn.conn(), hall, actor, request, minute.at(), act);
            let (outcome, pending, new_logs, erased) = match outcome {
                Ok(Done { out, pending, new_logs, erased }) => (Ok(out), pending, new_logs, erased),
                Err(Failed { no, pending }) => (Err(no), pending, Vec::new(), false),
            };
            let log = pending.first().map(|p| p.log.clone()).unwrap_or_default();
            let first = pending.first().map(|p| p.id);
            for entry in &pending {
                take_in(conn.conn(), hall, &new_logs, entry)?;
            }
            self.desk.expect(&pending);
            conn.commit().inspect_err(|_| self.desk.forget(first))?;
            hall.add_books(new_logs);
            if erased {
                // Another act may have read the erased person's key before this one committed.
                hall.forget_actors();
            }
            Ok::<_, No>((log, first, outcome))
        })??;
        drop(minute);
        let receipt = self.await_numbers(log, first)?;
        Ok((outcome?, receipt))
    }

    fn await_numbers(&self, log: String, first: Option<EntryId>) -> Result<Receipt, No> {
        let Some(first) = first else {
            return Ok(Receipt { log, lines: Vec::new(), note: "".into() });
        };
        let mut acts = lock(&self.desk.acts);
        *lock(&self.desk.call) = true;
        self.desk.called.notify_one();
        loop {
            if let Some(Waiter { receipt: Some(_), .. }) = acts.get(&first)
                && let Some(Waiter { receipt: Some(receipt), .. }) = acts.remove(&first)
            {
                return Ok(receipt);
            }
            if let Some(why) = &*lock(&self.desk.broken) {
                return Err(No::Fault(why.clone()));
            }
            let waited = self.desk.numbered.wait_timeout(acts, Duration::from_secs(1));
            acts = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn reading<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, No>) -> Result<T, No> {
        self.pool.with(|conn| {
            conn.begin_snapshot()?;
            let out = work(conn);
            conn.batch("COMMIT")?;
            out
        })?
    }
}

impl Waiting {
    /// An act is about to commit these entries.
    fn expect(&self, pending: &[Pending]) {
        if let Some(first) = pending.first() {
            let ids = pending.iter().map(|p| (p.id, p.about)).collect();
            lock(&self.acts).insert(first.id, Waiter { ids, receipt: None });
        }
    }

    fn forget(&self, first: Option<EntryId>) {
        if let Some(first) = first {
            lock(&self.acts).remove(&first);
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Node {
    /// Ends the sequencer.
    pub(super) fn stop(&mut self) {
        self.desk.stop.store(true, Ordering::SeqCst);
        *lock(&self.desk.call) = true;
        self.desk.called.notify_one();
        if let Some(thread) = self.thread.take() {
            // A sequencer that panicked has said so already.
            let _said = thread.join();
        }
    }
}

/// A transaction that is rolled back unless it was committed.
struct ConnGuard<'a> {
    conn: &'a mut Conn,
    open: bool,
}

impl<'a> ConnGuard<'a> {
    fn begin(conn: &'a mut Conn) -> Result<Self, DbError> {
        conn.batch("BEGIN ISOLATION LEVEL READ COMMITTED")?;
        Ok(Self { conn, open: true })
    }
    fn conn(&mut self) -> &mut Conn {
        self.conn
    }
    fn commit(mut self) -> Result<(), DbError> {
        self.open = false;
        self.conn.batch("COMMIT")
    }
}

impl Drop for ConnGuard<'_> {
    fn drop(&mut self) {
        if self.open {
            // A connection that cannot roll back is closed, and the server rolls back.
            let _closed = self.conn.batch("ROLLBACK");
        }
    }
}

fn take_in(conn: &mut Conn, hall: &Hall, new_logs: &[Book], entry: &Pending) -> Result<(), No> {
    // A log that this act opens is in the hall only after its COMMIT.
    let log = match new_logs.iter().find(|book| book.name == entry.log) {
        Some(book) => book.id,
        None => hall.read_book(&entry.log, |book| book.id)?,
    };
    let scopes: Vec<u8> = entry.scopes.iter().flat_map(|s| s.to_bytes()).collect();
    let mut row: Vec<Value> = vec![
        log.into(),
        entry.id.0.into(),
        (entry.at as i64).into(),
        entry.leaf.as_slice().into(),
        scopes.into(),
        entry.actor.as_deref().into(),
        entry.subject.as_deref().into(),
        entry.detail.as_deref().into(),
    ];
    row.push(hall.intake_mac(&row).into());
    match conn.execute(TAKE_IN, &row) {
        Ok(_) => Ok(()),
        Err(DbError::Unique(_)) => Err(No::Again),
        Err(other) => Err(other.into()),
    }
}

fn sequence(pool: &PgPool, hall: &Hall, desk: &Waiting) {
    let mut epochs: HashMap<i64, i64> = HashMap::new();
    while !desk.stop.load(Ordering::SeqCst) {
        let mut more = false;
        for log in hall.log_names() {
            let numbered = pool.with(|conn| number(conn, hall, &log, &mut epochs));
            match numbered.map_err(No::from).and_then(|inner| inner) {
                Ok(receipt) => {
                    more |= receipt.lines.len() as i64 == MOST;
                    hand_out(desk, receipt);
                }
                Err(No::Again) => more = true,
                Err(no) => {
                    let why = format!(
                        "the record book could not be written ({no}); nothing leaves until a restart"
                    );
                    tracing::error!("{why}");
                    *lock(&desk.broken) = Some(why);
                    desk.numbered.notify_all();
                    return;
                }
            }
        }
        let mut call = lock(&desk.call);
        if !*call && !more {
            call = desk.called.wait_timeout(call, IDLE).unwrap_or_else(PoisonError::into_inner).0;
        }
        *call = false;
    }
}

/// Numbers what is in the intake of one log: one transaction, fenced by the epoch.
fn number(conn: &mut Conn, hall: &Hall, log: &str, epochs: &mut HashMap<i64, i64>) -> Result<Receipt, No> {
    let book = hall.book(log)?;
    let (id, mut staged) = {
        let book = book.read().unwrap_or_else(PoisonError::into_inner);
        (book.id, book.stage())
    };
    let mut tx = ConnGuard::begin(conn)?;
    let conn = tx.conn();
    let epoch = match epochs.get(&id) {
        Some(epoch) => *epoch,
        None => conn.row(LEAD, &[id.into()])?.ok_or(No::Absent)?.int("epoch")?,
    };
    let size = conn.row(MINE, &[id.into(), epoch.into()])?;
    let size =
        size.ok_or_else(|| No::Fault(format!("another node sequences the log `{log}` now")))?.int("size")?;
    let rows = conn.query(NEXT, &[id.into(), MOST.into()])?;
    let mut ids = Vec::with_capacity(rows.len());
    let mut last = 0;
    for row in &rows {
        let entry = pending(hall, log, row)?;
        let idx = staged.append(&entry);
        entry.insert(conn, id, idx)?;
        hall.remember_rows(entry.id, &entry.rows);
        ids.push(entry.id);
        last = row.int("ticket")?;
    }
    let mut slice = None;
    if !ids.is_empty() {
        let mut book = book.write().unwrap_or_else(PoisonError::into_inner);
        if size as u64 != book.size() {
            return Err(No::Fault(format!("the log `{log}` is longer than this node knows")));
        }
        staged.sign(&book)?;
        staged.write(conn, &book)?;
        let tickets: Vec<String> =
            rows.iter().filter_map(|r| r.int("ticket").ok()).map(|t| t.to_string()).collect();
        conn.execute(TAKEN, &[id.into(), last.into(), serde_json::to_string(&tickets)?.into()])?;
        if book.scopes.behind(SCOPES_WAITING) {
            let size = book.size();
            let rows = book.scopes.slice(size, SCOPES_SLICE, |scope, row| hall.scope_mark(id, scope, row));
            rows.write(conn, hall, id)?;
            slice = Some(rows);
        }
    }
    tx.commit()?;
    epochs.insert(id, epoch);
    let receipt = staged.receipt(log, &ids);
    if !ids.is_empty() {
        let mut book = book.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(slice) = &slice {
            book.scopes.written(slice);
        }
        book.become_staged(staged);
    }
    Ok(receipt)
}

/// The columns of an intake row that its mark covers.
pub(crate) fn intake_row(row: &Row) -> Result<Vec<Value>, DbError> {
    Ok(vec![
        row.int("log")?.into(),
        row.bytes("id")?.into(),
        row.int("at")?.into(),
        row.bytes("leaf")?.into(),
        row.bytes("scopes")?.into(),
        row.opt_bytes("actor")?.into(),
        row.opt_bytes("subject")?.into(),
        row.opt_bytes("detail")?.into(),
    ])
}

/// An entry from the intake; one that no node put there is refused.
fn pending(hall: &Hall, log: &str, row: &Row) -> Result<Pending, No> {
    let id = EntryId(row.array("id")?);
    let leaf = row.bytes("leaf")?.to_vec();
    if hall.intake_mac(&intake_row(row)?) != row.bytes("mac")? {
        return Err(No::Fault("an entry was put into the intake from outside Evenhand".to_owned()));
    }
    Ok(Pending {
        log: log.to_owned(),
        id,
        at: row.int("at")? as u64,
        rows: Entry::decode(&leaf).map_err(No::fault)?.row,
        leaf,
        scopes: ScopeRef::many(row.bytes("scopes")?).collect(),
        actor: row.opt_bytes("actor")?.map(<[u8]>::to_vec),
        subject: row.opt_bytes("subject")?.map(<[u8]>::to_vec),
        detail: row.opt_bytes("detail")?.map(<[u8]>::to_vec),
        about: None,
    })
}

fn hand_out(desk: &Waiting, receipt: Receipt) {
    if receipt.lines.is_empty() {
        return;
    }
    let numbers: HashMap<EntryId, Line> = receipt.lines.iter().map(|l| (l.entry, *l)).collect();
    let mut acts = lock(&desk.acts);
    for waiter in acts.values_mut().filter(|w| w.receipt.is_none()) {
        let line = |(id, subject): &(EntryId, _)| Some(Line { subject: *subject, ..*numbers.get(id)? });
        let lines: Vec<Line> = waiter.ids.iter().filter_map(line).collect();
        if lines.len() == waiter.ids.len() {
            waiter.receipt = Some(Receipt { log: receipt.log.clone(), lines, note: receipt.note.clone() });
        }
    }
    desk.numbered.notify_all();
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
