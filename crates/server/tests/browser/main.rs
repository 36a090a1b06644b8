//! People at their browsers: a real Chromium against a real demo, with and without scripts.
//!
//! Needs Debian's chromium, chromium-driver and age; without them the tests say so and pass. Pictures of every page are
//! left in a folder of the system's temporary files, whose name is printed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected fails, and says where"
)]

mod chromium;
mod demo;
mod person;

mod disclosure;
mod sign_in;

use std::process::{Command, Stdio};

/// Whether these programs are here; says so if not.
fn have(programs: &[&str]) -> bool {
    let missing = |program: &&&str| {
        let run = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        run.is_err()
    };
    let missing: Vec<_> = programs.iter().filter(missing).collect();
    if !missing.is_empty() {
        eprintln!("SKIPPED: this test needs {missing:?}; scripts/packages installs them.");
    }
    missing.is_empty()
}
