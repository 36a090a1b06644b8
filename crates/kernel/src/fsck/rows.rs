//! Rows that grant: each fits its line, none is missing, and only the last version counts.

use ledger::Hash;

use super::{Report, Told};
use crate::{
    db::{Conn, Row},
    hall::Hall,
    no::No,
    warrant::WarrantRow,
};

const WARRANTS: &str = "
    SELECT kind, key, version, latest, at, holder, about, body, log, entry, salt FROM warrant
     ORDER BY kind, key, version -- scan: fsck reads everything";

pub(super) fn check(conn: &mut Conn, hall: &Hall, told: Told, report: &mut Report) -> Result<(), No> {
    let Told { rows, versions: mut counts } = told;
    let mut found: Vec<(WarrantRow, bool)> = Vec::new();
    conn.each(WARRANTS, &[], &mut |row: Row| {
        found.push((WarrantRow::read(&row)?, row.flag("latest")?));
        Ok(())
    })?;
    report.warrants = found.len() as u64;
    for (row, _) in &found {
        let commits = |(log, rows): &(String, Vec<Hash>)| *log == row.log && rows.contains(&row.commitment());
        if !rows.get(&row.entry).is_some_and(commits) {
            report.wrong(format!("{} does not fit its line in the record book", name(row)));
        }
        for label in row.labels(&hall.secret) {
            match counts.get_mut(&(row.log.clone(), label)) {
                Some(left) if *left > 0 => *left -= 1,
                _ => report.wrong(format!("{} is one more than the record book counts", name(row))),
            }
        }
    }
    for versions in found.chunk_by(|(a, _), (b, _)| a.kind == b.kind && a.key == b.key) {
        check_order(versions, report);
    }
    if counts.values().any(|left| *left > 0) {
        report.wrong("rows that grant were taken out of the database".to_owned());
    }
    Ok(())
}

/// Versions count from 1, and the last one, no other, is in force.
fn check_order(versions: &[(WarrantRow, bool)], report: &mut Report) {
    for (at, (row, latest)) in versions.iter().enumerate() {
        if row.version != at as i64 + 1 {
            report.wrong(format!("{} does not follow the version before it", name(row)));
        }
        if *latest != (at + 1 == versions.len()) {
            report.wrong(format!("{} is in force and should not be, or the other way round", name(row)));
        }
    }
}

fn name(row: &WarrantRow) -> String {
    format!("a row of kind {} (line id {:?}, version {})", row.kind, row.entry, row.version)
}
