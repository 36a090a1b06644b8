//! Physical lines of a stream, looked at ahead of time and taken when their record is cut. Memory stays bounded
//! whatever the file: a line longer than [`MAX_LINE`] is skipped, and says so.

use std::io;

use memchr::{memchr, memchr2};

use super::encoding::Source;

/// The longest line taken, in bytes.
pub(super) const MAX_LINE: usize = 1 << 20;

/// What ends a line in this file. The heading shows it, so that a lone carriage return inside a value of an ordinary
/// file does not end its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// LF, with or without CR before it.
    Lf,
    /// CR, LF or both together: a file from an old Macintosh program.
    Cr,
}

/// A line that starts at some offset from the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Where its text ends, without the line end.
    pub(super) end: usize,
    /// Where the following line starts.
    pub(super) next: usize,
}

/// What stands at an offset.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Line(Line),
    TooLong,
    End,
}

/// The lines of a file from the cursor on.
pub(super) struct Lines<'r> {
    pub(super) source: Source<'r>,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    ending: Ending,
}

impl<'r> Lines<'r> {
    /// The lines of a source whose beginning has been read into `buffer`.
    pub(super) fn new(source: Source<'r>, buffer: Vec<u8>) -> Self {
        let lone_cr = memchr2(b'\r', b'\n', &buffer)
            .is_some_and(|at| buffer[at] == b'\r' && buffer.get(at + 1).is_some_and(|next| *next != b'\n'));
        let ending = if lone_cr { Ending::Cr } else { Ending::Lf };
        Lines { source, buffer, start: 0, ended: false, ending }
    }

    /// The bytes from the cursor up to an offset.
    pub(super) fn bytes(&self, end: usize) -> &[u8] {
        &self.buffer[self.start..self.start + end]
    }

    /// The line that starts `from` bytes after the cursor.
    pub(super) fn line(&mut self, from: usize) -> io::Result<Found> {
        let mut searched = from;
        loop {
            let rest = &self.buffer[self.start..];
            if let Some(line) = self.ending.find(rest, from, searched, self.ended) {
                return Ok(Found::Line(line));
            }
            if rest.len() - from > MAX_LINE {
                return Ok(Found::TooLong);
            }
            if self.ended {
                let end = rest.len();
                return Ok(if end > from { Found::Line(Line { end, next: end }) } else { Found::End });
            }
            searched = rest.len().saturating_sub(1).max(from);
            self.read_on()?;
        }
    }

    /// Move the cursor to an offset.
    pub(super) fn take(&mut self, next: usize) {
        self.start += next;
    }

    /// Move the cursor behind the line it stands on, however long that line is.
    pub(super) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(line) = self.ending.find(&self.buffer[self.start..], 0, 0, self.ended) {
                self.take(line.next);
                return Ok(());
            }
            // a carriage return at the very end may be half of a line end: keep it
            let keep = usize::from(self.buffer[self.start..].last() == Some(&b'\r') && !self.ended);
            self.start = self.buffer.len() - keep;
            if self.ended {
                return Ok(());
            }
            self.read_on()?;
        }
    }

    fn read_on(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.ended = !self.source.fill(&mut self.buffer)?;
        Ok(())
    }
}

impl Ending {
    /// The line in `text` that starts at `from`, of which everything before `searched` is known to hold no line end.
    fn find(self, text: &[u8], from: usize, searched: usize, ended: bool) -> Option<Line> {
        match self {
            Ending::Lf => {
                let at = searched + memchr(b'\n', &text[searched..])?;
                let end = if at > from && text[at - 1] == b'\r' { at - 1 } else { at };
                Some(Line { end, next: at + 1 })
            }
            Ending::Cr => {
                let at = searched + memchr2(b'\r', b'\n', &text[searched..])?;
                match (text[at], text.get(at + 1)) {
                    (b'\r', Some(b'\n')) => Some(Line { end: at, next: at + 2 }),
                    (b'\r', None) if !ended => None,
                    _ => Some(Line { end: at, next: at + 1 }),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// A reader that gives a few bytes at a time, so that every seam is met.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn lines(first: usize, bytes: &[u8], step: usize) -> Vec<String> {
        let mut buffer = Vec::new();
        let whole = Source::open(&bytes[..first], &mut buffer).unwrap();
        drop(whole);
        // the sample is a megabyte; to meet seams in a small text, hand over the rest drop by drop
        let mut rest = Vec::new();
        let source = Source::open(Drip(b"x", 1), &mut rest).unwrap();
        let mut lines = Lines::new(source, buffer);
        lines.source.replace_reader(Box::new(Drip(&bytes[first..], step)));
        let mut out = Vec::new();
        loop {
            match lines.line(0).unwrap() {
                Found::Line(line) => {
                    out.push(String::from_utf8(lines.bytes(line.end).to_vec()).unwrap());
                    lines.take(line.next);
                }
                Found::TooLong => {
                    lines.skip_line().unwrap();
                    out.push("too long".into());
                }
                Found::End => return out,
            }
        }
    }

    #[test]
    fn all_three_line_ends_at_every_seam() {
        let expected = ["head", "a", "", "b\u{fc}", "c"].map(str::to_owned);
        for end in ["\n", "\r\n", "\r"] {
            for trailing in ["", end] {
                let text = expected.join(end) + trailing;
                for step in 1..5 {
                    assert_eq!(lines(6, text.as_bytes(), step), expected, "{end:?} {trailing:?} {step}");
                }
            }
        }
    }

    #[test]
    fn a_lone_carriage_return_ends_no_line_of_an_ordinary_file() {
        assert_eq!(lines(5, b"head\na\rb\nc", 2), ["head", "a\rb", "c"]);
    }

    #[test]
    fn an_endless_line_is_skipped_in_bounded_memory() {
        for end in ["\n", "\r"] {
            let text = ["head", &"x".repeat(3 * MAX_LINE), "next", ""].join(end);
            assert_eq!(lines(6, text.as_bytes(), 100_000), ["head", "too long", "next"]);
        }
    }
}
