//! Whatever happens stands in the record book.

use domain::{
    access::{FRESH_LIFE, Office},
    contest::Stage,
    disclosure::sign_receipt::SignReceipt,
    evidence::Whose,
    register::{find::Find, import::import},
};
use sha2::{Digest, Sha256};

use super::{LOG, all_lines, make, order};
use crate::{
    play::{LEADER, Play},
    register,
    release::Story,
    world::no,
};

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
fn a_release_is_lines_from_its_approvals_to_its_receipt() {
    let mut story = Story::offered();
    let file = story.copy(&story.play.osgood.head).file;
    story.play.world.house.clock.forward(FRESH_LIFE);
    assert!(no(story.collect(&story.play.osgood.head, &file)).contains("fresh code"));
    story.again();
    let who = story.play.osgood.head.clone();
    story.collect(&who, &file).unwrap();
    let sha256 = Sha256::digest(story.sealed(&file)).iter().map(|b| format!("{b:02x}")).collect();
    story.play.does(&who, SignReceipt { contest: LEADER.to_owned(), file, sha256 }).unwrap();
    let lines = all_lines(story.play.world.floor(), LOG);
    for (verb, act) in [
        ("signed", "disclosure.approve"),
        ("processed", "disclosure.prepare"),
        ("exported", "disclosure.collect"),
        ("refused", "disclosure.collect"),
        ("signed", "disclosure.sign_receipt"),
    ] {
        let of_act: Vec<_> = lines.iter().filter(|(_, a)| a == act).collect();
        assert!(of_act.iter().any(|(v, _)| v == verb), "{verb} {act} is no line: {of_act:?}");
    }
}
