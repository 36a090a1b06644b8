//! Deciding for each record whether the person is new, changed or as before, and sealing what is new.

use std::collections::HashMap;

use kernel::{
    Actor, Floor, HOUSE, LabelSet, No, PersonId,
    seal::{
        cell::{CellAddress, seal_cell},
        service::Minted,
    },
};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use super::{
    super::{
        fields::{self, Groups},
        reading::{Finding, Reason, Verdict},
        report::{ImportReport, RowStatus},
    },
    Order, Rows, Run, TURN,
    later::{Later, Waiting},
    look_up::{Found, Labels, LookUp, Stored},
    read::Heap,
    record::{InPlain, Record, Told},
    rows::{Behind, ChangedRow, NewRow},
    tags::{self, NewTag, in_index},
};

/// Numbers for new people are reserved so many at a time.
const RESERVE: i64 = 50_000;

/// What the last stored record of a number said, and about whom (0 in a dry run).
#[derive(Clone, Copy)]
struct Met {
    person: PersonId,
    said: u64,
}

/// Enough of a record's hash to tell two of one number apart.
fn short(said: &[u8; 32]) -> u64 {
    said.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Decides and seals, in the order of the file.
pub(super) struct Sealer<'a> {
    pub(super) floor: &'a Floor,
    pub(super) actor: &'a Actor,
    run: Run,
    order: Order,
    rng: StdRng,
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
            rng: StdRng::from_rng(&mut floor.chance().fork()),
            reserved: (0, 0),
            met: HashMap::new(),
            later: Later::default(),
            tags: Vec::new(),
        }
    }

    /// What is to be written of a heap of records, if anything is.
    pub(super) fn heap(&mut self, heap: Heap, report: &mut ImportReport) -> Result<Option<Rows>, No> {
        for (status, told) in heap.aside {
            count(report, told, status);
        }
        let mut first = heap.first;
        // The order of a file is often the alphabet: numbers of people must not repeat it.
        first.shuffle(&mut self.rng);
        let found = self.look_up(&first)?;
        let mut batch = Vec::with_capacity(first.len());
        for (record, found) in first.into_iter().zip(found) {
            match found {
                Found::Known(_, Stored::Older) => self.later.first(record),
                found => batch.push((record, found, Behind::Nothing)),
            }
        }
        let rows = self.settle(batch, report)?;
        for record in heap.repeats {
            let met = self.met.get(&record.number).filter(|_| !self.later.has(record.number));
            match met.is_some_and(|met| met.said == short(&record.said)) {
                true => count(report, record.told, RowStatus::Unchanged),
                false => self.later.further(record),
            }
        }
        Ok(rows)
    }

    /// After the end of the file: new people's tags, and the records that waited.
    pub(super) fn finish(&mut self, report: &mut ImportReport) -> Result<(), No> {
        self.insert_tags(self.run.into_empty)?;
        let mut waiting = self.later.take().into_iter().peekable();
        while waiting.peek().is_some() {
            let (mut records, mut before) = (Vec::new(), Vec::new());
            for waiting in waiting.by_ref().take(TURN) {
                before.push((self.behind(&waiting), waiting.passed));
                records.push(waiting.last);
            }
            let found = self.look_up(&records)?;
            let mut batch = Vec::with_capacity(records.len());
            for ((record, found), (behind, passed)) in records.into_iter().zip(found).zip(before) {
                let held = matches!(found, Found::Erased);
                let status = if held { RowStatus::Held } else { RowStatus::Unchanged };
                passed.into_iter().for_each(|told| count(report, told, status));
                batch.push((record, found, behind));
            }
            if let Some(rows) = self.settle(batch, report)? {
                self.floor.once(self.actor, rows)?;
            }
            self.insert_tags(false)?;
        }
        Ok(())
    }

    /// Which record of this file the row follows, if the one that waited is stored.
    fn behind(&self, waiting: &Waiting) -> Behind {
        match (waiting.first_waits, self.met.contains_key(&waiting.last.number)) {
            (true, _) if waiting.passed.is_empty() => Behind::Nothing,
            (true, _) => Behind::Older,
            (false, true) => Behind::Newest,
            (false, false) => Behind::Nothing,
        }
    }

    fn insert_tags(&mut self, bulk: bool) -> Result<(), No> {
        tags::insert(self.floor, self.actor, std::mem::take(&mut self.tags), bulk)
    }

    fn look_up(&self, records: &[Record]) -> Result<Vec<Found>, No> {
        let met = |record: &Record| {
            let met = self.met.get(&record.number)?;
            let stored = if met.said == short(&record.said) { Stored::Same } else { Stored::Other };
            Some(Found::Known(met.person, stored))
        };
        if self.run.into_empty && !self.run.any_erased {
            return Ok(records.iter().map(|record| met(record).unwrap_or(Found::New)).collect());
        }
        let found = self.floor.look(self.actor, &LookUp(records))?;
        Ok(records.iter().zip(found).map(|(record, found)| met(record).unwrap_or(found)).collect())
    }

    /// Gives each record its status, and says what is to be written.
    fn settle(
        &mut self,
        batch: Vec<(Record, Found, Behind)>,
        report: &mut ImportReport,
    ) -> Result<Option<Rows>, No> {
        let dry = self.order.dry_run;
        let unknown = batch.iter().filter(|(_, found, _)| matches!(found, Found::New)).count();
        let mut minted = self.mint(if dry { 0 } else { unknown })?.into_iter();
        let (mut new, mut changed, mut labels) = (Vec::with_capacity(unknown), Vec::new(), Vec::new());
        for (record, found, behind) in batch {
            let Record { told, number, said, groups, plain } = record;
            count(report, told, found.status());
            let person = match found {
                Found::Erased => continue,
                Found::Known(person, Stored::Same) => person,
                Found::Known(person, _) => {
                    if !dry {
                        changed.push(ChangedRow { person, plain, said, groups, behind });
                    }
                    person
                }
                Found::New if dry => 0,
                Found::New => {
                    let (person, keys) =
                        minted.next().ok_or_else(|| No::Fault("too few keys were made".to_owned()))?;
                    labels.push(keys.log.label(HOUSE));
                    new.push(self.new_row(person, keys, plain, &said, &groups)?);
                    person
                }
            };
            self.met.insert(number, Met { person, said: short(&said) });
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

    fn new_row(
        &mut self,
        person: PersonId,
        keys: Minted,
        plain: InPlain,
        said: &[u8],
        groups: &Groups,
    ) -> Result<NewRow, No> {
        let mut cells = Vec::with_capacity(fields::GROUPS.len());
        for (group, packed) in (0u8..).zip(groups.iter()) {
            let at = CellAddress { table: fields::TABLE, row: person, group };
            cells.push(seal_cell(&keys.sealing, &mut self.rng, at, packed)?);
        }
        self.tags.extend(in_index(&plain.tags).map(|value| NewTag { value, person }));
        let fingerprint = keys.log.fingerprint(fields::whole(person), said);
        Ok(NewRow { person, plain, fingerprint, wrapped: keys.wrapped, cells })
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

/// Counts a record. One that was good and is held all the same is an erased person's.
fn count(report: &mut ImportReport, mut told: Told, status: RowStatus) {
    let held = told.findings.iter().any(|finding| finding.reason.verdict() == Verdict::Held);
    if status == RowStatus::Held && !held {
        told.findings.insert(0, Finding::whole(Reason::Erased));
    }
    report.add(told.at.0, told.at.1, status, told.findings);
}
