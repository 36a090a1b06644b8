//! SQLite: one file, write-ahead log, every commit on disk before it is acknowledged.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use rusqlite::{
    Connection, OpenFlags, Statement,
    types::{ToSqlOutput, ValueRef},
};

use super::{DbError, Engine, Row, Value};

/// A text as SQLite reads it, and the names of its columns.
type Spoken = (Arc<str>, Arc<[String]>);

/// Most values bound to one statement of a load.
const LOAD_VALUES: usize = 128;

pub(crate) struct SqliteConn {
    conn: Connection,
    /// Texts met before, by their place in the program.
    spoken: HashMap<(usize, usize), Spoken>,
    /// Texts whose plan was looked at; `None` outside tests.
    explained: Option<HashSet<&'static str>>,
}

impl SqliteConn {
    /// Opens `path` for the writer, or for readers. `explain` refuses statements that read whole tables.
    pub(crate) fn open(path: &Path, writer: bool, explain: bool) -> Result<Self, DbError> {
        let flags = match writer {
            true => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            false => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        conn.set_prepared_statement_cache_capacity(512);
        if writer {
            conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
            conn.execute_batch("PRAGMA secure_delete = FAST; PRAGMA wal_autocheckpoint = 16384;")?;
        }
        conn.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000; PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -131072; PRAGMA mmap_size = 4294967296;",
        )?;
        Ok(Self { conn, spoken: HashMap::new(), explained: explain.then(HashSet::new) })
    }

    pub(super) fn each(
        &mut self,
        sql: &'static str,
        params: &[Value],
        visit: &mut dyn FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        let (text, names) = self.speak(sql)?;
        let mut statement = self.conn.prepare_cached(&text)?;
        bind(&mut statement, params)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values = (0..names.len()).map(|i| Ok(value(row.get_ref(i)?)));
            let values = values.collect::<Result<Vec<_>, DbError>>()?;
            visit(Row { names: names.clone(), values })?;
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, DbError> {
        let (text, _) = self.speak(sql)?;
        let mut statement = self.conn.prepare_cached(&text)?;
        bind(&mut statement, params)?;
        Ok(statement.raw_execute()? as u64)
    }

    fn speak(&mut self, sql: &'static str) -> Result<Spoken, DbError> {
        let place = (sql.as_ptr() as usize, sql.len());
        if let Some(spoken) = self.spoken.get(&place) {
            return Ok(spoken.clone());
        }
        self.explain(sql)?;
        let text: Arc<str> = Engine::Sqlite.speak(sql).into();
        let names = self.conn.prepare_cached(&text)?.column_names().map(str::to_owned).collect();
        self.spoken.insert(place, (text.clone(), Arc::clone(&names)));
        Ok((text, names))
    }

    pub(super) fn load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &mut dyn Iterator<Item = Vec<Value>>,
    ) -> Result<u64, DbError> {
        let many = (LOAD_VALUES / columns.len().max(1)).max(1);
        let mut waiting: Vec<Vec<Value>> = Vec::with_capacity(many);
        let mut count = 0;
        loop {
            waiting.extend((&mut *rows).take(many));
            if waiting.is_empty() {
                return Ok(count);
            }
            let mut statement = self.conn.prepare_cached(&insert(table, columns, waiting.len()))?;
            bind(&mut statement, waiting.iter().flatten())?;
            count += statement.raw_execute()? as u64;
            waiting.clear();
        }
    }

    pub(super) fn batch(&mut self, text: &str) -> Result<(), DbError> {
        Ok(self.conn.execute_batch(&Engine::Sqlite.speak(text))?)
    }

    /// Copies the whole database, as of one instant, into a new file.
    pub(crate) fn copy_to(&mut self, path: &Path) -> Result<(), DbError> {
        let mut to = Connection::open(path)?;
        let done = rusqlite::backup::Backup::new(&self.conn, &mut to)?.step(-1)?;
        match done {
            rusqlite::backup::StepResult::Done => Ok(()),
            _ => Err(DbError::Other("the copy did not come to its end".to_owned())),
        }
    }

    /// Fails on `SCAN table` unless the text carries `-- scan: why`.
    fn explain(&mut self, sql: &'static str) -> Result<(), DbError> {
        let Some(seen) = &mut self.explained else { return Ok(()) };
        if !seen.insert(sql) || sql.contains("-- scan:") {
            return Ok(());
        }
        let mut plan = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {}", Engine::Sqlite.speak(sql)))?;
        let mut rows = plan.raw_query();
        while let Some(row) = rows.next()? {
            let step: String = row.get("detail")?;
            let harmless = ["CONSTANT ROW", "VIRTUAL TABLE", "(subquery"].iter().any(|w| step.contains(w));
            if step.starts_with("SCAN ") && !harmless {
                return Err(DbError::FullScan(format!("{step} in {sql}")));
            }
        }
        Ok(())
    }
}

/// Inserts so many rows at once: measured, a row of two numbers costs half of what it costs alone.
fn insert(table: &str, columns: &[&str], rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns.len()].join(","));
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(","), vec![row; rows].join(","))
}

fn bind<'v>(
    statement: &mut Statement<'_>,
    params: impl IntoIterator<Item = &'v Value>,
) -> Result<(), DbError> {
    for (i, param) in params.into_iter().enumerate() {
        if let Value::Text(text) = param
            && text.contains('\0')
        {
            return Err(DbError::Nul);
        }
        statement.raw_bind_parameter(i + 1, param)?;
    }
    Ok(())
}

fn value(v: ValueRef<'_>) -> Value {
    match v {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(i) => Value::Int(i),
        ValueRef::Real(r) => Value::Int(r as i64),
        ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
        ValueRef::Blob(b) => Value::Bytes(b.to_vec()),
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(i) => ValueRef::Integer(*i),
            Self::Text(t) => ValueRef::Text(t.as_bytes()),
            Self::Bytes(b) => ValueRef::Blob(b),
        }))
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::{Error, ErrorCode, ffi};
        let Error::SqliteFailure(code, Some(text)) = &e else {
            return Self::Other(e.to_string());
        };
        let named = || text.rsplit(": ").next().unwrap_or_default().to_owned();
        match (code.code, code.extended_code) {
            (
                _,
                ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID,
            ) => Self::Unique(named()),
            (_, ffi::SQLITE_CONSTRAINT_CHECK) => Self::Check(named()),
            (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Self::Foreign,
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Again,
            _ => Self::Other(text.clone()),
        }
    }
}
