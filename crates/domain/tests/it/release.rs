//! A contest with a small register whose people each have their own reason to be in a list or not, and a release of it.

use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use age::secrecy::ExposeSecret;
use domain::{
    access::Office,
    contest::Stage,
    disclosure::{
        Copy, Made, Release, Terms,
        approve::Approve,
        clockwork::keep_time,
        collect::{Collect, Leaving},
        confirm_key::ConfirmKey,
        open_release::OpenRelease,
        register_key::RegisterKey,
        request::Request,
        schedule::Schedule,
        terms::{Art9, Basis, Campaigns, Channel, Purpose},
    },
    register::{
        fields,
        import::{Order, import},
        reading::LayoutChoice,
    },
};
use kernel::{Actor, Look, Millis, No, PersonId, View};

use crate::{
    play::{LEADER, Play, Team},
    roll::{PEOPLE, register},
    world::Somebody,
};

/// An hour in milliseconds.
pub const HOUR: Millis = 3_600_000;
/// The common time of the story.
pub const RELEASE_AT: &str = "2020-02-16T12:00";

/// A contest whose candidates have qualified, with undertakings in force.
pub struct Story {
    pub play: Play,
    pub mo: Somebody,
    pub text: String,
    pub keys: Vec<(PersonId, age::x25519::Identity)>,
}

impl Story {
    /// The contest at `Qualified`, undertakings in force, nobody's key registered.
    pub fn qualified() -> Self {
        let mut play = Play::announced();
        let mo = play.world.officer(&play.ro, "mo@example.org", Office::MembershipOfficer);
        let order =
            Order { layout: LayoutChoice::Auto, today: "2020-02-10".parse().unwrap(), dry_run: false };
        play.world.watch.remember(&register());
        let report = import(play.world.floor(), &mo.actor, register().as_slice(), order, &|_, _| {}).unwrap();
        assert_eq!(report.imported, PEOPLE.len() as u64, "{:?}", report.rows.first());
        let text = play.issue("Data agreement");
        for stage in Stage::ALL.into_iter().filter(|s| *s > Stage::Announced && *s <= Stage::Qualified) {
            play.enter(stage);
        }
        let mut story = Self { play, mo, text, keys: Vec::new() };
        story.again();
        for team in [story.play.osgood.clone(), story.play.rahman.clone()] {
            let text = story.text.clone();
            story.play.undertake(&team, &text);
        }
        story
    }

    /// The same with a release open, asked for by both, with keys; approved, and its time set.
    pub fn scheduled() -> Self {
        let mut story = Self::qualified();
        story.open();
        for team in [story.play.osgood.clone(), story.play.rahman.clone()] {
            story.enrol_keys(&team);
            story.ask(&team).unwrap();
        }
        story.approve();
        story.schedule(RELEASE_AT).unwrap();
        story
    }

    /// The same, offered to all.
    pub fn offered() -> Self {
        let mut story = Self::scheduled();
        story.reach(RELEASE_AT);
        story.tick();
        story
    }

    /// Everybody types a fresh code.
    pub fn again(&mut self) {
        self.play.sign_in_again();
        self.mo = self.play.world.sign_in(self.mo.person, &self.mo.email);
    }

    pub fn wait(&mut self, by: Millis) {
        self.play.world.house.clock.forward(by);
        self.again();
    }

    /// Sets the clock to a local time.
    pub fn reach(&mut self, at_local: &str) {
        let at = domain::contest::timetable::instant("Europe/London", at_local).unwrap();
        self.play.world.house.clock.set(at);
        self.again();
    }

    pub fn spool(&self) -> PathBuf {
        self.play.world.house.data().join("spool")
    }

    pub fn tick(&self) {
        keep_time(self.play.world.floor(), &self.spool()).unwrap();
    }

    pub fn open(&self) {
        self.play.does(&self.play.ro, opening(terms())).unwrap();
    }

    /// The candidate and the head of compliance register keys, and confirm each other's.
    pub fn enrol_keys(&mut self, team: &Team) {
        for (who, other) in [(&team.candidate, &team.head), (&team.head, &team.candidate)] {
            let identity = age::x25519::Identity::generate();
            let key = identity.to_public().to_string();
            self.play.does(who, registration(team, &key)).unwrap();
            self.play.does(other, confirmation(team, who.person, &key)).unwrap();
            self.keys.push((who.person, identity));
        }
    }

    pub fn ask(&self, team: &Team) -> Result<(), No> {
        self.play.does(&team.head, asking(team, &[team.candidate.person, team.head.person])).map(|_| ())
    }

    pub fn approve(&self) {
        self.play.does(&self.play.deputy, self.approval()).unwrap();
        self.play.does(&self.mo, self.approval()).unwrap();
    }

    pub fn approval(&self) -> Approve {
        Approve { contest: LEADER.to_owned(), terms_hash: self.release().terms_hash }
    }

    pub fn schedule(&self, at_local: &str) -> Result<(), No> {
        let act = Schedule { contest: LEADER.to_owned(), at_local: at_local.to_owned() };
        self.play.does(&self.play.ro, act).map(|_| ())
    }

    pub fn release(&self) -> Release {
        self.play.world.floor().look(&Actor::system(), &Current).unwrap().0
    }

    pub fn copies(&self) -> Vec<Copy> {
        self.play.world.floor().look(&Actor::system(), &Current).unwrap().1
    }

    /// The live copy of somebody.
    pub fn copy(&self, who: &Somebody) -> Copy {
        self.copies().into_iter().find(|c| c.person == who.person && c.void_at.is_none()).unwrap()
    }

    pub fn collect(&self, who: &Somebody, file: &str) -> Result<Leaving, No> {
        let act = Collect { contest: LEADER.to_owned(), file: file.to_owned(), from: 0 };
        self.play.does(who, act).map(|shown| shown.value)
    }

    /// The sealed bytes of a copy in the spool.
    pub fn sealed(&self, file: &str) -> Vec<u8> {
        fs::read(self.spool().join(format!("{file}.age"))).unwrap()
    }

    /// What the person reads with their own key.
    pub fn opened(&self, who: &Somebody, sealed: &[u8]) -> String {
        let (_, identity) = self.keys.iter().find(|(person, _)| *person == who.person).unwrap();
        let decryptor = age::Decryptor::new(sealed).unwrap();
        let mut text = String::new();
        let mut reader = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).unwrap();
        reader.read_to_string(&mut text).unwrap();
        text
    }

    /// The same by the stock program; none if it is not installed here.
    pub fn opened_by_stock_age(&self, who: &Somebody, sealed: &[u8]) -> Option<String> {
        let (_, identity) = self.keys.iter().find(|(person, _)| *person == who.person).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key.txt");
        fs::write(&key, identity.to_string().expose_secret()).unwrap();
        let age = Command::new("age")
            .arg("-d")
            .arg("-i")
            .arg(&key)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut age = match age {
            Ok(age) => age,
            Err(e) => {
                eprintln!("SKIPPED: the stock program `age` cannot be run ({e}); install the package age");
                return None;
            }
        };
        age.stdin.take().unwrap().write_all(sealed).unwrap();
        let out = age.wait_with_output().unwrap();
        assert!(out.status.success());
        Some(String::from_utf8(out.stdout).unwrap())
    }
}

struct Current;
impl View for Current {
    const NAME: &'static str = "disclosure.page";
    type Out = (Release, Vec<Copy>);
    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        let release = look.warrant::<Release>(LEADER)?.ok_or(No::Absent)?.fact;
        let copies = look.about::<Copy>(&release.id())?;
        Ok((release, copies.into_iter().map(|c| c.fact).collect()))
    }
}

/// Terms that have nothing wrong with them.
pub fn terms() -> Terms {
    let fields = [
        fields::NUMBER,
        fields::GIVEN_NAMES,
        fields::FAMILY_NAME,
        fields::ADDRESS_1,
        fields::POSTCODE,
        fields::EMAIL,
        fields::MOBILE,
    ];
    Terms {
        fields: fields.iter().map(|f| f.name.to_owned()).collect(),
        classes: vec!["member".to_owned()],
        channels: vec![Channel::Post, Channel::Email, Channel::Call],
        purpose: Purpose::ThisContest,
        basis: Basis::LegitimateInterests,
        art9: Art9::WithinTheBody,
        campaigns: Campaigns::PartOfTheBody,
        dpia: "ab".repeat(32),
        policy_document: "cd".repeat(32),
    }
}

pub fn opening(terms: Terms) -> OpenRelease {
    OpenRelease { contest: LEADER.to_owned(), terms }
}

pub fn registration(team: &Team, key: &str) -> RegisterKey {
    let (contest, campaign) = (LEADER.to_owned(), team.id.to_owned());
    RegisterKey { contest, campaign, key: key.to_owned(), made: Made::OwnComputer }
}

pub fn confirmation(team: &Team, person: PersonId, key: &str) -> ConfirmKey {
    let (contest, campaign) = (LEADER.to_owned(), team.id.to_owned());
    ConfirmKey { contest, campaign, person, key: key.to_owned() }
}

pub fn asking(team: &Team, recipients: &[PersonId]) -> Request {
    let (contest, campaign) = (LEADER.to_owned(), team.id.to_owned());
    Request { contest, campaign, recipients: recipients.to_vec() }
}
