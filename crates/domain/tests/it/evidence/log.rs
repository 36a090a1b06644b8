//! The log over HTTP, as anybody's program reads it, and the mirrors.

use domain::{
    access::{FRESH_LIFE, Office, dismiss::Dismiss},
    contest::suspend::Suspend,
    evidence::{dismiss_mirror::DismissMirror, enrol_mirror::EnrolMirror},
};
use kernel::{Actor, Floor, FloorConfig, No};
use ledger::{Checkpoint, VerifierKey, tile};

use super::LOG;
use crate::{
    play::{LEADER, Play},
    site::Site,
    world::{World, no},
};

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
fn a_demo_enrols_its_own_mirror_and_no_other_house_does() {
    let (mut world, ro) = World::new();
    let scrutineer = world.officer(&ro, "scrutineer@example.org", Office::Scrutineer);
    let enrol =
        |floor: &Floor| floor.once(&Actor::system(), EnrolMirror { person: scrutineer.person }).map(drop);
    assert!(no(enrol(world.floor())).contains("No rule permits"));
    if world.house.on_postgres() {
        eprintln!("SKIPPED on PostgreSQL: a demo is on SQLite");
        return;
    }
    let config = world.house.config();
    world.house.shut();
    let folder = tempfile::tempdir().unwrap();
    let (data, keys) = (folder.path().join("data"), folder.path().join("keys"));
    let demo = Floor::open(FloorConfig { data, keys, host: "demo.invalid".to_owned(), ..config }).unwrap();
    // The demo lacks the scrutineer: the rule that names demos no longer stands in the way, the others do.
    let why = no(enrol(&demo));
    assert!(why.contains("evidence-9") && !why.contains("No rule permits"), "{why}");
}
