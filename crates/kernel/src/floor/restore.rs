//! Putting a backup back: a fork of the record book, declared by two people, for all to see.
//!
//! Every log goes on under a new origin, `<host>/<name>.2`, whose tree begins with the backup's lines, byte for byte;
//! its first line of its own names the old origin, the tree that was put back, the largest tree that had been signed,
//! and who declares it. The old origin signs nothing any more, and what it signed stays true.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use ledger::Verb;
use serde_json::{Value as Json, json};

use super::{
    Database, Floor, FloorConfig,
    beat::{Mark, hex},
    exchange::{RESTORING, copy_in, exchange},
    open::Books,
};
use crate::{
    act::{Act, Plain},
    actor::{Actor, Session},
    book::Book,
    db::Conn,
    desk::{Desk, Draft, Ground, HOUSE},
    erasures::Step,
    hall::Hall,
    no::No,
};

/// Sessions ended by one line.
const SESSIONS: i64 = 500;

/// Who answers for a restore, and why it is done: in plain in the record book, so by office and not by name.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Two people, such as `returning officer` and `data protection officer`.
    pub by: [String; 2],
    /// Why, in a sentence.
    pub why: String,
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// What became of each log.
    pub forks: Vec<Fork>,
    /// Keys that the backup still held and that were deleted again.
    pub erased: u64,
    /// Sessions that were ended.
    pub sessions: usize,
    /// The database as it was before, kept until somebody throws it away.
    pub aside: Option<PathBuf>,
}

/// One log that goes on under a new origin.
#[derive(Debug, Clone)]
pub struct Fork {
    /// Name of the log.
    pub log: String,
    /// The origin in the backup.
    pub from: String,
    /// The origin from now on.
    pub to: String,
    /// Lines in the backup.
    pub size: u64,
    /// Their root, in hex.
    pub root: String,
    /// Trees that this machine signed and that nobody can continue: origin, lines, root.
    signed: Vec<(String, Mark)>,
}

impl Floor {
    /// Puts a backup back, with no floor open on the data folder. Afterwards [`Floor::open`] opens it as usual.
    /// Erasures are applied again, and all sessions are void. A crash on the way leaves a folder that does not open;
    /// restore once more.
    ///
    /// # Errors
    /// [`No::Invalid`] without two declarers, on PostgreSQL, and for a backup from another record book or from before
    /// the present epoch, in which nobody's data can be opened.
    pub fn restore(config: FloorConfig, backup: &Path, declared: &Declaration) -> Result<Restored, No> {
        if matches!(config.database, Database::Postgres { .. }) {
            return Err(No::Invalid("This organisation's data lies in PostgreSQL; restore it with its own tools and start Evenhand with a new host name.".to_owned()));
        }
        check(declared)?;
        let data = config.data.clone();
        copy_in(backup, &data).map_err(failed)?;
        let (mut forks, mut erased) = (Vec::new(), 0);
        let floor = Self::assemble(config, RESTORING, |conn, hall, books| {
            conn.batch("BEGIN IMMEDIATE")?;
            refuse_dead_keys(conn, hall)?;
            forks = fork(conn, hall, books)?;
            erased = erase_again(conn, hall)?;
            number_people_anew(conn)?;
            conn.batch("COMMIT")?;
            Ok(())
        })?;
        for fork in &forks {
            floor.once(&Actor::system(), Forked { fork: fork.clone(), declared: declared.clone() })?;
        }
        let (mut sessions, mut after) = (0, String::new());
        while let Some((ended, last)) = floor.once(&Actor::system(), EndSessions { after })?.value {
            sessions += ended;
            after = last;
        }
        floor.beat(true)?;
        drop(floor);
        let aside = exchange(&data).map_err(failed)?;
        Ok(Restored { forks, erased, sessions, aside })
    }
}

fn check(declared: &Declaration) -> Result<(), No> {
    let [a, b] = declared.by.each_ref().map(|who| who.trim());
    let plain = [a, b, declared.why.trim()];
    let readable = |text: &&str| !text.is_empty() && text.bytes().all(|b| (b' '..=b'~').contains(&b));
    match plain.iter().all(readable) && !a.eq_ignore_ascii_case(b) {
        true => Ok(()),
        false => Err(No::Invalid(
            "A restore is declared by two different people, each by office, with a reason; plain letters only."
                .to_owned(),
        )),
    }
}

/// Keys of an epoch that is gone open for nobody: such a backup would be a register of closed boxes.
fn refuse_dead_keys(conn: &mut Conn, hall: &Hall) -> Result<(), No> {
    const EPOCHS: &str = "SELECT DISTINCT epoch FROM person_key -- scan: a restore, once";
    let alive = hall.keys.epochs();
    for row in conn.query(EPOCHS, &[])? {
        let epoch = row.int("epoch")?;
        if !alive.iter().any(|number| i64::from(*number) == epoch) {
            return Err(No::Invalid(format!(
                "This backup is older than the erasure window: its keys are of epoch {epoch}, which is destroyed, so \
                 nobody in it can be opened. Use a newer backup."
            )));
        }
    }
    Ok(())
}

/// Gives every log its new origin, and marks the old ones as gone on elsewhere.
fn fork(conn: &mut Conn, hall: &Hall, books: &mut Books) -> Result<Vec<Fork>, No> {
    const ORIGIN: &str = "UPDATE log SET origin = $2, note = $3, epoch = epoch + 1 WHERE id = $1";
    let mut marks = hall.marks()?;
    let mut names: Vec<&String> = books.keys().collect();
    names.sort_unstable();
    let names: Vec<String> = names.into_iter().cloned().collect();
    let mut forks = Vec::new();
    for name in names {
        let book = books.get_mut(&name).ok_or(No::Absent)?;
        let from = book.origin.clone();
        refuse_strange(conn, book, &marks)?;
        let base = split(&from).0.to_owned();
        let known = marks.iter().flat_map(|(origin, mark)| [Some(origin), mark.forked_to.as_ref()]);
        let ours = known.flatten().chain([&from]).map(|origin| split(origin)).filter(|(log, _)| *log == base);
        let to = format!("{base}.{}", ours.map(|(_, n)| n).max().unwrap_or(1) + 1);
        let signed = supersede(&mut marks, &to, |origin| split(origin).0 == base);
        let own = Mark { size: book.size(), root: hex(&book.edge.root()), forked_to: Some(to.clone()) };
        let (size, root) = (own.size, own.root.clone());
        marks.entry(from.clone()).or_insert(own);
        book.origin.clone_from(&to);
        book.signer = hall.signer(&name, &to)?;
        let mut staged = book.stage();
        staged.sign(book)?;
        book.note = staged.note;
        conn.execute(ORIGIN, &[book.id.into(), (&to).into(), (*book.note).into()])?;
        forks.push(Fork { log: name, from, to, size, root, signed });
    }
    // Logs that were opened after the backup are lost as a whole; the house declares that too.
    if let Some(house) = forks.iter_mut().find(|fork| fork.log == HOUSE) {
        let lost: Vec<String> =
            marks.iter().filter(|(_, m)| m.forked_to.is_none()).map(|(o, _)| o.clone()).collect();
        house
            .signed
            .extend(supersede(&mut marks, &house.to, |origin| lost.iter().any(|lost| lost == origin)));
    }
    hall.write_marks(&marks)?;
    Ok(forks)
}

/// A backup whose tree contradicts what this machine has signed is another book's.
fn refuse_strange(conn: &mut Conn, book: &Book, marks: &BTreeMap<String, Mark>) -> Result<(), No> {
    match marks.get(&book.origin) {
        Some(mark) if book.size() >= mark.size && !book.holds(conn, mark) => Err(No::Invalid(format!(
            "This backup's `{}` is not the one that this machine has signed. Nothing was changed; call the scrutineer.",
            book.name
        ))),
        _ => Ok(()),
    }
}

/// Marks origins as gone on under `to`, those too that had gone on in one of these, and returns which of them signed
/// until now.
fn supersede(
    marks: &mut BTreeMap<String, Mark>,
    to: &str,
    which: impl Fn(&str) -> bool,
) -> Vec<(String, Mark)> {
    let mut signed = Vec::new();
    for (origin, mark) in marks.iter_mut() {
        let before = mark.forked_to.clone();
        if which(origin) || before.as_deref().is_some_and(&which) {
            mark.forked_to = Some(to.to_owned());
            signed.extend(before.is_none().then(|| (origin.clone(), mark.clone())));
        }
    }
    signed
}

/// `<host>/<name>` and which of its forks, from 1. A log's name has no dot.
fn split(origin: &str) -> (&str, u32) {
    let (host, name) = origin.rsplit_once('/').unwrap_or(("", origin));
    match name.rsplit_once('.').and_then(|(name, n)| Some((name, n.parse().ok()?))) {
        Some((name, n)) => (&origin[..host.len() + 1 + name.len()], n),
        None => (origin, 1),
    }
}

/// Deletes the keys of everybody who was ever erased.
fn erase_again(conn: &mut Conn, hall: &Hall) -> Result<u64, No> {
    const DELETE: &str = "DELETE FROM person_key WHERE person = $1";
    let all = hall.erasures.all()?.into_iter().filter(|(_, step)| *step != Step::Undone);
    let all: Vec<_> = all.map(|(erasure, _)| erasure).collect();
    let mut deleted = 0;
    for erasure in &all {
        deleted += conn.execute(DELETE, &[erasure.person.into()])?;
    }
    // Their lines may not be in the backup; they count all the same.
    hall.erasures.note(Step::Kept, &all)?;
    Ok(deleted)
}

/// People enrolled after the backup are forgotten, but the list of erasures may name their numbers: no number is given
/// out twice. Each fork numbers people in a space of 2³² of its own.
fn number_people_anew(conn: &mut Conn) -> Result<(), No> {
    const SPACE: &str =
        "UPDATE counter SET next = (next / 4294967296 + 1) * 4294967296 WHERE name = 'person'";
    conn.execute(SPACE, &[])?;
    Ok(())
}

/// The first line under a new origin.
struct Forked {
    fork: Fork,
    declared: Declaration,
}

impl Act for Forked {
    const NAME: &'static str = "record.restored";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let Fork { log, from, size, root, signed, .. } = &self.fork;
        let tree =
            |origin: &str, size: u64, root: &str| json!({ "origin": origin, "root": root, "size": size });
        let signed: Vec<Json> = signed.iter().map(|(o, mark)| tree(o, mark.size, &mark.root)).collect();
        let plain = json!({
            "declared_by": self.declared.by, "restored": tree(from, *size, root), "signed": signed,
            "why": self.declared.why,
        });
        let facts = json!({});
        let ground = Ground { rule: "record", facts_hash: [0; 32], facts: &facts, log, campaign: None };
        desk.write(&ground, Draft::new(Verb::Started).plain(plain)).map(|_| ())
    }
}

/// Ends sessions that the backup holds as live, in the order of their keys.
struct EndSessions {
    after: String,
}

impl Act for EndSessions {
    const NAME: &'static str = "record.end_sessions";
    /// How many were ended, and the last key that was looked at.
    type Out = Plain<Option<(usize, String)>>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        const NEXT: &str = "
            SELECT key FROM warrant WHERE kind = 'session' AND latest = 1 AND key > $1 ORDER BY key LIMIT $2";
        let rows = desk.query(NEXT, &[(&self.after).into(), SESSIONS.into()])?;
        let Some(last) = rows.last().map(|row| row.text("key")).transpose()? else { return Ok(Plain(None)) };
        let (mut draft, mut ended) = (Draft::new(Verb::Granted), 0);
        for row in &rows {
            let session = desk.warrant::<Session>(row.text("key")?)?.ok_or(No::Absent)?;
            if !session.ended {
                draft = draft.warrant(&Session { ended: true, ..session.fact })?;
                ended += 1;
            }
        }
        if ended > 0 {
            let facts = json!({});
            let ground =
                Ground { rule: "record", facts_hash: [0; 32], facts: &facts, log: HOUSE, campaign: None };
            desk.write(&ground, draft.plain(json!({ "sessions_ended": ended })))?;
        }
        Ok(Plain(Some((ended, last.to_owned()))))
    }
}

fn failed(e: io::Error) -> No {
    No::Fault(format!("the backup could not be put back: {e}; mend the folder and restore again"))
}
