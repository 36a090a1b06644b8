//! Zip in, zip out, with limits; nothing touches a disk.

use super::{BundleError, Fault, MAX_FILES, MAX_UNPACKED, MAX_ZIP};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Packs the files in the order of their names, without times or owners.
pub(super) fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, BundleError> {
    let unpacked: usize = files.values().map(Vec::len).sum();
    if files.len() > MAX_FILES || unpacked as u64 > MAX_UNPACKED {
        return Err(BundleError::TooLarge);
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(bytes).map_err(ZipError::from)?;
    }
    let zip = zip.finish()?.into_inner();
    if zip.len() > MAX_ZIP { Err(BundleError::TooLarge) } else { Ok(zip) }
}

/// All files by name. Names are only ever compared, never used as paths.
pub(super) fn unpack(zip: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, Fault> {
    if zip.len() > MAX_ZIP {
        return Err(Fault::TooLarge);
    }
    let listed = listed(zip).ok_or(Fault::NotZip)?;
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| Fault::NotZip)?;
    // of two files with one name the archive shows but one; others may show the other
    if archive.len() != listed {
        return Err(Fault::SameName);
    }
    if listed > MAX_FILES {
        return Err(Fault::TooLarge);
    }
    let mut files = BTreeMap::new();
    let mut room = MAX_UNPACKED;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_| Fault::NotZip)?;
        let name = file.name().to_owned();
        let mut bytes = Vec::new();
        file.take(room + 1).read_to_end(&mut bytes).map_err(|_| Fault::Damaged(name.clone()))?;
        room = room.checked_sub(bytes.len() as u64).ok_or(Fault::TooLarge)?;
        if files.insert(name, bytes).is_some() {
            return Err(Fault::SameName);
        }
    }
    Ok(files)
}

/// How many files the archive's last record (APPNOTE 4.3.16, without a comment) says there are.
fn listed(zip: &[u8]) -> Option<usize> {
    let end = zip.last_chunk::<22>()?.strip_prefix(b"PK\x05\x06")?;
    Some(u16::from_le_bytes([*end.get(6)?, *end.get(7)?]).into())
}
