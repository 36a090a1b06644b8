//! SQLite: one writer thread takes everything queued, commits once, and only then lets anything out.
//!
//! Group commit by nature, without a timer: while one batch is on its way to the disk, the next one queues.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{
    Finished,
    attempt::{Done, Failed, attempt},
};
use crate::{
    act::Act,
    actor::{Actor, RequestId},
    book::{EntryId, Pending, Receipt, Staged},
    db::{Conn, SqliteConn},
    hall::Hall,
    no::No,
};

/// A batch stops taking in new acts after this, so that nobody waits long behind others.
const TURN: Duration = Duration::from_millis(8);
/// Most acts in one batch.
const MOST: usize = 512;
/// Scopes that may wait in memory before they are written behind.
const SCOPES_WAITING: usize = 100_000;
/// Scopes written behind in one batch.
const SCOPES_SLICE: usize = 500;

/// An act on its way to the writer: runs in the batch, and returns what happens after COMMIT.
type Job = Box<dyn FnOnce(&mut Turn<'_>) -> After + Send>;
type After = Box<dyn FnOnce(Result<&Batch, &str>) + Send>;

/// Receipts of a committed batch.
type Batch = HashMap<String, Staged>;

struct Turn<'a> {
    conn: &'a mut Conn,
    hall: &'a Hall,
    batch: &'a mut Batch,
}

pub(super) struct Writer {
    queue: Mutex<Option<Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    path: PathBuf,
    explain: bool,
    readers: Mutex<Vec<Conn>>,
}

impl Writer {
    pub(super) fn start(conn: Conn, hall: Arc<Hall>, path: &Path, explain: bool) -> Result<Self, No> {
        let (queue, jobs) = channel();
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || serve(conn, &hall, &jobs))
            .map_err(No::fault)?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            path: path.to_owned(),
            explain,
            readers: Mutex::default(),
        })
    }

    pub(super) fn run<A: Act>(&self, actor: &Actor, request: RequestId, act: A) -> Result<Finished<A>, No> {
        let (answer, answered) = sync_channel(1);
        let actor = actor.clone();
        let job: Job = Box::new(move |turn| {
            let outcome = turn.act(&actor, request, &act);
            Box::new(move |batch| {
                // The asker may be gone: then nobody sees the answer, and its entry stands.
                let _gone = answer.send(settle(outcome, batch));
            })
        });
        let closed = || No::Fault("the writer has stopped; start Evenhand again".to_owned());
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        queue.send(job).map_err(|_| closed())?;
        drop(queue);
        answered.recv().map_err(|_| closed())?
    }

    pub(super) fn reading<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, No>) -> Result<T, No> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => Conn::Sqlite(SqliteConn::open(&self.path, false, self.explain)?),
        };
        conn.begin_snapshot()?;
        let out = work(&mut conn);
        conn.batch("COMMIT")?;
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        out
    }
}

impl Writer {
    /// Ends the thread, after what is queued.
    pub(super) fn stop(&mut self) {
        // Readers go first: only a connection that writes folds the write-ahead log into the file, when it closes last.
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A writer that panicked has said so already.
            let _said = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An act's answer or its no, with the ids of the entries that it wrote.
type Outcome<T> = Result<(T, Wrote), (No, Wrote)>;

#[derive(Default)]
struct Wrote {
    log: String,
    ids: Vec<EntryId>,
}

fn settle<T>(outcome: Outcome<T>, batch: Result<&Batch, &str>) -> Result<(T, Receipt), No> {
    let batch = batch.map_err(No::fault)?;
    let (out, wrote) = outcome.map_err(|(no, _)| no)?;
    let receipt = match batch.get(&wrote.log) {
        Some(staged) => staged.receipt(&wrote.log, &wrote.ids),
        None => Receipt { log: wrote.log, lines: Vec::new(), note: "".into() },
    };
    Ok((out, receipt))
}

impl Turn<'_> {
    fn act<A: Act>(&mut self, actor: &Actor, request: RequestId, act: &A) -> Outcome<A::Out> {
        let minute = self.hall.enter_minute().at();
        for _ in 0..8 {
            match attempt(self.conn, self.hall, actor, request, minute, act) {
                Ok(Done { out, pending, new_logs, .. }) => {
                    self.hall.add_books(new_logs);
                    return match self.append(pending) {
                        Ok(wrote) => Ok((out, wrote)),
                        Err(no) => Err((no, Wrote::default())),
                    };
                }
                Err(Failed { no: No::Again, .. }) => {}
                Err(Failed { no, pending }) => {
                    return Err(match self.append(pending) {
                        Ok(wrote) => (no.alarm(), wrote),
                        Err(worse) => (worse, Wrote::default()),
                    });
                }
            }
        }
        Err((No::Again, Wrote::default()))
    }

    /// Numbers and inserts an act's entries.
    fn append(&mut self, pending: Vec<Pending>) -> Result<Wrote, No> {
        let Some(first) = pending.first() else { return Ok(Wrote::default()) };
        let log = first.log.clone();
        let book = self.hall.book(&log)?;
        let book = book.read().unwrap_or_else(PoisonError::into_inner);
        let staged = self.batch.entry(log.clone()).or_insert_with(|| book.stage());
        let mut ids = Vec::with_capacity(pending.len());
        for entry in pending {
            let idx = staged.append(&entry);
            entry.insert(self.conn, book.id, idx)?;
            self.hall.remember_rows(entry.id, &entry.rows);
            ids.push(entry.id);
        }
        Ok(Wrote { log, ids })
    }
}

fn serve(mut conn: Conn, hall: &Hall, jobs: &Receiver<Job>) {
    let mut broken: Option<String> = None;
    while let Ok(first) = jobs.recv() {
        let mut batch = Batch::new();
        let mut afters = Vec::new();
        let outcome = match &broken {
            Some(why) => Err(No::Fault(why.clone())),
            None => turn(&mut conn, hall, first, jobs, &mut batch, &mut afters),
        };
        if let Err(no) = &outcome {
            let why = format!("the record book could not be written ({no}); nothing leaves until a restart");
            tracing::error!("{why}");
            broken = Some(why);
        }
        for after in afters {
            after(broken.as_deref().map_or(Ok(&batch), Err));
        }
    }
}

/// One batch: acts, entries, signed heads, COMMIT. Any error here ends the writer's work for good.
fn turn(
    conn: &mut Conn,
    hall: &Hall,
    first: Job,
    jobs: &Receiver<Job>,
    batch: &mut Batch,
    afters: &mut Vec<After>,
) -> Result<(), No> {
    let begun = Instant::now();
    conn.batch("BEGIN IMMEDIATE")?;
    let mut turn = Turn { conn, hall, batch };
    afters.push(first(&mut turn));
    while afters.len() < MOST && begun.elapsed() < TURN {
        let Ok(job) = jobs.try_recv() else { break };
        afters.push(job(&mut turn));
    }
    let mut slices = Vec::new();
    for (log, staged) in batch.iter_mut().filter(|(_, staged)| !staged.is_empty()) {
        let book = hall.book(log)?;
        let mut book = book.write().unwrap_or_else(PoisonError::into_inner);
        staged.sign(&book)?;
        staged.write(conn, &book)?;
        if book.scopes.behind(SCOPES_WAITING) {
            let size = book.size();
            let id = book.id;
            let slice = book.scopes.slice(size, SCOPES_SLICE, |scope, row| hall.scope_mark(id, scope, row));
            slice.write(conn, hall, id)?;
            slices.push((log.clone(), slice));
        }
    }
    conn.batch("COMMIT")?;
    for (log, slice) in &slices {
        hall.book(log)?.write().unwrap_or_else(PoisonError::into_inner).scopes.written(slice);
    }
    for (log, staged) in batch.iter() {
        hall.book(log)?.write().unwrap_or_else(PoisonError::into_inner).become_staged(staged.clone());
    }
    Ok(())
}
