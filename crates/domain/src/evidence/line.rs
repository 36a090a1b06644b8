//! One line of the record book, byte for byte, with its proof; for those only whose slice it is in.

use askama::Template;
use axum::{
    extract::Path,
    http::header,
    response::{Html, IntoResponse, Response},
};
use kernel::{
    Look, No, View,
    floor::{BookLine, Opened},
};
use ledger::proof::LogProof;

use super::{
    Reader,
    reader::Part,
    record_book::{self, FileForm, LIMITS, card, log_files, public_size},
    words::{self, Rules},
};
use crate::{
    access::sign_in::render,
    door::{Oops, Visit, blocking},
    page::{Count, EvidenceCard, Link, Page, Row, StateStrip},
};

/// A look at one line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Which log.
    pub log: String,
    /// Its number.
    pub line: u64,
}

/// A line as its reader sees it.
pub struct Seen {
    /// The line, opened as far as all the reader's slices together open it.
    pub line: BookLine,
    /// The widest slice of the reader that it is in.
    pub part: Part,
    zone: Option<String>,
    rules: Rules,
}

impl View for Line {
    const NAME: &'static str = "evidence.record_book";
    type Out = Seen;

    fn look(&self, look: &mut Look<'_>) -> Result<Seen, No> {
        let reader = Reader::of(look, &self.log)?;
        let mut seen: Option<(BookLine, Part)> = None;
        for part in reader.parts(look) {
            let range = self.line..self.line.saturating_add(1);
            let found = look.slice(&self.log, part.slice(reader.person), range, 1)?.pop();
            match (&mut seen, found) {
                (Some((line, _)), Some(more)) => add(line, more),
                (None, Some(line)) => seen = Some((line, part)),
                (_, None) => {}
            }
        }
        let (line, part) = seen.ok_or(No::Absent)?;
        Ok(Seen { zone: record_book::zone(look, &self.log)?, rules: Rules::of(look, [&line]), line, part })
    }
}

/// What another slice opens of the same line.
fn add(line: &mut BookLine, more: BookLine) {
    line.actor = line.actor.take().or(more.actor);
    line.subject = line.subject.take().or(more.subject);
    line.detail = line.detail.take().or(more.detail);
    for scope in more.scopes {
        if !line.scopes.iter().any(|s| (s.kind, s.label) == (scope.kind, scope.label)) {
            line.scopes.push(scope);
        }
    }
}

#[derive(Template)]
#[template(path = "evidence/lines.html")]
struct LinePage {
    page: Page,
    state: StateStrip,
    number: Count,
    facts: Vec<Row>,
    opened: Vec<(&'static str, String)>,
    leaf: String,
    card: EvidenceCard,
    file: FileForm,
    files: Vec<Link>,
    limits: &'static str,
}

pub(super) async fn page(visit: Visit, Path(at): Path<(String, String)>) -> Result<Html<String>, Oops> {
    let asked = asked(&visit, at)?;
    let (log, number) = (asked.log.clone(), asked.line);
    let Seen { line, part, zone, rules } = visit.look(asked).await?;
    let (app, name) = (visit.app.clone(), log.clone());
    let checked = blocking(move || {
        let lines = [line];
        app.floor.prove_lines(&name, &lines)?;
        let [line] = lines;
        Ok((line, public_size(&app.floor, &name)?))
    });
    let (line, public) = checked.await.map_err(|no| visit.oops(no))?;
    let zone = zone.unwrap_or_else(|| visit.app.settings.zone.clone());
    let clock = visit.clock(&zone);
    let moment = clock.moment(record_book::at(&line));
    let row = |term: &str, value: String| Row { term: term.to_owned(), value, action: None };
    let facts = vec![
        row("What happened", words::happened(&line, part.whose)),
        row("When", format!("{}, {} {}", moment.date, moment.time, moment.zone)),
        row("Who", words::by(&line, part.whose)),
        row("Rule", rules.words(&line)),
    ];
    let state = vec![
        ("Record book".to_owned(), log.clone()),
        ("Lines under the public seal".to_owned(), Count(public).to_string()),
    ];
    render(&LinePage {
        page: visit.page(&zone, None),
        state: StateStrip { facts: state, marks: Vec::new(), clock: None },
        number: Count(number),
        facts,
        opened: opened(&line),
        leaf: String::from_utf8_lossy(&line.leaf).into_owned(),
        card: card(&log, part.whose, &line, &rules, &clock, public),
        files: log_files(&log),
        file: FileForm { log, whose: part.whose.name(), campaign: part.campaign, line: Some(number) },
        limits: LIMITS,
    })
}

/// What the reader may open of the line's hashes, as it was committed to.
fn opened(line: &BookLine) -> Vec<(&'static str, String)> {
    let text = |o: &Opened| String::from_utf8_lossy(&o.bytes).into_owned();
    let groups =
        [("Who did it", &line.actor), ("Whom it is about", &line.subject), ("Details", &line.detail)];
    groups.into_iter().filter_map(|(name, group)| Some((name, text(group.as_ref()?)))).collect()
}

/// The line's C2SP tlog-proof, as a file.
pub(super) async fn proof(visit: Visit, Path(at): Path<(String, String)>) -> Result<Response, Oops> {
    let asked = asked(&visit, at)?;
    let (log, index) = (asked.log.clone(), asked.line);
    let line = visit.look(asked).await?.line;
    let app = visit.app.clone();
    let name = format!("attachment; filename=\"{log}-{index}.tlog-proof\"");
    let proved = blocking(move || {
        let (mut paths, note) = app.floor.prove_lines(&log, &[line])?;
        let path = paths.pop().ok_or(No::Absent)?;
        Ok(LogProof { index, path, checkpoint: note.into_bytes() }.to_bytes())
    });
    let text = proved.await.map_err(|no| visit.oops(no))?;
    let kind = "text/plain; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// A line's address, in its one spelling.
fn asked(visit: &Visit, (log, number): (String, String)) -> Result<Line, Oops> {
    let line = number.parse().ok().filter(|line: &u64| line.to_string() == number);
    Ok(Line { log, line: line.ok_or_else(|| visit.oops(No::Absent))? })
}
