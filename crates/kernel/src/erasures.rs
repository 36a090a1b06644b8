//! Who was erased, kept beside the epoch keys and outside every backup, so that a restore can erase them again.
//!
//! One line a step: `erased <person> <entry>` before the act commits, `undone` if it did not, `kept` once that is
//! certain. The numbers are keys' numbers; no name stands here.

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    io::{ErrorKind, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use crate::{actor::PersonId, book::EntryId, no::No};

/// Name of the file in the key folder.
const FILE: &str = "erased.log";

pub(crate) struct Erasures {
    path: PathBuf,
    writing: Mutex<()>,
}

/// The last step of an erasure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The act was about to commit.
    Erased,
    /// It did not.
    Undone,
    /// It did, or a restore has erased again.
    Kept,
}

impl Step {
    const ALL: [(Step, &str); 3] = [(Self::Erased, "erased"), (Self::Undone, "undone"), (Self::Kept, "kept")];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(step, _)| *step == self).map_or("", |(_, word)| word)
    }
}

/// An erasure: whose key, and the line that says so.
#[derive(Clone, Copy)]
pub(crate) struct Erasure {
    pub(crate) person: PersonId,
    pub(crate) entry: EntryId,
}

impl Erasures {
    pub(crate) fn of(keys: &Path) -> Self {
        Self { path: keys.join(FILE), writing: Mutex::default() }
    }

    /// Appends a step; it is on the disk when this returns.
    pub(crate) fn note(&self, step: Step, erasures: &[Erasure]) -> Result<(), No> {
        if erasures.is_empty() {
            return Ok(());
        }
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let line = |e: &Erasure| format!("{} {} {:?}\n", step.word(), e.person, e.entry);
        let lines: String = erasures.iter().map(line).collect();
        let write = || {
            let mut file =
                OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&self.path)?;
            if torn(&mut file)? {
                file.write_all(b"\n")?;
            }
            file.write_all(lines.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|e| No::Fault(format!("the list of erasures cannot be written: {e}")))
    }

    /// Every erasure with its last step.
    pub(crate) fn all(&self) -> Result<Vec<(Erasure, Step)>, No> {
        let text = match std::fs::read_to_string(&self.path) {
            Err(e) if e.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(|e| No::Fault(format!("the list of erasures cannot be read: {e}")))?,
        };
        let mut last = BTreeMap::new();
        for (erasure, step) in text.lines().filter_map(parse) {
            last.insert(erasure.entry, (erasure, step));
        }
        Ok(last.into_values().collect())
    }
}

/// Whether a crash cut the last line short; such a line was never followed by a commit.
fn torn(file: &mut std::fs::File) -> std::io::Result<bool> {
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(std::io::SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    Ok(last != *b"\n")
}

fn parse(line: &str) -> Option<(Erasure, Step)> {
    let mut words = line.split(' ');
    let (word, person, hex) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
    let step = Step::ALL.iter().find(|(_, w)| *w == word)?.0;
    let mut entry = [0; 16];
    if hex.len() != 32 || words.next().is_some() {
        return None;
    }
    for (i, byte) in entry.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some((Erasure { person, entry: EntryId(entry) }, step))
}
