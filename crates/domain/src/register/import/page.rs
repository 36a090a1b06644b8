//! The page of the import: send a file, see how far it is, read what came of it.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::header,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use kernel::{Ask, Look, No, View};

use super::{
    job::{Job, Jobs},
    upload,
};
use crate::{
    access::{Office, sign_in::render, standing},
    door::{App, Oops, Visit},
    page::{Count, Decision, Page, Progress, Row},
    register::{
        facts,
        report::{ImportReport, ReportRow, RowStatus},
    },
};

/// The largest upload: 1 GiB, about four million people.
const LARGEST: usize = 1 << 30;
/// Rows that the page shows; the file has all.
const SHOWN: usize = 100;
const EARLIER: &str = "
    SELECT run, begun, closed FROM import_run WHERE closed IS NOT NULL ORDER BY run DESC LIMIT 10 -- scan: a row an import";

/// Routes of the import.
pub(in super::super) fn router() -> Router<App> {
    Router::new()
        .route("/register/import", get(page).post(upload::send))
        .route("/register/import/report.json", get(report))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(Extension(Arc::new(Jobs::default())))
}

#[derive(Template)]
#[template(path = "register/import.html")]
struct ImportPage {
    page: Page,
    /// Why no file may be sent now.
    refused: Option<Decision>,
    running: Option<Progress>,
    /// Somebody else's import runs.
    others: bool,
    /// Why the last import did not happen.
    failed: Option<String>,
    report: Option<Told>,
    earlier: Vec<Row>,
}

/// A report as the page tells it.
struct Told {
    dry_run: bool,
    counts: Vec<Row>,
    kinds: Vec<Kind>,
    rows: Vec<Line>,
    more: Count,
}

/// How often a reason was given.
struct Kind {
    words: String,
    code: &'static str,
    status: &'static str,
    count: Count,
}

/// A line of the file that needs somebody's eye.
struct Line {
    line: Count,
    status: &'static str,
    words: String,
}

/// What the office may do now, and what was imported before. Nothing in it identifies anybody.
struct Seen {
    refused: Option<(String, String)>,
    earlier: Vec<(i64, i64, i64)>,
}

struct MayImport;

impl View for MayImport {
    const NAME: &'static str = "register.import";
    type Out = Seen;

    fn look(&self, look: &mut Look<'_>) -> Result<Seen, No> {
        let facts = facts(look)?;
        let ask = Ask::on("House", "house").facts(facts);
        let may = look.would("register.import", &ask);
        if !standing(look, None)?.is(Office::MembershipOfficer) {
            look.permit(ask)?;
        }
        let rule = may.rules.first().filter(|_| !may.allowed);
        let refused = rule.map(|rule| (rule.text.to_string(), rule.name.to_string()));
        let rows = look.query(EARLIER, &[])?;
        let earlier = rows.iter().map(|row| Ok((row.int("run")?, row.int("begun")?, row.int("closed")?)));
        Ok(Seen { refused, earlier: earlier.collect::<Result<_, No>>()? })
    }
}

async fn page(visit: Visit, Extension(jobs): Extension<Arc<Jobs>>) -> Result<Html<String>, Oops> {
    let seen = visit.look(MayImport).await?;
    let clock = visit.clock(&visit.app.settings.zone);
    let earlier = seen.earlier.into_iter().map(|(run, begun, closed)| {
        let at = jiff::Timestamp::from_millisecond(begun).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let moment = clock.moment(at);
        let value = format!(
            "{}, {} {}, in {} seconds",
            moment.date,
            moment.time,
            moment.zone,
            (closed - begun) / 1000
        );
        Row { term: format!("Import {run}"), value, action: None }
    });
    let job = jobs.last();
    let mine = job.as_ref().filter(|job| visit.actor.person() == Some(job.officer));
    let runs = job.as_ref().is_some_and(|job| job.outcome().is_none());
    let refused =
        seen.refused.map(|(words, rule)| Decision { allowed: false, words, rule, since: None, next: None });
    render(&ImportPage {
        refused,
        running: mine.filter(|_| runs).map(|job| progress(job, visit.app.floor.now())),
        others: runs && mine.is_none(),
        failed: mine.and_then(|job| job.outcome()?.as_ref().err().cloned()),
        report: mine.and_then(|job| Some(told(job, job.outcome()?.as_ref().ok()?))),
        earlier: earlier.collect(),
        page: visit.page(&visit.app.settings.zone, None),
    })
}

fn progress(job: &Job, now: i64) -> Progress {
    let (bytes, records) = job.so_far();
    let seconds = u64::try_from(now - job.begun).unwrap_or_default() / 1000;
    // The upload's frame counts in its length, and not in what was read of the file.
    let label = match bytes + 4096 < job.total {
        true => format!("Reading the file, in bytes ({} records so far)", Count(records)),
        false => format!("Storing what was read ({} records)", Count(records)),
    };
    let rate = bytes.checked_div(seconds).unwrap_or(0);
    Progress { label, done: bytes, total: job.total, rate, again: Some("/register/import".to_owned()) }
}

/// The report as the record book names it by its hash.
async fn report(visit: Visit, Extension(jobs): Extension<Arc<Jobs>>) -> Result<Response, Oops> {
    let person = visit.actor.person().ok_or(No::SignedOut)?;
    let job = jobs.last().filter(|job| job.officer == person);
    let report = job.as_ref().and_then(|job| job.outcome()?.as_ref().ok());
    let bytes = report.ok_or(No::Absent).and_then(|report| Ok(report.to_json()?));
    let bytes = bytes.map_err(|no| visit.oops(no))?;
    let named = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"report.json\""),
    ];
    Ok((named, bytes).into_response())
}

fn told(job: &Job, report: &ImportReport) -> Told {
    let counts = [
        ("Records", report.records),
        ("Lines of the file after its heading", report.physical_rows),
        ("New people", report.imported),
        ("Changed", report.updated),
        ("As before", report.unchanged),
        ("Held for you to decide", report.held),
        ("Rejected", report.rejected),
    ];
    let counts =
        counts.map(|(term, n)| Row { term: term.to_owned(), value: Count(n).to_string(), action: None });
    let mut kinds: BTreeMap<_, u64> = BTreeMap::new();
    for row in &report.rows {
        *kinds.entry((status(row.status), row.reason.reason)).or_default() += 1;
    }
    let kinds = kinds.into_iter().map(|((status, reason), count)| Kind {
        words: reason.sentence().to_owned(),
        code: reason.code(),
        status,
        count: Count(count),
    });
    let mut kinds: Vec<Kind> = kinds.collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count.0));
    let needing = |row: &&ReportRow| matches!(row.status, RowStatus::Held | RowStatus::Rejected);
    let rows = report.rows.iter().filter(needing).take(SHOWN).map(|row| Line {
        line: Count(row.line),
        status: status(row.status),
        words: row.reason.sentence(),
    });
    let rows: Vec<Line> = rows.collect();
    let more = Count(report.held + report.rejected - rows.len() as u64);
    Told { dry_run: job.dry_run, counts: counts.into(), kinds, rows, more }
}

fn status(status: RowStatus) -> &'static str {
    match status {
        RowStatus::Imported => "new",
        RowStatus::Updated => "changed",
        RowStatus::Unchanged => "as before",
        RowStatus::Held => "held",
        RowStatus::Rejected => "rejected",
    }
}
