//! The files of a restore: the backup is made ready under another name and then takes the database's place.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::open::DATABASE_FILE;

/// The database while it is being put back.
pub(super) const RESTORING: &str = "evenhand.restoring.sqlite";

/// Copies the backup to where it is made ready.
pub(super) fn copy_in(backup: &Path, data: &Path) -> io::Result<()> {
    fs::create_dir_all(data)?;
    for left in parts(data, RESTORING) {
        if left.exists() {
            fs::remove_file(left)?;
        }
    }
    fs::copy(backup, data.join(RESTORING))?;
    File::open(data.join(RESTORING))?.sync_all()
}

/// Puts the restored database in the place of the one that was there, which is kept under another name.
pub(super) fn exchange(data: &Path) -> io::Result<Option<PathBuf>> {
    let [_, log, _] = parts(data, RESTORING);
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        return Err(io::Error::other("the restored database is still open"));
    }
    let mut aside = None;
    if data.join(DATABASE_FILE).exists() {
        let free =
            (1..).map(|n| format!("evenhand.before-{n}.sqlite")).find(|name| !data.join(name).exists());
        let name = free.ok_or(io::ErrorKind::AlreadyExists)?;
        for (from, to) in
            parts(data, DATABASE_FILE).iter().zip(parts(data, &name)).filter(|(f, _)| f.exists())
        {
            fs::rename(from, to)?;
        }
        aside = Some(data.join(name));
    }
    fs::rename(data.join(RESTORING), data.join(DATABASE_FILE))?;
    File::open(data)?.sync_all()?;
    Ok(aside)
}

/// The files that SQLite keeps for one database.
fn parts(data: &Path, name: &str) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|part| data.join(format!("{name}{part}")))
}
