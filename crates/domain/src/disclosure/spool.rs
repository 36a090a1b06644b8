//! The spool: sealed copies that wait to be collected. Only ciphertext to the recipients' own keys ever lies here.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use kernel::No;

/// Where a copy lies.
pub(super) fn path(spool: &Path, file: &str) -> PathBuf {
    spool.join(format!("{file}.age"))
}

/// Makes the folder, for this user alone.
pub(super) fn make(spool: &Path) -> Result<(), No> {
    DirBuilder::new().recursive(true).mode(0o700).create(spool).map_err(failed)
}

/// Removes a copy, if it is there.
pub(super) fn remove(spool: &Path, file: &str) -> Result<(), No> {
    gone(fs::remove_file(path(spool, file)))
}

/// Removes every file that no copy in `waiting` names: what was signed for, taken back, or left by a crash.
pub(super) fn sweep(spool: &Path, waiting: &BTreeSet<String>) -> Result<(), No> {
    let entries = match fs::read_dir(spool) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let ours = name.ends_with(".age") || name.ends_with(".age.part");
        let waits = name.strip_suffix(".age").is_some_and(|file| waiting.contains(file));
        if ours && !waits {
            gone(fs::remove_file(&path))?;
        }
    }
    Ok(())
}

fn gone(removed: io::Result<()>) -> Result<(), No> {
    match removed {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed(e)),
        _ => Ok(()),
    }
}

fn failed(e: io::Error) -> No {
    No::Fault(format!("the spool folder cannot be used: {e}; mend its rights or make room"))
}
