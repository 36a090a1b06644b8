//! Copies are sealed from the register as it was frozen, or not at all.

use std::fs;

use domain::{
    disclosure::{clockwork::keep_time, prepare::prepare},
    register::find::Find,
};
use kernel::No;

use crate::{
    play::LEADER,
    release::{RELEASE_AT, Story},
};

/// Seals and offers what is due, and says whether that failed loudly and left nothing.
fn refused(story: &Story) -> bool {
    let floor = story.play.world.floor();
    let sealed = prepare(floor, &story.spool(), LEADER, &mut |_| {});
    let loud = matches!(&sealed, Err(No::Fault(why)) if why.contains("frozen register"));
    let kept = keep_time(floor, &story.spool());
    let nothing = story.copies().is_empty() && story.release().offered_at.is_none();
    loud && kept.is_err() && nothing && fs::read_dir(story.spool()).unwrap().count() == 0
}

#[test]
fn nothing_is_sealed_from_electors_who_are_not_those_that_were_frozen() {
    let mut story = Story::scheduled();
    story.reach(RELEASE_AT);
    let person = |number: &str| {
        let find = Find { number: number.to_owned() };
        story.play.does(&story.mo, find).unwrap().value.0
    };
    let (voter, affiliate) = (person("A1000000"), person("A1000009"));
    let stranger = story.play.ro.person;
    let becomes = |was: i64, is: i64| {
        format!(
            "UPDATE member SET person = {is} WHERE person = {was};
             UPDATE elector SET person = {is} WHERE person = {was};"
        )
    };
    let class = |class: &str| format!("UPDATE elector SET class = '{class}' WHERE person = {affiliate};");
    let take = |person: i64| {
        format!("INSERT INTO elector (contest, person, class) VALUES ('{LEADER}', {person}, 'member');")
    };
    let leave = |person: i64| format!("DELETE FROM elector WHERE person = {person};");
    // Each with what puts it right. In the first, somebody with a key takes a voter's place, and all counts stay.
    let meddlings = [
        (becomes(voter, stranger), becomes(stranger, voter)),
        (class("member"), class("affiliated")),
        (leave(voter), take(voter)),
        (take(stranger), leave(stranger)),
    ];
    for (meddling, mending) in meddlings {
        meddle(&mut story, &meddling);
        assert!(refused(&story), "{meddling}");
        meddle(&mut story, &mending);
    }
    story.tick();
    assert_eq!(story.copies().len(), 4, "sealed when all is as it was");
}

fn meddle(story: &mut Story, sql: &str) {
    let house = &mut story.play.world.house;
    house.shut();
    house.meddle(sql);
    house.open().unwrap();
}
