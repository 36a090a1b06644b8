//! Sets of people in one line of the record book: their labels, sorted, so that presence and absence can be proved.

use std::{sync::mpsc::sync_channel, thread};

use ledger::{
    Hash,
    sorted::{self, Label, SetProof},
};
use serde_json::{Value as Json, json};

use crate::{
    actor::PersonId,
    db::{Conn, DbError, Row, Value},
    desk::Look,
    fields::Field,
    floor::beat::hex,
    hall::Hall,
    no::No,
    seal::person::WrappedKeys,
};

/// Rows handed from the reader of the database to the opener of log keys.
const BATCH: usize = 4_096;

/// A set of people under their labels in one log. It names nobody: a label says nothing without its person's key.
pub struct LabelSet {
    log: String,
    labels: Vec<Label>,
    root: Hash,
}

impl LabelSet {
    /// Sorts labels of `log`; one that stands twice counts once.
    pub fn of(log: &str, mut labels: Vec<Label>) -> Self {
        labels.sort_unstable();
        labels.dedup();
        let root = sorted::LabelSet::new(labels.clone()).root();
        Self { log: log.to_owned(), labels, root }
    }

    /// How many people.
    pub fn count(&self) -> u64 {
        self.labels.len() as u64
    }

    /// Root over the sorted labels.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Proof that somebody is in the set, or is not.
    pub fn prove(&self, label: &Label) -> Result<SetProof, No> {
        sorted::LabelSet::new(self.labels.clone()).prove(label).map_err(No::fault)
    }

    /// Sixteen bytes a label, sorted: to be kept for later proofs.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.labels.concat()
    }

    /// Reads [`LabelSet::to_bytes`] of a set of this log.
    ///
    /// # Errors
    /// When the bytes are no sorted labels.
    pub fn from_bytes(log: &str, bytes: &[u8]) -> Result<Self, No> {
        let (labels, rest) = bytes.as_chunks::<16>();
        let set = Self::of(log, labels.to_vec());
        match rest.is_empty() && set.labels == labels {
            true => Ok(set),
            false => Err(No::Fault("stored labels of a set are damaged".to_owned())),
        }
    }

    /// What a line says of this set: its root, how many people, and which fields of theirs.
    pub fn facts(&self, fields: &'static [Field]) -> SetFacts {
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let json = json!({ "count": self.count(), "fields": names, "root": hex(&self.root) });
        SetFacts { log: self.log.clone(), json }
    }
}

/// What a line says of a set of people, see [`crate::Draft::set`]. Made by the kernel only.
#[derive(Clone)]
pub struct SetFacts {
    pub(crate) log: String,
    pub(crate) json: Json,
}

impl SetFacts {
    /// Says one thing more.
    pub(crate) fn and(mut self, name: &str, value: Json) -> Self {
        if let Json::Object(facts) = &mut self.json {
            facts.insert(name.to_owned(), value);
        }
        self
    }
}

impl Look<'_> {
    /// The labels in `log` of the people in the answer's rows, which are `person, epoch, log_key`.
    pub fn label_set(&mut self, log: &str, sql: &'static str, params: &[Value]) -> Result<LabelSet, No> {
        let people = labelled(self.conn, self.hall, log, sql, params)?;
        Ok(LabelSet::of(log, people.into_iter().map(|(_, label)| label).collect()))
    }
}

/// People and their labels in `log`, by person. One thread reads the rows while another opens the keys.
pub(crate) fn labelled(
    conn: &mut Conn,
    hall: &Hall,
    log: &str,
    sql: &'static str,
    params: &[Value],
) -> Result<Vec<(PersonId, Label)>, No> {
    let (rows, batches) = sync_channel::<Vec<Row>>(4);
    thread::scope(|scope| {
        let opener = scope.spawn(move || {
            let mut people = Vec::new();
            for batch in batches {
                people.extend(open(hall, log, &batch)?);
            }
            Ok::<_, No>(people)
        });
        let read = in_batches(conn, sql, params, BATCH, |batch| rows.send(batch).is_ok());
        drop(rows);
        let opened =
            opener.join().map_err(|_| No::Fault("a thread that opens log keys failed".to_owned()))?;
        let mut people = opened?;
        read?;
        people.sort_unstable();
        match people.is_sorted_by(|a, b| a.0 < b.0) {
            true => Ok(people),
            false => Err(No::Fault("a person stands twice in a set".to_owned())),
        }
    })
}

/// Reads rows into batches until the answer ends or `take` wants no more.
pub(crate) fn in_batches(
    conn: &mut Conn,
    sql: &'static str,
    params: &[Value],
    size: usize,
    mut take: impl FnMut(Vec<Row>) -> bool,
) -> Result<(), DbError> {
    let mut batch = Vec::with_capacity(size);
    conn.each(sql, params, &mut |row| {
        batch.push(row);
        if batch.len() == size && !take(std::mem::replace(&mut batch, Vec::with_capacity(size))) {
            return Err(DbError::Other("nobody takes the rows any more".to_owned()));
        }
        Ok(())
    })?;
    match batch.is_empty() || take(batch) {
        true => Ok(()),
        false => Err(DbError::Other("nobody takes the rows any more".to_owned())),
    }
}

fn open(hall: &Hall, log: &str, rows: &[Row]) -> Result<Vec<(PersonId, Label)>, No> {
    let keys = rows.iter().map(|row| {
        let epoch = row.int("epoch")? as u32;
        let keys = WrappedKeys { epoch, log: row.bytes("log_key")?.to_vec(), data: Vec::new() };
        Ok((row.int("person")?, keys))
    });
    let keys = keys.collect::<Result<Vec<(PersonId, WrappedKeys)>, DbError>>()?;
    let wrapped: Vec<(PersonId, &WrappedKeys)> = keys.iter().map(|(person, keys)| (*person, keys)).collect();
    let opened = hall.log_keys.open_all(&wrapped)?;
    Ok(keys.iter().zip(opened).map(|((person, _), key)| (*person, key.label(log))).collect())
}
