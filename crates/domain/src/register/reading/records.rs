//! Where one record ends and the next begins, decided record by record.
//!
//! A plain CSV reader meets one stray quotation mark and swallows every line up to the next one. Here the heading's
//! number of columns decides what a quote means: a record may run over several lines only if it then closes with
//! exactly that many columns and its lines would not each do so by themselves; a quote that is never closed costs its
//! own record at most. The csv crate's state machine does the quoting; this file only chooses what to feed it.

use std::io;

use memchr::{memchr, memchr_iter};

use super::Reason;
use super::encoding::{Encoding, windows_1252};
use super::lines::{Found, Line, Lines};
use super::quotes::{Count, Quoting, closes_cleanly};

/// How many lines, and bytes, one record may run over.
const MOST_LINES: u32 = 32;
const MOST_BYTES: usize = 1 << 16;

/// The fields of one record. Its memory is used again for the next.
#[derive(Default)]
pub(super) struct Fields {
    text: String,
    /// Where each field starts and ends in `text`.
    spans: Vec<(usize, usize)>,
}

impl Fields {
    /// How many fields there are (counting stops a little above the heading's number).
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The field in a place; empty beyond the last.
    pub(super) fn get(&self, place: usize) -> &str {
        self.spans.get(place).map_or("", |(start, end)| &self.text[*start..*end])
    }

    /// All fields in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().map(|(start, end)| &self.text[*start..*end])
    }

    /// The fields of a heading.
    pub(super) fn of_heading(line: &str, delimiter: u8) -> Fields {
        let mut fields = Fields { text: line.to_owned(), spans: Vec::new() };
        Quoting::new(delimiter).split(&mut fields.text, &mut fields.spans, 1000);
        fields
    }

    fn split(&mut self, delimiter: u8, most: usize) {
        self.spans.clear();
        let mut start = 0;
        for at in memchr_iter(delimiter, self.text.as_bytes()).take(most) {
            self.spans.push((start, at));
            start = at + 1;
        }
        if self.spans.len() < most {
            self.spans.push((start, self.text.len()));
        }
    }

    /// Take off quotes that stand around or at one end of a field.
    fn unquote(&mut self) {
        for (start, end) in &mut self.spans {
            if self.text[*start..*end].starts_with('"') {
                *start += 1;
            }
            if self.text[*start..*end].ends_with('"') {
                *end -= 1;
            }
        }
    }
}

/// A record that has been cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// The physical line that it starts on; the file's first is 1.
    pub(super) line: u64,
    /// How many physical lines it takes.
    pub(super) lines: u32,
    /// What is to be said about its quotes.
    pub(super) quotes: Option<Reason>,
    /// What is to be said about its character set.
    pub(super) letters: Option<Reason>,
}

/// How a record's quotes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// There are none.
    Absent,
    /// As CSV has it.
    Meant,
    /// As ordinary characters; those at the ends of fields are strays.
    Stray,
    /// One opens and never closes, and reading it as a stray does not help.
    Unclosed,
}

/// Cuts records from lines.
pub(super) struct Records<'r> {
    pub(super) lines: Lines<'r>,
    encoding: Encoding,
    delimiter: u8,
    columns: usize,
    /// Splitting stops at so many fields: enough to see that there are too many.
    most: usize,
    line: u64,
    quoting: Quoting,
}

impl<'r> Records<'r> {
    /// The records of lines separated by `delimiter` into `columns`, the cursor standing on line number `line`.
    pub(super) fn new(lines: Lines<'r>, delimiter: u8, columns: usize, line: u64) -> Self {
        let encoding = lines.source.encoding();
        Records {
            lines,
            encoding,
            delimiter,
            columns,
            most: columns * 2,
            line,
            quoting: Quoting::new(delimiter),
        }
    }

    /// Cut the next record and split it into `fields`. `None` at the end of the file.
    pub(super) fn next(&mut self, fields: &mut Fields) -> io::Result<Option<Cut>> {
        let line = match self.lines.line(0)? {
            Found::Line(line) => line,
            Found::TooLong => {
                self.lines.skip_line()?;
                fields.spans.clear();
                let line = self.line;
                self.line += 1;
                return Ok(Some(Cut { line, lines: 1, quotes: Some(Reason::LineTooLong), letters: None }));
            }
            Found::End => return Ok(None),
        };
        let (quotes, line, count) = self.decide(line)?;
        let letters = self.split(fields, line.end, quotes);
        self.lines.take(line.next);
        let cut = Cut {
            line: self.line,
            lines: count,
            quotes: match quotes {
                Quotes::Stray => Some(Reason::QuoteRemoved),
                Quotes::Unclosed => Some(Reason::QuoteUnclosed),
                Quotes::Absent | Quotes::Meant => None,
            },
            letters,
        };
        self.line += u64::from(count);
        Ok(Some(cut))
    }

    /// How to read the record that starts with this line, where it ends, and over how many lines.
    fn decide(&mut self, line: Line) -> io::Result<(Quotes, Line, u32)> {
        let bytes = self.lines.bytes(line.end);
        if memchr(b'"', bytes).is_none() {
            return Ok((Quotes::Absent, line, 1));
        }
        let alone = self.quoting.count(bytes, self.most);
        let literal = self.fits_literally(0, line.end);
        if alone == Count::Closed(self.columns) {
            return Ok((Quotes::Meant, line, 1));
        }
        if alone == Count::Open
            && let Some((joined, lines)) = self.join(line)?
        {
            return Ok((Quotes::Meant, joined, lines));
        }
        let quotes = match alone {
            _ if literal => Quotes::Stray,
            Count::Open => Quotes::Unclosed,
            Count::Closed(_) => Quotes::Meant,
        };
        Ok((quotes, line, 1))
    }

    /// The record that an open quote makes together with the following lines, if it closes with the right number of
    /// columns and swallows no line that is a whole record by itself.
    fn join(&mut self, first: Line) -> io::Result<Option<(Line, u32)>> {
        let mut last = first;
        for lines in 2..=MOST_LINES {
            let Found::Line(line) = self.lines.line(last.next)? else { return Ok(None) };
            if line.end > MOST_BYTES || self.stands_alone(last.next, line.end) {
                return Ok(None);
            }
            match self.quoting.count(self.lines.bytes(line.end), self.most) {
                Count::Open => last = line,
                Count::Closed(columns) => {
                    let whole =
                        columns == self.columns && closes_cleanly(self.lines.bytes(line.end), self.delimiter);
                    return Ok(whole.then_some((line, lines)));
                }
            }
        }
        Ok(None)
    }

    /// Whether a stretch is a whole record by itself.
    fn stands_alone(&mut self, from: usize, end: usize) -> bool {
        let quoted = self.quoting.count(&self.lines.bytes(end)[from..], self.most);
        quoted == Count::Closed(self.columns) || self.fits_literally(from, end)
    }

    /// Whether a stretch has the right number of columns when quotes are ordinary characters.
    fn fits_literally(&self, from: usize, end: usize) -> bool {
        memchr_iter(self.delimiter, &self.lines.bytes(end)[from..]).count() + 1 == self.columns
    }

    fn split(&mut self, fields: &mut Fields, end: usize, quotes: Quotes) -> Option<Reason> {
        let bytes = self.lines.bytes(end);
        fields.text.clear();
        let mut letters = None;
        match std::str::from_utf8(bytes) {
            Ok(text) => fields.text.push_str(text),
            Err(_) => (fields.text, letters) = windows_1252(bytes, self.encoding),
        }
        match quotes {
            Quotes::Meant => self.quoting.split(&mut fields.text, &mut fields.spans, self.most),
            Quotes::Absent => fields.split(self.delimiter, self.most),
            Quotes::Stray | Quotes::Unclosed => {
                fields.split(self.delimiter, self.most);
                fields.unquote();
            }
        }
        letters
    }
}
