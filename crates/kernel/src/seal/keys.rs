//! The key ring: the folder's keys, opened once at start.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rand::CryptoRng;

use super::Secret;
use super::epochs::Epochs;
use super::folder::Folder;
use super::person::LogKeys;
use super::service::InProcess;

const INDEX: &str = "index";
const SERVER: &str = "server";
const EPOCH: &str = "epoch-";
const LOG_SEED: &str = "log-seed-";

/// Why keys cannot be used. The paths are the operator's own; no variant holds key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system said no.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// Others than the owner have rights.
    #[error("{path} has mode {mode:04o}, so others can reach the keys; run `chmod {wanted:04o} {path}`", path = path.display())]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its mode bits.
        mode: u32,
        /// The mode it should have.
        wanted: u32,
    },
    /// Whoever copies the data would copy the keys.
    #[error("the key folder {dir} lies inside the data folder {data}; keep it outside, so that no backup holds both", dir = dir.display(), data = data.display())]
    InsideData {
        /// The key folder.
        dir: PathBuf,
        /// The data folder.
        data: PathBuf,
    },
    /// New keys are made only in an empty folder.
    #[error("{path} is not empty; open the keys it holds, or name another folder for new ones", path = .0.display())]
    NotEmpty(PathBuf),
    /// Not base64 of 32 bytes.
    #[error("{path} does not hold a key (base64 of 32 bytes); restore it from your copy of the keys", path = .0.display())]
    Malformed(PathBuf),
    /// A folder without any epoch opens nothing.
    #[error("{path} holds no epoch key; restore it from your copy of the keys, or name the right key folder", path = .0.display())]
    NoEpoch(PathBuf),
    /// A third epoch would leave one that nobody retires.
    #[error("epoch {0} is still retiring; wrap everybody under the newer epoch and destroy {0} first")]
    StillRetiring(u32),
    /// The current epoch wraps the living.
    #[error("epoch {0} is the current one; make a new epoch and wrap everybody under it first")]
    Current(u32),
    /// No such epoch.
    #[error("there is no epoch {0} to destroy")]
    UnknownEpoch(u32),
    /// A log's name becomes part of a file's name.
    #[error("`{0}` cannot name a log; use 1 to 64 of a-z, 0-9 and the hyphen")]
    LogName(String),
}

fn epoch_name(number: u32) -> String {
    format!("{EPOCH}{number}")
}

/// All keys of one organisation. Made once, shared by reference; what it hands out sees its changes at once.
pub struct KeyRing {
    folder: Folder,
    epochs: Arc<Epochs>,
    index: Secret,
    server: Secret,
    /// Held while files change.
    changing: Mutex<()>,
}

impl KeyRing {
    /// Makes the folder with fresh keys: `index`, `server` and `epoch-1`.
    ///
    /// # Errors
    /// [`KeyError::NotEmpty`] rather than touch an existing ring; else as [`KeyRing::open`].
    pub fn create<R: CryptoRng + ?Sized>(dir: &Path, data: &Path, rng: &mut R) -> Result<KeyRing, KeyError> {
        let folder = Folder::create(dir, data)?;
        for name in [INDEX, SERVER, "epoch-1"] {
            let key = Secret::random(rng);
            folder.write(rng, name, &key)?;
        }
        KeyRing::open(dir, data)
    }

    /// Reads the keys. `data` is the data folder, which must not contain them.
    ///
    /// # Errors
    /// Refuses a folder or file that others can reach, a folder inside `data`, a missing or malformed key.
    pub fn open(dir: &Path, data: &Path) -> Result<KeyRing, KeyError> {
        let folder = Folder::open(dir, data)?;
        let epochs = Arc::new(Epochs::default());
        for name in folder.names()? {
            let Some(number) = name.strip_prefix(EPOCH).and_then(|n| n.parse().ok()) else { continue };
            if name == epoch_name(number) && !folder.finish_destruction(&name)? {
                epochs.add(number, &folder.read(&name)?);
            }
        }
        if epochs.numbers().is_empty() {
            return Err(KeyError::NoEpoch(dir.into()));
        }
        let (index, server) = (folder.read(INDEX)?, folder.read(SERVER)?);
        Ok(KeyRing { folder, epochs, index, server, changing: Mutex::new(()) })
    }

    /// The epochs whose keys are here, ascending: at most one that is retiring, then the current one.
    pub fn epochs(&self) -> Vec<u32> {
        self.epochs.numbers()
    }

    /// Starts the next epoch: from now on people's keys are wrapped under it. Returns its number.
    ///
    /// # Errors
    /// [`KeyError::StillRetiring`] while there are two already.
    pub fn new_epoch<R: CryptoRng + ?Sized>(&self, rng: &mut R) -> Result<u32, KeyError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = match self.epochs()[..] {
            [current] => current + 1,
            [retiring, ..] => return Err(KeyError::StillRetiring(retiring)),
            [] => 1,
        };
        let key = Secret::random(rng);
        self.folder.write(rng, &epoch_name(next), &key)?;
        self.epochs.add(next, &key);
        Ok(next)
    }

    /// Destroys a retired epoch's key: what only it wraps, in whatever copy, never opens again. The file is overwritten
    /// before it is removed, which a journalling or copying file system and a solid-state disk may not honour: keep the
    /// folder on a volume without snapshots.
    ///
    /// # Errors
    /// [`KeyError::Current`] for the epoch in use, [`KeyError::UnknownEpoch`] for one that is not here.
    pub fn destroy_epoch(&self, number: u32) -> Result<(), KeyError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let epochs = self.epochs();
        if !epochs.contains(&number) {
            return Err(KeyError::UnknownEpoch(number));
        }
        if epochs.last() == Some(&number) {
            return Err(KeyError::Current(number));
        }
        self.folder.destroy(&epoch_name(number))?;
        self.epochs.remove(number);
        Ok(())
    }

    /// The seed of a log's Ed25519 key, made at the first asking.
    ///
    /// # Errors
    /// [`KeyError::LogName`] for a name that is not `[a-z0-9-]{1,64}`.
    pub fn log_seed<R: CryptoRng + ?Sized>(&self, log: &str, rng: &mut R) -> Result<Secret, KeyError> {
        let plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if !(1..=64).contains(&log.len()) || !log.bytes().all(plain) {
            return Err(KeyError::LogName(log.into()));
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let name = format!("{LOG_SEED}{log}");
        match self.folder.read(&name) {
            Err(KeyError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                let seed = Secret::random(rng);
                self.folder.write(rng, &name, &seed)?;
                Ok(seed)
            }
            found => found,
        }
    }

    /// The master key of the blind index, for [`Tagger::new`](super::index::Tagger::new).
    pub fn index(&self) -> &Secret {
        &self.index
    }

    /// The server's key for one purpose, such as `session` or `cookie`.
    pub fn server(&self, purpose: &str) -> Secret {
        self.server.derive(purpose, &[])
    }

    /// Opens people's log keys.
    pub fn log_keys(&self) -> LogKeys {
        LogKeys(Arc::clone(&self.epochs))
    }

    /// Lends people's data keys against proof, from this process. One a process: it counts.
    pub fn key_service(&self) -> InProcess {
        InProcess::new(Arc::clone(&self.epochs))
    }
}
