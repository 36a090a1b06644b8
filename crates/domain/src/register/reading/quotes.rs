//! Quotation marks, by the csv crate's state machine: how many columns a stretch of text has, and what stands in them.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use memchr::memchr_iter;

/// Whether every quote that closes a value has a separator or a line end behind it. The csv crate is lenient there,
/// and would close one record's stray quote with the next one's.
pub(super) fn closes_cleanly(text: &[u8], delimiter: u8) -> bool {
    let ends_value = |at: usize| text.get(at).is_none_or(|byte| *byte == delimiter || b"\r\n".contains(byte));
    let mut open = false;
    let mut doubled = None;
    for at in memchr_iter(b'"', text) {
        if !open {
            open = at == 0 || text[at - 1] == delimiter;
        } else if doubled == Some(at) {
            doubled = None;
        } else if text.get(at + 1) == Some(&b'"') {
            doubled = Some(at + 1);
        } else if ends_value(at + 1) {
            open = false;
        } else {
            return false;
        }
    }
    !open
}

/// What a stretch of text is to a CSV reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// A quote is still open at its end.
    Open,
    /// A whole record of so many columns (counted up to a limit).
    Closed(usize),
}

/// The csv crate's state machine, for one delimiter.
pub(super) struct Quoting {
    reader: Reader,
    unquoted: Vec<u8>,
    ends: Vec<usize>,
}

impl Quoting {
    pub(super) fn new(delimiter: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        Quoting { reader, unquoted: Vec::new(), ends: Vec::new() }
    }

    /// Read one record whose line end is left off, up to `most` fields.
    pub(super) fn count(&mut self, bytes: &[u8], most: usize) -> Count {
        self.reader.reset();
        self.unquoted.resize(bytes.len() + 1, 0);
        self.ends.resize(most, 0);
        let (mut written, mut fields) = (0, 0);
        // the line end comes last: it closes the record unless a quote is open
        for input in [bytes, b"\n"] {
            let mut input = input;
            while !input.is_empty() {
                let (result, nin, nout, nends) =
                    self.reader.read_record(input, &mut self.unquoted[written..], &mut self.ends[fields..]);
                (written, fields) = (written + nout, fields + nends);
                input = &input[nin..];
                match result {
                    ReadRecordResult::Record | ReadRecordResult::OutputEndsFull => {
                        return Count::Closed(fields);
                    }
                    ReadRecordResult::InputEmpty => {}
                    ReadRecordResult::OutputFull | ReadRecordResult::End => return Count::Open,
                }
            }
        }
        Count::Open
    }

    /// Split and unquote a record in its place, up to `most` fields; where each starts and ends goes into `spans`.
    pub(super) fn split(&mut self, text: &mut String, spans: &mut Vec<(usize, usize)>, most: usize) {
        spans.clear();
        if let Count::Closed(count) = self.count(text.as_bytes(), most) {
            let ends = &self.ends[..count];
            let starts = std::iter::once(0).chain(ends.iter().copied());
            spans.extend(starts.zip(ends.iter().copied()));
            // only ASCII was taken out, so what is left is UTF-8 still
            let unquoted = &self.unquoted[..ends.last().copied().unwrap_or(0)];
            text.clear();
            text.push_str(&String::from_utf8_lossy(unquoted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_follows_the_csv_crate() {
        let mut quoting = Quoting::new(b',');
        assert_eq!(quoting.count(b"a,\"b,c\",d", 9), Count::Closed(3));
        assert_eq!(quoting.count(b"a,\"b\nc\"", 9), Count::Closed(2));
        assert_eq!(quoting.count(b"a,The \"Old\" School,b", 9), Count::Closed(3));
        assert_eq!(quoting.count(b"a,\"b,c", 9), Count::Open);
        assert_eq!(quoting.count(b"a,\"b\"\"", 9), Count::Open);
        assert_eq!(quoting.count(b"a,b,c,d,e,f", 3), Count::Closed(3), "counting stops at the limit");
    }

    #[test]
    fn splitting_unquotes() {
        let (mut text, mut spans) = ("ä,\"b \"\"c\"\", d\",".to_owned(), Vec::new());
        Quoting::new(b',').split(&mut text, &mut spans, 9);
        let fields: Vec<&str> = spans.iter().map(|(start, end)| &text[*start..*end]).collect();
        assert_eq!(fields, ["ä", "b \"c\", d", ""]);
    }

    #[test]
    fn a_quote_closed_by_another_values_quote_is_not_clean() {
        assert!(closes_cleanly(b"a,\"b\nc\",\"\",\"d \"\"e\"\"\"", b','));
        assert!(closes_cleanly(b"a,The \"Old\" School", b','));
        assert!(!closes_cleanly(b"a,\"b\nc,\"d", b','));
        assert!(!closes_cleanly(b"a,\"b", b','));
    }
}
