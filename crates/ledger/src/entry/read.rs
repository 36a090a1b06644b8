//! Reading an entry: the one spelling of every member, in the one order. The mirror of the writer.
//!
//! A general JSON reader and encoding again to compare reads 0.4 million entries a second; this, which
//! knows what must come next, three times as many. Tests and a fuzz target hold it to the promise that
//! whatever it reads encodes to the same bytes.

use super::{Basis, Commitments, Entry, EntryError, Verb, rising};
use crate::b64;
use crate::merkle::Hash;
use crate::plain::{Item, Plain, UNSAFE_NUMBER, push_plain};

/// Reads the canonical bytes of an entry.
pub(super) fn read(bytes: &[u8]) -> Result<Entry, EntryError> {
    let mut cursor = Cursor { rest: bytes };
    cursor.entry().ok_or(EntryError::NotCanonical { at: bytes.len() - cursor.rest.len() })
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn entry(&mut self) -> Option<Entry> {
        self.pass(b"{\"at\":")?;
        let at = self.number()?;
        self.pass(b",\"basis\":{\"act\":\"")?;
        let act = self.text()?;
        let build = self.named(b",\"build\":\"")?;
        let facts = self.named(b",\"facts\":\"")?;
        let policy = self.named(b",\"policy\":\"")?;
        self.pass(b",\"rule\":\"")?;
        let rule = self.text()?;
        self.pass(b"},\"c\":{")?;
        let c = self.commitments()?;
        let id = self.named(b"},\"id\":\"")?;
        let plain = if self.pass(b",\"plain\":").is_some() { Some(self.plain()?) } else { None };
        let row = match self.pass(b",\"row\":[") {
            Some(()) => self.digests().filter(|row| !row.is_empty())?,
            None => Vec::new(),
        };
        self.pass(b",\"s\":[")?;
        let s = self.digests().filter(|scopes| rising(scopes))?;
        let sealed_until =
            if self.pass(b",\"sealed_until\":").is_some() { Some(self.number()?) } else { None };
        self.pass(b",\"t\":\"")?;
        let t = Verb::parse(&self.text()?)?;
        self.pass(b",\"v\":1}")?;
        let basis = Basis { act, policy, rule, facts, build };
        self.rest.is_empty().then_some(Entry { id, t, at, basis, s, c, row, plain, sealed_until })
    }

    fn commitments(&mut self) -> Option<Commitments> {
        let mut c = Commitments::default();
        let groups: [(&[u8], &mut Option<Hash>); 3] = [
            (b"\"actor\":\"", &mut c.actor),
            (b"\"detail\":\"", &mut c.detail),
            (b"\"subject\":\"", &mut c.subject),
        ];
        let mut separator: &[u8] = b"";
        for (name, place) in groups {
            let next = self.rest.strip_prefix(separator).and_then(|rest| rest.strip_prefix(name));
            if let Some(rest) = next {
                self.rest = rest;
                *place = Some(self.digest()?);
                separator = b",";
            }
        }
        Some(c)
    }

    /// Passes over these bytes if they come next.
    fn pass(&mut self, bytes: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(bytes)?;
        Some(())
    }

    /// Digits without a leading zero.
    fn number(&mut self) -> Option<u64> {
        let end = self.rest.iter().position(|byte| !byte.is_ascii_digit())?;
        let (digits, rest) = self.rest.split_at(end);
        if end > 1 && digits[0] == b'0' {
            return None;
        }
        self.rest = rest;
        std::str::from_utf8(digits).ok()?.parse().ok().filter(|number| *number < UNSAFE_NUMBER)
    }

    /// The rest of a text after its opening quote, and the closing quote.
    fn text(&mut self) -> Option<String> {
        let mut text = Vec::with_capacity(32);
        loop {
            let end =
                self.rest.iter().position(|byte| !matches!(byte, b' '..=b'~') || b"\"\\".contains(byte))?;
            text.extend_from_slice(&self.rest[..end]);
            let (stop, rest) = self.rest[end..].split_first()?;
            self.rest = rest;
            match stop {
                b'"' => return String::from_utf8(text).ok(),
                b'\\' => {
                    let (byte, rest) = rest.split_first().filter(|(byte, _)| b"\"\\".contains(byte))?;
                    text.push(*byte);
                    self.rest = rest;
                }
                _ => return None,
            }
        }
    }

    fn named<const N: usize>(&mut self, name: &[u8]) -> Option<[u8; N]> {
        self.pass(name)?;
        self.digest()
    }

    /// The rest of a digest after its opening quote, and the closing quote.
    fn digest<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (text, rest) = self.rest.split_at_checked((N * 4).div_ceil(3))?;
        self.rest = rest;
        self.pass(b"\"")?;
        b64::array(text)
    }

    /// The rest of a list after its opening bracket, and the closing bracket.
    fn digests(&mut self) -> Option<Vec<Hash>> {
        let mut digests = Vec::new();
        while self.pass(b"]").is_none() {
            if !digests.is_empty() {
                self.pass(b",")?;
            }
            digests.push(self.named(b"\"")?);
        }
        Some(digests)
    }

    /// Public facts: few entries have them, so these are read by `serde_json` and written again to compare.
    fn plain(&mut self) -> Option<Plain> {
        let mut values = serde_json::Deserializer::from_slice(self.rest).into_iter();
        let Item::Object(plain) = values.next()?.ok()? else { return None };
        let (text, rest) = self.rest.split_at_checked(values.byte_offset())?;
        let mut canonical = Vec::with_capacity(text.len());
        push_plain(&mut canonical, &plain, 0).ok()?;
        self.rest = rest;
        (canonical == text && !plain.is_empty()).then_some(plain)
    }
}
