//! The registers and exports of `../shared/data` through the whole import. Without that folder these tests say so.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::*;

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not here, so nothing was imported from it", path.display());
        return None;
    }
    Some(path)
}

/// Imports a file dry, really and once more: all say the same of it, and the second time nothing changes.
fn accept(path: &Path, records: u64, physical_rows: u64) -> ImportReport {
    let name = path.file_name().unwrap().to_string_lossy();
    let file = std::fs::read(path).unwrap();
    let (world, officer) = world();
    let dry = take(&world, &officer, &file, Order { dry_run: true, ..order() }).unwrap();
    let first = take(&world, &officer, &file, order()).unwrap();
    assert_eq!(dry, first, "{name}");
    assert!(first.adds_up(), "{name}");
    assert_eq!((first.records, first.physical_rows), (records, physical_rows), "{name}");
    let again = take(&world, &officer, &file, order()).unwrap();
    assert_eq!((again.imported, again.updated), (0, 0), "{name}: {:?}", again.rows.first());
    assert_eq!(again.unchanged, first.imported + first.updated + first.unchanged, "{name}");
    assert_eq!((again.held, again.rejected), (first.held, first.rejected), "{name}");
    first
}

/// Records of the truth file beside it, and physical lines after the heading.
fn counted(path: &Path) -> (u64, u64) {
    let truth = std::fs::read_to_string(path.with_added_extension("truth.csv")).unwrap();
    let bytes = std::fs::read(path).unwrap();
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let open_end = u64::from(bytes.last() != Some(&b'\n') && bytes.last() != Some(&0));
    (truth.lines().count() as u64 - 1, ends + open_end - 1)
}

#[test]
fn the_registers_are_imported_with_every_row_accounted_for() {
    for name in ["bad_5000", "small_2000", "excel_semicolon_cp1252_1000", "utf16_tab_500"] {
        let Some(path) = shared(&format!("register/{name}.csv")) else { return };
        let (records, rows) = counted(&path);
        let report = accept(&path, records, rows);
        let taken = report.imported + report.updated;
        assert!(taken * 100 >= records * 90, "{name}: {taken} of {records}");
    }
}

#[test]
fn fresh_damage_is_imported_with_every_row_accounted_for() {
    let Some(script) = shared("make_register.py") else { return };
    let folder = tempfile::tempdir().unwrap();
    let kinds: [(&str, &[&str]); 4] = [
        ("21", &["--bad", "0.3"]),
        ("22", &["--bad", "0.3", "--delimiter", ";", "--crlf"]),
        ("23", &["--bad", "0.5", "--delimiter", "\\t", "--bom"]),
        ("24", &["--bad", "0.9", "--crlf", "--bom"]),
    ];
    for (seed, more) in kinds {
        let out = folder.path().join(format!("{seed}.csv"));
        let mut make = Command::new("python3");
        make.arg(&script).args(["--rows", "1000", "--seed", seed, "--out"]).arg(&out);
        let Ok(made) = make.args(more).output() else {
            eprintln!("SKIPPED: python3 is not here, so no fresh damage was imported");
            return;
        };
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let (records, rows) = counted(&out);
        accept(&out, records, rows);
    }
}

#[test]
fn the_exports_of_civicrm_are_imported() {
    for name in ["CiviCRM_Contact_Search.csv", "CiviCRM_Member_Search.csv"] {
        let Some(path) = shared(&format!("civicrm_sample_6.15/{name}")) else { return };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(&path).unwrap();
        let records = reader.byte_records().count() as u64;
        let rows = std::fs::read(&path).unwrap().iter().filter(|byte| **byte == b'\n').count() as u64 - 1;
        let report = accept(&path, records, rows);
        assert!(report.imported > 0, "{name}");
    }
}
