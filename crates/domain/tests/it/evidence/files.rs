//! Evidence files: what they hold, who gets which, and what is refused.

use domain::{
    access::FRESH_LIFE,
    evidence::{
        Line, Whose,
        bundle::{self, Order},
    },
};
use kernel::No;
use ledger::bundle::check;

use super::{LOG, all_lines, key, make, order, read};
use crate::{play::Play, site::Site, world::no};

#[test]
fn an_evidence_file_holds_and_opens_what_its_asker_may_see() {
    let play = Play::announced();
    let floor = play.world.floor();
    let key = key(floor, LOG);
    let head = &play.osgood.head;
    let made = make(floor, head, order(Whose::Campaign, None)).unwrap();
    let found = check(&made.zip, Some(&key)).unwrap();
    assert_eq!(found.entries.len(), made.lines);
    assert!(found.entries.iter().all(|e| e.openings.actor.is_none() && e.openings.subject.is_none()));
    assert!(found.entries.iter().all(|e| e.openings.detail.is_some() && e.openings.scopes.len() == 1));
    let hex: String = found.manifest.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(made.manifest, hex);
    // Its own line names it, to the campaign itself.
    let line = floor.look(&head.actor, &Line { log: LOG.to_owned(), line: made.line }).unwrap().line;
    assert_eq!(line.entry.t.as_str(), "exported");
    assert_eq!(line.detail.unwrap().json()["detail"]["manifest"], hex);

    let mine = make(floor, head, order(Whose::AboutMe, None)).unwrap();
    let found = check(&mine.zip, Some(&key)).unwrap();
    for entry in &found.entries {
        let about = &entry.openings.subject.as_ref().unwrap().opening;
        assert!(about.contains(&format!("\"person\":{}", head.person)), "{about}");
    }
    let did = make(floor, head, order(Whose::ByMe, None)).unwrap();
    let found = check(&did.zip, Some(&key)).unwrap();
    assert!(found.entries.iter().all(|e| e.openings.actor.is_some() && e.openings.subject.is_none()));

    let mut part = order(Whose::All, None);
    (part.first, part.last) = (Some(2), Some(4));
    let some = make(floor, &play.scrutineer, part).unwrap();
    let found = check(&some.zip, Some(&key)).unwrap();
    assert_eq!(found.entries.iter().map(|e| e.index).collect::<Vec<_>>(), [2, 3, 4]);
    assert!(found.entries.iter().all(|e| e.openings.scopes.len() == e.entry.s.len()));
    assert!(check(&some.zip, Some(&super::key(floor, "house"))).is_err(), "it is no other book's");
    let mut spoilt = some.zip.clone();
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 1;
    assert!(check(&spoilt, Some(&key)).is_err());
}

#[test]
fn the_command_of_the_verifier_says_that_the_file_holds() {
    let Some(program) = verifier() else {
        eprintln!("SKIPPED: build evenhand-verify first (cargo build -p verify)");
        return;
    };
    let play = Play::announced();
    let floor = play.world.floor();
    let made = make(floor, &play.osgood.head, order(Whose::Campaign, None)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evidence.zip");
    std::fs::write(&file, &made.zip).unwrap();
    let run = |key: &str| {
        let command =
            std::process::Command::new(&program).arg("bundle").arg(&file).args(["--vkey", key]).output();
        let said = command.unwrap();
        (said.status.success(), String::from_utf8(said.stdout).unwrap())
    };
    let (good, said) = run(&floor.log_key(LOG).unwrap().1);
    assert!(good && said.contains("THE BUNDLE HOLDS") && said.contains(&made.manifest), "{said}");
    assert!(!run(&floor.log_key("house").unwrap().1).0);
}

/// `evenhand-verify` as it was last built beside this test.
fn verifier() -> Option<std::path::PathBuf> {
    let folder = std::env::current_exe().ok()?.parent()?.parent()?.to_owned();
    let program = folder.join("evenhand-verify");
    program.exists().then_some(program)
}

#[test]
fn an_evidence_file_of_others_is_refused_and_the_refusal_is_a_line() {
    let play = Play::announced();
    let floor = play.world.floor();
    let mallory = &play.osgood.head;
    let refusals =
        || all_lines(floor, LOG).iter().filter(|(v, a)| v == "refused" && a == "evidence.bundle").count();
    assert!(no(make(floor, mallory, order(Whose::Campaign, Some("rahman")))).contains("evidence-4"));
    assert!(no(make(floor, mallory, order(Whose::All, None))).contains("evidence-4"));
    assert!(no(make(floor, &play.dpo, order(Whose::All, None))).contains("No rule permits"));
    assert!(no(make(floor, &play.dpo, order(Whose::Campaign, Some("rahman")))).contains("No rule permits"));
    assert_eq!(refusals(), 4);
    // The campaign that was asked after sees it in its own slice.
    let theirs = read(floor, &play.rahman.head, Whose::Campaign, None).unwrap();
    let seen =
        theirs.iter().map(|l| floor.look(&play.rahman.head.actor, &Line { log: LOG.to_owned(), line: *l }));
    let seen: Vec<_> = seen.map(|s| s.unwrap().line.entry).collect();
    assert_eq!(
        seen.iter().filter(|e| e.t.as_str() == "refused" && e.basis.act == "evidence.bundle").count(),
        2
    );
    let rivals = Order { first: Some(0), last: theirs.last().copied(), ..order(Whose::Campaign, None) };
    let made = make(floor, mallory, rivals).unwrap();
    let found = check(&made.zip, None).unwrap();
    assert!(found.entries.iter().all(|e| !theirs.contains(&e.index)), "a range widens no slice");
}

#[test]
fn a_file_of_others_lines_needs_a_fresh_code_and_ones_own_does_not() {
    let play = Play::announced();
    play.world.house.clock.forward(FRESH_LIFE);
    let floor = play.world.floor();
    assert!(no(make(floor, &play.ro, order(Whose::All, None))).contains("evidence-5"));
    assert!(no(make(floor, &play.ro, order(Whose::Campaign, Some("osgood")))).contains("evidence-5"));
    make(floor, &play.ro, order(Whose::ByMe, None)).unwrap();
    make(floor, &play.osgood.candidate, order(Whose::Campaign, None)).unwrap();
}

#[test]
fn the_same_order_twice_is_one_file() {
    let play = Play::announced();
    let floor = play.world.floor();
    let request = floor.new_request();
    let actor = &play.osgood.head.actor;
    bundle::make(floor, actor, request, order(Whose::Campaign, None)).unwrap();
    let again = bundle::make(floor, actor, request, order(Whose::Campaign, None));
    assert!(matches!(again, Err(No::Already(_))), "the line would name another file's hash");
    let none = Order { first: Some(u64::MAX), ..order(Whose::Campaign, None) };
    assert!(no(make(floor, &play.osgood.head, none)).contains("no such line"));
}

#[test]
fn a_line_that_was_changed_in_the_database_is_not_shown() {
    let mut play = Play::announced();
    let made = make(play.world.floor(), &play.osgood.head, order(Whose::Campaign, None)).unwrap();
    let lines = check(&made.zip, None).unwrap();
    let first = lines.entries[0].index;
    let before = format!("\"at\":{}", lines.entries[0].entry.at);
    let after = format!("\"at\":{}", lines.entries[0].entry.at - 1);
    assert_eq!(before.len(), after.len());
    let leaf =
        String::from_utf8(lines.entries[0].entry.encode().unwrap()).unwrap().replacen(&before, &after, 1);
    let hex: String = leaf.bytes().map(|b| format!("{b:02x}")).collect();
    let id: String = lines.entries[0].entry.id.iter().map(|b| format!("{b:02x}")).collect();
    let pg = play.world.house.on_postgres();
    let bytes = |hex: &str| if pg { format!("'\\x{hex}'::bytea") } else { format!("X'{hex}'") };
    play.world.house.meddle(&format!("UPDATE entry SET leaf = {} WHERE id = {}", bytes(&hex), bytes(&id)));
    let changed = no(make(play.world.floor(), &play.osgood.head, order(Whose::Campaign, None)));
    assert!(changed.contains("something failed"), "{changed}");
    let site = Site::open(&mut play.world);
    let page = site.page(&format!("/record/{LOG}/{first}"), &play.osgood.head);
    assert_eq!(page.status, 500);
    assert!(!page.text().contains(&after));
}
