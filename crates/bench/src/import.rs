//! A register imported durably, sealed, indexed and logged, against `sqlite3 .import` of the same file.

use std::{fs::File, path::Path, process::Command, time::Instant};

use domain::register::{
    import::{Order, import},
    reading::LayoutChoice,
    report::ImportReport,
};
use kernel::{Actor, Floor};
use serde_json::json;

use crate::{Run, house, register};

/// Measures `import` and `import_memory`.
pub fn bench(run: &Run) {
    let folder = tempfile::tempdir().unwrap();
    let file = register::file(run, folder.path());
    run.say("sqlite3 .import …");
    let comparator = sqlite(&file, &folder.path().join("plain.sqlite"));
    run.say("evenhand import …");
    let (floor, officer) = house::open(folder.path());
    let start = Instant::now();
    let report = take(&floor, &officer, &file);
    let ours = start.elapsed().as_secs_f64();
    drop(floor);
    let database =
        std::fs::metadata(folder.path().join("data").join(kernel::floor::DATABASE_FILE)).unwrap().len();
    let more = json!({
        "records": report.records, "imported": report.imported, "updated": report.updated, "held": report.held,
        "rejected": report.rejected, "database_mb": database / 1_000_000,
    });
    run.compared("import", "seconds", ours, comparator, more);
    run.line("import_memory", json!({ "ours": peak_memory_mb(), "unit": "MB" }));
}

/// Imports `file` as the membership officer.
pub fn take(floor: &Floor, officer: &Actor, file: &Path) -> ImportReport {
    let order = Order { layout: LayoutChoice::Auto, today: "2026-11-23".parse().unwrap(), dry_run: false };
    import(floor, officer, File::open(file).unwrap(), order, &|_, _| {}).unwrap()
}

/// Seconds that `sqlite3` takes to import the file into a plain table.
pub fn sqlite(file: &Path, database: &Path) -> f64 {
    let start = Instant::now();
    let import = format!(".import \"{}\" register", file.display());
    let status = Command::new("sqlite3").arg(database).args([".mode csv", &import]).status();
    assert!(status.is_ok_and(|s| s.success()), "sqlite3 is needed as the comparator");
    start.elapsed().as_secs_f64()
}

/// The largest resident set of this process, in megabytes.
fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or_default();
    let kib: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    kib * 1024 / 1_000_000
}
