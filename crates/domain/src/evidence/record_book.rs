//! One's own slice of the record book, minute by minute.

use askama::Template;
use axum::{extract::Query, response::Html};
use kernel::{HOUSE, Look, No, View, floor::BookLine};
use ledger::merkle::leaf_hash;
use serde::Deserialize;

use super::{
    Reader, Whose, contest_of,
    reader::Part,
    words::{self, Rules},
};
use crate::{
    access::sign_in::render,
    contest::{self, Contest, log_of},
    door::{Oops, Visit, blocking},
    page::{Clock, Count, EvidenceCard, Link, Mark, Page, Row, StateStrip, TimelineItem},
};

/// Lines on one page.
pub const PAGE: usize = 50;
/// What no slice shows.
pub(super) const LIMITS: &str = "somebody reading the database outside Evenhand, and, until the proofs of completeness \
                                 come, that no line about you was left out.";

/// A look at a slice. What is left out is chosen for the reader.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RecordBook {
    /// Which log.
    pub log: Option<String>,
    /// Whose lines.
    pub whose: Option<Whose>,
    /// Which campaign's.
    pub campaign: Option<String>,
    /// Only lines with lower numbers.
    pub below: Option<u64>,
}

/// A slice as it is read.
pub struct Reading {
    /// Who reads which log.
    pub reader: Reader,
    /// The slice.
    pub part: Part,
    /// All slices of this log that the reader may read.
    pub parts: Vec<Part>,
    /// The logs, with their titles.
    pub logs: Vec<(String, String)>,
    /// The zone of the contest, if it is one's log.
    pub zone: Option<String>,
    /// How many lines the slice has.
    pub count: u64,
    /// The newest of them, newest first.
    pub lines: Vec<BookLine>,
    pub(super) rules: Rules,
}

impl View for RecordBook {
    const NAME: &'static str = "evidence.record_book";
    type Out = Reading;

    fn look(&self, look: &mut Look<'_>) -> Result<Reading, No> {
        let mut contests = look.about::<Contest>("contests")?;
        contests.sort_by_key(|c| std::cmp::Reverse(c.at));
        let log = match &self.log {
            Some(log) => log.clone(),
            None => usual_log(look, &contests)?,
        };
        let reader = Reader::of(look, &log)?;
        let parts = reader.parts(look);
        let part = match self.whose {
            None => parts.first().cloned().ok_or(No::Absent)?,
            Some(Whose::Campaign) => {
                Part::campaign(self.campaign.as_ref().or(reader.campaigns.first()).ok_or(No::Absent)?)
            }
            Some(whose) => Part::of(whose),
        };
        if !reader.may(look, &part) {
            return Err(No::Absent);
        }
        let range = 0..self.below.unwrap_or(u64::MAX);
        let lines = look.slice(&log, part.slice(reader.person), range, PAGE)?;
        let titles = contests.iter().map(|c| (c.log(), c.name.clone()));
        Ok(Reading {
            count: look.slice_size(&log, part.slice(reader.person))?,
            logs: titles.chain([(HOUSE.to_owned(), "The house".to_owned())]).collect(),
            zone: contests.iter().find(|c| c.log() == log).map(|c| c.zone.clone()),
            rules: Rules::of(look, &lines),
            reader,
            part,
            parts,
            lines,
        })
    }
}

/// The log that a reader most likely wants: of the contest in which they campaign, or for whoever reads all lines of
/// the newest contest; for everybody else the house's.
fn usual_log(look: &mut Look<'_>, contests: &[kernel::Vouched<Contest>]) -> Result<String, No> {
    for contest in contests {
        let reader = Reader::of(look, &log_of(&contest.id))?;
        if !reader.campaigns.is_empty() || reader.may(look, &Part::of(Whose::All)) {
            return Ok(contest.log());
        }
    }
    Ok(HOUSE.to_owned())
}

#[derive(Template)]
#[template(path = "evidence/record_book.html")]
struct RecordBookPage {
    page: Page,
    state: StateStrip,
    whose: String,
    complete: Vec<Row>,
    limits: &'static str,
    items: Vec<TimelineItem>,
    cards: Vec<EvidenceCard>,
    older: Option<Link>,
    newer: Option<Link>,
    file: FileForm,
    files: Vec<Link>,
}

/// What the button for an evidence file posts.
pub(super) struct FileForm {
    pub(super) log: String,
    pub(super) whose: &'static str,
    pub(super) campaign: String,
    /// The one line, or all.
    pub(super) line: Option<u64>,
}

pub(super) async fn page(visit: Visit, Query(asked): Query<RecordBook>) -> Result<Html<String>, Oops> {
    let below = asked.below;
    let reading = visit.look(asked).await?;
    let app = visit.app.clone();
    let checked = blocking(move || {
        let public = public_size(&app.floor, &reading.reader.log)?;
        app.floor.prove_lines(&reading.reader.log, &reading.lines)?;
        Ok((reading, public))
    });
    let (mut reading, public) = checked.await.map_err(|no| visit.oops(no))?;
    reading.lines.reverse();
    let Reading { reader, part, lines, rules, .. } = &reading;
    let zone = reading.zone.clone().unwrap_or_else(|| visit.app.settings.zone.clone());
    let clock = visit.clock(&zone);
    let cards = lines.iter().map(|l| card(&reader.log, part.whose, l, rules, &clock, public));
    let items = lines.iter().map(|l| item(&reader.log, part.whose, l, &clock));
    let here = |text: &str, below: Option<u64>| Link {
        text: text.to_owned(),
        href: address(&reader.log, part, below),
        here: false,
    };
    let oldest = lines.first().map(|l| l.index).filter(|_| lines.len() == PAGE);
    render(&RecordBookPage {
        page: visit.page(&zone, None),
        state: state(&reading, public),
        whose: heading(reader, part),
        complete: complete(&reading),
        limits: LIMITS,
        items: items.collect(),
        cards: cards.collect(),
        older: oldest.map(|l| here("Older lines", Some(l))),
        newer: below.map(|_| here("Newest lines", None)),
        file: FileForm {
            log: reader.log.clone(),
            whose: part.whose.name(),
            campaign: part.campaign.clone(),
            line: None,
        },
        files: log_files(&reader.log),
    })
}

/// How many lines the public seal covers.
pub(super) fn public_size(floor: &kernel::Floor, log: &str) -> Result<u64, No> {
    match floor.public_checkpoint(log) {
        Ok(note) => Ok(ledger::Checkpoint::claimed(note.as_bytes()).map_err(No::fault)?.size),
        Err(No::Absent) => Ok(0),
        Err(no) => Err(no),
    }
}

/// What anybody may fetch of a log.
pub(super) fn log_files(log: &str) -> Vec<Link> {
    let link =
        |text: &str, file| Link { text: text.to_owned(), href: format!("/log/{log}/{file}"), here: false };
    vec![link("Today's seal, signed", "checkpoint"), link("The record book's public key", "vkey")]
}

fn state(reading: &Reading, public: u64) -> StateStrip {
    let log = &reading.reader.log;
    let title = reading.logs.iter().find(|(name, _)| name == log).map_or(log.clone(), |(_, t)| t.clone());
    let facts = vec![
        ("Record book".to_owned(), title),
        ("Lines under the public seal".to_owned(), Count(public).to_string()),
    ];
    StateStrip { facts, marks: Vec::new(), clock: None }
}

fn heading(reader: &Reader, part: &Part) -> String {
    match part.whose {
        Whose::All => "All lines".to_owned(),
        Whose::Campaign if reader.campaigns.contains(&part.campaign) => {
            "Lines about your campaign".to_owned()
        }
        Whose::Campaign => format!("Lines about the campaign {}", part.campaign),
        Whose::AboutMe => "Lines about you".to_owned(),
        Whose::ByMe => "What you did".to_owned(),
    }
}

/// How many lines there are, and where else the reader may read.
fn complete(reading: &Reading) -> Vec<Row> {
    let log = &reading.reader.log;
    let row = |term: &str, value: String, action| Row { term: term.to_owned(), value, action };
    let read = |href| Some(Link { text: "Read".to_owned(), href, here: false });
    let mut rows = vec![row("Lines here", Count(reading.count).to_string(), None)];
    for part in reading.parts.iter().filter(|p| **p != reading.part) {
        let term = heading(&reading.reader, part);
        rows.push(row(&term, "In the same book".to_owned(), read(address(log, part, None))));
    }
    for (name, title) in reading.logs.iter().filter(|(name, _)| name != log) {
        rows.push(row(title, "Another record book".to_owned(), read(format!("/record?log={name}"))));
    }
    rows
}

fn address(log: &str, part: &Part, below: Option<u64>) -> String {
    let mut href = format!("/record?log={log}&whose={}", part.whose.name());
    if part.whose == Whose::Campaign {
        href += &format!("&campaign={}", part.campaign);
    }
    below.map_or(href.clone(), |line| format!("{href}&below={line}"))
}

fn item(log: &str, whose: Whose, line: &BookLine, clock: &Clock) -> TimelineItem {
    let mark = (line.entry.t == kernel::Verb::Refused).then_some(Mark::Unmet);
    TimelineItem {
        at: clock.moment(at(line)),
        log: log.to_owned(),
        line: Count(line.index),
        verb: line.entry.t.as_str(),
        words: words::happened(line, whose),
        by: words::by(line, whose),
        mark,
    }
}

/// The instant of a line: to the millisecond if the reader may open it, else its minute.
pub(super) fn at(line: &BookLine) -> jiff::Timestamp {
    let minute = i64::try_from(line.entry.at).unwrap_or(0).saturating_mul(60_000);
    let ms = line.detail.as_ref().and_then(|d| d.json()["ms"].as_i64()).unwrap_or(minute);
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

pub(super) fn card(
    log: &str,
    whose: Whose,
    line: &BookLine,
    rules: &Rules,
    clock: &Clock,
    public: u64,
) -> EvidenceCard {
    let seal = if line.index < public {
        format!("not yet; in the public seal over {} lines", Count(public))
    } else {
        "not yet; comes with the next public seal".to_owned()
    };
    EvidenceCard {
        line: Count(line.index),
        at: clock.moment(at(line)),
        words: words::happened(line, whose),
        verb: line.entry.t.as_str(),
        fields: words::fields(line),
        rule: rules.words(line),
        hash: leaf_hash(&line.leaf).iter().map(|b| format!("{b:02x}")).collect(),
        countersigned: seal,
        proof: format!("/record/{log}/{}/proof", line.index),
    }
}

/// The zone in which a log's times are read.
pub(super) fn zone(look: &mut Look<'_>, log: &str) -> Result<Option<String>, No> {
    let Some(contest) = contest_of(log) else { return Ok(None) };
    contest::find(look, contest).map(|c| Some(c.fact.zone))
}
