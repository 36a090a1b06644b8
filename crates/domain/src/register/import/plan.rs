//! Deciding for each record whether the person is new, changed or as before, and sealing what is new.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use kernel::{
    Actor, Floor, HOUSE, LabelSet, No, PersonId,
    seal::{
        cell::{CellAddress, seal_cell},
        service::Minted,
    },
};
use rand::seq::SliceRandom;
use zeroize::Zeroizing;

use super::{
    super::{
        fields::{self, Groups},
        offerable,
        reading::{Finding, Reason},
        report::{ImportReport, RowStatus},
    },
    Order, Rows, Run, TURN,
    later::{Later, Waiting},
    look_up::{Found, Labels, LookUp, Stored},
    read::{Heap, Taken},
    rows::{Behind, ChangedRow, InPlain, NewRow},
    tags::{self, NewTag, first_tags, in_index, number_tag},
};

/// Numbers for new people are reserved so many at a time.
const RESERVE: i64 = 50_000;

/// A record on its way to be compared and sealed.
pub(super) struct Record {
    pub(super) taken: Taken,
    /// The first tag of its number.
    pub(super) number: i64,
    groups: Groups,
    /// What is fingerprinted.
    pub(super) joined: Zeroizing<Vec<u8>>,
    /// A hash of that, for this run.
    said: u64,
    behind: Behind,
    passed: Vec<Taken>,
}

/// What the last stored record of a number said, and about whom (0 in a dry run).
#[derive(Clone, Copy)]
struct Met {
    person: PersonId,
    said: u64,
}

/// Decides and seals, in the order of the file.
pub(super) struct Sealer<'a> {
    pub(super) floor: &'a Floor,
    pub(super) actor: &'a Actor,
    run: Run,
    order: Order,
    hashing: RandomState,
    /// Numbers that are reserved: the next, and the end.
    reserved: (PersonId, PersonId),
    /// By the first tag of their number, whoever was met in this run.
    met: HashMap<i64, Met>,
    later: Later,
    tags: Vec<NewTag>,
}

impl<'a> Sealer<'a> {
    pub(super) fn new(floor: &'a Floor, actor: &'a Actor, run: Run, order: Order) -> Self {
        Self {
            floor,
            actor,
            run,
            order,
            hashing: RandomState::new(),
            reserved: (0, 0),
            met: HashMap::new(),
            later: Later::default(),
            tags: Vec::new(),
        }
    }

    /// What is to be written of a heap of records, if anything is.
    pub(super) fn heap(&mut self, heap: Heap, report: &mut ImportReport) -> Result<Option<Rows>, No> {
        for (at, status, findings) in heap.aside {
            report.add(at.0, at.1, status, findings);
        }
        let mut first = self.records(heap.first)?;
        // The order of a file is often the alphabet: numbers of people must not repeat it.
        first.shuffle(&mut self.floor.chance().fork());
        let found = self.look_up(&first)?;
        let mut batch = Vec::with_capacity(first.len());
        for (record, found) in first.into_iter().zip(found) {
            match found {
                Found::Known(_, Stored::Older) => self.later.first(record.number, record.taken),
                found => batch.push((record, found)),
            }
        }
        let rows = self.settle(batch, report)?;
        for mut record in self.records(heap.repeats)? {
            let met = self.met.get(&record.number).filter(|_| !self.later.has(record.number));
            match met.is_some_and(|met| met.said == record.said) {
                true => tell(report, &mut record.taken, RowStatus::Unchanged),
                false => self.later.further(record.number, record.taken),
            }
        }
        Ok(rows)
    }

    /// After the end of the file: new people's tags, and the records that waited.
    pub(super) fn finish(&mut self, report: &mut ImportReport) -> Result<(), No> {
        self.insert_tags(self.run.into_empty)?;
        let mut waiting = self.later.take().into_iter().peekable();
        while waiting.peek().is_some() {
            let batch = waiting.by_ref().take(TURN).map(|(number, w)| self.waited(number, w));
            let batch = batch.collect::<Result<Vec<_>, No>>()?;
            let found = self.look_up(&batch)?;
            if let Some(rows) = self.settle(batch.into_iter().zip(found).collect(), report)? {
                self.floor.once(self.actor, rows)?;
            }
            self.insert_tags(false)?;
        }
        Ok(())
    }

    fn insert_tags(&mut self, bulk: bool) -> Result<(), No> {
        tags::insert(self.floor, self.actor, std::mem::take(&mut self.tags), bulk)
    }

    fn records(&self, batch: Vec<Taken>) -> Result<Vec<Record>, No> {
        batch.into_iter().map(|taken| self.record(taken)).collect()
    }

    fn record(&self, taken: Taken) -> Result<Record, No> {
        let groups = fields::groups(&taken.row, &self.order.today.to_string())?;
        let joined = fields::joined(&taken.row, &groups);
        let said = self.hashing.hash_one(&*joined);
        let number = number_tag(self.floor.tagger(), &taken.row.number);
        Ok(Record { taken, number, groups, joined, said, behind: Behind::Nothing, passed: Vec::new() })
    }

    fn waited(&self, number: i64, waiting: Waiting) -> Result<Record, No> {
        let behind = match (waiting.first_waits, self.met.contains_key(&number)) {
            (true, _) if waiting.passed.is_empty() => Behind::Nothing,
            (true, _) => Behind::Older,
            (false, true) => Behind::Newest,
            (false, false) => Behind::Nothing,
        };
        Ok(Record { behind, passed: waiting.passed, ..self.record(waiting.last)? })
    }

    fn look_up(&self, records: &[Record]) -> Result<Vec<Found>, No> {
        let met = |record: &Record| {
            let met = self.met.get(&record.number)?;
            let stored = if met.said == record.said { Stored::Same } else { Stored::Other };
            Some(Found::Known(met.person, stored))
        };
        if self.run.into_empty && !self.run.any_erased {
            return Ok(records.iter().map(|record| met(record).unwrap_or(Found::New)).collect());
        }
        let found = self.floor.look(self.actor, &LookUp(records))?;
        Ok(records.iter().zip(found).map(|(record, found)| met(record).unwrap_or(found)).collect())
    }

    /// Gives each record its status, and says what is to be written.
    fn settle(&mut self, batch: Vec<(Record, Found)>, report: &mut ImportReport) -> Result<Option<Rows>, No> {
        let dry = self.order.dry_run;
        let unknown = batch.iter().filter(|(_, found)| matches!(found, Found::New)).count();
        let mut minted = self.mint(if dry { 0 } else { unknown })?.into_iter();
        let (mut new, mut changed, mut labels) = (Vec::with_capacity(unknown), Vec::new(), Vec::new());
        for (mut record, found) in batch {
            let status = found.status();
            let nothing = if status == RowStatus::Held { status } else { RowStatus::Unchanged };
            record.passed.iter_mut().for_each(|taken| tell(report, taken, nothing));
            tell(report, &mut record.taken, status);
            let (number, said) = (record.number, record.said);
            let person = match found {
                Found::Erased => continue,
                Found::Known(person, stored) => {
                    if stored != Stored::Same && !dry {
                        changed.push(self.changed_row(person, record));
                    }
                    person
                }
                Found::New if dry => 0,
                Found::New => {
                    let (person, keys) =
                        minted.next().ok_or_else(|| No::Fault("too few keys were made".to_owned()))?;
                    labels.push(keys.log.label(HOUSE));
                    new.push(self.new_row(person, keys, &record)?);
                    person
                }
            };
            self.met.insert(number, Met { person, said });
        }
        if new.is_empty() && changed.is_empty() {
            return Ok(None);
        }
        let known: Vec<PersonId> = changed.iter().map(|row| row.person).collect();
        labels.extend(self.floor.look(self.actor, &Labels(&known))?);
        Ok(Some(Rows { run: self.run.number, new, changed, people: LabelSet::of(HOUSE, labels) }))
    }

    /// Numbers and keys for as many new people.
    fn mint(&mut self, new: usize) -> Result<Vec<(PersonId, Minted)>, No> {
        let mut people = Vec::with_capacity(new);
        while people.len() < new {
            let (next, end) = self.reserved;
            if next == end {
                let next = self.floor.reserve_people(RESERVE)?;
                self.reserved = (next, next + RESERVE);
                continue;
            }
            people.push(next);
            self.reserved.0 += 1;
        }
        let minted = self.floor.mint(&people)?;
        Ok(people.into_iter().zip(minted).collect())
    }

    fn new_row(&mut self, person: PersonId, keys: Minted, record: &Record) -> Result<NewRow, No> {
        let mut rng = self.floor.chance().fork();
        let mut cells = Vec::with_capacity(record.groups.len());
        for (group, plain) in (0u8..).zip(&record.groups) {
            let at = CellAddress { table: fields::TABLE, row: person, group };
            cells.push(seal_cell(&keys.sealing, &mut rng, at, plain)?);
        }
        let plain = self.in_plain(record);
        self.tags.extend(in_index(&plain.tags).map(|value| NewTag { value, person }));
        let fingerprint = keys.log.fingerprint(fields::whole(person), &record.joined);
        Ok(NewRow { person, plain, fingerprint, wrapped: keys.wrapped, cells })
    }

    fn changed_row(&self, person: PersonId, record: Record) -> ChangedRow {
        let plain = self.in_plain(&record);
        let Record { joined, groups, behind, .. } = record;
        ChangedRow { person, plain, joined, groups, behind }
    }

    fn in_plain(&self, record: &Record) -> InPlain {
        let row = &record.taken.row;
        InPlain {
            class: row.class,
            branch: row.branch.clone(),
            offerable: offerable(row, self.order.today),
            tags: first_tags(self.floor.tagger(), record.number, row),
        }
    }
}

impl Found {
    fn status(&self) -> RowStatus {
        match self {
            Found::New => RowStatus::Imported,
            Found::Erased => RowStatus::Held,
            Found::Known(_, Stored::Same) => RowStatus::Unchanged,
            Found::Known(..) => RowStatus::Updated,
        }
    }
}

/// Counts a record; the only one held here is an erased person's.
fn tell(report: &mut ImportReport, taken: &mut Taken, status: RowStatus) {
    let mut findings = std::mem::take(&mut taken.findings);
    if status == RowStatus::Held {
        findings.insert(0, Finding::whole(Reason::Erased));
    }
    report.add(taken.at.0, taken.at.1, status, findings);
}
