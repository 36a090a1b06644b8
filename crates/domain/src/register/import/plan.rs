//! Deciding for each record whether the person is new, changed or as before, and sealing what is new.

use std::sync::mpsc::{Receiver, sync_channel};

use kernel::{
    Actor, Floor, Look, No, PersonId, View,
    seal::{
        cell::{CellAddress, seal_cell},
        index::Kind,
        service::Minted,
    },
};
use ledger::sorted::LabelSet;
use rand::seq::SliceRandom;

use super::{
    super::{
        fields, offerable,
        reading::Finding,
        reading::Reason,
        report::{ImportReport, RowStatus},
    },
    Heap, ImportError, Order, Rows, TURN, Taken, batches,
    begin::Run,
    first_tags,
    rows::{KnownRow, NewRow},
    tags::{NewTag, holders},
};

/// Numbers for new people are reserved so many at a time.
const RESERVE: i64 = 50_000;

/// Stores everything that arrives; returns the tags of the new people.
pub(super) fn store(
    floor: &Floor,
    actor: &Actor,
    run: Option<&Run>,
    order: Order,
    heaped: &Receiver<Heap>,
    report: &mut ImportReport,
) -> Result<Vec<NewTag>, ImportError> {
    let (ready, to_write) = sync_channel::<Rows>(2);
    let mut sealer =
        Sealer { floor, actor, run, order, next: 0, last: 0, tags: Vec::new(), later: Vec::new() };
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || -> Result<(), No> {
            for rows in to_write {
                floor.once(actor, rows)?;
            }
            Ok(())
        });
        let later = batches(heaped, report, |batch, report| {
            let rows = sealer.seal(batch, report)?;
            if run.is_some() && !rows.is_empty() {
                // A writer that failed has closed its end, and says why below.
                let _ended = ready.send(rows);
            }
            Ok(())
        });
        drop(ready);
        writer.join().map_err(|_| No::Fault("the writing thread failed".to_owned()))??;
        sealer.later = later?;
        Ok::<_, ImportError>(())
    })?;
    let mut tags = std::mem::take(&mut sealer.tags);
    if let (Some(run), false) = (run, sealer.later.is_empty()) {
        super::tags::insert(floor, actor, run.run, std::mem::take(&mut tags))?;
    }
    sealer.repeats(report)?;
    Ok(tags)
}

struct Sealer<'a> {
    floor: &'a Floor,
    actor: &'a Actor,
    run: Option<&'a Run>,
    order: Order,
    next: PersonId,
    last: PersonId,
    tags: Vec<NewTag>,
    later: Vec<Taken>,
}

/// A record whose person was looked up.
enum Found {
    Erased,
    New,
    Known(PersonId, bool),
}

impl Sealer<'_> {
    fn seal(&mut self, mut batch: Vec<Taken>, report: &mut ImportReport) -> Result<Rows, No> {
        // The order of a file is often the alphabet: numbers of people must not repeat it.
        batch.shuffle(&mut self.floor.chance().fork());
        let screened = self.order.today.to_string();
        let groups =
            batch.iter().map(|t| fields::groups(&t.row, &screened)).collect::<Result<Vec<_>, No>>()?;
        let found = self.floor.look(self.actor, &LookUp { batch: &batch, groups: &groups })?;
        let new = found.iter().filter(|f| matches!(f, Found::New)).count();
        let mut minted = self.mint(new)?.into_iter();
        let mut rows = Rows { run: self.run.map_or(0, |r| r.run), ..Rows::default() };
        for ((taken, groups), found) in batch.into_iter().zip(groups).zip(found) {
            let Taken { line, lines, row, mut findings } = taken;
            let status = match found {
                Found::Erased => {
                    findings.insert(0, Finding::whole(Reason::Erased));
                    RowStatus::Held
                }
                Found::Known(_, true) => RowStatus::Unchanged,
                Found::Known(person, false) => {
                    let (tags, erased) = first_tags(self.floor.tagger(), &row);
                    rows.known.push(KnownRow::new(person, &row, groups, tags, erased, self.order.today));
                    RowStatus::Updated
                }
                Found::New => {
                    if let Some((person, minted)) = minted.next() {
                        rows.new.push(self.new_row(person, minted, &row, &groups)?);
                    }
                    RowStatus::Imported
                }
            };
            report.add(line, lines, status, findings);
        }
        rows.root = LabelSet::new(rows.new.iter().map(|r| r.label).collect()).root();
        Ok(rows)
    }

    /// Keys for as many new people; none for a dry run.
    fn mint(&mut self, new: usize) -> Result<Vec<(PersonId, Minted)>, No> {
        if self.run.is_none() || new == 0 {
            return Ok(Vec::new());
        }
        let mut people = Vec::with_capacity(new);
        while people.len() < new {
            if self.next == self.last {
                self.next = self.floor.reserve_people(RESERVE)?;
                self.last = self.next + RESERVE;
            }
            people.push(self.next);
            self.next += 1;
        }
        let minted = self.floor.mint(&people)?;
        Ok(people.into_iter().zip(minted).collect())
    }

    fn new_row(
        &mut self,
        person: PersonId,
        minted: Minted,
        row: &super::MemberRow,
        groups: &[zeroize::Zeroizing<Vec<u8>>; 6],
    ) -> Result<NewRow, No> {
        let mut rng = self.floor.chance().fork();
        let mut cells = Vec::with_capacity(groups.len());
        for (group, plain) in (0u8..).zip(groups) {
            let at = CellAddress { table: fields::TABLE, row: person, group };
            cells.push(seal_cell(&minted.sealing, &mut rng, at, plain)?);
        }
        let (tags, erased) = first_tags(self.floor.tagger(), row);
        self.tags.extend(tags.iter().map(|(kind, first)| NewTag { kind: *kind, first: *first, person }));
        Ok(NewRow {
            person,
            class: row.class,
            branch: row.branch.clone(),
            offerable: offerable(row, self.order.today),
            fingerprint: minted.log.fingerprint(fields::whole(person), &fields::joined(row, groups)),
            label: minted.log.label(kernel::HOUSE),
            tags: fields::tag_bytes(&tags, erased),
            wrapped: minted.wrapped,
            cells,
        })
    }

    /// Records whose number stands earlier in the file: they change that earlier person.
    fn repeats(&mut self, report: &mut ImportReport) -> Result<(), No> {
        let later = std::mem::take(&mut self.later);
        for repeat in later {
            let rows = self.seal(vec![repeat], report)?;
            if self.run.is_some() && !rows.is_empty() {
                self.floor.once(self.actor, rows)?;
            }
        }
        Ok(())
    }
}

/// Looks up who is known, who was erased, and whose row is as before.
struct LookUp<'a> {
    batch: &'a [Taken],
    groups: &'a [[zeroize::Zeroizing<Vec<u8>>; 6]],
}

impl View for LookUp<'_> {
    const NAME: &'static str = "register.import";
    type Out = Vec<Found>;

    fn look(&self, look: &mut Look<'_>) -> Result<Vec<Found>, No> {
        const STORED: &str = "SELECT fingerprint FROM member WHERE person = $1";
        const GONE: &str = "SELECT tag FROM erased WHERE tag = $1";
        let mut found = Vec::with_capacity(self.batch.len().max(TURN));
        for (taken, groups) in self.batch.iter().zip(self.groups) {
            let first = look.tagger().tag(Kind::MemberNumber, &taken.row.number, 0);
            let erased = look.tagger().tag(Kind::Erased, &taken.row.number, 0);
            let known = holders(look, Kind::MemberNumber, first)?.first().copied();
            found.push(match known {
                None if look.row(GONE, &[erased.into()])?.is_some() => Found::Erased,
                None => Found::New,
                Some(person) => {
                    let stored = look.row(STORED, &[person.into()])?.ok_or(No::Absent)?;
                    let joined = fields::joined(&taken.row, groups);
                    let now = look.fingerprint(person, fields::whole(person), &joined)?;
                    Found::Known(person, stored.bytes("fingerprint")? == now)
                }
            });
        }
        Ok(found)
    }
}
