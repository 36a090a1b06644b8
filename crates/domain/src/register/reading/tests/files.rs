//! Files as they come: the registers and exports of `../shared/data`, some made on the spot by its `make_register.py`.
//! Without that folder these tests say so and pass.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;

/// What is amiss in records that the generator counts as undamaged: children of one name with their parents whom it
/// makes too young, a seat whose postcodes it mangles, e-mail made of names with full stops, a British number that
/// would be a German one too, letters that a spreadsheet in Windows-1252 has lost.
const NOISE: [Reason; 6] = [
    Reason::AgeUnlikely,
    Reason::DateFuture,
    Reason::PostcodeDropped,
    Reason::EmailDropped,
    Reason::PhoneCountryUnclear,
    Reason::NameMissing,
];

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not here, so nothing was tested against it", path.display());
        return None;
    }
    Some(path)
}

fn read_file(path: &Path, today: Date) -> (Vec<Record>, ImportReport) {
    let bytes = std::fs::read(path).unwrap();
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            String::from_utf16(&units.collect::<Vec<_>>()).unwrap()
        }
        _ => String::from_utf8_lossy(&bytes).into_owned(),
    };
    read(&bytes, &text, today)
}

/// The ends that a kind of damage may come to: (taken, held, rejected).
fn ends(kind: &str) -> (bool, bool, bool) {
    match kind {
        "formula" | "bidi" | "long_field" | "dob_future" | "extra_column" | "missing_column"
        | "placeholder" => (false, true, false),
        "dob_absurd" | "dob_format" | "date_serial" | "class_unknown" | "number_reused" => {
            (true, true, false)
        }
        // mended, unless a value of the record holds a separator as well
        "unclosed_quote" | "stray_quote" => (true, true, false),
        "number_blank" | "header_again" | "footer" | "blank_line" => (false, false, true),
        _ => (true, false, false),
    }
}

/// Compare a file that `make_register.py` damaged with what it says it did.
fn check_damage(path: &Path) {
    let (records, report) = read_file(path, TODAY);
    let truth = std::fs::read_to_string(path.with_added_extension("truth.csv")).unwrap();
    let truth: Vec<Vec<&str>> = truth.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(report.records, truth.len() as u64, "every record is one record");
    let mut noisy = 0;
    let all = truth.len();
    for (record, truth) in records.iter().zip(truth) {
        let kind = truth[7];
        let end = (
            matches!(record.outcome, Outcome::Row(..)),
            matches!(record.outcome, Outcome::Held { .. }),
            matches!(record.outcome, Outcome::Rejected(_)),
        );
        let found = reasons(record);
        let noise = found.iter().all(|reason| NOISE.contains(reason));
        let held_by_noise = end.1 && found.iter().any(|reason| NOISE.contains(reason));
        let may = ends(kind);
        assert!(
            (end.0 && may.0) || (end.1 && (may.1 || held_by_noise)) || (end.2 && may.2),
            "line {}: {kind} came to {end:?} for {found:?}",
            record.line
        );
        if kind.is_empty() {
            assert!(noise, "line {}: undamaged, but {found:?}", record.line);
            noisy += found.len();
        }
        if let Outcome::Row(row, _) = &record.outcome {
            let number = truth[1];
            assert!(
                row.number == number || kind == "number_reused",
                "line {}: not the record of its line",
                record.line
            );
        }
    }
    assert!(noisy * 100 < all, "{noisy} findings in undamaged records");
}

#[test]
fn the_damaged_register_is_read_record_by_record() {
    let Some(path) = shared("register/bad_5000.csv") else { return };
    check_damage(&path);
}

#[test]
fn fresh_damage_of_several_seeds_and_separators() {
    let Some(script) = shared("make_register.py") else { return };
    let folder = tempfile::tempdir().unwrap();
    let kinds: [(&str, &[&str]); 6] = [
        ("11", &["--bad", "0.3"]),
        ("12", &["--bad", "0.3", "--delimiter", ";", "--crlf"]),
        ("13", &["--bad", "0.3", "--delimiter", "\\t", "--bom"]),
        ("14", &["--bad", "0.5", "--kinds", "unclosed_quote,stray_quote,newline_in_field,footer,blank_line"]),
        ("15", &["--bad", "0.9", "--crlf"]),
        ("16", &["--bad", "1.0", "--kinds", "unclosed_quote,newline_in_field"]),
    ];
    for (seed, more) in kinds {
        let out = folder.path().join(format!("{seed}.csv"));
        let made = Command::new("python3")
            .arg(&script)
            .args(["--rows", "3000", "--seed", seed, "--out"])
            .arg(&out)
            .args(more)
            .output();
        let Ok(made) = made else {
            eprintln!("SKIPPED: python3 is not here, so no fresh damage was tested");
            return;
        };
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        check_damage(&out);
    }
}

#[test]
fn undamaged_files_in_three_encodings_are_taken_whole() {
    for (name, records) in
        [("small_2000.csv", 2000), ("excel_semicolon_cp1252_1000.csv", 1000), ("utf16_tab_500.csv", 500)]
    {
        let Some(path) = shared(&format!("register/{name}")) else { return };
        let (read, report) = read_file(&path, TODAY);
        assert_eq!((report.physical_rows, report.records, report.rejected), (records, records, 0), "{name}");
        assert!(report.held * 50 < records, "{name}: {} held", report.held);
        let lost = [Reason::PhoneDigitsLost, Reason::CharacterUnreadable];
        let expected =
            |reason: &Reason| NOISE.contains(reason) || (name.starts_with("excel") && lost.contains(reason));
        for record in &read {
            let found = reasons(record);
            assert!(found.iter().all(expected), "{name}, line {}: {found:?}", record.line);
        }
    }
}

#[test]
fn civicrm_exports_are_read_and_every_row_accounted_for() {
    for (name, people) in [("CiviCRM_Contact_Search.csv", 100), ("CiviCRM_Member_Search.csv", 25)] {
        let Some(path) = shared(&format!("civicrm_sample_6.15/{name}")) else { return };
        let (records, report) = read_file(&path, date(2026, 5, 1));
        assert!(report.imported > people, "{name}: {report:?}");
        let known = [
            Reason::NotAPerson,
            Reason::NameMissing,
            Reason::PhoneDropped,
            Reason::PhoneCountryUnclear,
            Reason::AgeUnlikely,
            Reason::EmailDropped,
            Reason::NumberRepeated,
            Reason::PostcodeDropped,
        ];
        for record in records {
            let found = reasons(&record);
            assert!(
                found.iter().all(|reason| known.contains(reason)),
                "{name}, line {}: {found:?}",
                record.line
            );
        }
    }
}
