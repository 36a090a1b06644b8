//! How access ends: copies demanded back and certified destroyed, and people who have left.

use domain::{
    access::Office,
    contest::Stage,
    disclosure::{DESTROY_WITHIN, Destruction, certify_destruction::CertifyDestruction},
    undertaking::{propose_revocation::ProposeRevocation, revoke::Revoke},
};
use kernel::No;

use crate::{
    play::{LEADER, Team, appointment},
    release::{RELEASE_AT, Story, opening, terms},
    world::no,
};

fn certify(team: &Team, file: Option<&str>) -> CertifyDestruction {
    let destruction = Destruction {
        devices: vec!["the two laptops".to_owned()],
        backups: vec!["none".to_owned()],
        processors: vec!["none".to_owned()],
        at: 0,
    };
    let (contest, campaign) = (LEADER.to_owned(), team.id.to_owned());
    CertifyDestruction { contest, release: 1, campaign, file: file.map(str::to_owned), destruction }
}

#[test]
fn copies_are_demanded_back_and_certified_by_each_holder_and_then_by_the_campaign() {
    let story = Story::offered();
    let osgood = story.play.osgood.clone();
    let files: Vec<String> = [&osgood.head, &osgood.candidate].map(|who| story.copy(who).file).into();
    story.collect(&osgood.head, &files[0]).unwrap();
    story.collect(&osgood.candidate, &files[1]).unwrap();
    let reason = "Copies were passed on.".to_owned();
    let campaign = || (LEADER.to_owned(), "osgood".to_owned());
    let (contest, id) = campaign();
    story.play.does(&story.play.ro, ProposeRevocation { contest, campaign: id, reason }).unwrap();
    let (contest, id) = campaign();
    story.play.does(&story.play.deputy, Revoke { contest, campaign: id }).unwrap();
    story.tick();
    let due = story.copy(&osgood.head).destroy_by.unwrap();
    assert_eq!(due, story.play.now() + DESTROY_WITHIN);
    let refused = no(story.collect(&osgood.head, &files[0]));
    assert!(refused.contains("disclosure-5"), "{refused}");

    let whole = certify(&osgood, None);
    assert!(no(story.play.does(&osgood.head, whole.clone())).contains("disclosure-62"));
    let thin =
        CertifyDestruction { destruction: Destruction::default(), ..certify(&osgood, Some(&files[0])) };
    assert!(no(story.play.does(&osgood.head, thin)).contains("device"));
    assert!(matches!(story.play.does(&osgood.candidate, certify(&osgood, Some(&files[0]))), Err(No::Absent)));
    assert!(matches!(
        story.play.does(&story.play.rahman.head, certify(&osgood, Some(&files[0]))),
        Err(No::Absent)
    ));
    story.play.does(&osgood.head, certify(&osgood, Some(&files[0]))).unwrap();
    assert!(no(story.play.does(&osgood.head, certify(&osgood, Some(&files[0])))).contains("disclosure-63"));
    assert!(no(story.play.does(&osgood.head, whole.clone())).contains("disclosure-62"));
    story.play.does(&osgood.candidate, certify(&osgood, Some(&files[1]))).unwrap();
    assert!(no(story.play.does(&osgood.candidate, whole.clone())).contains("No rule permits"));
    assert!(no(story.play.does(&story.play.rahman.head, whole.clone())).contains("No rule permits"));
    story.play.does(&osgood.head, whole.clone()).unwrap();
    assert!(no(story.play.does(&osgood.head, whole)).contains("disclosure-63"));
    story.tick();
    assert_eq!(std::fs::read_dir(story.spool()).unwrap().count(), 2);
}

#[test]
fn the_close_of_the_contest_demands_every_copy_back() {
    let mut story = Story::offered();
    let head = story.play.rahman.head.clone();
    let file = story.copy(&head).file;
    story.collect(&head, &file).unwrap();
    for stage in [Stage::BallotOpen, Stage::BallotClosed, Stage::Declared, Stage::Closed] {
        story.play.enter(stage);
    }
    story.again();
    story.tick();
    let demanded: Vec<_> = story.copies().into_iter().filter(|c| c.destroy_by.is_some()).collect();
    assert_eq!(demanded.len(), 1);
    assert_eq!(demanded[0].person, head.person);
    let late = story.play.does(&story.play.ro, opening(terms()));
    assert!(no(late).contains("disclosure-28"));
}

#[test]
fn whoever_left_the_campaign_collects_nothing() {
    let mut story = Story::scheduled();
    story.reach(RELEASE_AT);
    story.tick();
    let (osgood, ro) = (story.play.osgood.clone(), story.play.ro.clone());
    let file = story.copy(&osgood.head).file;
    let leave = domain::contest::stand_down::StandDown {
        contest: LEADER.into(),
        campaign: "osgood".into(),
        person: osgood.head.person,
        office: Office::HeadOfCompliance,
    };
    story.play.does(&ro, leave).unwrap();
    let refused = no(story.collect(&osgood.head, &file));
    assert!(refused.contains("disclosure-4"), "{refused}");
    // Nor after joining the rival the next morning.
    story.play.does(&ro, appointment("rahman", osgood.head.person, Office::Organiser)).unwrap();
    assert!(no(story.collect(&osgood.head, &file)).contains("disclosure-4"));
}
