//! One try at an act inside a transaction, the same on both engines.

use std::collections::HashMap;

use ledger::{Entry, Verb};
use serde_json::json;

use crate::{
    act::Act,
    actor::{Actor, RequestId, Session},
    book::{Book, EntryId, Line, PLACE_BITS, Pending, Receipt},
    db::Conn,
    desk::{Desk, Draft, Ground, Look},
    erasures::Step,
    hall::Hall,
    no::{No, Refusal},
};

const KNOWN: &str = "SELECT place FROM entry WHERE id = $1";
const WAITING: &str = "SELECT ticket FROM intake WHERE id = $1";

/// What an act did: its sealed answer, its entries, and the logs that it opened.
pub(crate) struct Done<T> {
    pub(crate) out: T,
    pub(crate) pending: Vec<Pending>,
    pub(crate) new_logs: Vec<Book>,
    /// Whether anybody was erased: what is remembered of people must be forgotten after COMMIT.
    pub(crate) erased: bool,
}

/// A no, and the entry that records it where one is due.
pub(crate) struct Failed {
    pub(crate) no: No,
    pub(crate) pending: Vec<Pending>,
}

/// Performs `act` within a savepoint. After a no the savepoint is undone, and a refusal is entered.
pub(crate) fn attempt<A: Act>(
    conn: &mut Conn,
    hall: &Hall,
    actor: &Actor,
    request: RequestId,
    minute: u64,
    act: &A,
) -> Result<Done<A::Out>, Failed> {
    let bare = |no: No| Failed { no, pending: Vec::new() };
    let request = request.of_act(A::NAME);
    already(conn, hall, actor, request).map_err(bare)?;
    conn.execute("SAVEPOINT act", &[]).map_err(|e| bare(e.into()))?;
    let mut desk = new_desk(conn, hall, actor, request, minute, A::NAME);
    let outcome = check_session(&mut desk.look).and_then(|()| act.perform(&mut desk)).and_then(|out| {
        match desk.pending.iter().all(|p| Some(&p.log) == desk.pending.first().map(|f| &f.log)) {
            true => Ok(out),
            false => Err(No::Fault("one act wrote into two logs".to_owned())),
        }
    });
    let (pending, new_logs, erased) = (desk.pending, desk.new_logs, desk.erased);
    match outcome {
        Ok(out) => {
            conn.execute("RELEASE act", &[]).map_err(|e| bare(e.into()))?;
            Ok(Done { out, pending, new_logs, erased: !erased.is_empty() })
        }
        Err(no) => {
            conn.batch("ROLLBACK TO act; RELEASE act").map_err(|e| bare(e.into()))?;
            hall.erasures.note(Step::Undone, &erased).map_err(bare)?;
            let pending = match &no {
                No::Refused(why) => {
                    refusal(conn, hall, actor, request, minute, A::NAME, why).map_err(bare)?
                }
                _ => Vec::new(),
            };
            Err(Failed { no, pending })
        }
    }
}

fn new_desk<'t>(
    conn: &'t mut Conn,
    hall: &'t Hall,
    actor: &'t Actor,
    request: RequestId,
    minute: u64,
    act: &'static str,
) -> Desk<'t> {
    let known = (conn.engine() == crate::db::Engine::Sqlite).then_some(&hall.known);
    let look =
        Look { conn, hall, actor, act, now: hall.clock.now(), as_of: None, locks: true, known, unkept: None };
    Desk {
        look,
        request,
        pending: Vec::new(),
        minute,
        log_keys: HashMap::new(),
        new_logs: Vec::new(),
        erased: Vec::new(),
    }
}

/// A session that ended since the door was passed opens nothing.
pub(crate) fn check_session(look: &mut Look<'_>) -> Result<(), No> {
    let Some(key) = look.actor.session() else { return Ok(()) };
    match look.warrant::<Session>(key)? {
        Some(session) if session.live(look.now) => Ok(()),
        _ => Err(No::SignedOut),
    }
}

/// The same request again: same receipt, nothing done twice.
fn already(conn: &mut Conn, hall: &Hall, actor: &Actor, request: RequestId) -> Result<(), No> {
    let mut lines = Vec::new();
    let mut log = 0;
    for ordinal in 0..u32::MAX {
        let id = EntryId(Entry::id_of(&actor.name(), &request.0, ordinal));
        let Some(row) = conn.row(KNOWN, &[id.0.into()])? else { break };
        let place = row.int("place")?;
        log = place >> PLACE_BITS;
        lines.push(Line {
            entry: id,
            index: (place & ((1 << PLACE_BITS) - 1)) as u64,
            subject: None,
            leaf: [0; 32],
        });
    }
    if lines.is_empty() {
        return Ok(());
    }
    let books = hall.books.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    for (name, book) in books.iter() {
        let book = book.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if book.id == log {
            return Err(No::Already(Box::new(Receipt { log: name.clone(), lines, note: book.note.clone() })));
        }
    }
    Err(No::Absent)
}

/// The entry of a refusal. Strangers' refusals are one entry an act and minute, or they could fill the book.
fn refusal(
    conn: &mut Conn,
    hall: &Hall,
    actor: &Actor,
    request: RequestId,
    minute: u64,
    act: &'static str,
    why: &Refusal,
) -> Result<Vec<Pending>, No> {
    let stranger = actor.person().is_none();
    let request = if stranger { RequestId(of_minute(act, minute)) } else { request };
    let id = Entry::id_of(&format!("refused/{}", actor.name()), &request.0, 0);
    let seen = conn.row(KNOWN, &[id.into()])?.is_some() || conn.row(WAITING, &[id.into()])?.is_some();
    if seen && stranger {
        hall.strangers.count(&why.log, act);
    }
    if seen || !hall.books.read().unwrap_or_else(std::sync::PoisonError::into_inner).contains_key(&why.log) {
        return Ok(Vec::new());
    }
    let mut desk = new_desk(conn, hall, actor, request, minute, act);
    let rules: Vec<&str> = why.rules.iter().map(|r| &*r.name).collect();
    let ground = Ground {
        rule: rules.first().copied().unwrap_or("none"),
        facts_hash: why.facts_hash,
        facts: &why.facts,
        log: &why.log,
        campaign: why.campaign.as_deref(),
    };
    desk.write_as(id, &ground, Draft::new(Verb::Refused).detail(json!({ "rules": rules })))?;
    Ok(desk.pending)
}

fn of_minute(act: &str, minute: u64) -> [u8; 16] {
    Entry::id_of(act, &[0; 16], u32::try_from(minute % u64::from(u32::MAX)).unwrap_or(0))
}

/// How often something is looked at again before it is called tampering.
pub(crate) const SECOND_LOOKS: usize = 5;

/// Whether to try again, after so many tries: a lost race, or what may be a glance between two commits.
pub(crate) fn lost_race(no: &No, tries: usize) -> bool {
    match no {
        No::Again => true,
        No::Tampered(_) if tries < SECOND_LOOKS => {
            std::thread::sleep(std::time::Duration::from_millis(1 << tries));
            true
        }
        _ => false,
    }
}
