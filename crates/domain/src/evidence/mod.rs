//! The record book for those who read it: each role's own slice in its own words, proofs and evidence files to take
//! away, and the log itself for anybody's program (C2SP tlog-tiles).
//!
//! **What of this is itself an entry.** Reading a slice is a look and writes none. What it opens names nobody: one's
//! own number in openings about oneself, and details (times, fields, counts, reasons), which are about acts. The
//! officers' and the scrutineer's slice of all lines opens no subject and no actor. If every reading wrote a line,
//! reading the book would fill it. A file that is taken away is another matter: it leaves the house, and so it is
//! `exported`, with its manifest's hash. So is a mirror's right to fetch entries: it is granted once, by an entry.

pub mod bundle;
pub mod dismiss_mirror;
pub mod enrol_mirror;
mod line;
mod log;
mod mirror;
mod reader;
mod record_book;
mod words;

use axum::{
    Router,
    routing::{get, post},
};
use kernel::{Migration, Part};

use crate::{Subject, api::ActSpec, door::App};

pub use line::{Line, Seen};
pub use mirror::{Entries, Mirror};
pub use reader::{Reader, Whose};
pub use record_book::{Reading, RecordBook};

/// Evidence.
pub const SUBJECT: Subject = Subject {
    part: Part {
        subject: "evidence",
        schema: include_str!("policy.cedarschema"),
        policy: include_str!("policy.cedar"),
    },
    migration: Migration { name: "2026-11-23-evidence", text: include_str!("2026-11-23-evidence.sql") },
    acts: &[
        bundle::SPEC,
        ActSpec::of::<enrol_mirror::EnrolMirror>(),
        ActSpec::of::<dismiss_mirror::DismissMirror>(),
    ],
    router,
};

fn router() -> Router<App> {
    Router::new()
        .route("/log/{name}/{*path}", get(log::get))
        .route("/record", get(record_book::page))
        .route("/record/bundle", post(bundle::post))
        .route("/record/{log}/{line}", get(line::page))
        .route("/record/{log}/{line}/proof", get(line::proof))
}

/// The contest whose log this is; none for the house's.
pub(crate) fn contest_of(log: &str) -> Option<&str> {
    log.strip_prefix("contest-")
}
