//! The desk: all that an act may touch. Reading is a [`Look`]; an act's [`Desk`] is a look that may also
//! write, enter lines in the record book, and show sealed cards.

mod ask;
mod draft;
mod erase;
pub(crate) mod people;
mod sets;
mod show;
mod warrants;

pub use ask::{Ask, HOUSE, Permit, Verdict};
pub use draft::Draft;
pub(crate) use draft::{ACTOR, DETAIL, Ground, Group, SUBJECT};
use std::collections::HashMap;

use crate::{
    actor::{Actor, PersonId, RequestId},
    book::Pending,
    chance::Chance,
    clock::Millis,
    db::{Conn, DbError, Row, Value},
    hall::Hall,
    no::No,
    seal::{index::Tagger, person::LogKey},
    warrant::Known,
};

/// Reads facts, checks warrants, asks the guard.
pub struct Look<'t> {
    pub(crate) conn: &'t mut Conn,
    pub(crate) hall: &'t Hall,
    pub(crate) actor: &'t Actor,
    pub(crate) act: &'static str,
    pub(crate) now: Millis,
    pub(crate) as_of: Option<Millis>,
    /// Locks what a permit rests on until the act commits; a plain look does not.
    pub(crate) locks: bool,
    /// What the one writer of a file knows already; set aside once this act writes a row that grants.
    pub(crate) known: Option<&'t Known>,
    pub(crate) unkept: Option<&'t Known>,
}

impl<'t> Look<'t> {
    /// A look of the house's own, for what the kernel itself must read.
    pub(crate) fn of_house(conn: &'t mut Conn, hall: &'t Hall, actor: &'t Actor, act: &'static str) -> Self {
        Self {
            conn,
            hall,
            actor,
            act,
            now: hall.clock.now(),
            as_of: None,
            locks: false,
            known: None,
            unkept: None,
        }
    }
}

impl Look<'_> {
    /// The instant of this act, in milliseconds.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        self.actor
    }

    /// The act's name.
    pub fn act(&self) -> &'static str {
        self.act
    }

    /// All rows of an answer.
    pub fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        self.conn.query(sql, params)
    }

    /// The first row of an answer.
    pub fn row(&mut self, sql: &'static str, params: &[Value]) -> Result<Option<Row>, DbError> {
        self.conn.row(sql, params)
    }

    /// Visits the rows of a long answer one by one.
    pub fn each(
        &mut self,
        sql: &'static str,
        params: &[Value],
        visit: &mut dyn FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        self.conn.each(sql, params, visit)
    }

    /// Blind index: finds people by a value without reading anybody's.
    pub fn tagger(&self) -> &Tagger {
        &self.hall.tagger
    }

    /// Sees the warrants as they stood at `at`, until told otherwise.
    pub fn as_of(&mut self, at: Option<Millis>) {
        self.as_of = at;
    }
}

/// A look that may write. One act has one desk, in one transaction.
pub struct Desk<'t> {
    pub(crate) look: Look<'t>,
    pub(crate) request: RequestId,
    pub(crate) pending: Vec<Pending>,
    /// The minute that this act's entries bear, fixed while the act runs.
    pub(crate) minute: u64,
    pub(crate) log_keys: HashMap<PersonId, LogKey>,
    /// People whom this act erases.
    pub(crate) erased: Vec<crate::erasures::Erasure>,
    /// Logs that this act opens.
    pub(crate) new_logs: Vec<crate::book::Book>,
}

impl<'t> std::ops::Deref for Desk<'t> {
    type Target = Look<'t>;
    fn deref(&self) -> &Look<'t> {
        &self.look
    }
}
impl std::ops::DerefMut for Desk<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.look
    }
}

impl Desk<'_> {
    /// Changes rows; how many.
    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, DbError> {
        self.look.conn.execute(sql, params)
    }

    /// Inserts many rows at once.
    pub fn load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &mut dyn Iterator<Item = Vec<Value>>,
    ) -> Result<u64, DbError> {
        self.look.conn.load(table, columns, rows)
    }

    /// Randomness for ids and codes.
    pub fn chance(&self) -> &Chance {
        &self.look.hall.chance
    }

    /// Opens a log of its own, as for a new contest. `name` is letters, digits and hyphens.
    pub fn open_log(&mut self, name: &str) -> Result<(), No> {
        const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 AS next FROM log -- scan: one row a log";
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain || name.is_empty() || name.len() > 40 {
            return Err(No::Invalid(
                "A log's name has 1 to 40 small letters, digits and hyphens.".to_owned(),
            ));
        }
        let next = self.look.conn.row(NEXT, &[])?.map_or(Ok(1), |r| r.int("next"))?;
        let origin = format!("{}/{name}", self.look.hall.host);
        let signer = self.look.hall.signer(name, &origin)?;
        self.new_logs.push(crate::book::create(self.look.conn, self.look.hall, next, name, origin, signer)?);
        Ok(())
    }
}
