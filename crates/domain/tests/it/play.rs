//! A leadership contest with its officers and two campaigns, ready to be played to any stage.

use domain::{
    access::{Office, Role},
    contest::{
        Counts, Nominator, Stage, add_candidate::AddCandidate, advance::Advance, appoint::Appoint,
        countersign::Countersign, create::Create, freeze::freeze, preset, propose::Propose,
        record_nominations::RecordNominations,
    },
    undertaking::{
        Clause, Contents, acknowledge::Acknowledge, countersign, fill::Fill, issue::Issue,
        publish_text::PublishText, sign::Sign,
    },
};
use kernel::{Act, Actor, Answer, Ask, Desk, Draft, Millis, No, PersonId, Plain, Shown, Verb, View};
use serde_json::json;

use crate::world::{Somebody, World};

/// The contest's id.
pub const LEADER: &str = "leader-2020";
/// A day in milliseconds.
pub const DAY: Millis = 24 * 3_600_000;

/// The story so far.
pub struct Play {
    pub world: World,
    pub ro: Somebody,
    pub deputy: Somebody,
    pub dpo: Somebody,
    pub scrutineer: Somebody,
    pub osgood: Team,
    pub rahman: Team,
}

/// A campaign's people.
#[derive(Clone)]
pub struct Team {
    pub id: &'static str,
    pub candidate: Somebody,
    pub head: Somebody,
    pub volunteer: Somebody,
}

impl Play {
    /// A contest that stands at its announcement, with two campaigns.
    pub fn announced() -> Self {
        Self::announced_by(creation())
    }

    /// The same with other rules.
    pub fn announced_by(create: Create) -> Self {
        let (world, ro) = World::new();
        let deputy = world.officer(&ro, "deputy@example.org", Office::DeputyReturningOfficer);
        let dpo = world.officer(&ro, "dpo@example.org", Office::DataProtectionOfficer);
        let scrutineer = world.officer(&ro, "scrutineer@example.org", Office::Scrutineer);
        world.floor().once(&ro.actor, create).unwrap();
        world.floor().once(&ro.actor, propose(Stage::Announced)).unwrap();
        world.floor().once(&deputy.actor, advance(Stage::Announced)).unwrap();
        let osgood = Team::new(&world, &ro, "osgood");
        let rahman = Team::new(&world, &ro, "rahman");
        Self { world, ro, deputy, dpo, scrutineer, osgood, rahman }
    }

    /// A contest that stands at `stage`, with both candidates on the ballot paper once they qualify.
    pub fn at(stage: Stage) -> Self {
        let mut play = Self::announced();
        for next in Stage::ALL.into_iter().filter(|s| *s > Stage::Announced && *s <= stage) {
            play.enter(next);
        }
        play
    }

    /// Enters the next stage, doing all that must be done before.
    pub fn enter(&mut self, stage: Stage) {
        let hour = preset_hour(stage);
        if hour.is_some_and(|h| h > self.now()) {
            self.world.house.clock.set(hour.unwrap_or_default());
            self.sign_in_again();
        }
        match stage {
            Stage::SupportingNominations => {
                self.count("osgood", &[(Nominator::Mps, 22)], true).unwrap();
                self.count("rahman", &[(Nominator::Mps, 40)], true).unwrap();
            }
            Stage::Frozen => {
                let done = freeze(self.world.floor(), &Actor::system(), LEADER, |_| {}).unwrap();
                assert!(done.done);
            }
            Stage::Qualified => {
                self.count("osgood", &[(Nominator::Units, 33)], true).unwrap();
                let affiliates = [
                    (Nominator::Affiliates, 3),
                    (Nominator::Unions, 2),
                    (Nominator::AffiliatedMembers, 250_000),
                ];
                self.count("rahman", &affiliates, true).unwrap();
            }
            Stage::BallotOpen => {
                self.does(&self.scrutineer, Countersign { contest: LEADER.to_owned(), root: self.root() })
                    .unwrap();
                self.does(&self.scrutineer, propose(stage)).unwrap();
            }
            _ => {}
        }
        self.does(&self.ro, advance(stage)).unwrap();
    }

    pub fn now(&self) -> Millis {
        self.world.floor().now()
    }

    /// Everybody signs in anew, which makes their codes fresh.
    pub fn sign_in_again(&mut self) {
        let world = &self.world;
        let again = |s: &mut Somebody| *s = world.sign_in(s.person, &s.email);
        [&mut self.ro, &mut self.deputy, &mut self.dpo, &mut self.scrutineer].into_iter().for_each(again);
        for team in [&mut self.osgood, &mut self.rahman] {
            [&mut team.candidate, &mut team.head, &mut team.volunteer].into_iter().for_each(again);
        }
    }

    /// Lets time pass, after which nobody's code is fresh until they sign in again.
    pub fn wait(&mut self, by: Millis) {
        self.world.house.clock.forward(by);
        self.sign_in_again();
    }

    pub fn does<A: Act>(&self, who: &Somebody, act: A) -> Result<Shown<<A::Out as Answer>::Shown>, No> {
        self.world.floor().once(&who.actor, act)
    }

    pub fn count(&self, candidate: &str, received: &[(Nominator, u64)], is_final: bool) -> Result<(), No> {
        let received: Counts = received.iter().copied().collect();
        let (contest, candidate) = (LEADER.to_owned(), candidate.to_owned());
        self.does(&self.ro, RecordNominations { contest, candidate, received, is_final }).map(|_| ())
    }

    /// The root of the frozen register.
    pub fn root(&self) -> String {
        struct Root;
        impl View for Root {
            const NAME: &'static str = "contest.page";
            type Out = String;
            fn look(&self, look: &mut kernel::Look<'_>) -> Result<String, No> {
                Ok(look.warrant::<domain::contest::Freeze>(LEADER)?.ok_or(No::Absent)?.fact.root)
            }
        }
        self.world.floor().look(&Actor::system(), &Root).unwrap()
    }

    /// Publishes and issues the text; its hash.
    pub fn issue(&self, title: &str) -> String {
        let clauses =
            vec![Clause { heading: "Purpose".to_owned(), words: "Solely this contest.".to_owned() }];
        let text = PublishText { contest: LEADER.to_owned(), title: title.to_owned(), clauses };
        let text_hash = self.does(&self.dpo, text).unwrap().value.hash;
        self.does(&self.ro, Issue { contest: LEADER.to_owned(), text_hash: text_hash.clone() }).unwrap();
        text_hash
    }

    /// Brings a campaign's undertaking into force, with everybody's acknowledgement.
    pub fn undertake(&self, team: &Team, text_hash: &str) {
        let contents_hash = self.fill(team);
        for who in [&team.candidate, &team.head] {
            self.does(who, team.sign(text_hash, &contents_hash)).unwrap();
        }
        for who in [&team.candidate, &team.head, &team.volunteer] {
            self.does(who, team.acknowledge(text_hash)).unwrap();
        }
        self.does(&self.ro, team.countersign(text_hash, &contents_hash)).unwrap();
    }

    /// Fills in a campaign's answers; their hash.
    pub fn fill(&self, team: &Team) -> String {
        self.does(&team.head, team.fill()).unwrap();
        self.undertaking(team).contents_hash().unwrap()
    }

    pub fn undertaking(&self, team: &Team) -> domain::undertaking::Undertaking {
        struct Of(&'static str);
        impl View for Of {
            const NAME: &'static str = "undertaking.page";
            type Out = domain::undertaking::Undertaking;
            fn look(&self, look: &mut kernel::Look<'_>) -> Result<Self::Out, No> {
                Ok(domain::undertaking::find(look, LEADER, self.0)?.fact)
            }
        }
        self.world.floor().look(&Actor::system(), &Of(team.id)).unwrap()
    }
}

impl Team {
    fn new(world: &World, ro: &Somebody, id: &'static str) -> Self {
        let candidate = AddCandidate {
            contest: LEADER.to_owned(),
            id: id.to_owned(),
            name: id.to_owned(),
            campaign: id.to_owned(),
        };
        world.floor().once(&ro.actor, candidate).unwrap();
        let join = |office: Office| {
            let email = format!("{}.{id}@example.org", office.name());
            let person = world.enrol(ro, &email);
            world.floor().once(&ro.actor, appointment(id, person, office)).unwrap();
            world.sign_in(person, &email)
        };
        Self {
            id,
            candidate: join(Office::Candidate),
            head: join(Office::HeadOfCompliance),
            volunteer: join(Office::Volunteer),
        }
    }

    pub fn fill(&self) -> Fill {
        let contents = Contents {
            stored_where: "An encrypted volume on the campaign's own server".to_owned(),
            devices: vec!["two encrypted laptops".to_owned()],
            people: vec![self.candidate.person, self.head.person],
            processors: vec!["none".to_owned()],
            destruction_date: "2020-05-30".to_owned(),
        };
        Fill { contest: LEADER.to_owned(), campaign: self.id.to_owned(), contents }
    }

    pub fn sign(&self, text_hash: &str, contents_hash: &str) -> Sign {
        let (contest, campaign) = (LEADER.to_owned(), self.id.to_owned());
        Sign { contest, campaign, text_hash: text_hash.to_owned(), contents_hash: contents_hash.to_owned() }
    }

    pub fn acknowledge(&self, text_hash: &str) -> Acknowledge {
        let (contest, campaign) = (LEADER.to_owned(), self.id.to_owned());
        Acknowledge { contest, campaign, text_hash: text_hash.to_owned() }
    }

    pub fn countersign(&self, text_hash: &str, contents_hash: &str) -> countersign::Countersign {
        let (contest, campaign) = (LEADER.to_owned(), self.id.to_owned());
        let (text_hash, contents_hash) = (text_hash.to_owned(), contents_hash.to_owned());
        countersign::Countersign { contest, campaign, text_hash, contents_hash }
    }
}

/// The contest as the party preset has it.
pub fn creation() -> Create {
    Create {
        id: LEADER.to_owned(),
        name: "Leader 2020".to_owned(),
        organisation: "The Example Party".to_owned(),
        zone: "Europe/London".to_owned(),
        timetable: preset::party_timetable(),
        totals: None,
        access: None,
    }
}

pub fn propose(to: Stage) -> Propose {
    Propose { contest: LEADER.to_owned(), to }
}

pub fn advance(to: Stage) -> Advance {
    Advance { contest: LEADER.to_owned(), to }
}

pub fn appointment(campaign: &str, person: PersonId, office: Office) -> Appoint {
    Appoint { contest: LEADER.to_owned(), campaign: campaign.to_owned(), person, office }
}

/// The hour of a stage in the preset's timetable.
pub fn preset_hour(stage: Stage) -> Option<Millis> {
    let step = preset::party_timetable().into_iter().find(|s| s.stage == stage)?;
    domain::contest::timetable::instant("Europe/London", &step.at_local).ok()
}

/// Gives somebody an office past the rule that keeps offices and campaigns apart, to try the rules behind it.
pub struct GiveAnyway(pub PersonId, pub Office);

impl Act for GiveAnyway {
    const NAME: &'static str = "access.appoint";
    type Out = Plain<()>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = json!({
            "offices": ["returning_officer"], "fresh": true, "system": false, "house_empty": false,
            "about_self": false, "campaigner": false,
        });
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let role = Role {
            person: self.0,
            office: self.1,
            contest: None,
            campaign: None,
            from: desk.now(),
            until: None,
            ended: false,
            by: desk.actor().person(),
        };
        desk.enter(&permit, Draft::new(Verb::Granted).about(self.0).warrant(&role)?)?;
        Ok(Plain(()))
    }
}

/// Puts people on the register with keys and nothing but a class, faster than an import would.
pub struct Crowd(pub Vec<&'static str>);

impl Act for Crowd {
    const NAME: &'static str = "access.enrol";
    type Out = Plain<Vec<PersonId>>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = json!({
            "offices": ["returning_officer"], "fresh": true, "system": true, "house_empty": false,
            "about_self": false, "campaigner": false,
        });
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let first = desk.reserve_people(self.0.len() as i64)?;
        let people: Vec<PersonId> = (first..first + self.0.len() as i64).collect();
        let minted = desk.mint(&people)?;
        let keys: Vec<_> = people.iter().copied().zip(minted.iter().map(|m| &m.wrapped)).collect();
        desk.enrol(&keys)?;
        let nothing: &[u8] = &[];
        const COLUMNS: &[&str] = &[
            "person",
            "run",
            "class",
            "branch",
            "offerable",
            "fingerprint",
            "tags",
            "names",
            "birth",
            "address",
            "email",
            "phones",
            "standing",
        ];
        let mut rows = people.iter().zip(&self.0).map(|(person, class)| {
            let mut row = vec![(*person).into(), 0.into(), (*class).into(), "".into(), 1.into()];
            row.extend((0..8).map(|_| nothing.into()));
            row
        });
        desk.load("member", COLUMNS, &mut rows)?;
        desk.enter(&permit, Draft::new(Verb::Processed))?;
        Ok(Plain(people))
    }
}
