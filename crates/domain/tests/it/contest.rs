//! A contest from its draft to its close, and every step that is refused on the way.

use std::collections::BTreeMap;

use domain::{
    access::{self, Office},
    contest::{
        AccessMode, Candidate, CandidateStatus, Contest, Freeze, Nominator, Stage, StageOf, Step,
        add_candidate::AddCandidate, appoint::Whose, candidates, countersign::Countersign,
        freeze::FreezeTurn, freeze::freeze, resume::Resume, stand_down::StandDown, suspend::Suspend,
    },
};
use kernel::{Actor, Look, No, PersonId, View};
use ledger::sorted::LabelSet;

use crate::{
    play::{Crowd, DAY, LEADER, Play, advance, appointment, creation, preset_hour, propose},
    world::{Somebody, World, no},
};

struct Seen;
struct Sight {
    contest: Contest,
    stage: StageOf,
    candidates: Vec<Candidate>,
    freeze: Option<Freeze>,
}

impl View for Seen {
    const NAME: &'static str = "contest.page";
    type Out = Sight;
    fn look(&self, look: &mut Look<'_>) -> Result<Sight, No> {
        Ok(Sight {
            contest: domain::contest::find(look, LEADER)?.fact,
            stage: domain::contest::stage(look, LEADER)?.fact,
            candidates: candidates(look, LEADER)?.into_iter().map(|c| c.fact).collect(),
            freeze: look.warrant::<Freeze>(LEADER)?.map(|f| f.fact),
        })
    }
}

fn sight(play: &Play) -> Sight {
    play.world.floor().look(&Actor::system(), &Seen).unwrap()
}

#[test]
fn a_contest_runs_from_its_draft_to_its_close() {
    let play = Play::at(Stage::Closed);
    let seen = sight(&play);
    assert_eq!(seen.stage.stage, Stage::Closed);
    let mut places: Vec<_> = seen.candidates.iter().map(|c| (c.status, c.place)).collect();
    places.sort();
    assert_eq!(places, [(CandidateStatus::Qualified, Some(1)), (CandidateStatus::Qualified, Some(2))]);
    assert!(no(play.does(&play.ro, advance(Stage::Suspended))).contains("(rule contest-20)"));
}

#[test]
fn only_the_returning_officer_sets_up_a_contest_and_a_refusal_is_recorded_in_the_house() {
    let (world, ro) = World::new();
    let deputy = world.officer(&ro, "deputy@example.org", Office::DeputyReturningOfficer);
    assert!(no(world.floor().once(&deputy.actor, creation())).contains("No rule permits"));
    world.floor().beat(true).unwrap();
    let leaves: Vec<String> = (0..)
        .map_while(|i| world.floor().leaves("house", i, i + 1).ok())
        .map(|mut l| String::from_utf8(l.remove(0)).unwrap())
        .collect();
    assert!(leaves.iter().any(|l| l.contains(r#""t":"refused""#) && l.contains("contest.create")));
    world.floor().once(&ro.actor, creation()).unwrap();
    assert!(no(world.floor().once(&ro.actor, creation())).contains("There is a contest"));
}

#[test]
fn a_timetable_that_the_clocks_make_impossible_is_refused() {
    let (world, ro) = World::new();
    let mut act = creation();
    act.timetable.retain(|s| s.stage != Stage::BallotClosed);
    act.timetable.push(Step { stage: Stage::BallotClosed, at_local: "2020-03-29T01:30".to_owned() });
    assert!(no(world.floor().once(&ro.actor, act)).contains("clocks change"));
    let mut act = creation();
    act.id = "Leader 2020".to_owned();
    assert!(no(world.floor().once(&ro.actor, act)).contains("small letters"));
    let mut act = creation();
    act.totals = Some(BTreeMap::from([(Nominator::Mps, 212)]));
    assert!(no(world.floor().once(&ro.actor, act)).contains("totals"));
}

#[test]
fn two_people_announce_a_contest() {
    let (world, ro) = World::new();
    let deputy = world.officer(&ro, "deputy@example.org", Office::DeputyReturningOfficer);
    let floor = world.floor();
    floor.once(&ro.actor, creation()).unwrap();
    assert!(no(floor.once(&ro.actor, advance(Stage::Announced))).contains("(rule contest-22)"));
    floor.once(&ro.actor, propose(Stage::Announced)).unwrap();
    assert!(no(floor.once(&ro.actor, advance(Stage::Announced))).contains("(rule contest-22)"));
    floor.once(&deputy.actor, advance(Stage::Announced)).unwrap();
}

#[test]
fn a_proposal_lapses_with_time_and_with_its_proposers_office() {
    let (world, ro) = World::new();
    let deputy = world.officer(&ro, "deputy@example.org", Office::DeputyReturningOfficer);
    world.floor().once(&ro.actor, creation()).unwrap();
    world.floor().once(&deputy.actor, propose(Stage::Announced)).unwrap();
    world.house.clock.forward(7 * DAY);
    let ro = world.sign_in(ro.person, &ro.email);
    assert!(no(world.floor().once(&ro.actor, advance(Stage::Announced))).contains("(rule contest-22)"));
    let deputy = world.sign_in(deputy.person, &deputy.email);
    world.floor().once(&deputy.actor, propose(Stage::Announced)).unwrap();
    let dismiss = access::dismiss::Dismiss { person: deputy.person, office: Office::DeputyReturningOfficer };
    world.floor().once(&ro.actor, dismiss).unwrap();
    assert!(no(world.floor().once(&ro.actor, advance(Stage::Announced))).contains("(rule contest-22)"));
}

#[test]
fn stages_are_entered_in_order_and_at_their_hour() {
    let mut play = Play::announced();
    assert!(no(play.does(&play.ro, advance(Stage::NominationsClosed))).contains("(rule contest-20)"));
    assert!(no(play.does(&play.ro, advance(Stage::Announced))).contains("(rule contest-20)"));
    for stage in
        [Stage::NominationsOpen, Stage::NominationsClosed, Stage::SupportingNominations, Stage::Frozen]
    {
        play.enter(stage);
    }
    let early = no(play.does(&play.ro, advance(Stage::Qualified)));
    assert!(early.contains("(rule contest-21)") && early.contains("(rule contest-24)"), "{early}");
    play.world.house.clock.set(preset_hour(Stage::Qualified).unwrap() - 1);
    play.sign_in_again();
    assert!(no(play.count("osgood", &[(Nominator::Units, 33)], true)).contains("(rule contest-15)"));
    assert!(no(play.does(&play.ro, advance(Stage::Qualified))).contains("(rule contest-21)"));
    play.enter(Stage::Qualified);
}

#[test]
fn the_schedule_enters_what_comes_by_itself_and_nothing_that_needs_a_decision() {
    let mut play = Play::announced();
    let system = |play: &Play, to| play.world.floor().once(&Actor::system(), advance(to)).map(|_| ());
    system(&play, Stage::NominationsOpen).unwrap();
    system(&play, Stage::NominationsClosed).unwrap();
    assert!(no(system(&play, Stage::SupportingNominations)).contains("(rule contest-24)"));
    play.enter(Stage::SupportingNominations);
    assert!(no(system(&play, Stage::Frozen)).contains("(rule contest-26)"));
    freeze(play.world.floor(), &Actor::system(), LEADER, |_| {}).unwrap();
    system(&play, Stage::Frozen).unwrap();
    play.world.house.clock.set(preset_hour(Stage::Qualified).unwrap());
    play.sign_in_again();
    play.count("osgood", &[(Nominator::Units, 33)], true).unwrap();
    play.count("rahman", &[(Nominator::Units, 33)], true).unwrap();
    assert!(no(system(&play, Stage::Qualified)).contains("No rule permits"));
}

#[test]
fn whoever_misses_a_threshold_is_out_and_nobody_is_not_enough() {
    let mut play = Play::announced();
    play.enter(Stage::NominationsOpen);
    assert!(no(play.count("osgood", &[(Nominator::Mps, 22)], true)).contains("(rule contest-15)"));
    play.enter(Stage::NominationsClosed);
    assert!(no(play.count("osgood", &[(Nominator::Mps, 213)], true)).contains("212"));
    let unions = [(Nominator::Unions, 2), (Nominator::Affiliates, 1)];
    assert!(no(play.count("osgood", &unions, false)).contains("affiliates"));
    play.count("osgood", &[(Nominator::Mps, 21)], true).unwrap();
    let open = no(play.does(&play.ro, advance(Stage::SupportingNominations)));
    assert!(open.contains("(rule contest-24)") && open.contains("(rule contest-25)"), "{open}");
    play.count("rahman", &[(Nominator::Mps, 21)], true).unwrap();
    assert!(no(play.does(&play.ro, advance(Stage::SupportingNominations))).contains("(rule contest-25)"));
    play.count("rahman", &[(Nominator::Mps, 22)], true).unwrap();
    play.does(&play.ro, advance(Stage::SupportingNominations)).unwrap();
    let statuses: BTreeMap<String, CandidateStatus> =
        sight(&play).candidates.into_iter().map(|c| (c.id, c.status)).collect();
    assert_eq!(statuses["osgood"], CandidateStatus::Eliminated);
    assert_eq!(statuses["rahman"], CandidateStatus::Nominated);
    assert!(no(play.count("osgood", &[(Nominator::Units, 33)], false)).contains("(rule contest-14)"));
    let person = play.world.enrol(&play.ro, "late@example.org");
    let late = appointment("osgood", person, Office::Volunteer);
    assert!(no(play.does(&play.osgood.head, late)).contains("(rule contest-13)"));
}

#[test]
fn a_count_that_was_final_is_open_again_once_it_is_counted_again() {
    let mut play = Play::announced();
    play.enter(Stage::NominationsOpen);
    play.enter(Stage::NominationsClosed);
    play.count("osgood", &[(Nominator::Mps, 22)], true).unwrap();
    play.count("rahman", &[(Nominator::Mps, 22)], true).unwrap();
    play.count("rahman", &[(Nominator::Mps, 23)], false).unwrap();
    assert!(no(play.does(&play.ro, advance(Stage::SupportingNominations))).contains("(rule contest-24)"));
}

#[test]
fn the_ballot_opens_by_two_one_of_them_the_scrutineer_who_countersigned_the_register() {
    let mut play = Play::at(Stage::Qualified);
    play.world.house.clock.set(preset_hour(Stage::BallotOpen).unwrap());
    play.sign_in_again();
    play.does(&play.ro, propose(Stage::BallotOpen)).unwrap();
    let two_officers = no(play.does(&play.deputy, advance(Stage::BallotOpen)));
    assert!(
        two_officers.contains("(rule contest-23)") && two_officers.contains("(rule contest-27)"),
        "{two_officers}"
    );
    let countersign = |root: &str| Countersign { contest: LEADER.to_owned(), root: root.to_owned() };
    assert!(no(play.does(&play.ro, countersign(&play.root()))).contains("No rule permits"));
    assert!(no(play.does(&play.scrutineer, countersign("00"))).contains("not the fingerprint"));
    play.does(&play.scrutineer, countersign(&play.root())).unwrap();
    assert!(no(play.does(&play.scrutineer, countersign(&play.root()))).contains("already"));
    assert!(no(play.does(&play.deputy, advance(Stage::BallotOpen))).contains("(rule contest-23)"));
    play.does(&play.scrutineer, advance(Stage::BallotOpen)).unwrap();
    assert!(no(play.does(&play.scrutineer, advance(Stage::BallotClosed))).contains("(rule contest-21)"));
}

#[test]
fn moving_a_contest_on_needs_a_fresh_code() {
    let play = Play::announced();
    play.world.house.clock.forward(access::FRESH_LIFE);
    assert!(no(play.does(&play.ro, advance(Stage::NominationsOpen))).contains("(rule contest-28)"));
}

#[test]
fn nobody_is_in_two_campaigns_or_in_one_and_an_officer() {
    let play = Play::announced();
    let ro = &play.ro;
    let appoint = |campaign: &str, person: PersonId, office| appointment(campaign, person, office);
    let head = play.osgood.head.person;
    assert!(no(play.does(ro, appoint("rahman", head, Office::Volunteer))).contains("(rule contest-8)"));
    for officer in [&play.deputy, &play.dpo, &play.scrutineer] {
        assert!(
            no(play.does(ro, appoint("rahman", officer.person, Office::Organiser)))
                .contains("(rule contest-9)")
        );
    }
    let own = no(play.does(ro, appoint("rahman", ro.person, Office::Organiser)));
    assert!(own.contains("(rule contest-9)") && own.contains("(rule contest-12)"), "{own}");
    let person = play.world.enrol(ro, "new@example.org");
    assert!(no(play.does(ro, appoint("osgood", person, Office::Candidate))).contains("(rule contest-10)"));
    assert!(
        no(play.does(ro, appoint("osgood", person, Office::HeadOfCompliance))).contains("(rule contest-10)")
    );
    assert!(no(play.does(ro, appoint("osgood", person, Office::Scrutineer))).contains("house"));
    assert!(matches!(play.does(ro, appoint("nobody", person, Office::Volunteer)), Err(No::Absent)));
    let leave = StandDown {
        contest: LEADER.to_owned(),
        campaign: "osgood".to_owned(),
        person: head,
        office: Office::HeadOfCompliance,
    };
    play.does(ro, leave.clone()).unwrap();
    assert!(matches!(play.does(ro, leave), Err(No::Absent)));
    let candidate = play.osgood.candidate.person;
    assert!(
        no(play.does(ro, appoint("osgood", candidate, Office::HeadOfCompliance)))
            .contains("(rule contest-11)")
    );
    play.does(ro, appoint("rahman", head, Office::Volunteer)).unwrap();
}

#[test]
fn a_campaign_names_its_own_helpers_and_nobody_elses() {
    let play = Play::announced();
    let person = play.world.enrol(&play.ro, "new@example.org");
    let own = appointment("osgood", person, Office::Organiser);
    assert!(no(play.does(&play.rahman.head, own.clone())).contains("No rule permits"));
    assert!(no(play.does(&play.osgood.volunteer, own.clone())).contains("No rule permits"));
    let higher = appointment("osgood", person, Office::HeadOfCompliance);
    assert!(no(play.does(&play.osgood.candidate, higher)).contains("(rule contest-10)"));
    play.does(&play.osgood.head, own).unwrap();
    let volunteer = play.osgood.volunteer.person;
    assert!(no(play.does(&play.rahman.head, leave("osgood", person, Office::Organiser))).contains("No rule"));
    play.does(&play.osgood.volunteer, leave("osgood", volunteer, Office::Volunteer)).unwrap();
    assert!(
        no(play.does(&play.osgood.volunteer, leave("osgood", person, Office::Organiser))).contains("No rule")
    );
}

fn leave(campaign: &str, person: PersonId, office: Office) -> StandDown {
    StandDown { contest: LEADER.to_owned(), campaign: campaign.to_owned(), person, office }
}

#[test]
fn whoever_belongs_to_a_campaign_gets_no_office_of_the_organisation_until_they_leave_it() {
    let play = Play::announced();
    let volunteer = &play.osgood.volunteer;
    let give = |office| access::appoint::Appoint { person: volunteer.person, office, until: None };
    for office in Office::ALL.into_iter().filter(|o| o.is_officer()) {
        assert!(no(play.does(&play.ro, give(office))).contains("(rule access-8)"), "{office:?}");
    }
    play.does(&play.ro, give(Office::Member)).unwrap();
    play.does(volunteer, leave("osgood", volunteer.person, Office::Volunteer)).unwrap();
    play.does(&play.ro, give(Office::DeputyReturningOfficer)).unwrap();
}

#[test]
fn an_address_tells_a_campaign_nothing_but_whom_it_may_name() {
    let play = Play::announced();
    let friend = play.world.enrol(&play.ro, "friend@example.org");
    let whose = |who: &Somebody, email: &str| {
        let (contest, campaign, email) = (LEADER.to_owned(), "osgood".to_owned(), email.to_owned());
        play.does(who, Whose { contest, campaign, email }).map(|shown| shown.value)
    };
    let head = &play.osgood.head;
    assert_eq!(whose(head, "friend@example.org").unwrap(), Some(friend));
    for nobody in ["nobody@example.org", &play.scrutineer.email, &play.rahman.volunteer.email] {
        assert_eq!(whose(head, nobody).unwrap(), None, "{nobody}");
    }
    assert_eq!(whose(&play.ro, &play.scrutineer.email).unwrap(), Some(play.scrutineer.person));
    assert!(no(whose(&play.rahman.head, "friend@example.org")).contains("No rule permits"));
    assert!(no(whose(&play.osgood.volunteer, "friend@example.org")).contains("No rule permits"));
    let mistakes = access::TRIES_A_QUARTER - 3;
    (0..mistakes).for_each(|_| assert_eq!(whose(head, "nobody@example.org").unwrap(), None));
    assert!(no(whose(head, "friend@example.org")).contains("Many addresses"));
}

#[test]
fn candidates_counts_and_campaign_roles_need_a_fresh_code() {
    let mut play = Play::announced();
    play.enter(Stage::NominationsOpen);
    let friend = play.world.enrol(&play.ro, "friend@example.org");
    play.world.house.clock.forward(access::FRESH_LIFE);
    let third = AddCandidate {
        contest: LEADER.to_owned(),
        id: "third".to_owned(),
        name: "Somebody".to_owned(),
        campaign: "Somebody for Leader".to_owned(),
    };
    let volunteer = &play.osgood.volunteer;
    let answers = [
        no(play.does(&play.ro, third)),
        no(play.count("osgood", &[(Nominator::Mps, 22)], false)),
        no(play.does(&play.osgood.head, appointment("osgood", friend, Office::Volunteer))),
        no(play.does(volunteer, leave("osgood", volunteer.person, Office::Volunteer))),
    ];
    assert!(answers.iter().all(|no| no.contains("(rule contest-28)")), "{answers:?}");
    play.does(&play.dpo, suspension()).expect("stopping waits for no code");
}

#[test]
fn candidates_have_ids_of_their_own_and_come_in_time() {
    let mut play = Play::announced();
    let candidate = |id: &str| AddCandidate {
        contest: LEADER.to_owned(),
        id: id.to_owned(),
        name: "Somebody".to_owned(),
        campaign: "Somebody for Leader".to_owned(),
    };
    assert!(no(play.does(&play.ro, candidate("osgood"))).contains("There is or was"));
    assert!(no(play.does(&play.ro, candidate("Osgood/2"))).contains("small letters"));
    assert!(no(play.does(&play.osgood.head, candidate("third"))).contains("(rule contest-2)"));
    play.enter(Stage::NominationsOpen);
    play.does(&play.ro, candidate("third")).unwrap();
    play.enter(Stage::NominationsClosed);
    assert!(no(play.does(&play.ro, candidate("fourth"))).contains("(rule contest-4)"));
}

fn suspension() -> Suspend {
    Suspend { contest: LEADER.to_owned(), reason: "A link was passed around.".to_owned() }
}

#[test]
fn a_suspension_stops_all_access_and_somebody_else_ends_it() {
    let mut play = Play::at(Stage::BallotOpen);
    let mode = |play: &Play| {
        let seen = sight(play);
        seen.contest.mode(seen.stage.stage, "member")
    };
    assert_eq!(mode(&play), AccessMode::DisclosedCopy);
    assert!(no(play.does(&play.osgood.head, suspension())).contains("(rule contest-2)"));
    let thin = Suspend { reason: "because".to_owned(), ..suspension() };
    assert!(no(play.does(&play.dpo, thin)).contains("sentence"));
    play.does(&play.dpo, suspension()).unwrap();
    assert_eq!(mode(&play), AccessMode::None);
    assert!(no(play.does(&play.ro, suspension())).contains("(rule contest-33)"));
    let resume = || Resume { contest: LEADER.to_owned() };
    play.world.house.clock.set(preset_hour(Stage::BallotClosed).unwrap());
    play.sign_in_again();
    assert!(no(play.does(&play.ro, advance(Stage::BallotClosed))).contains("(rule contest-20)"));
    assert!(no(play.does(&play.dpo, resume())).contains("(rule contest-35)"));
    play.does(&play.ro, resume()).unwrap();
    assert_eq!(sight(&play).stage.stage, Stage::BallotOpen);
    assert!(no(play.does(&play.ro, resume())).contains("(rule contest-35)"));
    play.does(&play.ro, suspension()).unwrap();
    assert!(no(play.does(&play.ro, resume())).contains("(rule contest-35)"));
    play.does(&play.deputy, resume()).unwrap();
}

#[test]
fn a_proposal_from_before_a_suspension_is_stale() {
    let mut play = Play::at(Stage::Qualified);
    play.world.house.clock.set(preset_hour(Stage::BallotOpen).unwrap());
    play.sign_in_again();
    play.does(&play.ro, propose(Stage::BallotOpen)).unwrap();
    play.wait(60_000);
    play.does(&play.dpo, suspension()).unwrap();
    play.does(&play.deputy, Resume { contest: LEADER.to_owned() }).unwrap();
    play.does(&play.scrutineer, Countersign { contest: LEADER.to_owned(), root: play.root() }).unwrap();
    assert!(no(play.does(&play.scrutineer, advance(Stage::BallotOpen))).contains("(rule contest-22)"));
}

fn crowd() -> Vec<&'static str> {
    let mut classes = vec!["member"; 4_100];
    classes.extend(["affiliated"; 30]);
    classes.extend(["registered"; 4]);
    classes
}

#[test]
fn the_register_is_frozen_in_turns_that_survive_a_crash_and_its_root_covers_everybody() {
    let mut play = Play::at(Stage::NominationsClosed);
    let people = play.world.floor().once(&Actor::system(), Crowd(crowd())).unwrap().value;
    let turn = || FreezeTurn { contest: LEADER.to_owned() };
    assert!(no(play.does(&play.ro, turn())).contains("(rule contest-30)"));
    play.enter(Stage::SupportingNominations);
    assert!(no(play.does(&play.osgood.head, turn())).contains("(rule contest-2)"));
    assert!(no(play.does(&play.dpo, turn())).contains("No rule permits"));
    play.world.floor().once(&Actor::system(), turn()).unwrap();
    play.world.house.shut();
    play.world.house.open().unwrap();
    let mut turns = 1;
    let done = freeze(play.world.floor(), &Actor::system(), LEADER, |_| turns += 1).unwrap();
    assert_eq!((done.electors, turns), (4_134, 4));
    assert!(no(play.does(&play.ro, turn())).contains("already"));
    let frozen = sight(&play).freeze.unwrap();
    let counts: Vec<_> = frozen.counts.iter().map(|c| (c.classes.join("+"), c.electors)).collect();
    assert_eq!(counts, [("member".to_owned(), 4_100), ("affiliated+registered".to_owned(), 34)]);
    assert_eq!(frozen.root, hex(&play.world.floor().look(&Actor::system(), &RootOf(people)).unwrap()));
}

/// The root over everybody's labels, computed whole.
struct RootOf(Vec<PersonId>);

impl View for RootOf {
    const NAME: &'static str = "contest.page";
    type Out = [u8; 32];
    fn look(&self, look: &mut Look<'_>) -> Result<[u8; 32], No> {
        let labels = look.labels(&self.0, &domain::contest::log_of(LEADER))?;
        assert_eq!(labels.len(), self.0.len());
        Ok(LabelSet::new(labels.into_iter().map(|(_, label)| label).collect()).root())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn a_freeze_waits_for_its_hour() {
    let mut create = creation();
    for step in create.timetable.iter_mut().filter(|s| s.stage == Stage::Frozen) {
        step.at_local = "2020-02-12T17:00".to_owned();
    }
    let mut play = Play::announced_by(create);
    for stage in [Stage::NominationsOpen, Stage::NominationsClosed, Stage::SupportingNominations] {
        play.enter(stage);
    }
    let turn = || FreezeTurn { contest: LEADER.to_owned() };
    let hour = domain::contest::timetable::instant("Europe/London", "2020-02-12T17:00").unwrap();
    play.world.house.clock.set(hour - 1);
    assert!(no(play.world.floor().once(&Actor::system(), turn())).contains("(rule contest-30)"));
    play.world.house.clock.set(hour);
    play.world.floor().once(&Actor::system(), turn()).unwrap();
}

#[test]
fn the_schedule_does_what_comes_by_itself_once_it_can() {
    let mut play = Play::announced();
    let tick = |play: &Play| domain::contest::schedule::tick(play.world.floor()).unwrap();
    assert_eq!(tick(&play), ["leader-2020: entered nominations_open"]);
    assert_eq!(tick(&play), ["leader-2020: entered nominations_closed"]);
    assert!(tick(&play).is_empty(), "the counts are not final");
    play.enter(Stage::SupportingNominations);
    let frozen = ["leader-2020: froze the register of 0 electors", "leader-2020: entered frozen"];
    assert_eq!(tick(&play), frozen);
    assert!(tick(&play).is_empty(), "who qualifies is a decision");
    for stage in [Stage::Qualified, Stage::BallotOpen] {
        play.enter(stage);
    }
    assert!(tick(&play).is_empty(), "the ballot is open until its hour");
    play.world.house.clock.set(preset_hour(Stage::BallotClosed).unwrap());
    assert_eq!(tick(&play), ["leader-2020: entered ballot_closed"]);
}

#[test]
fn nobody_is_erased_from_a_frozen_register_until_the_contest_is_over() {
    let mut play = Play::at(Stage::SupportingNominations);
    let keeper = play.world.officer(&play.ro, "keeper@example.org", Office::MembershipOfficer);
    let erase = || domain::register::erase::Erase { person: 1_000_000 };
    assert!(
        no(play.does(&keeper, erase())).contains("nothing here"),
        "nobody of that number, and no rule against"
    );
    play.enter(Stage::Frozen);
    let keeper = play.world.sign_in(keeper.person, &keeper.email);
    assert!(no(play.does(&keeper, erase())).contains("register-7"));
    for stage in [Stage::Qualified, Stage::BallotOpen, Stage::BallotClosed, Stage::Declared, Stage::Closed] {
        play.enter(stage);
    }
    let keeper = play.world.sign_in(keeper.person, &keeper.email);
    assert!(no(play.does(&keeper, erase())).contains("nothing here"));
}
