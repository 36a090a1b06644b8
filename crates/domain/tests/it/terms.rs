//! What comes before a release is sealed: its terms, its approvals, the recipients and their keys.

use domain::{
    access::{Office, appoint::Appoint},
    disclosure::{
        APPOINTED_WITHIN, APPROVE_WITHIN, ROLE_AGE, Terms,
        approve::Approve,
        terms::{Art9, Campaigns, Channel, Purpose},
        withdraw::Withdraw,
    },
};
use kernel::No;

use crate::{
    play::{DAY, GiveAnyway, LEADER},
    release::{RELEASE_AT, Story, asking, confirmation, opening, registration, terms},
    world::{Somebody, no},
};

fn refused<T>(outcome: Result<T, No>) -> bool {
    matches!(outcome, Err(No::Refused(_)))
}

fn key() -> String {
    age::x25519::Identity::generate().to_public().to_string()
}

#[test]
fn a_release_without_its_ground_in_law_is_refused() {
    let story = Story::qualified();
    let open = |terms: Terms| no(story.play.does(&story.play.ro, opening(terms)));
    assert!(open(Terms { dpia: String::new(), ..terms() }).contains("disclosure-24"));
    assert!(open(Terms { policy_document: "policy.pdf".into(), ..terms() }).contains("disclosure-24"));
    assert!(open(Terms { purpose: Purpose::Other, ..terms() }).contains("disclosure-25"));
    let outside = Terms { art9: Art9::WithinTheBody, campaigns: Campaigns::OwnControllers, ..terms() };
    assert!(open(outside).contains("disclosure-26"));
    for who in [&story.mo, &story.play.dpo, &story.play.scrutineer] {
        assert!(no(story.play.does(who, opening(terms()))).contains("No rule permits"));
    }
    assert!(no(story.play.does(&story.play.osgood.head, opening(terms()))).contains("disclosure-65"));
    story.play.world.house.clock.forward(domain::access::FRESH_LIFE);
    assert!(open(terms()).contains("disclosure-38"));
}

#[test]
fn terms_that_would_let_out_what_no_channel_carries_are_refused() {
    let story = Story::qualified();
    let open = |terms: Terms| no(story.play.does(&story.play.ro, opening(terms)));
    let with = |field: &str| {
        let mut terms = terms();
        terms.fields.push(field.to_owned());
        terms
    };
    for hidden in ["date_of_birth", "protected", "no_phone", "status", "email_consent", "nonsense"] {
        assert!(open(with(hidden)).contains("may be released"), "{hidden}");
    }
    assert!(open(Terms { channels: vec![Channel::Post, Channel::Email], ..terms() }).contains("`mobile`"));
    let both = Terms { channels: Channel::ALL.to_vec(), ..terms() };
    assert!(open(both).contains("calls or texts"));
    assert!(open(Terms { classes: vec!["stranger".into()], ..terms() }).contains("`stranger`"));
    assert!(open(Terms { classes: vec![], ..terms() }).contains("type of voter"));
    let letters = Terms { fields: vec!["family_name".into()], channels: vec![Channel::Post], ..terms() };
    assert!(open(letters).contains("post"));
}

#[test]
fn two_different_officers_without_a_side_approve_what_they_read() {
    let story = Story::qualified();
    story.open();
    let floor = story.play.world.floor();
    let approve = |who: &Somebody| floor.once(&who.actor, story.approval());
    for who in [&story.play.dpo, &story.play.scrutineer, &story.play.osgood.head] {
        assert!(refused(approve(who)));
    }
    assert!(no(approve(&story.play.dpo)).contains("disclosure-37"));
    let unread = Approve { contest: LEADER.into(), terms_hash: "ab".repeat(32) };
    assert!(no(story.play.does(&story.mo, unread)).contains("disclosure-36"));
    assert!(no(story.schedule(RELEASE_AT)).contains("disclosure-46"));
    approve(&story.mo).unwrap();
    assert!(no(approve(&story.mo)).contains("disclosure-34"));
    assert!(story.release().approved_at.is_none());
    assert!(no(approve(&story.play.ro)).contains("disclosure-66"), "the other is their own, of this week");
    approve(&story.play.deputy).unwrap();
    assert!(story.release().approved_at.is_some());
    assert!(no(approve(&story.play.ro)).contains("disclosure-41"));
    assert!(no(story.schedule("2020-02-14T12:00")).contains("future"));
    assert!(no(story.schedule("noon")).contains("local time"));
    story.schedule(RELEASE_AT).unwrap();
    story.schedule("2020-02-17T12:00").unwrap();
    let mo = &story.mo;
    let by_mo =
        domain::disclosure::schedule::Schedule { contest: LEADER.into(), at_local: RELEASE_AT.into() };
    assert!(no(story.play.does(mo, by_mo)).contains("No rule permits"));
}

#[test]
fn two_who_approve_in_the_same_instant_both_count() {
    let mut story = Story::qualified();
    let ro = story.play.ro.clone();
    let third = story.play.world.officer(&ro, "third@example.org", Office::MembershipOfficer);
    story.wait(2 * DAY);
    let third = story.play.world.sign_in(third.person, &third.email);
    story.open();
    let floor = story.play.world.floor();
    let approval = story.approval();
    std::thread::scope(|scope| {
        for who in [&third, &story.play.deputy, &story.mo] {
            let approval = approval.clone();
            scope.spawn(move || {
                let outcome = floor.once(&who.actor, approval);
                if let Err(no) = outcome {
                    assert!(no.to_string().contains("disclosure-41"), "{no}");
                }
            });
        }
    });
    let release = story.release();
    assert_eq!(release.approvals.len(), 2);
    assert!(release.approved_at.is_some());
}

#[test]
fn whoever_asked_or_belongs_or_belonged_to_a_campaign_does_not_approve() {
    let mut story = Story::qualified();
    // Leaving a campaign for an office does not take the side away: one long before, and one after asking.
    let change_sides = |story: &Story, person, held| {
        let leave = domain::contest::stand_down::StandDown {
            contest: LEADER.into(),
            campaign: "rahman".into(),
            person,
            office: held,
        };
        story.play.does(&story.play.ro, leave).unwrap();
        let office = Appoint { person, office: Office::DeputyReturningOfficer, until: None };
        story.play.does(&story.play.ro, office).unwrap();
    };
    change_sides(&story, story.play.rahman.volunteer.person, Office::Volunteer);
    story.wait(2 * ROLE_AGE);
    story.open();
    let (osgood, rahman) = (story.play.osgood.clone(), story.play.rahman.clone());
    let belongs = no(story.play.does(&osgood.head, story.approval()));
    assert!(belongs.contains("disclosure-32"), "{belongs}");
    story.play.does(&story.play.ro, GiveAnyway(osgood.head.person, Office::Scrutineer)).unwrap();
    let refused = no(story.play.does(&osgood.head, asking(&osgood, &[osgood.candidate.person])));
    assert!(refused.contains("disclosure-64"), "{refused}");
    let belonged = no(story.play.does(&rahman.volunteer, story.approval()));
    assert!(belonged.contains("disclosure-32"), "{belonged}");
    story.play.does(&rahman.head, asking(&rahman, &[rahman.head.person])).unwrap();
    change_sides(&story, rahman.head.person, Office::HeadOfCompliance);
    let own = no(story.play.does(&rahman.head, story.approval()));
    assert!(own.contains("disclosure-33") && own.contains("disclosure-35"), "{own}");
}

#[test]
fn an_account_made_for_the_purpose_is_no_second_person() {
    let mut story = Story::qualified();
    let ro = story.play.ro.clone();
    let second = story.play.world.officer(&ro, "second@example.org", Office::MembershipOfficer);
    story.open();
    assert!(no(story.play.does(&second, story.approval())).contains("disclosure-35"));
    story.wait(2 * DAY);
    let second = story.play.world.sign_in(second.person, &second.email);
    assert!(no(story.play.does(&second, story.approval())).contains("disclosure-35"));
    story.play.world.house.clock.forward(domain::access::FRESH_LIFE);
    assert!(no(story.play.does(&story.mo, story.approval())).contains("disclosure-38"));
}

#[test]
fn whoever_was_given_their_office_by_the_other_approver_in_that_week_is_no_second_person() {
    let mut story = Story::qualified();
    story.open();
    story.play.does(&story.play.ro, story.approval()).unwrap();
    for made in [&story.mo, &story.play.deputy] {
        assert!(no(story.play.does(made, story.approval())).contains("disclosure-66"));
    }
    let again = Withdraw { contest: LEADER.to_owned(), reason: "Opened too soon.".to_owned() };
    story.play.does(&story.play.ro, again).unwrap();
    story.wait(APPOINTED_WITHIN);
    story.open();
    story.play.does(&story.play.ro, story.approval()).unwrap();
    story.play.does(&story.mo, story.approval()).unwrap();
    assert!(story.release().approved_at.is_some());
}

#[test]
fn approvals_that_are_not_given_in_time_go_to_the_scrutineer() {
    let mut story = Story::qualified();
    story.open();
    story.play.does(&story.mo, story.approval()).unwrap();
    assert!(no(story.play.does(&story.play.scrutineer, story.approval())).contains("No rule permits"));
    story.wait(APPROVE_WITHIN);
    assert!(no(story.play.does(&story.play.deputy, story.approval())).contains("disclosure-31"));
    story.play.does(&story.play.scrutineer, story.approval()).unwrap();
    assert!(story.release().approved_at.is_some());
    assert_eq!(story.release().approvals.last().unwrap().office, "scrutineer");
}

#[test]
fn only_the_head_of_compliance_asks_and_only_for_the_campaigns_own_people() {
    let mut story = Story::qualified();
    story.open();
    let (osgood, rahman) = (story.play.osgood.clone(), story.play.rahman.clone());
    let own = asking(&osgood, &[osgood.head.person]);
    for who in [&osgood.candidate, &osgood.volunteer, &rahman.head, &story.play.ro] {
        assert!(refused(story.play.does(who, own.clone())));
    }
    for stranger in [rahman.head.person, osgood.volunteer.person, story.play.ro.person, 999_999] {
        assert!(no(story.play.does(&osgood.head, asking(&osgood, &[stranger]))).contains("disclosure-55"));
    }
    assert!(no(story.play.does(&osgood.head, asking(&osgood, &[]))).contains("recipients"));
    story.play.does(&osgood.head, own).unwrap();
    story.play.does(&osgood.head, asking(&osgood, &[osgood.head.person, osgood.candidate.person])).unwrap();
    story.enrol_keys(&osgood);
    story.approve();
    story.schedule(RELEASE_AT).unwrap();
    story.reach(RELEASE_AT);
    story.tick();
    let osgood = story.play.osgood.clone();
    let without = asking(&osgood, &[osgood.head.person]);
    assert!(no(story.play.does(&osgood.head, without)).contains("disclosure-56"));
    story.play.world.house.clock.forward(domain::access::FRESH_LIFE);
    assert!(
        no(story.play.does(&osgood.head, asking(&osgood, &[osgood.head.person]))).contains("disclosure-57")
    );
}

#[test]
fn a_key_is_registered_by_its_person_and_confirmed_by_another_who_has_it_from_them() {
    let story = Story::qualified();
    let (osgood, rahman) = (&story.play.osgood, &story.play.rahman);
    let (mine, other) = (key(), key());
    for who in [&rahman.head, &osgood.volunteer, &story.play.ro] {
        assert!(refused(story.play.does(who, registration(osgood, &mine))));
    }
    assert!(no(story.play.does(&osgood.head, registration(osgood, "age1nonsense"))).contains("age-keygen"));
    story.play.does(&osgood.head, registration(osgood, &mine)).unwrap();
    let confirm =
        |who: &Somebody, key: &str| story.play.does(who, confirmation(osgood, osgood.head.person, key));
    assert!(no(confirm(&osgood.head, &mine)).contains("disclosure-20"));
    for who in [&rahman.head, &rahman.candidate, &story.play.ro, &osgood.volunteer] {
        assert!(no(confirm(who, &mine)).contains("No rule permits"));
    }
    assert!(no(confirm(&osgood.candidate, &other)).contains("not the key that waits"));
    confirm(&osgood.candidate, &mine).unwrap();
    assert!(matches!(confirm(&osgood.candidate, &mine), Err(No::Absent)));
    assert!(no(story.play.does(&osgood.head, registration(osgood, &mine))).contains("already"));
    // A key that replaces another takes two people.
    story.play.does(&osgood.head, registration(osgood, &other)).unwrap();
    confirm(&osgood.candidate, &other).unwrap();
    assert!(no(confirm(&osgood.candidate, &other)).contains("disclosure-21"));
    confirm(&osgood.head, &other).unwrap();
    story.play.world.house.clock.forward(domain::access::FRESH_LIFE);
    assert!(no(story.play.does(&osgood.head, registration(osgood, &key()))).contains("disclosure-22"));
}

#[test]
fn an_uncollected_copy_is_sealed_again_to_a_key_that_two_people_replaced() {
    let mut story = Story::offered();
    let osgood = story.play.osgood.clone();
    let before = story.copy(&osgood.head);
    let left = story.copy(&osgood.candidate);
    story.collect(&osgood.candidate, &left.file).unwrap();
    story.keys.retain(|(person, _)| *person != osgood.head.person && *person != osgood.candidate.person);
    for (who, file) in [(&osgood.head, &before.file), (&osgood.candidate, &left.file)] {
        let identity = age::x25519::Identity::generate();
        let new = identity.to_public().to_string();
        story.play.does(who, registration(&osgood, &new)).unwrap();
        for confirms in [&osgood.head, &osgood.candidate] {
            story.play.does(confirms, confirmation(&osgood, who.person, &new)).unwrap();
        }
        story.keys.push((who.person, identity));
        story.tick();
        // What has begun to leave is never sealed to another key: that would be a second copy.
        assert_eq!(story.copy(who).file == *file, who.person == osgood.candidate.person);
    }
    let copy = story.copy(&osgood.head);
    assert!(matches!(story.collect(&osgood.head, &before.file), Err(No::Refused(_))));
    story.collect(&osgood.head, &copy.file).unwrap();
    assert!(story.opened(&osgood.head, &story.sealed(&copy.file)).contains("Kopen"));
}
