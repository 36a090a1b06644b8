//! The spool: sealed copies that wait to be collected. Only ciphertext to the recipients' own keys ever lies here.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use kernel::No;

/// Where a copy lies. Its name was drawn here and is nothing but small letters and digits: whatever else comes is no
/// file of ours.
pub(super) fn path(spool: &Path, file: &str) -> Result<PathBuf, No> {
    let drawn = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    match !file.is_empty() && file.bytes().all(drawn) {
        true => Ok(spool.join(format!("{file}.age"))),
        false => Err(No::Fault(
            "a sealed copy's name is not one that was drawn here; nothing was touched".to_owned(),
        )),
    }
}

/// Makes the folder, for this user alone.
pub(super) fn make(spool: &Path) -> Result<(), No> {
    DirBuilder::new().recursive(true).mode(0o700).create(spool).map_err(failed)
}

/// Removes a copy, if it is there.
pub(super) fn remove(spool: &Path, file: &str) -> Result<(), No> {
    gone(fs::remove_file(path(spool, file)?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_spool() {
        let folder = tempfile::tempdir().unwrap();
        let spool = folder.path().join("spool");
        make(&spool).unwrap();
        let outside = folder.path().join("another.age");
        fs::write(&outside, "somebody's").unwrap();
        let whole = outside.with_extension("").display().to_string();
        for name in ["../another", whole.as_str(), "", ".", "a/../../another", "A1", "a.b", "a\0b", "\u{e9}"]
        {
            assert!(path(&spool, name).is_err() && remove(&spool, name).is_err(), "{name:?}");
        }
        assert!(outside.exists());
        assert_eq!(path(&spool, "k3x9").unwrap(), spool.join("k3x9.age"));
    }
}
