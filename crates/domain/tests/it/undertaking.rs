//! Undertakings: what must happen before a campaign sees anything, and everything that ends it.

use domain::{
    access::{Office, standing},
    contest::{Nominator, Stage},
    undertaking::{
        COUNTERSIGN_WITHIN, PROPOSAL_LIFE, RENEWAL_WITHIN, State, acknowledged, discharge::Discharge,
        expire::Expire, in_force, issue::Issue, lift::Lift, propose_revocation::ProposeRevocation,
        publish_text::PublishText, revoke::Revoke, suspend::Suspend, withdraw::Withdraw,
    },
};
use kernel::{Actor, Look, No, PersonId, View};

use crate::{
    play::{DAY, LEADER, Play, Team, advance, appointment},
    world::no,
};

const HOUR: i64 = 3_600_000;

struct InForce(&'static str);
impl View for InForce {
    const NAME: &'static str = "undertaking.page";
    type Out = bool;
    fn look(&self, look: &mut Look<'_>) -> Result<bool, No> {
        let now = look.now();
        in_force(look, LEADER, self.0, now)
    }
}

struct Acknowledged(&'static str, PersonId, String);
impl View for Acknowledged {
    const NAME: &'static str = "undertaking.page";
    type Out = bool;
    fn look(&self, look: &mut Look<'_>) -> Result<bool, No> {
        acknowledged(look, LEADER, self.0, self.1, &self.2)
    }
}

fn holds(play: &Play, team: &Team) -> bool {
    play.world.floor().look(&Actor::system(), &InForce(team.id)).unwrap()
}

fn promised(play: &Play, team: &Team, person: PersonId, text: &str) -> bool {
    play.world.floor().look(&Actor::system(), &Acknowledged(team.id, person, text.to_owned())).unwrap()
}

fn suspend(team: &Team, hours: u32) -> Suspend {
    let reason = "A link was passed around.".to_owned();
    Suspend { contest: LEADER.to_owned(), campaign: team.id.to_owned(), hours, reason }
}

fn lift(team: &Team) -> Lift {
    Lift { contest: LEADER.to_owned(), campaign: team.id.to_owned() }
}

fn propose(team: &Team) -> ProposeRevocation {
    let reason = "Copies were passed on.".to_owned();
    ProposeRevocation { contest: LEADER.to_owned(), campaign: team.id.to_owned(), reason }
}

fn revoke(team: &Team) -> Revoke {
    Revoke { contest: LEADER.to_owned(), campaign: team.id.to_owned() }
}

fn discharge(team: &Team, certificate: &str) -> Discharge {
    let (contest, campaign) = (LEADER.to_owned(), team.id.to_owned());
    Discharge { contest, campaign, certificate: certificate.to_owned() }
}

#[test]
fn an_undertaking_is_in_force_after_two_signatures_and_a_countersignature_and_not_before() {
    let play = Play::announced();
    let text = play.issue("First text");
    let team = &play.osgood;
    let filled = play.fill(team);
    assert!(!holds(&play, team));
    play.does(&team.candidate, team.sign(&text, &filled)).unwrap();
    assert!(no(play.does(&play.ro, team.countersign(&text, &filled))).contains("(rule undertaking-15)"));
    play.does(&team.head, team.sign(&text, &filled)).unwrap();
    assert_eq!(play.undertaking(team).state, State::Signed);
    assert!(!holds(&play, team));
    play.does(&play.deputy, team.countersign(&text, &filled)).unwrap();
    assert!(holds(&play, team));
    assert!(!holds(&play, &play.rahman));
}

#[test]
fn the_text_passes_two_offices_and_goes_to_all_campaigns_at_once() {
    let play = Play::announced();
    let clauses =
        || vec![domain::undertaking::Clause { heading: "Purpose".into(), words: "This contest.".into() }];
    let text = || PublishText { contest: LEADER.into(), title: "Text".into(), clauses: clauses() };
    assert!(no(play.does(&play.ro, text())).contains("No rule permits"));
    assert!(no(play.does(&play.dpo, PublishText { clauses: vec![], ..text() })).contains("clauses"));
    let text_hash = play.does(&play.dpo, text()).unwrap().value.hash;
    let issue = |text_hash: &str| Issue { contest: LEADER.into(), text_hash: text_hash.into() };
    assert!(no(play.does(&play.dpo, issue(&text_hash))).contains("No rule permits"));
    assert!(no(play.does(&play.ro, issue("00"))).contains("No text"));
    let issued = play.does(&play.ro, issue(&text_hash)).unwrap().value;
    assert_eq!(issued.campaigns, ["osgood", "rahman"]);
    assert!(no(play.does(&play.ro, issue(&text_hash))).contains("already"));
}

#[test]
fn nobody_signs_before_the_answers_are_in_or_what_they_did_not_read() {
    let play = Play::announced();
    let text = play.issue("First text");
    let team = &play.osgood;
    let empty = play.undertaking(team).contents_hash().unwrap();
    assert!(no(play.does(&team.candidate, team.sign(&text, &empty))).contains("(rule undertaking-9)"));
    let filled = play.fill(team);
    assert!(no(play.does(&team.candidate, team.sign("00", &filled))).contains("(rule undertaking-10)"));
    assert!(no(play.does(&team.candidate, team.sign(&text, &empty))).contains("(rule undertaking-10)"));
    assert!(no(play.does(&team.volunteer, team.sign(&text, &filled))).contains("No rule permits"));
    assert!(no(play.does(&play.rahman.head, team.sign(&text, &filled))).contains("No rule permits"));
    assert!(no(play.does(&play.ro, team.sign(&text, &filled))).contains("No rule permits"));
    play.does(&team.candidate, team.sign(&text, &filled)).unwrap();
    assert!(no(play.does(&team.candidate, team.sign(&text, &filled))).contains("(rule undertaking-11)"));
    play.does(&team.head, team.sign(&text, &filled)).unwrap();
    assert!(no(play.does(&team.head, team.sign(&text, &filled))).contains("(rule undertaking-8)"));
    play.world.house.clock.forward(domain::access::FRESH_LIFE);
    assert!(no(play.does(&play.ro, team.countersign(&text, &filled))).contains("(rule undertaking-12)"));
}

#[test]
fn one_person_does_not_sign_as_candidate_and_as_head_of_compliance() {
    let play = Play::announced();
    let text = play.issue("First text");
    let team = &play.osgood;
    let filled = play.fill(team);
    play.does(&team.head, team.sign(&text, &filled)).unwrap();
    // The head of compliance takes the candidate's place, after both stood down.
    for (person, office) in
        [(team.candidate.person, Office::Candidate), (team.head.person, Office::HeadOfCompliance)]
    {
        let act = domain::contest::stand_down::StandDown {
            contest: LEADER.into(),
            campaign: team.id.into(),
            person,
            office,
        };
        play.does(&play.ro, act).unwrap();
    }
    play.does(&play.ro, appointment(team.id, team.head.person, Office::Candidate)).unwrap();
    assert!(no(play.does(&team.head, team.sign(&text, &filled))).contains("(rule undertaking-11)"));
}

#[test]
fn thin_answers_and_strangers_are_refused() {
    let play = Play::announced();
    play.issue("First text");
    let team = &play.osgood;
    let mut thin = team.fill();
    thin.contents.stored_where = "tbc".to_owned();
    assert!(no(play.does(&team.head, thin)).contains("where copies will be stored"));
    let mut stranger = team.fill();
    stranger.contents.people.push(play.rahman.head.person);
    assert!(no(play.does(&team.head, stranger)).contains("does not belong"));
    assert!(no(play.does(&team.volunteer, team.fill())).contains("No rule permits"));
    assert!(no(play.does(&play.rahman.head, team.fill())).contains("No rule permits"));
    assert!(no(play.does(&play.ro, team.fill())).contains("No rule permits"));
}

#[test]
fn new_answers_and_new_texts_ask_for_the_signatures_again() {
    let play = Play::announced();
    let first = play.issue("First text");
    let team = &play.osgood;
    play.undertake(team, &first);
    play.undertake(&play.rahman, &first);
    play.fill(team);
    assert!(!holds(&play, team));
    let filled = play.undertaking(team).contents_hash().unwrap();
    for who in [&team.candidate, &team.head] {
        play.does(who, team.sign(&first, &filled)).unwrap();
    }
    play.does(&play.ro, team.countersign(&first, &filled)).unwrap();
    assert!(holds(&play, team) && promised(&play, team, team.volunteer.person, &first));

    let second = play.issue("Second text");
    assert!(!holds(&play, team) && !holds(&play, &play.rahman));
    assert!(!promised(&play, team, team.volunteer.person, &second));
    assert!(no(play.does(&team.volunteer, team.acknowledge(&first))).contains("(rule undertaking-10)"));
    assert!(no(play.does(&team.head, team.sign(&first, &filled))).contains("(rule undertaking-10)"));
    play.undertake(team, &second);
    assert!(holds(&play, team));
}

#[test]
fn each_person_acknowledges_for_themselves_and_may_take_it_back() {
    let play = Play::announced();
    let text = play.issue("First text");
    let (team, volunteer) = (&play.osgood, &play.osgood.volunteer);
    assert!(!promised(&play, team, volunteer.person, &text));
    assert!(no(play.does(&play.rahman.volunteer, team.acknowledge(&text))).contains("No rule permits"));
    assert!(no(play.does(&play.ro, team.acknowledge(&text))).contains("No rule permits"));
    play.does(volunteer, team.acknowledge(&text)).unwrap();
    assert!(promised(&play, team, volunteer.person, &text));
    let withdraw = || Withdraw { contest: LEADER.into(), campaign: team.id.into() };
    play.does(volunteer, withdraw()).unwrap();
    assert!(!promised(&play, team, volunteer.person, &text));
    assert!(matches!(play.does(volunteer, withdraw()), Err(No::Absent)));
    play.world.house.clock.forward(domain::access::FRESH_LIFE);
    assert!(no(play.does(volunteer, team.acknowledge(&text))).contains("(rule undertaking-12)"));
}

#[test]
fn a_countersignature_that_waits_too_long_goes_to_the_scrutineer() {
    let mut play = Play::announced();
    let text = play.issue("First text");
    let team = play.osgood.clone();
    let filled = play.fill(&team);
    for who in [&team.candidate, &team.head] {
        play.does(who, team.sign(&text, &filled)).unwrap();
    }
    let countersign = || team.countersign(&text, &filled);
    assert!(no(play.does(&play.scrutineer, countersign())).contains("No rule permits"));
    assert!(no(play.does(&team.head, countersign())).contains("(rule undertaking-4)"));
    play.wait(COUNTERSIGN_WITHIN - HOUR);
    assert!(no(play.does(&play.scrutineer, countersign())).contains("No rule permits"));
    play.wait(HOUR);
    assert!(no(play.does(&play.scrutineer, team.countersign(&text, "00"))).contains("(rule undertaking-10)"));
    play.does(&play.scrutineer, countersign()).unwrap();
    assert!(holds(&play, &team));
    assert!(no(play.does(&play.ro, countersign())).contains("(rule undertaking-15)"));
}

#[test]
fn a_suspension_ends_by_itself_and_only_the_scrutineer_renews_it() {
    let mut play = Play::announced();
    let text = play.issue("First text");
    let team = play.osgood.clone();
    play.undertake(&team, &text);
    assert!(no(play.does(&play.rahman.head, suspend(&team, 1))).contains("(rule undertaking-4)"));
    assert!(no(play.does(&play.dpo, suspend(&team, 1))).contains("No rule permits"));
    assert!(no(play.does(&play.ro, suspend(&team, 49))).contains("1 to 48 hours"));
    assert!(no(play.does(&play.ro, suspend(&team, 0))).contains("1 to 48 hours"));
    assert!(no(play.does(&play.ro, lift(&team))).contains("(rule undertaking-18)"));
    play.does(&play.ro, suspend(&team, 48)).unwrap();
    assert!(!holds(&play, &team));
    assert_eq!(play.undertaking(&team).state_at(play.now()), State::Suspended);
    assert!(no(play.does(&play.ro, suspend(&team, 1))).contains("(rule undertaking-17)"));
    play.wait(48 * HOUR);
    assert!(holds(&play, &team));
    assert!(no(play.does(&play.ro, suspend(&team, 1))).contains("(rule undertaking-17)"));
    assert!(no(play.does(&play.deputy, suspend(&team, 1))).contains("(rule undertaking-17)"));
    play.does(&play.scrutineer, suspend(&team, 24)).unwrap();
    assert!(!holds(&play, &team));
    play.does(&play.ro, lift(&team)).unwrap();
    assert!(holds(&play, &team));
    play.wait(RENEWAL_WITHIN);
    play.does(&play.ro, suspend(&team, 1)).unwrap();
}

#[test]
fn a_new_text_does_not_end_a_suspension() {
    let play = Play::announced();
    let text = play.issue("First text");
    let team = &play.osgood;
    play.undertake(team, &text);
    play.does(&play.ro, suspend(team, 48)).unwrap();
    let second = play.issue("Second text");
    play.undertake(team, &second);
    assert!(!holds(&play, team));
    assert_eq!(play.undertaking(team).state_at(play.now()), State::Suspended);
}

#[test]
fn two_people_revoke_and_nobody_on_their_own_proposal() {
    let mut play = Play::announced();
    let text = play.issue("First text");
    let team = play.osgood.clone();
    play.undertake(&team, &text);
    assert!(no(play.does(&play.ro, revoke(&team))).contains("(rule undertaking-20)"));
    assert!(no(play.does(&play.dpo, propose(&team))).contains("No rule permits"));
    assert!(no(play.does(&play.rahman.candidate, propose(&team))).contains("(rule undertaking-4)"));
    play.does(&play.ro, propose(&team)).unwrap();
    assert!(no(play.does(&play.ro, revoke(&team))).contains("(rule undertaking-21)"));
    assert!(holds(&play, &team));
    play.wait(PROPOSAL_LIFE);
    let team = play.osgood.clone();
    assert!(no(play.does(&play.deputy, revoke(&team))).contains("(rule undertaking-20)"));
    play.does(&play.ro, propose(&team)).unwrap();
    play.does(&play.deputy, revoke(&team)).unwrap();
    assert!(!holds(&play, &team));
    assert!(no(play.does(&team.head, team.fill())).contains("(rule undertaking-7)"));
    assert!(no(play.does(&team.volunteer, team.acknowledge(&text))).contains("(rule undertaking-7)"));
    assert!(no(play.does(&play.ro, suspend(&team, 1))).contains("(rule undertaking-7)"));
    // A new text goes to the others and does not bring the revoked one back.
    play.issue("Second text");
    assert_eq!(play.undertaking(&team).state, State::Revoked);
    assert_eq!(play.undertaking(&play.rahman).state, State::Issued);
}

#[test]
fn whoever_belongs_to_a_campaign_decides_over_no_undertaking() {
    let play = Play::announced();
    let text = play.issue("First text");
    let filled = play.fill(&play.rahman);
    for who in [&play.rahman.candidate, &play.rahman.head] {
        play.does(who, play.rahman.sign(&text, &filled)).unwrap();
    }
    let head = &play.osgood.head;
    for team in [&play.osgood, &play.rahman] {
        assert!(no(play.does(head, suspend(team, 1))).contains("(rule undertaking-4)"));
        assert!(no(play.does(head, propose(team))).contains("(rule undertaking-4)"));
    }
    assert!(no(play.does(head, play.rahman.countersign(&text, &filled))).contains("(rule undertaking-4)"));
}

#[test]
fn undertakings_expire_with_the_contest_and_are_discharged_on_a_certificate() {
    let mut play = Play::announced();
    let text = play.issue("First text");
    play.undertake(&play.osgood, &text);
    let expire = || Expire { contest: LEADER.into() };
    let certificate = "ab".repeat(32);
    assert!(no(play.world.floor().once(&Actor::system(), expire())).contains("(rule undertaking-23)"));
    assert!(no(play.does(&play.ro, discharge(&play.osgood, &certificate))).contains("(rule undertaking-25)"));
    for stage in Stage::ALL.into_iter().filter(|s| *s > Stage::Announced && *s <= Stage::Closed) {
        play.enter(stage);
    }
    assert!(!holds(&play, &play.osgood), "a closed contest carries no access, expired or not yet");
    let tick = || domain::undertaking::expire::tick(play.world.floor()).unwrap();
    assert_eq!(tick(), ["leader-2020: undertakings expired"]);
    assert!(tick().is_empty());
    assert_eq!(play.undertaking(&play.osgood).state, State::Expired);
    assert!(no(play.world.floor().once(&Actor::system(), expire())).contains("left to expire"));
    assert!(
        no(play.does(&play.ro, Issue { contest: LEADER.into(), text_hash: text }))
            .contains("(rule undertaking-3)")
    );
    assert!(
        no(play.does(&play.osgood.head, discharge(&play.osgood, &certificate)))
            .contains("(rule undertaking-4)")
    );
    assert!(no(play.does(&play.ro, discharge(&play.osgood, "done"))).contains("SHA-256"));
    play.does(&play.ro, discharge(&play.osgood, &certificate)).unwrap();
    assert_eq!(play.undertaking(&play.osgood).state, State::Discharged);
}

#[test]
fn a_candidate_who_is_out_has_no_access_whatever_was_signed() {
    let mut play = Play::announced();
    let text = play.issue("First text");
    play.undertake(&play.osgood, &text);
    play.enter(Stage::NominationsOpen);
    play.enter(Stage::NominationsClosed);
    play.count("osgood", &[(Nominator::Mps, 1)], true).unwrap();
    play.count("rahman", &[(Nominator::Mps, 22)], true).unwrap();
    assert!(holds(&play, &play.osgood));
    play.does(&play.ro, advance(Stage::SupportingNominations)).unwrap();
    assert!(!holds(&play, &play.osgood));
}

#[test]
fn whoever_left_the_campaign_is_no_longer_of_it_whatever_they_promised() {
    let play = Play::announced();
    let text = play.issue("First text");
    let (team, volunteer) = (&play.osgood, &play.osgood.volunteer);
    play.does(volunteer, team.acknowledge(&text)).unwrap();
    let leave = domain::contest::stand_down::StandDown {
        contest: LEADER.into(),
        campaign: team.id.into(),
        person: volunteer.person,
        office: Office::Volunteer,
    };
    play.does(&team.head, leave).unwrap();
    struct Mine;
    impl View for Mine {
        const NAME: &'static str = "undertaking.page";
        type Out = Option<String>;
        fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
            Ok(standing(look, Some(LEADER))?.campaign)
        }
    }
    assert_eq!(play.world.floor().look(&volunteer.actor, &Mine).unwrap(), None);
    assert!(no(play.does(volunteer, team.acknowledge(&text))).contains("No rule permits"));
}

#[test]
fn an_undertaking_as_of_an_earlier_instant_is_what_it_was() {
    let mut play = Play::announced();
    let text = play.issue("First text");
    let team = play.osgood.clone();
    play.undertake(&team, &text);
    let then = play.now();
    play.wait(DAY);
    play.does(&play.ro, suspend(&team, 1)).unwrap();
    struct AsOf(i64);
    impl View for AsOf {
        const NAME: &'static str = "undertaking.page";
        type Out = bool;
        fn look(&self, look: &mut Look<'_>) -> Result<bool, No> {
            look.as_of(Some(self.0));
            in_force(look, LEADER, "osgood", self.0)
        }
    }
    let at = |instant: i64| play.world.floor().look(&Actor::system(), &AsOf(instant)).unwrap();
    assert!(at(then));
    assert!(!at(play.now()));
}
