//! The register that benchmarks read: 784,151 people, as many as could vote in a real contest of 2020.

use std::{fs::File, io::BufWriter, path::PathBuf, process::Command};

use crate::Run;

/// Electors of the contest that the sizes are taken from.
pub const PEOPLE: u64 = 784_151;

/// A register on disk, made in `folder` unless the run names one: by the shared maker if it is there, else by ours.
pub fn file(run: &Run, folder: &std::path::Path) -> PathBuf {
    if let Some(file) = &run.file {
        return file.clone();
    }
    let people = if run.quick { 20_000 } else { PEOPLE };
    let made = folder.join("register.csv");
    let maker = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/make_register.py");
    if maker.exists() {
        run.say(&format!("making a register of {people} people with make_register.py …"));
        let rows = people.to_string();
        let status = Command::new("python3")
            .arg(&maker)
            .args(["--rows", &rows, "--seed", "2020", "--phones", "spread", "--out"])
            .arg(&made)
            .status();
        if status.is_ok_and(|s| s.success()) {
            return made;
        }
    }
    run.say(&format!("making a register of {people} people with our own generator …"));
    let mut out = BufWriter::new(File::create(&made).unwrap());
    domain::register::generate::generate(people, 2020, &mut out).unwrap();
    made
}
