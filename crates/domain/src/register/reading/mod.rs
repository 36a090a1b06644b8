//! Reading a register file: bytes in, judged records out, one at a time and in bounded memory.
//!
//! [`encoding`] makes text of bytes, `lines` finds physical lines, `records` cuts records from them, `layout` finds
//! out which system wrote the file and puts its columns under our names, `values` reads each field, and [`Reading`]
//! gives every record exactly one [`Outcome`]. No physical line is lost: the lines of all records together are the
//! lines of the file after its heading.

mod column;
pub mod encoding;
mod judge;
mod layout;
mod lines;
mod quotes;
mod reason;
mod records;
mod repeats;
mod row;
mod values;

use std::io::{self, Read};

use jiff::civil::Date;

pub use column::Column;
pub use encoding::Encoding;
pub use layout::LayoutChoice;
pub(super) use reason::Told;
pub use reason::{Finding, Reason, Verdict};
pub use row::{Class, MemberRow, Prefs, Status};

use encoding::Source;
use layout::{Headings, Layout};
use lines::{Found, Lines};
use records::{Cut, Fields, Records};
use repeats::{Before, Repeats};

/// Why a file could not be read at all. Single records never cause one.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read from its disk or connection.
    #[error(
        "the file could not be read to its end: {0}. Nothing after this point was looked at; send it again"
    )]
    Io(#[from] io::Error),
    /// There is nothing in it.
    #[error("the file is empty. Export it again")]
    Empty,
    /// It is a workbook, not text.
    #[error("this is a workbook. Save it as “CSV UTF-8” and send that")]
    Workbook,
    /// Its first line is longer than a megabyte.
    #[error("the first line is over a megabyte long: this is no text with columns. Export it as CSV")]
    NotText,
    /// The heading lacks columns that the layout needs.
    #[error("the heading lacks {} of the {of} columns that are needed: {}. Check that the first line holds the column names and that the right layout was chosen", missing.len(), missing.join(", "))]
    ColumnsMissing {
        /// Which, by the layout's names.
        missing: Vec<&'static str>,
        /// How many the layout needs.
        of: usize,
    },
    /// A needed column stands in the heading twice.
    #[error("the column {0} stands in the heading twice. Remove one of them and send the file again")]
    ColumnTwice(&'static str),
}

impl ReadError {
    /// How far a heading is from the layout: the nearest of several guesses is the one to report.
    fn distance(&self) -> usize {
        match self {
            ReadError::ColumnsMissing { missing, .. } => missing.len(),
            _ => 0,
        }
    }
}

/// What became of a record.
#[derive(Debug)]
pub enum Outcome {
    /// A row to import, with whatever was mended or left out on the way.
    Row(Box<MemberRow>, Vec<Finding>),
    /// To be decided by a person; the gravest finding first.
    Held {
        /// Why.
        findings: Vec<Finding>,
        /// Its fields as the file has them, for that person's eyes, separated by U+001F and cut off at
        /// [`HELD_TEXT`] bytes. Personal data: it is to be sealed like a row.
        text: String,
    },
    /// Not a record that can be taken.
    Rejected(Reason),
}

/// The most text kept of a held record, in bytes.
pub const HELD_TEXT: usize = 16 * 1024;

/// One record of the file.
#[derive(Debug)]
pub struct Record {
    /// The physical line that it starts on; the first line of the file is 1.
    pub line: u64,
    /// How many physical lines it takes up.
    pub lines: u32,
    /// What became of it.
    pub outcome: Outcome,
}

/// A file being read: an iterator over its records.
pub struct Reading<'r> {
    records: Records<'r>,
    layout: Layout,
    headings: Headings,
    today: Date,
    fields: Fields,
    repeats: Repeats,
    failed: bool,
}

/// Begin to read a file: find out its encoding, its separator and its layout from its beginning.
///
/// `today` is the day by which ages and future dates are judged.
///
/// # Errors
/// The file cannot be read, is empty, is a workbook, or its heading does not fit the layout.
pub fn open<'r>(reader: impl Read + 'r, choice: LayoutChoice, today: Date) -> Result<Reading<'r>, ReadError> {
    let mut text = Vec::new();
    let source = Source::open(reader, &mut text)?;
    let mut lines = Lines::new(source, text);
    let mut number = 1;
    let heading = loop {
        let line = match lines.line(0)? {
            Found::Line(line) => line,
            Found::TooLong => return Err(ReadError::NotText),
            Found::End => return Err(ReadError::Empty),
        };
        let heading = String::from_utf8_lossy(lines.bytes(line.end)).into_owned();
        lines.take(line.next);
        number += 1;
        // spreadsheets may write the separator on a line of its own before the heading
        let names_separator = heading.len() == 5 && heading.starts_with("sep=");
        if !names_separator && !heading.trim().is_empty() {
            break heading;
        }
    };
    let (layout, delimiter, headings) = Layout::find(&heading, choice)?;
    let records = Records::new(lines, delimiter, headings.len(), number);
    Ok(Reading {
        records,
        layout,
        headings,
        today,
        fields: Fields::default(),
        repeats: Repeats::new(),
        failed: false,
    })
}

impl Reading<'_> {
    /// How many bytes of the file have been read so far, for a progress bar.
    pub fn bytes_read(&self) -> u64 {
        self.records.lines.source.bytes_read
    }

    /// The character set that the file is in.
    pub fn encoding(&self) -> Encoding {
        self.records.lines.source.encoding()
    }

    fn judge(&mut self, cut: Cut) -> Outcome {
        if let Some(reason) = self.no_record(cut) {
            return Outcome::Rejected(reason);
        }
        if let Some(reason) = self.unsplit(cut) {
            return self.hold(vec![Finding::whole(reason)]);
        }
        let draft = match self.layout.draft(&self.fields) {
            Ok(draft) => draft,
            Err(reason) => return Outcome::Rejected(reason),
        };
        let (mut row, mut findings) = judge::judge(&draft, self.today);
        drop(draft);
        findings.extend([cut.quotes, cut.letters].into_iter().flatten().map(Finding::whole));
        if self.fields.len() > self.headings.len() {
            findings.push(Finding::whole(Reason::EmptyColumnsDropped));
        }
        if !row.number.is_empty() {
            match self.repeats.meet(&row) {
                Before::Nobody => {}
                Before::Same(prefs) => {
                    row.prefs = row.prefs.stricter(prefs);
                    findings.push(Finding::whole(Reason::NumberRepeated));
                }
                Before::Other => findings.push(Finding::at(Column::Number, Reason::NumberReused)),
            }
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.reason.verdict()));
        match findings.first().map(|finding| (finding.reason, finding.reason.verdict())) {
            Some((reason, Verdict::Rejected)) => Outcome::Rejected(reason),
            Some((_, Verdict::Held)) => self.hold(findings),
            _ => Outcome::Row(row, findings),
        }
    }

    /// Why what was cut is no record of a person at all, if it is none.
    fn no_record(&self, cut: Cut) -> Option<Reason> {
        if cut.quotes == Some(Reason::LineTooLong) {
            return cut.quotes;
        }
        let number = self.fields.get(self.layout.number_place());
        if self.fields.len() == self.headings.len() && words_number(number) {
            return None;
        }
        match self.fields.iter().filter(|field| !field.trim().is_empty()).count() {
            0 => Some(Reason::BlankLine),
            1..=3 if !words_number(number) => Some(Reason::NotARecord),
            _ if self.headings.are(&self.fields) => Some(Reason::HeaderAgain),
            _ => None,
        }
    }

    /// Why the fields cannot be told apart, if they cannot. Empty fields beyond the heading do no harm.
    fn unsplit(&self, cut: Cut) -> Option<Reason> {
        let columns = self.headings.len();
        let extra = self.fields.iter().skip(columns).any(|field| !field.trim().is_empty());
        match self.fields.len() {
            _ if cut.quotes == Some(Reason::QuoteUnclosed) => cut.quotes,
            len if len < columns => Some(Reason::ColumnsMissing),
            _ if extra => Some(Reason::ColumnsExtra),
            _ => None,
        }
    }

    fn hold(&self, findings: Vec<Finding>) -> Outcome {
        let mut text = self.fields.iter().collect::<Vec<_>>().join("\u{1f}");
        text.truncate(text.floor_char_boundary(HELD_TEXT));
        Outcome::Held { findings, text }
    }
}

/// A membership number as somebody typed it, in the one spelling that the register keeps; none if it is no number.
pub fn membership_number(typed: &str) -> Option<String> {
    let (number, reason) = values::words::number(typed);
    reason.is_none().then_some(number)
}

/// Whether a field could be a membership number.
fn words_number(field: &str) -> bool {
    values::words::looks_like_number(field.trim())
}

impl Iterator for Reading<'_> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        match self.records.next(&mut self.fields) {
            Ok(cut) => {
                cut.map(|cut| Ok(Record { line: cut.line, lines: cut.lines, outcome: self.judge(cut) }))
            }
            Err(error) => {
                self.failed = true;
                Some(Err(error.into()))
            }
        }
    }
}

#[cfg(test)]
mod tests;
