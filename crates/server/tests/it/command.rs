//! The command line: what it does, and what it refuses with what to do next.

use std::fs;

use crate::program::{Browser, bad, demo, good, run};

#[test]
fn a_demo_is_set_up_once_and_found_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let setup = ["demo", "--setup-only", "--people", "300"];
    assert!(good(folder.path(), &setup).contains("ready"));
    let seeds = fs::read(folder.path().join("evenhand-demo.keys/server")).unwrap();
    let sizes = book_sizes(folder.path());
    assert!(good(folder.path(), &setup).contains("ready"));
    assert_eq!(fs::read(folder.path().join("evenhand-demo.keys/server")).unwrap(), seeds);
    let after = book_sizes(folder.path());
    for (origin, size) in &sizes {
        let more = after[origin].as_u64().unwrap() - size.as_u64().unwrap();
        assert!(more <= 2, "{origin}: a start enters that it started and a map root, not {more} lines");
    }
}

/// How far this machine signed each book.
pub fn book_sizes(folder: &std::path::Path) -> serde_json::Map<String, serde_json::Value> {
    let marks = fs::read(folder.join("evenhand-demo.keys/high-water")).unwrap();
    let marks: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&marks).unwrap();
    marks.into_iter().map(|(origin, mark)| (origin, mark["size"].clone())).collect()
}

#[test]
fn a_demo_that_was_cut_off_while_it_was_made_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let setup = ["demo", "--setup-only", "--people", "300"];
    good(folder.path(), &setup);
    let marker = folder.path().join("evenhand-demo/evenhand.json");
    let text = fs::read_to_string(&marker).unwrap();
    fs::write(&marker, text.replace("\"ready\":true", "\"ready\":false")).unwrap();
    assert!(bad(folder.path(), &["import", "x.csv", "--data", "evenhand-demo"]).contains("not finished"));
    good(folder.path(), &setup);
    assert_eq!(fs::read_to_string(&marker).unwrap(), text);
}

#[test]
fn keys_that_are_not_known_to_be_a_demos_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("evenhand-demo.keys")).unwrap();
    fs::write(folder.path().join("evenhand-demo.keys/server"), "precious").unwrap();
    assert!(bad(folder.path(), &["demo", "--setup-only"]).contains("--data"));
    assert_eq!(fs::read(folder.path().join("evenhand-demo.keys/server")).unwrap(), b"precious");
}

#[test]
fn demos_and_real_houses_keep_apart() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("house.toml"), house(25)).unwrap();
    good(folder.path(), &["demo", "--setup-only", "--people", "300"]);
    let why = bad(folder.path(), &["serve", "--config", "house.toml", "--data", "evenhand-demo"]);
    assert!(why.contains("demo's folder"), "{why}");
    let appoint = ["appoint", "--config", "house.toml", "--name", "A", "--email", "a@example.org"];
    good(folder.path(), &appoint);
    let why = bad(folder.path(), &["demo", "--data", "data"]);
    assert!(why.contains("real register"), "{why}");
    let why = bad(folder.path(), &appoint);
    assert!(why.contains("No rule permits"), "a house takes its first officer once: {why}");
}

/// A configuration with a mail server at `port`.
pub fn house(port: u16) -> String {
    format!(
        "organisation = \"The Example Union\"\nbase_url = \"http://localhost\"\ndata = \"data\"\nkeys = \"keys\"\n\
         listen = \"127.0.0.1:0\"\nlog = \"warn\"\n[mail]\nserver = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         from = \"The office <office@example.org>\"\n"
    )
}

#[test]
fn the_demo_listens_on_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["0.0.0.0:8440", "192.0.2.1:8440", "[::]:8440"] {
        assert!(bad(folder.path(), &["demo", "--listen", address]).contains("this machine only"));
    }
    assert!(!folder.path().join("evenhand-demo").exists());
}

#[test]
fn a_setting_that_is_not_known_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("house.toml"), format!("colour = \"red\"\n{}", house(25))).unwrap();
    let why = bad(folder.path(), &["serve", "--config", "house.toml"]);
    assert!(why.contains("colour") && why.contains("config.sample.toml"), "{why}");
    assert!(bad(folder.path(), &["serve", "--config", "none.toml"]).contains("none.toml"));
}

#[test]
fn a_folder_has_one_user_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let serving = demo(folder.path());
    let why = bad(folder.path(), &["demo", "--listen", "127.0.0.1:0"]);
    assert!(why.contains("is running") && why.contains("Ctrl-C"), "{why}");
    let (well, _) = serving.interrupt();
    assert!(well);
}

#[test]
fn a_register_is_made_up_and_imported_and_a_second_time_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    good(folder.path(), &["demo", "--setup-only", "--people", "300"]);
    good(folder.path(), &["generate", "--people", "500", "--seed", "7", "a.csv"]);
    good(folder.path(), &["generate", "--people", "500", "--seed", "7", "b.csv"]);
    assert_eq!(
        fs::read(folder.path().join("a.csv")).unwrap(),
        fs::read(folder.path().join("b.csv")).unwrap()
    );
    let dry = good(folder.path(), &["import", "a.csv", "--dry-run"]);
    assert!(dry.contains("Dry run") && dry.contains("500 records"), "{dry}");
    let first = good(folder.path(), &["import", "a.csv", "--report", "report.json"]);
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["physical_rows"], 500, "{first}");
    assert!(report["imported"].as_u64().unwrap() > 0, "{first}");
    let second = good(folder.path(), &["import", "a.csv"]);
    assert!(second.contains("0 imported, 0 updated, 500 unchanged"), "{second}");
    assert!(bad(folder.path(), &["import", "a.csv", "--layout", "guess"]).contains("civicrm"));
    assert!(bad(folder.path(), &["import", "none.csv"]).contains("none.csv"));
    let again = ["demo", "--setup-only", "--register", "a.csv"];
    assert!(bad(folder.path(), &again).contains("evenhand import"));
    good(folder.path(), &[&again[..], &["--data", "of-a-file"]].concat());
    assert!(good(folder.path(), &["import", "a.csv", "--data", "of-a-file"]).contains("500 unchanged"));
}

#[test]
fn a_running_server_imports_for_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    good(folder.path(), &["generate", "--people", "400", "--seed", "7", "a.csv"]);
    let serving = demo(folder.path());
    let first = good(folder.path(), &["import", "a.csv"]);
    assert!(first.contains("400 records"), "{first}");
    assert!(good(folder.path(), &["import", "a.csv"]).contains("400 unchanged"));
    good(folder.path(), &["generate", "--people", "60000", "big.csv"]);
    let why =
        bad(folder.path(), &["import", "big.csv", "--dry-run", "--as", "compliance@osgood.example.org"]);
    assert!(why.contains("Refused"), "{why}");
    let lock = folder.path().join("evenhand-demo/lock");
    let word = fs::read_to_string(&lock).unwrap();
    let server: serde_json::Value = serde_json::from_str(&word).unwrap();
    fs::write(&lock, word.replace(server["word"].as_str().unwrap(), "something else")).unwrap();
    let why = bad(folder.path(), &["import", "a.csv"]);
    assert!(!why.contains("imported"), "{why}");
    drop(serving);
}

#[test]
fn a_backup_is_made_while_the_server_runs_and_put_back_by_two_people() {
    let folder = tempfile::tempdir().unwrap();
    let mut serving = demo(folder.path());
    serving.link("Scrutineer");
    let made = good(folder.path(), &["backup", "backups"]);
    assert!(made.contains("SHA-256"), "{made}");
    let (backup, _) = made.split_once(": ").unwrap();
    assert!(bad(folder.path(), &["fsck"]).contains("is running"));
    assert!(serving.interrupt().0);
    assert!(good(folder.path(), &["fsck"]).contains("Sound."));

    let alone = ["restore", backup, "--by", "returning officer", "--why", "a drill"];
    assert!(bad(folder.path(), &alone).contains("Two people"));
    let same = [&alone[..], &["--by", "Returning officer"]].concat();
    assert!(bad(folder.path(), &same).contains("two different people"));
    let two = [&alone[..], &["--by", "scrutineer"]].concat();
    let said = good(folder.path(), &two);
    assert!(said.contains("demo.invalid/house: goes on") && said.contains("demo.invalid/house.2"), "{said}");
    assert!(good(folder.path(), &["fsck"]).contains("Sound."));
    let mut again = demo(folder.path());
    let browser = Browser::new();
    assert_eq!(browser.follow(&again.link("Scrutineer")).0, 303);
}

#[test]
fn an_evidence_file_is_written_with_and_without_a_server_and_is_no_campaigns_to_order() {
    let folder = tempfile::tempdir().unwrap();
    good(folder.path(), &["demo", "--setup-only", "--people", "300"]);
    assert!(good(folder.path(), &["bundle", "a.zip", "--log", "contest-leader"]).contains("evenhand-verify"));
    assert!(bad(folder.path(), &["bundle", "a.zip"]).contains("already"));
    let rival = ["bundle", "b.zip", "--log", "contest-leader", "--as", "compliance@osgood.example.org"];
    assert!(bad(folder.path(), &rival).contains("Refused"));
    let own = [&rival[..], &["--whose", "campaign"]].concat();
    good(folder.path(), &own);
    let serving = demo(folder.path());
    good(folder.path(), &["bundle", "c.zip", "--log", "contest-leader"]);
    let zip = fs::read(folder.path().join("c.zip")).unwrap();
    assert!(zip.starts_with(b"PK"));
    drop(serving);
}

#[test]
fn data_that_was_changed_behind_its_back_is_not_sound() {
    let folder = tempfile::tempdir().unwrap();
    good(folder.path(), &["demo", "--setup-only", "--people", "300"]);
    let file = folder.path().join("evenhand-demo/evenhand.sqlite");
    let bytes = fs::read(&file).unwrap();
    let office = b"\"office\":\"membership_officer\"";
    let at = bytes.windows(office.len()).position(|w| w == office).unwrap();
    let mut changed = bytes;
    changed[at..at + office.len()].copy_from_slice(b"\"office\":\"returning_officer\" ");
    fs::write(&file, changed).unwrap();
    let why = bad(folder.path(), &["fsck"]);
    assert!(why.contains("wrong") && why.contains("scrutineer"), "{why}");
}

#[test]
fn every_command_says_what_it_does() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["demo", "serve", "generate", "import", "appoint", "bundle", "fsck", "backup", "restore"] {
        let help = run(folder.path(), &[command, "--help"]);
        assert!(help.status.success() && help.stdout.len() > 100, "{command}");
    }
}
