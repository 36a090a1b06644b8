//! A reader's copy on its way to disk: sealed with age to the reader's own key before it touches anything.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use age::stream::StreamWriter;
use ledger::Hash;
use sha2::{Digest, Sha256};

use super::Copied;
use crate::no::No;

/// A file that is not whole yet.
pub(super) struct Spool {
    key: String,
    path: PathBuf,
    unfinished: PathBuf,
    plain: Sha256,
    sealed: Option<StreamWriter<Counted>>,
}

/// Counts and hashes what goes to the file.
struct Counted {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Reads a reader's public key.
pub(super) fn public_key(key: &str) -> Result<age::x25519::Recipient, No> {
    let parsed = key.parse::<age::x25519::Recipient>();
    parsed.map_err(|_| {
        No::Invalid(
            "This is no age public key. It begins with age1 and is made with `age-keygen`; copy the whole line."
                .to_owned(),
        )
    })
}

impl Spool {
    /// Begins `path`, which comes to be only with [`Spool::publish`].
    pub(super) fn begin(key: &str, path: &Path) -> Result<Self, No> {
        let recipient = public_key(key)?;
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".part");
        let unfinished = PathBuf::from(unfinished);
        let begin = || {
            if path.exists() {
                return Err(io::Error::from(io::ErrorKind::AlreadyExists));
            }
            remove(&unfinished)?;
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
            let file =
                Counted { file: BufWriter::with_capacity(1 << 18, file), hash: Sha256::new(), bytes: 0 };
            let to = std::iter::once(&recipient as &dyn age::Recipient);
            age::Encryptor::with_recipients(to).map_err(io::Error::other)?.wrap_output(file)
        };
        let sealed = begin().map_err(failed)?;
        let (key, path) = (key.to_owned(), path.to_owned());
        Ok(Self { key, path, unfinished, plain: Sha256::new(), sealed: Some(sealed) })
    }

    pub(super) fn write(&mut self, plain: &[u8]) -> Result<(), No> {
        self.plain.update(plain);
        match &mut self.sealed {
            Some(sealed) => sealed.write_all(plain).map_err(failed),
            None => Err(No::Fault("a copy was written to after its end".to_owned())),
        }
    }

    /// Ends the file; everything is on the disk, still under its unfinished name.
    pub(super) fn end(&mut self) -> Result<Copied, No> {
        let ended = || No::Fault("a copy was ended twice".to_owned());
        let sealed = self.sealed.take().ok_or_else(ended)?;
        let end = || {
            let mut out = sealed.finish()?;
            out.file.flush()?;
            out.file.get_ref().sync_all()?;
            Ok((out.hash, out.bytes))
        };
        let (hash, bytes) = end().map_err(failed)?;
        Ok(Copied {
            key: self.key.clone(),
            path: self.path.clone(),
            plain: Hash::from(std::mem::take(&mut self.plain).finalize()),
            sealed: Hash::from(hash.finalize()),
            bytes,
        })
    }

    /// Gives the file its name.
    pub(super) fn publish(&self) -> Result<(), No> {
        let publish = || {
            fs::rename(&self.unfinished, &self.path)?;
            let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        };
        publish().map_err(failed)
    }
}

/// What was not published is not kept.
impl Drop for Spool {
    fn drop(&mut self) {
        if let Err(e) = remove(&self.unfinished) {
            tracing::warn!("an unfinished sealed copy could not be removed: {e}");
        }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn failed(e: io::Error) -> No {
    No::Fault(format!(
        "a sealed copy could not be written to the spool: {e}; make room or mend the folder and seal again"
    ))
}
