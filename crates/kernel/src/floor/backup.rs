//! A backup: the whole database at one instant, in one file. It holds nothing that opens without the key folder.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use ledger::{Hash, Verb};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Engine, Floor, beat::hex};
use crate::{
    act::Act,
    actor::Actor,
    book::Receipt,
    db::Conn,
    desk::{Desk, Draft, Ground, HOUSE},
    no::No,
};

/// A finished backup.
#[derive(Debug)]
pub struct Backup {
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, as the record book has it.
    pub hash: Hash,
    /// The line that says so.
    pub receipt: Receipt,
}

impl Floor {
    /// Copies the database to the new file `to` while work goes on, and enters the copy's hash. Keep the copy away from
    /// the key folder; it dies with the next epoch ([`Floor::rotate_epoch`]).
    ///
    /// # Errors
    /// [`No::Invalid`] on PostgreSQL, whose own tool does this, and where there is a file already.
    pub fn backup(&self, to: &Path) -> Result<Backup, No> {
        if matches!(self.engine, Engine::Postgres(_)) {
            return Err(No::Invalid(
                "This organisation's data lies in PostgreSQL; back it up with pg_basebackup.".to_owned(),
            ));
        }
        if to.exists() {
            return Err(No::Invalid(format!("There is a file {} already; name a new one.", to.display())));
        }
        let unfinished = to.with_extension("part");
        let written = self.copy(&unfinished).and_then(|copied| {
            fs::rename(&unfinished, to).map_err(failed)?;
            Ok(copied)
        });
        let (hash, bytes) = written.inspect_err(|_| {
            // What could not be finished is of no use; a copy that is left is named as unfinished.
            let _left = fs::remove_file(&unfinished);
        })?;
        let receipt = self.once(&Actor::system(), BackedUp { hash, bytes })?.receipt;
        Ok(Backup { bytes, hash, receipt })
    }

    fn copy(&self, to: &Path) -> Result<(Hash, u64), No> {
        let new = || OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(to);
        new().map_err(failed)?;
        self.reading(|conn| match conn {
            Conn::Sqlite(conn) => Ok(conn.copy_to(to)?),
            Conn::Postgres(_) => Err(No::Absent),
        })?;
        let hash = || -> io::Result<_> {
            let mut file = File::open(to)?;
            file.sync_all()?;
            let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 20]);
            loop {
                match file.read(&mut piece)? {
                    0 => return Ok((hash.finalize().into(), bytes)),
                    read => {
                        hash.update(&piece[..read]);
                        bytes += read as u64;
                    }
                }
            }
        };
        hash().map_err(failed)
    }
}

fn failed(e: io::Error) -> No {
    No::Fault(format!("the backup could not be written: {e}; make room or name another folder"))
}

struct BackedUp {
    hash: Hash,
    bytes: u64,
}

impl Act for BackedUp {
    const NAME: &'static str = "service.backup";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let facts = json!({});
        let ground =
            Ground { rule: "service", facts_hash: [0; 32], facts: &facts, log: HOUSE, campaign: None };
        let plain = json!({ "backup": hex(&self.hash), "bytes": self.bytes });
        desk.write(&ground, Draft::new(Verb::Processed).plain(plain)).map(|_| ())
    }
}
