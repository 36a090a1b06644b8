//! The demo stops when it is asked to, and goes on where it was.

use std::fs;

use crate::{
    command::book_sizes,
    program::{Browser, demo},
};

#[test]
fn ctrl_c_stops_cleanly_and_a_new_start_finds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = demo(folder.path());
    let link = first.link("Returning officer");
    let browser = Browser::new();
    browser.follow(&link);
    let (well, said) = first.interrupt();
    assert!(well && said.contains("Stopped"), "{said}");
    let wal = folder.path().join("evenhand-demo/evenhand.sqlite-wal");
    assert!(!wal.exists(), "a clean stop leaves one file");
    let sizes = book_sizes(folder.path());
    let second = demo(folder.path());
    for (origin, size) in book_sizes(folder.path()) {
        assert!(size.as_u64() >= sizes[&origin].as_u64(), "{origin}");
    }
    assert!(second.interrupt().0);
}

#[test]
fn a_demo_that_was_killed_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = demo(folder.path());
    let link = first.link("Scrutineer");
    assert_eq!(Browser::new().follow(&link).0, 303);
    first.kill();
    let mut second = demo(folder.path());
    let fresh = second.link("Scrutineer");
    assert_ne!(fresh, link);
    let browser = Browser::new();
    assert_eq!(browser.follow(&fresh).0, 303);
    assert!(browser.signed_in(&second.base));
}

#[test]
fn the_keys_lie_outside_the_data_and_nobody_else_reads_the_lock() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let serving = demo(folder.path());
    let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("evenhand-demo"), 0o700);
    assert_eq!(mode("evenhand-demo.keys"), 0o700);
    assert_eq!(mode("evenhand-demo.keys/recipients/osgood.txt"), 0o600);
    assert_eq!(mode("evenhand-demo/lock"), 0o600);
    drop(serving);
}
