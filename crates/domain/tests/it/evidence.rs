//! Reading the record book: one's own slice and no other, proofs, evidence files, and the log for anybody's program.

use std::collections::BTreeSet;

use domain::{
    access::{FRESH_LIFE, Office, dismiss::Dismiss},
    contest::{Stage, suspend::Suspend},
    evidence::{
        Line, RecordBook, Whose,
        bundle::{self, Made, Order},
        dismiss_mirror::DismissMirror,
        enrol_mirror::EnrolMirror,
    },
    register::{find::Find, import::import},
};
use kernel::{Actor, Floor, No, PersonId};
use ledger::{Checkpoint, VerifierKey, bundle::check, proof::LogProof, tile};

use crate::{
    play::{LEADER, Play},
    register,
    site::Site,
    world::{Somebody, World, no},
};

const LOG: &str = "contest-leader-2020";

fn order(whose: Whose, campaign: Option<&str>) -> Order {
    Order { log: LOG.to_owned(), whose, campaign: campaign.map(str::to_owned), first: None, last: None }
}

fn make(floor: &Floor, who: &Somebody, order: Order) -> Result<Made, No> {
    bundle::make(floor, &who.actor, floor.new_request(), order)
}

fn read(floor: &Floor, who: &Somebody, whose: Whose, campaign: Option<&str>) -> Result<BTreeSet<u64>, No> {
    let book = RecordBook {
        log: Some(LOG.to_owned()),
        whose: Some(whose),
        campaign: campaign.map(str::to_owned),
        below: None,
    };
    let reading = floor.look(&who.actor, &book)?;
    Ok(reading.lines.iter().map(|l| l.index).collect())
}

fn key(floor: &Floor, log: &str) -> VerifierKey {
    floor.log_key(log).unwrap().1.parse().unwrap()
}

/// Every line of a log, as the verb and the act that it names.
fn all_lines(floor: &Floor, log: &str) -> Vec<(String, String)> {
    floor.beat(true).unwrap();
    let leaves = (0..).map_while(|i| floor.leaves(log, i, i + 1).ok());
    let entries = leaves.map(|mut l| ledger::Entry::decode(&l.remove(0)).unwrap());
    entries.map(|e| (e.t.as_str().to_owned(), e.basis.act)).collect()
}

#[test]
fn every_opening_refusal_grant_stage_and_signature_is_a_line() {
    let mut play = Play::announced();
    let officer = play.world.officer(&play.ro, "mo@example.org", Office::MembershipOfficer);
    let file = register::register(20, 8);
    import(play.world.floor(), &officer.actor, file.as_slice(), register::order(), &|_, _| {}).unwrap();
    let number = String::from_utf8_lossy(&file).lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let before = play.world.floor().unwrapped();
    play.does(&officer, Find { number: number.clone() }).unwrap();
    assert_eq!(play.world.floor().unwrapped(), before + 1);
    assert!(play.does(&play.ro, Find { number: number.clone() }).is_err());
    let hash = play.issue("Data agreement");
    play.undertake(&play.osgood.clone(), &hash);
    play.enter(Stage::NominationsOpen);
    make(play.world.floor(), &play.osgood.head, order(Whose::Campaign, None)).unwrap();
    let floor = play.world.floor();
    let lines = [all_lines(floor, "house"), all_lines(floor, LOG)].concat();
    for (verb, act) in [
        ("processed", "access.enrol"),
        ("granted", "access.appoint"),
        ("granted", "access.redeem"),
        ("processed", "register.import_rows"),
        ("opened", "register.find"),
        ("refused", "register.find"),
        ("stage", "contest.create"),
        ("signed", "contest.propose"),
        ("stage", "contest.advance"),
        ("granted", "contest.appoint"),
        ("granted", "undertaking.issue"),
        ("signed", "undertaking.sign"),
        ("signed", "undertaking.acknowledge"),
        ("signed", "undertaking.countersign"),
        ("exported", "evidence.bundle"),
    ] {
        let found = lines.iter().any(|(v, a)| v == verb && a == act);
        assert!(found, "{verb} {act} is no line");
    }
    let opened = lines.iter().filter(|(verb, _)| verb == "opened").count() as u64;
    assert_eq!(opened, floor.unwrapped(), "each key that was lent has its line, and no line is without");
}

#[test]
fn each_reads_their_own_slice_and_nobody_elses() {
    let play = Play::announced();
    let floor = play.world.floor();
    let (osgood, rahman) = (&play.osgood, &play.rahman);
    let all = read(floor, &play.scrutineer, Whose::All, None).unwrap();
    for officer in [&play.ro, &play.deputy] {
        assert_eq!(read(floor, officer, Whose::All, None).unwrap(), all);
        read(floor, officer, Whose::Campaign, Some("osgood")).unwrap();
    }
    let own = read(floor, &osgood.head, Whose::Campaign, None).unwrap();
    assert!(!own.is_empty());
    assert_eq!(read(floor, &osgood.volunteer, Whose::Campaign, Some("osgood")).unwrap(), own);
    let rivals = read(floor, &rahman.head, Whose::Campaign, None).unwrap();
    assert!(own.is_disjoint(&rivals), "{own:?} {rivals:?}");
    for (who, whose, campaign) in [
        (&osgood.head, Whose::All, None),
        (&osgood.head, Whose::Campaign, Some("rahman")),
        (&osgood.head, Whose::Campaign, Some("")),
        (&osgood.head, Whose::Campaign, Some("../rahman")),
        (&play.dpo, Whose::All, None),
        (&play.dpo, Whose::Campaign, Some("rahman")),
        (&play.dpo, Whose::Campaign, None),
    ] {
        assert!(matches!(read(floor, who, whose, campaign), Err(No::Absent)), "{whose:?} {campaign:?}");
    }
    assert!(!read(floor, &osgood.head, Whose::AboutMe, None).unwrap().is_empty());
    assert!(read(floor, &play.dpo, Whose::ByMe, None).unwrap().is_empty());
    let nobody = floor.look(&Actor::visitor(), &RecordBook::default());
    assert!(matches!(nobody, Err(No::SignedOut)));
}

#[test]
fn a_line_opens_only_to_those_in_whose_slice_it_is() {
    let play = Play::announced();
    let floor = play.world.floor();
    let see = |who: &Somebody, line| floor.look(&who.actor, &Line { log: LOG.to_owned(), line });
    let rivals = read(floor, &play.rahman.head, Whose::Campaign, None).unwrap();
    for line in &rivals {
        assert!(matches!(see(&play.osgood.head, *line), Err(No::Absent)));
        assert!(matches!(see(&play.dpo, *line), Err(No::Absent)));
        let officer = see(&play.scrutineer, *line).unwrap().line;
        assert!(officer.actor.is_none() && officer.subject.is_none());
        assert!(officer.detail.is_some());
    }
    let mine = *read(floor, &play.osgood.volunteer, Whose::AboutMe, None).unwrap().first().unwrap();
    let seen = see(&play.osgood.volunteer, mine).unwrap().line;
    assert_eq!(seen.subject.unwrap().json()["person"], play.osgood.volunteer.person);
    let colleague = see(&play.osgood.candidate, mine).unwrap().line;
    assert!(colleague.subject.is_none(), "a colleague sees that somebody was appointed, not who");
    assert!(matches!(see(&play.scrutineer, u64::MAX), Err(No::Absent)));
}

#[test]
fn whoever_joins_a_campaign_loses_the_sight_of_all_lines() {
    let play = Play::announced();
    let floor = play.world.floor();
    let person = play.osgood.volunteer.person;
    let appoint = |person: PersonId, office| domain::access::appoint::Appoint { person, office, until: None };
    play.does(&play.ro, appoint(person, Office::DeputyReturningOfficer)).unwrap();
    let both = &play.osgood.volunteer;
    assert!(matches!(read(floor, both, Whose::All, None), Err(No::Absent)));
    assert!(matches!(read(floor, both, Whose::Campaign, Some("rahman")), Err(No::Absent)));
    read(floor, both, Whose::Campaign, Some("osgood")).unwrap();
    let house =
        RecordBook { log: Some("house".to_owned()), whose: Some(Whose::All), ..RecordBook::default() };
    assert!(matches!(floor.look(&both.actor, &house), Err(No::Absent)));
    assert!(floor.look(&play.deputy.actor, &house).is_ok());
    let dismiss = Dismiss { person: play.deputy.person, office: Office::DeputyReturningOfficer };
    play.does(&play.ro, dismiss).unwrap();
    assert!(matches!(read(floor, &play.deputy, Whose::All, None), Err(No::Absent)));
}

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
    assert!(check(&some.zip, Some(&self::key(floor, "house"))).is_err(), "it is no other book's");
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

#[test]
fn tiles_rebuild_the_public_checkpoint_and_nothing_lies_beyond_it() {
    let mut play = Play::announced();
    for i in 0..300 {
        let deed = Suspend { contest: LEADER.to_owned(), reason: format!("attempt {i}") };
        assert!(play.does(&play.osgood.head, deed).is_err());
    }
    play.world.floor().beat(true).unwrap();
    let public = play.world.floor().public_checkpoint(LOG).unwrap();
    let size = Checkpoint::claimed(public.as_bytes()).unwrap().size;
    assert!(size > 300);
    assert!(
        play.does(&play.osgood.head, Suspend { contest: LEADER.to_owned(), reason: "later".into() }).is_err()
    );
    let site = Site::open(&mut play.world);
    let get = |path: &str| site.get(&format!("/log/{LOG}/{path}"), None);

    let checkpoint = get("checkpoint");
    assert_eq!((checkpoint.status, checkpoint.header("cache-control")), (200, Some("no-cache")));
    assert_eq!(checkpoint.text(), public);
    let vkey: VerifierKey = get("vkey").text().trim().parse().unwrap();
    let sealed = ledger::checkpoint::verify(&checkpoint.body, &vkey, &[]).unwrap().checkpoint;

    let full = get("tile/0/000");
    assert_eq!(full.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let partial = get(&format!("tile/0/001.p/{}", size - 256));
    assert!(!partial.header("cache-control").unwrap().contains("immutable"));
    let mut tree = ledger::Frontier::default();
    for hash in [tile::read_hashes(&full.body).unwrap(), tile::read_hashes(&partial.body).unwrap()].concat() {
        tree.push(hash);
    }
    assert_eq!((tree.size(), tree.root()), (sealed.size, sealed.root));
    let above = get("tile/1/000.p/1").body;
    assert_eq!(above, tile::root(tile::read_hashes(&full.body).unwrap()));

    let beyond = [
        format!("tile/0/001.p/{}", size - 255),
        "tile/0/001".to_owned(),
        "tile/0/002.p/1".to_owned(),
        "tile/1/000.p/2".to_owned(),
        "tile/1/000".to_owned(),
        "tile/2/000.p/1".to_owned(),
        "tile/0/x999/x999/x999/x999/x999/999.p/1".to_owned(),
    ];
    let tricks = [
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/-1",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000/",
        "tile/00/000",
        "tile/6/000",
        "tile/64/000.p/1",
        "tile/-1/000",
        "tile/+0/000",
        "tile/0/+00",
        "tile//000",
        "tile/0/000.p/1.p/1",
        "tile/entries/000",
        "tile/data/000",
        "tile/0/../0/000",
        "tile/0/%2e%2e/000",
        "../house/checkpoint",
        "%2e%2e/house/checkpoint",
        "checkpoint/",
        "Checkpoint",
        "checkpoint%00",
        "",
        "tile/0/000%20",
        "witness",
    ];
    for path in beyond.iter().map(String::as_str).chain(tricks) {
        let answer = get(path);
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(get("tile/0/999").header("cache-control"), Some("no-store"));
    for log in ["nothing", "contest-", "House", "house%2f..%2fhouse", "..", "contest-leader-2020%00"] {
        assert_eq!(site.get(&format!("/log/{log}/checkpoint"), None).status, 404, "{log}");
    }
    assert_eq!(site.get("/log/house/checkpoint", None).status, 200);
}

#[test]
fn entries_go_to_an_enrolled_mirror_alone_and_only_as_long_as_it_is_one() {
    let mut play = Play::announced();
    let enrol = |person| EnrolMirror { person };
    let scrutineer = play.scrutineer.person;
    assert!(no(play.does(&play.deputy, enrol(scrutineer))).contains("No rule permits"));
    assert!(no(play.does(&play.scrutineer, enrol(scrutineer))).contains("No rule permits"));
    assert!(no(play.world.floor().once(&Actor::system(), enrol(scrutineer))).contains("No rule permits"));
    assert!(no(play.does(&play.ro, enrol(play.osgood.head.person))).contains("evidence-9"));
    assert!(no(play.does(&play.ro, enrol(play.ro.person))).contains("evidence-9"));
    let stale = play.does(&play.ro, enrol(scrutineer)).unwrap().value.token;
    let token = play.does(&play.ro, enrol(scrutineer)).unwrap().value.token;
    play.world.floor().beat(true).unwrap();
    let ro = play.ro.clone();
    let ((), session) = ((), play.scrutineer.token.clone());
    let site = Site::open(&mut play.world);
    let entries =
        |token: Option<&str>, path: &str| site.get(&format!("/log/{LOG}/tile/entries/{path}"), token);
    let public = site.app.floor.public_checkpoint(LOG).unwrap();
    let size = Checkpoint::claimed(public.as_bytes()).unwrap().size;
    assert!(size < 256);

    let got = entries(Some(&token), &format!("000.p/{size}"));
    assert_eq!((got.status, got.header("cache-control")), (200, Some("private, no-cache")));
    let leaves = tile::read_bundle(&got.body).unwrap();
    let hashes = site.get(&format!("/log/{LOG}/tile/0/000.p/{size}"), None).body;
    let hashes = tile::read_hashes(&hashes).unwrap();
    assert!(leaves.iter().zip(hashes).all(|(leaf, hash)| ledger::merkle::leaf_hash(leaf) == *hash));
    assert_eq!(leaves.len() as u64, size);

    for (token, path) in [
        (None, "000.p/1"),
        (Some(""), "000.p/1"),
        (Some("guess"), "000.p/1"),
        (Some(stale.as_str()), "000.p/1"),
        (Some(session.as_str()), "000.p/1"),
        (Some(token.as_str()), "000"),
        (Some(token.as_str()), "000.p/0"),
        (Some(token.as_str()), "001.p/1"),
        (Some(token.as_str()), &format!("000.p/{}", size + 1)),
    ] {
        assert_eq!(entries(token, path).status, 404, "{path}");
    }
    // The token opens nothing else.
    assert_eq!(site.app.floor.actor(&token), Actor::visitor());

    site.app.floor.once(&ro.actor, DismissMirror { person: scrutineer }).unwrap();
    assert_eq!(entries(Some(&token), "000.p/1").status, 404);
    assert!(matches!(site.app.floor.once(&ro.actor, DismissMirror { person: scrutineer }), Err(No::Absent)));
    let token = site.app.floor.once(&ro.actor, enrol(scrutineer)).unwrap().value.token;
    assert_eq!(entries(Some(&token), "000.p/1").status, 200);
    site.app.floor.once(&ro.actor, Dismiss { person: scrutineer, office: Office::Scrutineer }).unwrap();
    assert_eq!(entries(Some(&token), "000.p/1").status, 404, "dismissed, and so is the mirror");
}

#[test]
fn enrolling_a_mirror_needs_a_fresh_code() {
    let play = Play::announced();
    play.world.house.clock.forward(FRESH_LIFE);
    assert!(no(play.does(&play.ro, EnrolMirror { person: play.scrutineer.person })).contains("evidence-8"));
}

#[test]
fn pages_speak_of_offices_and_name_nobody() {
    let mut play = Play::announced();
    let rivals = read(play.world.floor(), &play.rahman.head, Whose::Campaign, None).unwrap();
    let site = Site::open(&mut play.world);
    let book = site.page("/record", &play.scrutineer);
    assert_eq!(book.status, 200, "{}", book.text());
    let text = book.text();
    assert!(text.contains("All lines") && text.contains("Returning officer"), "{text}");
    assert!(
        text.contains("contest-5: The returning officer or the deputy gives campaigns their roles"),
        "{text}"
    );
    let own = site.page(&format!("/record?log={LOG}"), &play.osgood.head);
    assert!(own.text().contains("Lines about your campaign"));
    let me = site.page("/record?log=house&whose=about_me", &play.osgood.head);
    assert!(me.text().contains("Lines about you"));
    let did = site.page("/record?log=house&whose=by_me", &play.ro);
    assert!(did.text().contains("What you did"));
    for page in [&book, &own, &me, &did] {
        assert!(
            !page.text().contains("Somebody at") && !page.text().contains("@example.org"),
            "{}",
            page.text()
        );
    }
    for path in [
        format!("/record?log={LOG}&whose=all"),
        format!("/record?log={LOG}&whose=campaign&campaign=rahman"),
        format!("/record/{LOG}/{}", rivals.first().unwrap()),
        format!("/record/{LOG}/{}/proof", rivals.first().unwrap()),
        "/record?log=nothing".to_owned(),
        format!("/record/{LOG}/00"),
        format!("/record/{LOG}/-1"),
        format!("/record/{LOG}/99999999999999999999"),
    ] {
        assert_eq!(site.page(&path, &play.osgood.head).status, 404, "{path}");
    }
    assert_eq!(site.get("/record", None).status, 303);
}

#[test]
fn a_proof_is_downloaded_and_holds() {
    let mut play = Play::announced();
    let line = *read(play.world.floor(), &play.osgood.head, Whose::Campaign, None).unwrap().last().unwrap();
    let entry =
        play.world.floor().look(&play.osgood.head.actor, &Line { log: LOG.to_owned(), line }).unwrap().line;
    let site = Site::open(&mut play.world);
    let file = site.page(&format!("/record/{LOG}/{line}/proof"), &play.osgood.head);
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    let proof = LogProof::from_bytes(&file.body).unwrap();
    assert_eq!(proof.index, line);
    let key = key(&site.app.floor, LOG);
    proof.verify(&entry.leaf, &key, &[]).unwrap();
    let page = site.page(&format!("/record/{LOG}/{line}"), &play.osgood.head);
    assert!(page.text().contains("byte for byte"), "{}", page.text());
}

#[test]
fn the_button_downloads_a_file_that_holds() {
    let mut play = Play::announced();
    let site = Site::open(&mut play.world);
    let page = site.page(&format!("/record?log={LOG}"), &play.osgood.head);
    let file = site.press(&page, "/record/bundle", &play.osgood.head);
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/zip")), "{}", file.text());
    check(&file.body, Some(&key(&site.app.floor, LOG))).unwrap();
    assert_eq!(site.press(&page, "/record/bundle", &play.rahman.head).status, 403, "another session's form");
}

#[test]
fn a_demo_enrols_its_own_mirror_and_no_other_house_does() {
    let (world, ro) = World::new();
    let scrutineer = world.officer(&ro, "scrutineer@example.org", Office::Scrutineer);
    let enrol = EnrolMirror { person: scrutineer.person };
    assert!(no(world.floor().once(&Actor::system(), enrol)).contains("No rule permits"));
}
