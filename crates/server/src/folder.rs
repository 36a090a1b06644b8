//! The data folder: one kind, one user at a time.
//!
//! `evenhand.json` says whether the folder is a demo's, so that made-up and real registers never mix. `lock` is held by
//! whoever works in the folder; a running server names itself in it, so that commands find it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Read, Seek},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{local::Server, stop::Stop};

const MARKER: &str = "evenhand.json";
const LOCK: &str = "lock";

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Everything in it is made up.
    Demo,
    /// A real register.
    Serve,
}

#[derive(Serialize, Deserialize)]
struct Marker {
    kind: Kind,
    /// Whether the folder was set up to the end.
    ready: bool,
}

/// A data folder, held alone until dropped.
pub struct Folder {
    path: PathBuf,
    kind: Kind,
    ready: bool,
    lock: File,
}

/// The folder, or where its running server listens.
pub enum Held {
    /// Ours until dropped.
    Alone(Folder),
    /// In use by this server.
    ByServer(Server),
}

/// What the folder at `path` is for, if it is one of ours.
pub fn kind_of(path: &Path) -> Result<Option<Kind>, Stop> {
    Ok(marker(path)?.map(|m| m.kind))
}

fn marker(path: &Path) -> Result<Option<Marker>, Stop> {
    let file = path.join(MARKER);
    match fs::read(&file) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| Stop::new(format!("{} cannot be read; restore it from a backup.", file.display()))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Stop::file(&file, &e)),
    }
}

impl Folder {
    /// Takes the folder at `path`, making it if there is none.
    pub fn make(path: &Path, kind: Kind) -> Result<Self, Stop> {
        let found = marker(path)?;
        if found.is_none() && path.exists() && !only_lock(path)? {
            return Err(Stop::new(format!(
                "{} holds other things and no Evenhand data. Name a new folder with --data.",
                path.display()
            )));
        }
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|e| Stop::file(path, &e))?;
        if found.is_none() {
            write_marker(path, &Marker { kind, ready: false })?;
        }
        Self::open(path, kind)
    }

    /// Takes the folder at `path`, which must be there.
    pub fn open(path: &Path, kind: Kind) -> Result<Self, Stop> {
        match Self::reach(path, kind)? {
            Held::Alone(folder) => Ok(folder),
            Held::ByServer(server) => Err(Stop::new(format!(
                "An Evenhand is running on {} at http://{}. Stop it with Ctrl-C and try again.",
                path.display(),
                server.address
            ))),
        }
    }

    /// Takes the folder at `path`, or says where its server listens.
    pub fn reach(path: &Path, kind: Kind) -> Result<Held, Stop> {
        let found = marker(path)?.ok_or_else(|| {
            Stop::new(format!(
                "There is no Evenhand data in {}. Name its folder with --data.",
                path.display()
            ))
        })?;
        match (found.kind, kind) {
            (Kind::Demo, Kind::Serve) => {
                return Err(Stop::new(format!(
                    "{} is a demo's folder: everyone in it is made up, and its times are too. `serve` takes a folder \
                     of its own; name one with --data.",
                    path.display()
                )));
            }
            (Kind::Serve, Kind::Demo) => {
                return Err(Stop::new(format!(
                    "{} holds a real register. The demo takes a folder of its own; name one with --data.",
                    path.display()
                )));
            }
            _ => {}
        }
        let file = path.join(LOCK);
        let open =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&file);
        let mut lock = open.map_err(|e| Stop::file(&file, &e))?;
        match lock.try_lock() {
            Ok(()) => {
                lock.set_len(0).map_err(|e| Stop::file(&file, &e))?;
                Ok(Held::Alone(Self { path: path.to_owned(), kind, ready: found.ready, lock }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut server = String::new();
                lock.read_to_string(&mut server).map_err(|e| Stop::file(&file, &e))?;
                serde_json::from_str(&server).map(Held::ByServer).map_err(|_| {
                    Stop::new(format!(
                        "Another Evenhand command works on {}. Wait until it is done, and try again.",
                        path.display()
                    ))
                })
            }
            Err(TryLockError::Error(e)) => Err(Stop::file(&file, &e)),
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it was set up to the end.
    pub fn ready(&self) -> bool {
        self.ready
    }

    /// Notes that it was.
    pub fn set_ready(&mut self) -> Result<(), Stop> {
        self.ready = true;
        write_marker(&self.path, &Marker { kind: self.kind, ready: true })
    }

    /// Names the server that runs here, for commands on this machine.
    pub fn announce(&mut self, server: &Server) -> Result<(), Stop> {
        let mut write = || {
            self.lock.rewind()?;
            self.lock.set_len(0)?;
            serde_json::to_writer(&self.lock, server).map_err(std::io::Error::from)
        };
        write().map_err(|e| Stop::file(&self.path.join(LOCK), &e))
    }

    /// Throws away what a setup left unfinished; the lock is kept.
    pub fn clear(&self) -> Result<(), Stop> {
        let path = &self.path;
        for entry in fs::read_dir(path).map_err(|e| Stop::file(path, &e))? {
            let entry = entry.map_err(|e| Stop::file(path, &e))?;
            let at = entry.path();
            match entry.file_name().to_str() {
                Some(MARKER | LOCK) => {}
                _ if at.is_dir() => fs::remove_dir_all(&at).map_err(|e| Stop::file(&at, &e))?,
                _ => fs::remove_file(&at).map_err(|e| Stop::file(&at, &e))?,
            }
        }
        Ok(())
    }
}

fn write_marker(path: &Path, marker: &Marker) -> Result<(), Stop> {
    let file = path.join(MARKER);
    let text = serde_json::to_string(marker).map_err(|e| Stop::new(e.to_string()))?;
    fs::write(&file, text).map_err(|e| Stop::file(&file, &e))
}

fn only_lock(path: &Path) -> Result<bool, Stop> {
    let mut entries = fs::read_dir(path).map_err(|e| Stop::file(path, &e))?;
    Ok(entries.all(|e| e.is_ok_and(|e| e.file_name() == LOCK)))
}
