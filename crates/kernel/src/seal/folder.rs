//! The key folder: who may read it, where it may lie, and files that appear and vanish whole.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::Secret;
use super::keys::KeyError;

/// Files that a crash left before they got their name.
const UNFINISHED: &str = ".new-";

/// A folder of key files, mode 0700, outside the data.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, which must not hold anything yet.
    pub(super) fn create(dir: &Path, data: &Path) -> Result<Folder, KeyError> {
        refuse_inside(dir, data)?;
        match DirBuilder::new().mode(0o700).create(dir) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(dir)(error)),
            _ => {}
        }
        let folder = Folder::open(dir, data)?;
        if folder.names()?.is_empty() { Ok(folder) } else { Err(KeyError::NotEmpty(dir.into())) }
    }

    pub(super) fn open(dir: &Path, data: &Path) -> Result<Folder, KeyError> {
        refuse_inside(dir, data)?;
        refuse_exposed(dir, &fs::metadata(dir).map_err(failed(dir))?, 0o700)?;
        let folder = Folder(dir.into());
        for name in folder.names()?.iter().filter(|name| name.starts_with(UNFINISHED)) {
            fs::remove_file(folder.path(name)).map_err(failed(dir))?;
        }
        Ok(folder)
    }

    pub(super) fn names(&self) -> Result<Vec<String>, KeyError> {
        let entries = fs::read_dir(&self.0).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(failed(&self.0))?;
        Ok(entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
    }

    /// The key in a file: base64 of 32 bytes.
    pub(super) fn read(&self, name: &str) -> Result<Secret, KeyError> {
        let path = self.path(name);
        let text = self.text(name)?;
        let mut key = Zeroizing::new([0; 36]);
        let length = STANDARD.decode_slice(text.trim_ascii(), &mut *key).unwrap_or(0);
        Secret::from_slice(&key[..length]).ok_or(KeyError::Malformed(path))
    }

    /// Writes a new file, whole or not at all; an existing file is an error of kind `AlreadyExists`.
    pub(super) fn write<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        name: &str,
        key: &Secret,
    ) -> Result<(), KeyError> {
        let unfinished = self.path(&format!("{UNFINISHED}{:016x}", rng.next_u64()));
        let mut text = Zeroizing::new([b'\n'; 45]);
        STANDARD.encode_slice(key.expose(), &mut *text).map_err(|_| KeyError::Malformed(self.path(name)))?;
        let write = || {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o400).open(&unfinished)?;
            file.write_all(&*text)?;
            file.sync_all()?;
            fs::hard_link(&unfinished, self.path(name))?; // unlike rename, this never replaces a key
            fs::remove_file(&unfinished)?;
            self.sync()
        };
        write().map_err(failed(&self.path(name)))
    }

    /// Overwrites with zeros, then removes. After a crash in between, [`Folder::finish_destruction`] completes it.
    pub(super) fn destroy(&self, name: &str) -> Result<(), KeyError> {
        let path = self.path(name);
        let destroy = || {
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            let mut file = OpenOptions::new().write(true).open(&path)?;
            let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
            file.write_all(&vec![0; length])?;
            file.sync_all()?;
            fs::remove_file(&path)?;
            self.sync()
        };
        destroy().map_err(failed(&path))
    }

    /// Removes the file if it holds nothing but zeros, and says whether it did.
    pub(super) fn finish_destruction(&self, name: &str) -> Result<bool, KeyError> {
        let destroyed = self.text(name)?.iter().all(|&byte| byte == 0);
        if destroyed {
            self.destroy(name)?;
        }
        Ok(destroyed)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn text(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let path = self.path(name);
        let mut file = File::open(&path).map_err(failed(&path))?;
        refuse_exposed(&path, &file.metadata().map_err(failed(&path))?, 0o400)?;
        let mut text = Zeroizing::new(Vec::with_capacity(64));
        file.read_to_end(&mut text).map_err(failed(&path))?;
        Ok(text)
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> KeyError {
    move |source| KeyError::Io { path: path.into(), source }
}

fn refuse_exposed(path: &Path, found: &fs::Metadata, wanted: u32) -> Result<(), KeyError> {
    let mode = found.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyError::Exposed { path: path.into(), mode, wanted }) }
}

fn refuse_inside(dir: &Path, data: &Path) -> Result<(), KeyError> {
    let [real_dir, real_data] = [real(dir).map_err(failed(dir))?, real(data).map_err(failed(data))?];
    if real_dir.starts_with(&real_data) {
        return Err(KeyError::InsideData { dir: dir.into(), data: data.into() });
    }
    Ok(())
}

/// The path without symbolic links, also where its last parts do not exist yet.
fn real(path: &Path) -> io::Result<PathBuf> {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Err(error), Some(parent), Some(name)) if error.kind() == ErrorKind::NotFound => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            Ok(real(parent)?.join(name))
        }
        (result, ..) => result,
    }
}
