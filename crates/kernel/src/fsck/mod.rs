//! Checks a database against its own record book, with no floor open: trees, tiles, scopes, rows that grant, keys.
//!
//! Nothing is repaired and nothing is written. Every finding says what is wrong and where; none says whose.

mod lines;
mod rows;

use std::{collections::HashMap, fmt};

use ledger::Hash;

use crate::{
    book::EntryId,
    db::{Conn, PgConn, SqliteConn},
    desk::HOUSE,
    erasures::Step,
    floor::{DATABASE_FILE, Database, Floor, FloorConfig},
    hall::Hall,
    no::No,
    seal::keys::KeyRing,
    sets::labelled,
};

/// Findings that are told; where one thing is broken, thousands may follow.
const TOLD: usize = 100;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// The logs, as far as they could be read.
    pub logs: Vec<LogFound>,
    /// Rows that grant, every version.
    pub warrants: u64,
    /// People whose keys open.
    pub people: u64,
    /// What is wrong, in words: the first hundred findings.
    pub wrong: Vec<String>,
    /// How many findings there are.
    pub findings: u64,
}

/// One log.
#[derive(Debug)]
pub struct LogFound {
    /// Its name.
    pub name: String,
    /// Its origin.
    pub origin: String,
    /// Lines read.
    pub lines: u64,
    /// Root over them.
    pub root: Hash,
}

impl Report {
    /// Whether nothing was found wrong.
    pub fn is_sound(&self) -> bool {
        self.findings == 0
    }

    fn wrong(&mut self, what: impl fmt::Display) {
        self.findings += 1;
        if self.wrong.len() < TOLD {
            self.wrong.push(what.to_string());
        }
    }
}

/// What the lines say that the rows must bear out.
#[derive(Default)]
struct Told {
    /// Rows that each line commits to, and the log that holds the line.
    rows: HashMap<EntryId, (String, Vec<Hash>)>,
    /// Versions that the log counts of each row that grants.
    versions: HashMap<(String, [u8; 16]), u64>,
}

impl Floor {
    /// Checks everything that can be checked without opening anybody's data. No floor may be open on the folders.
    ///
    /// # Errors
    /// When the keys or the database cannot be opened at all; what is wrong inside is in the report.
    pub fn fsck(config: FloorConfig) -> Result<Report, No> {
        let keys = KeyRing::open(&config.keys, &config.data)?;
        let mut conn = match &config.database {
            Database::Sqlite => {
                Conn::Sqlite(SqliteConn::open(&config.data.join(DATABASE_FILE), false, false)?)
            }
            Database::Postgres { url, .. } => Conn::Postgres(Box::new(PgConn::open(url, false)?)),
        };
        let hall = Hall::new(keys, config)?;
        let mut report = Report::default();
        conn.begin_snapshot()?;
        let told = lines::check(&mut conn, &hall, &mut report)?;
        rows::check(&mut conn, &hall, told, &mut report)?;
        check_people(&mut conn, &hall, &mut report)?;
        conn.batch("COMMIT")?;
        Ok(report)
    }
}

/// Every person's log key opens, and nobody who was erased has one.
fn check_people(conn: &mut Conn, hall: &Hall, report: &mut Report) -> Result<(), No> {
    const PEOPLE: &str = "SELECT person, epoch, log_key FROM person_key -- scan: fsck reads everything";
    const ONE: &str = "SELECT person FROM person_key WHERE person = $1";
    match labelled(conn, hall, HOUSE, PEOPLE, &[]) {
        Ok(people) => report.people = people.len() as u64,
        Err(no) => report.wrong(format!("the keys of people: {no}")),
    }
    for (erasure, _) in hall.erasures.all()?.into_iter().filter(|(_, step)| *step == Step::Kept) {
        if conn.row(ONE, &[erasure.person.into()])?.is_some() {
            report.wrong("the keys of somebody who was erased are there again");
        }
    }
    Ok(())
}
