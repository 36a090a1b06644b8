//! PostgreSQL: connections that live and die on blocking threads, with the settings that money asks for.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    sync::{Arc, Condvar, Mutex, PoisonError},
};

use postgres::{
    Client, NoTls, Statement,
    binary_copy::BinaryCopyInWriter,
    fallible_iterator::FallibleIterator,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use super::{Conn, DbError, Engine, Row, Value};

/// A transaction left open longer than this is ended by the server, so that a frozen node holds no lock.
const IDLE_IN_TRANSACTION_MS: u32 = 15_000;

pub(crate) struct PgConn {
    client: Client,
    statements: HashMap<&'static str, (Statement, Arc<[String]>)>,
    explained: Option<HashSet<&'static str>>,
}

impl PgConn {
    pub(crate) fn open(url: &str, explain: bool) -> Result<Self, DbError> {
        let mut client = Client::connect(url, NoTls)?;
        client.batch_execute(&format!(
            "SET idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_MS};
             SET statement_timeout = 120000; SET synchronous_commit = on; SET client_min_messages = warning;"
        ))?;
        let mut conn = Self { client, statements: HashMap::new(), explained: explain.then(HashSet::new) };
        conn.fit()?;
        Ok(conn)
    }

    /// Refuses a database that sorts by language: one SQL text must mean one order on both engines.
    fn fit(&mut self) -> Result<(), DbError> {
        let row = self.client.query_one(
            "SELECT datcollate, current_setting('fsync') FROM pg_database WHERE datname = current_database()",
            &[],
        )?;
        let (collation, fsync): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if !matches!(collation.as_str(), "C" | "C.UTF-8" | "C.utf8" | "POSIX") {
            return Err(DbError::Other(format!(
                "this database sorts by `{collation}`; make it with LC_COLLATE 'C' and try again"
            )));
        }
        match fsync.as_str() {
            "on" => Ok(()),
            _ => Err(DbError::Other("fsync is off; a record book needs it on".to_owned())),
        }
    }

    fn statement(&mut self, sql: &'static str) -> Result<(Statement, Arc<[String]>), DbError> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        self.explain(sql)?;
        let statement = self.client.prepare(&Engine::Postgres.speak(sql))?;
        let names: Arc<[String]> = statement.columns().iter().map(|c| c.name().to_owned()).collect();
        self.statements.insert(sql, (statement.clone(), names.clone()));
        Ok((statement, names))
    }

    pub(super) fn each(
        &mut self,
        sql: &'static str,
        params: &[Value],
        visit: &mut dyn FnMut(Row) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        let (statement, names) = self.statement(sql)?;
        let mut rows = self.client.query_raw(&statement, params)?;
        while let Some(row) = rows.next()? {
            let values = (0..names.len()).map(|i| Ok(row.try_get::<_, Value>(i)?));
            let values = values.collect::<Result<Vec<_>, DbError>>()?;
            visit(Row { names: names.clone(), values })?;
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, DbError> {
        let (statement, _) = self.statement(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
        Ok(self.client.execute(&statement, &params)?)
    }

    pub(super) fn load(
        &mut self,
        table: &'static str,
        columns: &'static [&'static str],
        rows: &mut dyn Iterator<Item = Vec<Value>>,
    ) -> Result<u64, DbError> {
        let columns = columns.join(",");
        let probe = self.client.prepare(&format!("SELECT {columns} FROM {table} LIMIT 0"))?;
        let types: Vec<Type> = probe.columns().iter().map(|c| c.type_().clone()).collect();
        let sink = self.client.copy_in(&format!("COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"))?;
        let mut writer = BinaryCopyInWriter::new(sink, &types);
        for row in rows {
            writer.write_raw(row.iter().map(|v| v as &dyn ToSql))?;
        }
        Ok(writer.finish()?)
    }

    pub(crate) fn batch(&mut self, text: &str) -> Result<(), DbError> {
        Ok(self.client.batch_execute(&Engine::Postgres.speak(text))?)
    }

    /// Fails where a generic plan reads a whole table, unless the text carries `-- scan: why`.
    fn explain(&mut self, sql: &'static str) -> Result<(), DbError> {
        let Some(seen) = &mut self.explained else { return Ok(()) };
        let reads = ["SELECT", "UPDATE", "DELETE", "WITH"].iter().any(|w| sql.trim_start().starts_with(w));
        if !seen.insert(sql) || sql.contains("-- scan:") || !reads {
            return Ok(());
        }
        let spoken = Engine::Postgres.speak(sql);
        let statement = self.client.prepare(&spoken)?;
        let nulls = vec!["NULL"; statement.params().len()].join(",");
        let call =
            if nulls.is_empty() { "evenhand_plan".to_owned() } else { format!("evenhand_plan({nulls})") };
        self.client.batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")?;
        self.client.batch_execute(&format!("PREPARE evenhand_plan AS {spoken}"))?;
        let plan = self.client.query(&format!("EXPLAIN EXECUTE {call}"), &[])?;
        self.client.batch_execute("DEALLOCATE evenhand_plan; RESET plan_cache_mode; RESET enable_seqscan")?;
        for row in plan {
            let step: String = row.try_get(0)?;
            if step.contains("Seq Scan") {
                return Err(DbError::FullScan(format!("{} in {sql}", step.trim())));
            }
        }
        Ok(())
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(i) if *ty == Type::INT4 => i32::try_from(*i)?.to_sql(ty, out),
            Self::Int(i) if *ty == Type::INT2 => i16::try_from(*i)?.to_sql(ty, out),
            Self::Int(i) if *ty == Type::BOOL => (*i != 0).to_sql(ty, out),
            Self::Int(i) if *ty == Type::INT8 => i.to_sql(ty, out),
            Self::Int(i) => i.to_string().to_sql(&Type::TEXT, out),
            Self::Text(t) if t.contains('\0') => Err(DbError::Nul.into()),
            Self::Text(t) => t.to_sql(ty, out),
            Self::Bytes(b) => b.to_sql(&Type::BYTEA, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(match *ty {
            Type::BOOL => Self::Int(bool::from_sql(ty, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => Self::Text(String::from_sql(ty, raw)?),
            _ => return Err(format!("a column of type {ty}; write a CAST in the text").into()),
        })
    }
    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

impl From<postgres::Error> for DbError {
    fn from(e: postgres::Error) -> Self {
        let Some(db) = e.as_db_error() else { return Self::Other(words(&e)) };
        match db.code().code() {
            "23505" => Self::Unique(columns(db)),
            "23514" => Self::Check(db.constraint().unwrap_or_default().to_owned()),
            "23503" => Self::Foreign,
            "40001" | "40P01" | "55P03" => Self::Again,
            _ => Self::Other(format!("{} ({})", db.message(), db.code().code())),
        }
    }
}

/// An error outside the server's own, without the values that a conversion error may quote.
fn words(e: &postgres::Error) -> String {
    e.source().map_or_else(|| e.to_string(), |why| format!("{e}: {why}"))
}

/// `table.column` of a broken UNIQUE, as SQLite says it; the values in the server's detail are left out.
fn columns(db: &postgres::error::DbError) -> String {
    let table = db.table().unwrap_or_default();
    let inside = db.detail().and_then(|d| d.split_once('(')).and_then(|(_, d)| d.split_once(')'));
    let names = inside.map_or("", |(names, _)| names);
    names.split(", ").map(|n| format!("{table}.{n}")).collect::<Vec<_>>().join(", ")
}

/// Connections shared by the threads of one node.
pub(crate) struct PgPool {
    url: String,
    explain: bool,
    most: usize,
    idle: Mutex<(Vec<Conn>, usize)>,
    freed: Condvar,
}

impl PgPool {
    pub(crate) fn new(url: &str, most: usize, explain: bool) -> Self {
        Self { url: url.to_owned(), explain, most, idle: Mutex::new((Vec::new(), 0)), freed: Condvar::new() }
    }

    /// Lends a connection to `work`; one that failed at the protocol is not taken back.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Conn) -> T) -> Result<T, DbError> {
        let mut conn = self.take()?;
        let out = work(&mut conn);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match matches!(&conn, Conn::Postgres(c) if c.client.is_closed()) {
            true => idle.1 -= 1,
            false => idle.0.push(conn),
        }
        drop(idle);
        self.freed.notify_one();
        Ok(out)
    }

    fn take(&self) -> Result<Conn, DbError> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(conn) = idle.0.pop() {
                return Ok(conn);
            }
            if idle.1 < self.most {
                idle.1 += 1;
                drop(idle);
                let opened = PgConn::open(&self.url, self.explain).inspect_err(|_| {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).1 -= 1;
                });
                return opened.map(|conn| Conn::Postgres(Box::new(conn)));
            }
            idle = self.freed.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
