//! The page frame (`page.html`) and the parts that every page is made of (`parts.html`): what each takes.
//!
//! A page's template is a struct that holds a [`Page`] named `page`, begins with `{% extends "page.html" %}` and
//! `{% import "parts.html" as parts %}`, and calls macros as `{{ parts::decision(answer) }}`.

mod chart;
mod clock;
mod mark;
mod parity;
#[cfg(test)]
mod templates;
mod timeline;

use std::fmt;

use axum::{Router, http::header, routing::get};

pub use chart::{Chart, Series};
pub use clock::{Clock, Countdown, Moment};
pub use mark::Mark;
pub use parity::{Cell, Parity, ParityRow};
pub use timeline::{Minute, TimelineItem, minutes};

/// What pages are made of: the style sheet and the one script.
pub fn router() -> Router<crate::door::App> {
    const DAY: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=86400");
    const STYLE: &str = include_str!("../static/style.css");
    const SCRIPT: &str = include_str!("../static/evenhand.js");
    Router::new()
        .route("/static/style.css", get(|| async { ([(header::CONTENT_TYPE, "text/css"), DAY], STYLE) }))
        .route(
            "/static/evenhand.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript"), DAY], SCRIPT) }),
        )
}

/// A number of people, lines or things, written with its thousands apart: 552,835.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub u64);

/// What the frame around every page shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// Language of the words: "en-GB", "cy".
    pub lang: &'static str,
    /// Whose register this is.
    pub organisation: String,
    /// Whether this is a demo; then every page says so, on screen and on paper.
    pub demo: bool,
    /// Who is signed in.
    pub reader: Option<Reader>,
    /// The places this reader may go.
    pub nav: Vec<Link>,
    /// What the last act came to, told once.
    pub flash: Option<Flash>,
    /// The form token, in every form.
    pub csrf: String,
    /// An id made for this page; each form adds its own name, so that sending a form twice acts once.
    pub request: String,
    /// The server's time when the page was made.
    pub now: Moment,
    /// The newest seal of the record book.
    pub seal: Option<Seal>,
}

/// Who reads the page.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Their own name.
    pub name: String,
    /// Their role in words: "returning officer", "head of compliance, Osgood campaign".
    pub role: String,
}

/// A place to go.
#[derive(Debug, Clone)]
pub struct Link {
    /// The words to click.
    pub text: String,
    /// The address, within this site.
    pub href: String,
    /// Whether the reader is there already.
    pub here: bool,
}

/// What an act came to: "Signed at 14:02:07. You can collect the list from Friday at 17:00."
#[derive(Debug, Clone)]
pub struct Flash {
    /// Whether it was done.
    pub done: bool,
    /// What happened and what to do next.
    pub words: String,
}

/// The newest seal of the record book, at the foot of every page.
#[derive(Debug, Clone)]
pub struct Seal {
    /// How many lines it covers.
    pub lines: Count,
    /// Its short code.
    pub code: String,
    /// When it was made.
    pub at: Moment,
    /// How many countersigned it, of how many: "3 of 4".
    pub countersigned: String,
}

/// What a page is about and how that stands: its first line.
#[derive(Debug, Clone)]
pub struct StateStrip {
    /// Short facts: "Contest", "Leader 2026".
    pub facts: Vec<(String, String)>,
    /// Signs that hold for the whole page.
    pub marks: Vec<Mark>,
    /// The clock that matters most here.
    pub clock: Option<Countdown>,
}

/// A line of a summary list.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is.
    pub term: String,
    /// How it stands.
    pub value: String,
    /// Where to change or read it; the term completes the link's words for those who hear it.
    pub action: Option<Link>,
}

/// An answer of the guard, with its reason.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Allowed or refused.
    pub allowed: bool,
    /// What may be done, or may not, and what came of it: "Nothing was shown."
    pub words: String,
    /// The rule's id.
    pub rule: String,
    /// Since when it holds.
    pub since: Option<Moment>,
    /// What to do next.
    pub next: Option<String>,
}

/// The evidence for one act: a line of the record book, folded until wanted.
#[derive(Debug, Clone)]
pub struct EvidenceCard {
    /// The line's number.
    pub line: Count,
    /// When it was written.
    pub at: Moment,
    /// What happened, in words.
    pub words: String,
    /// The log's verb.
    pub verb: &'static str,
    /// Which fields, in the register's words; empty where none were opened.
    pub fields: Vec<String>,
    /// The rule and its text's hash.
    pub rule: String,
    /// The line's hash, in hexadecimal.
    pub hash: String,
    /// Who countersigned the seal that covers it: "3 of 4", "not yet".
    pub countersigned: String,
    /// Where to get the proof.
    pub proof: String,
}

/// Something that must hold before an act is allowed: a guard, in words.
#[derive(Debug, Clone)]
pub struct Check {
    /// Whether it holds.
    pub met: bool,
    /// What must hold, and how far it is: "Scrutineer countersigns the freeze (waiting since 17:00)".
    pub words: String,
}

/// Something that the reader can do here, with one button.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Where it is posted.
    pub action: String,
    /// Its name on this page, without spaces: "sign".
    pub name: &'static str,
    /// What it does, and what follows.
    pub words: String,
    /// The sentence to agree to, where the deed is a promise.
    pub promise: Option<String>,
    /// The words of the button, a verb first.
    pub button: String,
    /// Whether this is the page's one primary deed.
    pub primary: bool,
}

/// One question on one page.
#[derive(Debug, Clone)]
pub struct Question {
    /// Where the answer is posted.
    pub action: String,
    /// The field's name.
    pub name: &'static str,
    /// The question; it is the page's heading.
    pub ask: String,
    /// What helps to answer it.
    pub hint: Option<String>,
    /// What was wrong with the last answer, and how to mend it.
    pub error: Option<String>,
    /// The words of the button.
    pub button: String,
    /// What kind of answer is wanted.
    pub answer: Answer,
}

/// The kinds of answer to a [`Question`].
#[derive(Debug, Clone)]
pub enum Answer {
    /// One line of text.
    Line {
        /// What was typed before.
        value: String,
        /// The HTML `type`: "text", "email".
        kind: &'static str,
        /// The HTML `autocomplete` token: "email", "off".
        complete: &'static str,
    },
    /// A code that was sent, of this many characters.
    Code(usize),
    /// One of these: value, words.
    Choice(Vec<(String, String)>),
}

/// Long work under way.
#[derive(Debug, Clone)]
pub struct Progress {
    /// What is being done: "Reading the register".
    pub label: String,
    /// How many are done.
    pub done: u64,
    /// Of how many.
    pub total: u64,
    /// How many a second.
    pub rate: u64,
    /// Where the page can be asked again; `None` when the work has ended.
    pub again: Option<String>,
}

/// A thing that waits for somebody.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// What it is, and where to deal with it.
    pub what: Link,
    /// Who has it; `None` when nobody has.
    pub owner: Option<String>,
    /// How long it has waited: "6 days".
    pub age: String,
    /// By when it must be done.
    pub due: Option<Countdown>,
}

impl Check {
    /// The sign before it.
    pub fn mark(&self) -> Mark {
        if self.met { Mark::Met } else { Mark::Unmet }
    }
}

impl Decision {
    /// The sign before its word.
    pub fn mark(&self) -> Mark {
        if self.allowed { Mark::Met } else { Mark::Unmet }
    }
}

impl Progress {
    /// Percent done, rounded down, so that 100 means all.
    pub fn percent(&self) -> u64 {
        self.done.saturating_mul(100).checked_div(self.total).unwrap_or(100).min(100)
    }

    /// "1,200 of 5,000 · 400 a second · about 00:00:10 left"
    pub fn words(&self) -> String {
        let counts = format!("{} of {}", Count(self.done), Count(self.total));
        let left = self.total.saturating_sub(self.done);
        match (self.rate, left) {
            (_, 0) => counts,
            (0, _) => format!("{counts} · waiting"),
            (rate, left) => {
                format!(
                    "{counts} · {} a second · about {} left",
                    Count(rate),
                    clock::span(left.div_ceil(rate))
                )
            }
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_reaches_a_hundred_only_when_all_is_done() {
        let progress = |done, rate| Progress { label: String::new(), done, total: 5000, rate, again: None };
        assert_eq!(progress(4999, 400).percent(), 99);
        assert_eq!(progress(1200, 400).words(), "1,200 of 5,000 · 400 a second · about 00:00:10 left");
        assert_eq!(progress(1200, 0).words(), "1,200 of 5,000 · waiting");
        assert_eq!(progress(5000, 400).words(), "5,000 of 5,000");
    }

    #[test]
    fn thousands_stand_apart() {
        let words = [0, 999, 1000, 784_151, 1_000_000].map(|n| Count(n).to_string());
        assert_eq!(words, ["0", "999", "1,000", "784,151", "1,000,000"]);
    }
}
