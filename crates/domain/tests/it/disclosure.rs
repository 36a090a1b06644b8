//! A release from its terms to its copies: who gets what, when, and everything that is refused on the way.

mod electorate;
mod forms;
mod sides;
mod spool;

use domain::{
    disclosure::{
        APPROVE_WITHIN, COLLECT_WITHIN, Effect, advise::Advise, offer::Offer, parity::WhoGotWhat,
        sign_receipt::SignReceipt, withdraw::Withdraw,
    },
    register::find::Find,
    undertaking::suspend::Suspend,
};
use kernel::{Actor, No};

use crate::{
    play::{LEADER, Team},
    release::{HOUR, RELEASE_AT, Story, opening, terms},
    roll::Object,
    world::{Somebody, no},
};

const HEADING: &str = "membership_number,given_names,family_name,address_1,postcode,email,mobile";

fn receipt(file: &str, sha256: &str) -> SignReceipt {
    SignReceipt { contest: LEADER.to_owned(), file: file.to_owned(), sha256: sha256.to_owned() }
}

pub fn suspension(team: &Team) -> Suspend {
    let reason = "A link was passed around.".to_owned();
    Suspend { contest: LEADER.to_owned(), campaign: team.id.to_owned(), hours: 6, reason }
}

pub fn advise(effect: Effect) -> Advise {
    Advise { contest: LEADER.to_owned(), words: "The assessment is a year old.".to_owned(), effect }
}

fn withdraw() -> Withdraw {
    Withdraw { contest: LEADER.to_owned(), reason: "The columns were wrong.".to_owned() }
}

#[test]
fn every_recipient_gets_exactly_the_entitled_rows_and_fields_sealed_to_their_own_key() {
    let mut story = Story::scheduled();
    let late = story.play.does(&story.mo, Find { number: "A1000010".to_owned() }).unwrap().value.0;
    story.play.world.floor().once(&Actor::system(), Object(late)).unwrap();
    story.reach(RELEASE_AT);
    story.tick();
    let expected = [
        HEADING,
        "A1000000,Ada,Kopen,1 Kopen Lane,LS1 1BA,kopen@example.org,+447700900100",
        "A1000001,Ada,Kpost,2 Kpost Lane,LS1 1BA,,",
        "A1000002,Ada,Knewsletter,3 Knewsletter Lane,LS1 1BA,,+447700900102",
        "A1000003,Ada,Ktps,4 Ktps Lane,LS1 1BA,ktps@example.org,",
    ];
    assert_eq!(story.copies().len(), 4);
    for team in [&story.play.osgood, &story.play.rahman] {
        for who in [&team.candidate, &team.head] {
            let copy = story.copy(who);
            story.collect(who, &copy.file).unwrap();
            let sealed = story.sealed(&copy.file);
            let text = story.opened(who, &sealed);
            assert!(text.starts_with(HEADING));
            let mut rows: Vec<&str> = text.lines().collect();
            rows[1..].sort_unstable();
            assert_eq!(rows, expected);
            assert_eq!((copy.rows, copy.bytes), (4, sealed.len() as u64));
            if let Some(stock) = story.opened_by_stock_age(who, &sealed) {
                assert_eq!(stock, text);
            }
        }
    }
}

#[test]
fn nothing_that_was_released_lies_in_plain_anywhere() {
    let story = Story::offered();
    let canaries = ["Kopen", "kopen@example.org", "447700900100", "Knewsletter", "Klate Lane"];
    let mut looked = 0;
    let mut folders = vec![story.play.world.house.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            looked += 1;
            for canary in canaries {
                let found = bytes.windows(canary.len()).any(|w| w.eq_ignore_ascii_case(canary.as_bytes()));
                assert!(!found, "{canary} lies in {}", path.display());
            }
        }
    }
    assert!(looked >= 4, "{looked}");
}

#[test]
fn all_are_offered_at_one_instant_whether_they_asked_or_signed_or_not() {
    let mut story = Story::qualified();
    story.open();
    let osgood = story.play.osgood.clone();
    story.enrol_keys(&osgood);
    story.ask(&osgood).unwrap();
    story.approve();
    story.schedule(RELEASE_AT).unwrap();
    story.play.does(&story.play.ro, suspension(&story.play.rahman)).unwrap();
    story.tick();
    assert!(story.release().offered_at.is_none() && story.copies().is_empty());
    assert!(
        no(story.play.world.floor().once(&Actor::system(), Offer { contest: LEADER.into() }))
            .contains("disclosure-49")
    );
    story.reach(RELEASE_AT);
    story.tick();
    let see = |who: &Somebody| {
        story.play.world.floor().look(&who.actor, &WhoGotWhat { contest: LEADER.into() }).unwrap()
    };
    let columns = see(&story.play.scrutineer);
    assert_eq!(columns.len(), 2);
    assert!(columns[0].offered_at.is_some() && columns[0].offered_at == columns[1].offered_at);
    assert_eq!(columns[0].invited_at, columns[1].invited_at);
    let copies: Vec<u64> = columns.iter().map(|c| c.own.as_ref().unwrap().copies).collect();
    assert_eq!(copies.iter().sum::<u64>(), 2);
    // A campaign sees its own in full, and of its rival only what it was offered.
    let own = see(&story.play.osgood.head);
    for column in own {
        assert_eq!(column.own.is_some(), column.campaign == "osgood");
        assert!(column.offered_at.is_some());
    }
    // The rival asks late: nobody was delayed, and it gets its copies at once.
    let rahman = story.play.rahman.clone();
    story.enrol_keys(&rahman);
    story.ask(&rahman).unwrap();
    story.tick();
    assert_eq!(story.copies().len(), 4);
    assert_eq!(story.release().offered_at, columns[0].offered_at);
}

#[test]
fn a_copy_is_collected_by_its_recipient_alone_and_only_when_all_holds() {
    let mut story = Story::scheduled();
    story.reach(RELEASE_AT);
    story.tick();
    let (osgood, rahman) = (story.play.osgood.clone(), story.play.rahman.clone());
    let file = story.copy(&osgood.head).file;
    for other in [&osgood.candidate, &osgood.volunteer, &rahman.head, &story.play.ro, &story.play.scrutineer]
    {
        assert!(matches!(story.collect(other, &file), Err(No::Absent)));
    }
    assert!(matches!(story.collect(&osgood.head, "nosuchfile"), Err(No::Absent)));
    story.play.does(&story.play.ro, suspension(&osgood)).unwrap();
    assert!(no(story.collect(&osgood.head, &file)).contains("disclosure-6"));
    story.collect(&rahman.head, &story.copy(&rahman.head).file).unwrap();
    story.wait(6 * HOUR);
    story.collect(&story.play.osgood.head.clone(), &file).unwrap();
    story.play.world.house.clock.forward(HOUR);
    assert!(no(story.collect(&story.play.osgood.head, &file)).contains("disclosure-16"));
    story.play.world.house.clock.forward(20 * HOUR);
    assert!(matches!(story.collect(&story.play.osgood.head, &file), Err(No::SignedOut)));
}

#[test]
fn nothing_is_collected_before_the_common_time_even_if_it_lies_ready() {
    let mut story = Story::scheduled();
    let floor = story.play.world.floor();
    let sealed = domain::disclosure::prepare::prepare(floor, &story.spool(), LEADER, &mut |_| {});
    assert!(no(sealed).contains("disclosure-49"));
    assert_eq!(std::fs::read_dir(story.spool()).unwrap().count(), 0);
    story.reach(RELEASE_AT);
    domain::disclosure::prepare::prepare(story.play.world.floor(), &story.spool(), LEADER, &mut |_| {})
        .unwrap();
    let head = story.play.osgood.head.clone();
    let file = story.copy(&head).file;
    assert!(no(story.collect(&head, &file)).contains("disclosure-12"));
    story.tick();
    story.collect(&head, &file).unwrap();
}

#[test]
fn collecting_twice_is_one_export_and_after_the_receipt_it_is_over() {
    let mut story = Story::offered();
    let head = story.play.osgood.head.clone();
    let copy = story.copy(&head);
    assert!(no(story.play.does(&head, receipt(&copy.file, &copy.sealed))).contains("disclosure-59"));
    let first = story.collect(&head, &copy.file).unwrap();
    let exported_at = story.copy(&head).exported_at;
    story.wait(HOUR);
    let head = story.play.osgood.head.clone();
    assert_eq!(story.collect(&head, &copy.file).unwrap(), first);
    assert_eq!(story.copy(&head).exported_at, exported_at);
    assert_eq!(verbs(&story, "exported"), 1);
    assert!(no(story.play.does(&head, receipt(&copy.file, &copy.plain))).contains("not the fingerprint"));
    assert!(no(story.play.does(&head, receipt(&copy.file, "yes"))).contains("64"));
    let rival = &story.play.rahman.head;
    assert!(matches!(story.play.does(rival, receipt(&copy.file, &copy.sealed)), Err(No::Absent)));
    story.play.does(&head, receipt(&copy.file, &format!("{}  file.age\n", copy.sealed))).unwrap();
    assert!(no(story.collect(&head, &copy.file)).contains("disclosure-17"));
    assert!(no(story.play.does(&head, receipt(&copy.file, &copy.sealed))).contains("disclosure-59"));
    story.tick();
    assert!(!story.spool().join(format!("{}.age", copy.file)).exists());
    assert_eq!(std::fs::read_dir(story.spool()).unwrap().count(), 3);
}

fn verbs(story: &Story, verb: &str) -> usize {
    story.play.world.floor().beat(true).unwrap();
    let log = domain::contest::log_of(LEADER);
    let leaves = (0..).map_while(|i| story.play.world.floor().leaves(&log, i, i + 1).ok());
    let verb = format!(r#""t":"{verb}""#);
    leaves.filter(|l| String::from_utf8_lossy(&l[0]).contains(&verb)).count()
}

#[test]
fn a_suspended_contest_or_its_end_gives_nothing() {
    let mut story = Story::offered();
    let head = story.play.osgood.head.clone();
    let file = story.copy(&head).file;
    let suspend = domain::contest::suspend::Suspend {
        contest: LEADER.into(),
        reason: "A link was passed around.".into(),
    };
    story.play.does(&story.play.ro, suspend).unwrap();
    assert!(no(story.collect(&head, &file)).contains("disclosure-2"));
    assert!(
        no(story.play.world.floor().once(&Actor::system(), Offer { contest: LEADER.into() }))
            .contains("disclosure-50")
    );
    let resume = domain::contest::resume::Resume { contest: LEADER.into() };
    story.play.does(&story.play.deputy, resume).unwrap();
    story.collect(&head, &file).unwrap();
    story.wait(COLLECT_WITHIN);
    let late = story.play.osgood.candidate.clone();
    assert!(no(story.collect(&late, &story.copy(&late).file)).contains("disclosure-13"));
    story.tick();
    assert_eq!(std::fs::read_dir(story.spool()).unwrap().count(), 0);
    assert!(story.copies().iter().all(|c| c.void_at.is_some()));
}

#[test]
fn the_data_protection_officer_stops_the_clock_once_and_decides_nothing() {
    let mut story = Story::scheduled();
    let dpo = story.play.dpo.clone();
    assert!(no(story.play.does(&story.play.ro, advise(Effect::None))).contains("No rule permits"));
    assert!(no(story.play.does(&dpo, advise(Effect::Lift))).contains("disclosure-44"));
    story.play.does(&dpo, advise(Effect::Stop)).unwrap();
    assert!(no(story.schedule("2020-02-17T12:00")).contains("disclosure-40"));
    story.reach(RELEASE_AT);
    story.tick();
    assert!(story.release().offered_at.is_none());
    let dpo = story.play.dpo.clone();
    story.play.does(&dpo, advise(Effect::Lift)).unwrap();
    story.tick();
    assert!(story.release().offered_at.is_some());
    assert!(no(story.schedule("2020-03-17T12:00")).contains("disclosure-47"));
    assert!(no(story.play.does(&dpo, advise(Effect::Stop))).contains("disclosure-43"));
    assert!(no(story.play.does(&dpo, withdraw())).contains("No rule permits"));
    let named = Advise { words: "Ask ann@example.org".into(), ..advise(Effect::None) };
    assert!(no(story.play.does(&dpo, named)).contains("without names"));
}

#[test]
fn a_withdrawn_release_gives_nothing_more_and_another_may_follow() {
    let story = Story::offered();
    let head = story.play.osgood.head.clone();
    let file = story.copy(&head).file;
    assert!(no(story.play.does(&story.play.ro, opening(terms()))).contains("disclosure-27"));
    story.collect(&head, &file).unwrap();
    assert!(no(story.play.does(&story.play.ro, withdraw())).contains("disclosure-52"));
    story.play.does(&story.play.scrutineer, withdraw()).unwrap();
    let refused = no(story.collect(&head, &file));
    assert!(refused.contains("disclosure-15") && refused.contains("disclosure-17"), "{refused}");
    assert!(story.copies().iter().all(|c| c.void_at.is_some()));
    assert_eq!(story.copies().iter().filter(|c| c.destroy_by.is_some()).count(), 1);
    story.tick();
    assert_eq!(std::fs::read_dir(story.spool()).unwrap().count(), 0);
    assert!(no(story.play.does(&story.play.dpo, advise(Effect::None))).contains("disclosure-39"));
    assert!(no(story.ask(&story.play.osgood)).contains("disclosure-39"));
    story.play.does(&story.play.ro, opening(terms())).unwrap();
    assert_eq!(story.release().number, 2);
    assert!(matches!(story.collect(&head, &file), Err(No::Absent)));
    assert!(story.release().approve_by == story.play.now() + APPROVE_WITHIN);
}
