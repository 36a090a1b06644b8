//! From bytes to text: which character set a file is in, and the single row that is in another.
//!
//! UTF-16 is turned into UTF-8 as it streams. UTF-8 and Windows-1252 both leave commas, quotes and line ends where
//! they are, so a record is cut from the raw bytes and only then read: as UTF-8 where it is valid UTF-8, otherwise as
//! Windows-1252. The file's own encoding only decides whether that counts as a repair.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{ReadError, Reason};

/// How much is looked at before deciding, and read at a time.
const SAMPLE: usize = 1 << 20;

/// The character set of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// The set of western Windows programs.
    Windows1252,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
}

/// A file being read: raw bytes in, bytes that hold one character a comma out.
pub(super) struct Source<'r> {
    reader: Box<dyn Read + 'r>,
    encoding: Encoding,
    decoder: Option<Decoder>,
    chunk: Vec<u8>,
    pub(super) bytes_read: u64,
}

impl<'r> Source<'r> {
    /// Look at the beginning of the file, decide its encoding, and put what was read into `text`.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or is a workbook and not text.
    pub(super) fn open(reader: impl Read + 'r, text: &mut Vec<u8>) -> Result<Self, ReadError> {
        let mut reader: Box<dyn Read + 'r> = Box::new(reader);
        let mut sample = Vec::new();
        (&mut reader).take(SAMPLE as u64).read_to_end(&mut sample)?;
        let (encoding, mark) = detect(&sample)?;
        let decoder = match encoding {
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Utf8 | Encoding::Windows1252 => None,
        };
        let mut source =
            Source { reader, encoding, decoder, chunk: Vec::new(), bytes_read: sample.len() as u64 };
        source.chunk = sample;
        source.chunk.drain(..mark);
        source.pass_on(text, false);
        Ok(source)
    }

    /// What the file is written in.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Read on, adding to `text`. False at the end of the file.
    pub(super) fn fill(&mut self, text: &mut Vec<u8>) -> io::Result<bool> {
        self.chunk.resize(SAMPLE / 4, 0);
        let read = loop {
            match self.reader.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.bytes_read += read as u64;
        self.chunk.truncate(read);
        self.pass_on(text, read == 0);
        Ok(read > 0)
    }

    /// Continue with another reader, to meet every seam in a test.
    #[cfg(test)]
    pub(super) fn replace_reader(&mut self, reader: Box<dyn Read + 'r>) {
        self.reader = reader;
    }

    fn pass_on(&mut self, text: &mut Vec<u8>, last: bool) {
        let Some(decoder) = &mut self.decoder else {
            text.append(&mut self.chunk);
            return;
        };
        let room = decoder.max_utf8_buffer_length(self.chunk.len()).unwrap_or(self.chunk.len() * 3 + 16);
        let start = text.len();
        text.resize(start + room, 0);
        let (_, _, written, _) = decoder.decode_to_utf8(&self.chunk, &mut text[start..], last);
        text.truncate(start + written);
        self.chunk.clear();
    }
}

/// The encoding of a file that begins like this, and how many bytes of it are the byte-order mark.
fn detect(sample: &[u8]) -> Result<(Encoding, usize), ReadError> {
    match sample {
        [] => return Err(ReadError::Empty),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(ReadError::Workbook),
        [0xef, 0xbb, 0xbf, ..] => return Ok((Encoding::Utf8, 3)),
        [0xff, 0xfe, ..] => return Ok((Encoding::Utf16Le, 2)),
        [0xfe, 0xff, ..] => return Ok((Encoding::Utf16Be, 2)),
        _ => {}
    }
    // headings are ASCII, so UTF-16 without a mark shows itself by every other byte being zero
    let head = &sample[..sample.len().min(400)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count() * 2;
    match (zeros(0) > head.len() * 4 / 5, zeros(1) > head.len() * 4 / 5) {
        (true, false) => Ok((Encoding::Utf16Be, 0)),
        (false, true) => Ok((Encoding::Utf16Le, 0)),
        _ => Ok((eight_bit(sample), 0)),
    }
}

/// Whether the lines with letters beyond ASCII are mostly UTF-8 or mostly not.
fn eight_bit(sample: &[u8]) -> Encoding {
    let (mut valid, mut invalid) = (0, 0);
    for line in sample.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        match std::str::from_utf8(line) {
            Ok(_) => valid += 1,
            Err(error) if error.error_len().is_none() && !line.ends_with(b"\n") => {} // the sample ends here
            Err(_) => invalid += 1,
        }
    }
    if invalid > valid { Encoding::Windows1252 } else { Encoding::Utf8 }
}

/// Read a record's bytes as Windows-1252, which they are in if they are not UTF-8; with what is to be said about it.
pub(super) fn windows_1252(bytes: &[u8], file: Encoding) -> (String, Option<Reason>) {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let western = |c: char| c.is_ascii() || c.is_alphabetic() || "’‘“”–—…£€·°´\u{a0}".contains(c);
    let reason = match file {
        Encoding::Windows1252 => None,
        _ if text.chars().all(western) => Some(Reason::EncodingMended),
        _ => Some(Reason::EncodingUnclear),
    };
    (text.into_owned(), reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Encoding, String) {
        let mut text = Vec::new();
        let mut source = Source::open(bytes, &mut text).unwrap();
        while source.fill(&mut text).unwrap() {}
        assert_eq!(source.bytes_read, bytes.len() as u64);
        let encoding = source.encoding();
        let text = String::from_utf8(text).unwrap_or_else(|e| windows_1252(e.as_bytes(), encoding).0);
        (encoding, text)
    }

    fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_reads_alike() {
        let text = "membership_number,family_name\nM1,Müller\nM2,Żółć\n";
        assert_eq!(read(text.as_bytes()), (Encoding::Utf8, text.to_owned()));
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), (Encoding::Utf8, text.to_owned()));
        for mark in [true, false] {
            assert_eq!(read(&utf16(text, mark, u16::to_le_bytes)), (Encoding::Utf16Le, text.to_owned()));
            assert_eq!(read(&utf16(text, mark, u16::to_be_bytes)), (Encoding::Utf16Be, text.to_owned()));
        }
        let western = b"membership_number,family_name\nM1,M\xfcller\n";
        assert_eq!(read(western), (Encoding::Windows1252, text[..41].to_owned()));
    }

    #[test]
    fn one_damaged_row_does_not_change_the_file() {
        let mut bytes = "a\nŻółć\nłódź\n".as_bytes().to_vec();
        bytes.extend(b"M\xfcller\n");
        assert_eq!(eight_bit(&bytes), Encoding::Utf8);
        assert_eq!(
            windows_1252(b"M\xfcller", Encoding::Utf8),
            ("Müller".to_owned(), Some(Reason::EncodingMended))
        );
        assert_eq!(windows_1252(b"M\xb6", Encoding::Utf8).1, Some(Reason::EncodingUnclear));
        assert_eq!(windows_1252(b"M\xb6", Encoding::Windows1252).1, None);
    }

    #[test]
    fn a_workbook_and_nothing_are_refused() {
        let open = |bytes: &'static [u8]| Source::open(bytes, &mut Vec::new()).err();
        assert!(matches!(open(b"PK\x03\x04xl/"), Some(ReadError::Workbook)));
        assert!(matches!(open(b""), Some(ReadError::Empty)));
    }

    #[test]
    fn half_a_utf16_character_at_the_end_is_not_lost_silently() {
        let mut bytes = utf16("ab\n", true, u16::to_le_bytes);
        bytes.push(0x41);
        assert_eq!(read(&bytes).1, "ab\n\u{fffd}");
    }
}
