//! One's own slice, and no other.

use domain::{
    access::{Office, dismiss::Dismiss},
    contest::stand_down::StandDown,
    evidence::{Line, RecordBook, Whose},
};
use kernel::{Actor, No};

use super::{LOG, read};
use crate::{
    play::{GiveAnyway, LEADER, Play},
    world::Somebody,
};

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
    play.does(&play.ro, GiveAnyway(person, Office::DeputyReturningOfficer)).unwrap();
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
fn whoever_leaves_a_campaign_keeps_what_is_about_them_and_no_more() {
    let play = Play::announced();
    let volunteer = &play.osgood.volunteer;
    let before = read(play.world.floor(), volunteer, Whose::Campaign, Some("osgood")).unwrap();
    let leave = StandDown {
        contest: LEADER.to_owned(),
        campaign: "osgood".to_owned(),
        person: volunteer.person,
        office: Office::Volunteer,
    };
    play.does(&play.osgood.head, leave).unwrap();
    let floor = play.world.floor();
    assert!(matches!(read(floor, volunteer, Whose::Campaign, Some("osgood")), Err(No::Absent)));
    let about = read(floor, volunteer, Whose::AboutMe, None).unwrap();
    assert_eq!(about.len(), 2, "appointed, and stood down");
    for line in before.difference(&about) {
        let seen = floor.look(&volunteer.actor, &Line { log: LOG.to_owned(), line: *line });
        assert!(matches!(seen, Err(No::Absent)), "{line}");
    }
}
