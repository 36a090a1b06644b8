//! Who is entitled, why not, and since when: every rule for itself, and the answer as of past instants.

use domain::{
    access::Office,
    contest::{Nominator, Stage, stand_down::StandDown},
    disclosure::{Effect, entitlement::Entitlement, parity::WhoGotWhat},
    undertaking::withdraw::Withdraw,
};
use kernel::{
    No,
    guard::{Guard, Question},
};
use serde_json::{Value as Json, json};

use crate::{
    disclosure::{advise, suspension},
    play::{DAY, LEADER, Play, advance, preset_hour},
    release::{HOUR, RELEASE_AT, Story, asking, opening, terms},
    world::{Somebody, no},
};

fn entitled(story: &Story, who: &Somebody, at: Option<i64>) -> (bool, String) {
    let view = Entitlement { contest: LEADER.to_owned(), campaign: None, person: None, at };
    let answer = story.play.world.floor().look(&who.actor, &view).unwrap();
    (answer.allowed, answer.reasons.iter().map(|r| format!("{} ", r.rule)).collect())
}

fn favourable() -> Json {
    json!({
        "mode": "disclosed_copy", "purpose": "this_contest", "stage": "ballot_open", "channels": ["post"],
        "mode_covers": true, "stands": true, "member_of_campaign": true, "undertaking": "in_force",
        "acknowledged": true, "named": true, "recipient": true, "grounds": true, "offered": true,
        "in_window": true, "stopped": false, "withdrawn": false,
    })
}

#[test]
fn each_condition_is_a_rule_of_its_own_and_says_so() {
    let parts: Vec<_> = domain::subjects().iter().map(|s| s.part).collect();
    let guard = Guard::load(&parts).unwrap();
    let decide = |action: &str, facts: &Json| {
        let resource = ("Contest", LEADER);
        let decision = guard.decide(&Question { action, principal: ("Person", "p1"), resource, facts });
        let rules: Vec<String> = decision.rules.iter().map(|r| r.name.to_string()).collect();
        (decision.allowed, rules.join(" "))
    };
    let asked = |entitlement: Json| decide("disclosure.entitlement", &json!({ "entitlement": entitlement }));
    assert_eq!(asked(favourable()), (true, "disclosure-1".to_owned()));
    for (fact, value, rule) in [
        ("mode_covers", json!(false), "disclosure-2"),
        ("stands", json!(false), "disclosure-3"),
        ("member_of_campaign", json!(false), "disclosure-4"),
        ("undertaking", json!("none"), "disclosure-5"),
        ("undertaking", json!("issued"), "disclosure-5"),
        ("undertaking", json!("signed"), "disclosure-5"),
        ("undertaking", json!("revoked"), "disclosure-5"),
        ("undertaking", json!("expired"), "disclosure-5"),
        ("undertaking", json!("discharged"), "disclosure-5"),
        ("undertaking", json!("suspended"), "disclosure-6"),
        ("acknowledged", json!(false), "disclosure-7"),
        ("named", json!(false), "disclosure-8"),
        ("recipient", json!(false), "disclosure-9"),
        ("purpose", json!("other"), "disclosure-10"),
        ("grounds", json!(false), "disclosure-11"),
        ("offered", json!(false), "disclosure-12"),
        ("in_window", json!(false), "disclosure-13"),
        ("stopped", json!(true), "disclosure-14"),
        ("withdrawn", json!(true), "disclosure-15"),
    ] {
        let mut facts = favourable();
        facts[fact] = value;
        assert_eq!(asked(facts.clone()), (false, rule.to_owned()), "{fact}");
        let collect = json!({ "entitlement": facts, "fresh": true, "waits": true });
        assert_eq!(decide("disclosure.collect", &collect), (false, rule.to_owned()), "{fact}");
    }
    let collect = |fresh, waits| json!({ "entitlement": favourable(), "fresh": fresh, "waits": waits });
    assert!(decide("disclosure.collect", &collect(true, true)).0);
    assert_eq!(decide("disclosure.collect", &collect(false, true)).1, "disclosure-16");
    assert_eq!(decide("disclosure.collect", &collect(true, false)).1, "disclosure-17");
}

#[test]
fn the_answer_can_be_replayed_as_of_any_past_instant() {
    let mut story = Story::scheduled();
    let before = story.play.now();
    story.reach(RELEASE_AT);
    story.tick();
    let offered = story.play.now();
    story.wait(HOUR);
    story.play.does(&story.play.ro, suspension(&story.play.osgood)).unwrap();
    let suspended = story.play.now();
    story.wait(DAY);
    let head = story.play.osgood.head.clone();
    assert!(entitled(&story, &head, None).0);
    assert!(entitled(&story, &head, Some(offered)).0);
    assert_eq!(entitled(&story, &head, Some(suspended)), (false, "disclosure-6 ".to_owned()));
    assert_eq!(entitled(&story, &head, Some(before)), (false, "disclosure-12 disclosure-13 ".to_owned()));
    let volunteer = story.play.osgood.volunteer.clone();
    let (allowed, why) = entitled(&story, &volunteer, None);
    assert!(!allowed && why.contains("disclosure-4 ") && why.contains("disclosure-9 "), "{why}");
    let at = Some(story.play.now() + 1);
    let future = Entitlement { contest: LEADER.into(), campaign: None, person: None, at };
    assert!(no(story.play.world.floor().look(&head.actor, &future)).contains("past"));
    let of_head = |at| Entitlement {
        contest: LEADER.into(),
        campaign: Some("osgood".into()),
        person: Some(head.person),
        at,
    };
    let floor = story.play.world.floor();
    assert!(matches!(floor.look(&story.play.rahman.head.actor, &of_head(None)), Err(No::Absent)));
    assert!(matches!(floor.look(&volunteer.actor, &of_head(None)), Err(No::Absent)));
    let inspect = |at| floor.look(&story.play.scrutineer.actor, &of_head(at)).unwrap();
    assert!(!inspect(Some(suspended)).allowed && inspect(None).allowed);
    // What somebody may have today says nothing of what they could have then.
    let leave = StandDown {
        contest: LEADER.into(),
        campaign: "osgood".into(),
        person: head.person,
        office: Office::HeadOfCompliance,
    };
    story.play.does(&story.play.ro, leave).unwrap();
    assert!(!inspect(None).allowed && inspect(Some(offered)).allowed);
    assert_eq!(inspect(Some(offered)).facts["stage"], "qualified");
}

#[test]
fn a_promise_taken_back_or_a_stopped_clock_keeps_a_ready_copy_shut() {
    let story = Story::offered();
    let (osgood, rahman) = (&story.play.osgood, &story.play.rahman);
    let take_back = Withdraw { contest: LEADER.into(), campaign: "osgood".into() };
    story.play.does(&osgood.head, take_back).unwrap();
    assert!(no(story.collect(&osgood.head, &story.copy(&osgood.head).file)).contains("disclosure-7"));
    story.collect(&osgood.candidate, &story.copy(&osgood.candidate).file).unwrap();
    story.play.does(&story.play.dpo, advise(Effect::Stop)).unwrap();
    assert!(no(story.collect(&rahman.head, &story.copy(&rahman.head).file)).contains("disclosure-14"));
    story.play.does(&story.play.dpo, advise(Effect::Lift)).unwrap();
    story.collect(&rahman.head, &story.copy(&rahman.head).file).unwrap();
}

#[test]
fn a_candidate_who_is_out_is_offered_nothing_and_delays_nobody() {
    let play = Play::at(Stage::Frozen);
    let mo = play.world.officer(&play.ro, "mo@example.org", Office::MembershipOfficer);
    let mut story = Story { play, mo, text: String::new(), keys: Vec::new() };
    story.play.world.house.clock.set(preset_hour(Stage::Qualified).unwrap());
    story.again();
    let play = &story.play;
    play.does(&play.ro, opening(terms())).unwrap();
    play.count("osgood", &[(Nominator::Units, 32)], true).unwrap();
    play.count("rahman", &[(Nominator::Units, 33)], true).unwrap();
    play.does(&play.ro, advance(Stage::Qualified)).unwrap();
    let (osgood, rahman) = (&play.osgood, &play.rahman);
    assert!(no(play.does(&osgood.head, asking(osgood, &[osgood.head.person]))).contains("disclosure-54"));
    play.does(&rahman.head, asking(rahman, &[rahman.head.person])).unwrap();
    // The officers let it lie; the scrutineer decides.
    story.wait(4 * DAY);
    story.play.does(&story.play.scrutineer, story.approval()).unwrap();
    story.schedule("2020-02-20T12:00").unwrap();
    story.reach("2020-02-20T12:00");
    story.tick();
    let see = WhoGotWhat { contest: LEADER.into() };
    let columns = story.play.world.floor().look(&story.play.scrutineer.actor, &see).unwrap();
    let offered: Vec<_> = columns.iter().map(|c| (c.campaign.as_str(), c.offered_at)).collect();
    assert_eq!(offered, [("rahman", Some(story.play.now()))]);
}
