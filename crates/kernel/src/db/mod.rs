//! Two engines, one SQL text. Acts never see a connection: they speak to the desk.
//!
//! Statements are constant text with `$1` placeholders and a few dialect words, see `dialect`.

mod dialect;
mod migrate;
mod postgres;
mod sqlite;
mod value;

pub use migrate::Migration;
pub use value::{Row, Value};

pub(crate) use self::postgres::{PgConn, PgPool};
pub(crate) use dialect::Engine;
pub(crate) use sqlite::SqliteConn;

/// What can go wrong in a database. Never holds a value.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A UNIQUE rule was broken; the columns as `table.column`.
    #[error("`{0}` must be unique")]
    Unique(String),
    /// A CHECK rule was broken; its name.
    #[error("the rule `{0}` on stored data was broken")]
    Check(String),
    /// A foreign key points nowhere.
    #[error("a row refers to another that does not exist")]
    Foreign,
    /// Lost a race: the whole act may be tried again.
    #[error("another act was faster")]
    Again,
    /// A column is missing or of another type.
    #[error("the column `{0}` is missing or of another type")]
    Column(String),
    /// A statement reads a whole table and does not say why it may (tests only).
    #[error("a statement reads a whole table without saying why it may: {0}")]
    FullScan(String),
    /// Text with a NUL character.
    #[error("text holds a NUL character")]
    Nul,
    /// Anything else, in the engine's words without values.
    #[error("the database said: {0}")]
    Other(String),
}

/// One connection, whichever the engine.
pub(crate) enum Conn {
    Sqlite(SqliteConn),
    Postgres(Box<PgConn>),
}

impl Conn {
    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        params: &[Value],
        visit: &mut dyn FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        match self {
            Self::Sqlite(c) => c.each(sql, params, visit),
            Self::Postgres(c) => c.each(sql, params, visit),
        }
    }

    pub(crate) fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, DbError> {
        let mut rows = Vec::new();
        self.each(sql, params, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    pub(crate) fn row(&mut self, sql: &'static str, params: &[Value]) -> Result<Option<Row>, DbError> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    pub(crate) fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, DbError> {
        match self {
            Self::Sqlite(c) => c.execute(sql, params),
            Self::Postgres(c) => c.execute(sql, params),
        }
    }

    /// Inserts many rows into `table`: prepared inserts on SQLite, binary COPY on PostgreSQL.
    pub(crate) fn load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &mut dyn Iterator<Item = Vec<Value>>,
    ) -> Result<u64, DbError> {
        match self {
            Self::Sqlite(c) => c.load(table, columns, rows),
            Self::Postgres(c) => c.load(table, columns, rows),
        }
    }

    /// Runs text that is no prepared statement: transaction words, migrations, settings.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(c) => c.batch(text),
            Self::Postgres(c) => c.batch(text),
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that only reads, and sees one instant.
    pub(crate) fn begin_snapshot(&mut self) -> Result<(), DbError> {
        match self.engine() {
            Engine::Sqlite => self.batch("BEGIN"),
            Engine::Postgres => self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        }
    }
}
