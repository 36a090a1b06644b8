//! Who is who: accounts, roles, sign-in by a code that is typed, sessions that end at once.

pub mod appoint;
pub mod ask_code;
pub mod ask_fresh;
pub mod confirm;
pub mod dismiss;
pub mod end_sessions;
pub mod enrol;
pub mod mail;
pub mod print_link;
pub mod redeem;
pub mod sign_in;
pub mod sign_out;

use std::collections::BTreeSet;

use kernel::{
    Desk, Draft, Field, Look, Migration, Millis, No, Part, Permit, PersonId, Session, Verb, Warrant,
    seal::index::Kind,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{Subject, api::ActSpec};

/// Policies of this subject.
pub const PART: Part = Part {
    subject: "access",
    schema: include_str!("policy.cedarschema"),
    policy: include_str!("policy.cedar"),
};
/// Tables of this subject.
pub const MIGRATION: Migration =
    Migration { name: "2026-11-23-access", text: include_str!("2026-11-23-access.sql") };

/// Who is who.
pub const SUBJECT: Subject = Subject {
    part: PART,
    migration: MIGRATION,
    acts: &[
        ActSpec::of::<enrol::Enrol>(),
        ActSpec::of::<appoint::Appoint>(),
        ActSpec::of::<dismiss::Dismiss>(),
        ActSpec::of::<end_sessions::EndSessions>(),
        ActSpec::of::<sign_out::SignOut>(),
    ],
    router: sign_in::router,
};

/// An account's name.
pub const NAME: Field = Field { name: "name", group: 0, place: 0 };
/// An account's e-mail address.
pub const EMAIL: Field = Field { name: "email", group: 0, place: 1 };

/// How long a code may be typed.
pub const CODE_LIFE: Millis = 15 * 60_000;
/// How often a code may be mistyped.
pub const CODE_TRIES: u32 = 5;
/// How long a session lasts.
pub const SESSION_LIFE: Millis = 12 * 3_600_000;
/// How long a typed code counts as fresh.
pub const FRESH_LIFE: Millis = 10 * 60_000;
/// Codes that may be mistyped from one network address, asked for from one network address for one account, or asked
/// for in an open session, in a quarter of an hour.
pub const TRIES_A_QUARTER: i64 = 10;
/// Codes that may be asked for from one network address in a quarter of an hour, for whichever accounts.
pub const TRIES_A_NETWORK: i64 = 40;
/// Codes that may be asked for for one account in a quarter of an hour, from whichever network addresses. It is loose,
/// so that no stranger uses up somebody's codes.
pub const TRIES_AN_ACCOUNT: i64 = 200;

/// What somebody may be here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Office {
    /// Runs the contest, decides, declares.
    ReturningOfficer,
    /// Stands in for the returning officer, and is the second pair of eyes.
    DeputyReturningOfficer,
    /// Advises on record and can stop the clock; decides nothing.
    DataProtectionOfficer,
    /// Keeps the register.
    MembershipOfficer,
    /// From outside: inspects, countersigns, decides what lapsed.
    Scrutineer,
    /// Stands for election.
    Candidate,
    /// A campaign's data lead.
    HeadOfCompliance,
    /// Runs a campaign's volunteers.
    Organiser,
    /// Rings members for a campaign.
    Volunteer,
    /// A member who signs in.
    Member,
}

impl Office {
    /// All offices, the organisation's first.
    pub const ALL: [Self; 10] = [
        Self::ReturningOfficer,
        Self::DeputyReturningOfficer,
        Self::DataProtectionOfficer,
        Self::MembershipOfficer,
        Self::Scrutineer,
        Self::Candidate,
        Self::HeadOfCompliance,
        Self::Organiser,
        Self::Volunteer,
        Self::Member,
    ];

    /// The name in policies and stored rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReturningOfficer => "returning_officer",
            Self::DeputyReturningOfficer => "deputy_returning_officer",
            Self::DataProtectionOfficer => "data_protection_officer",
            Self::MembershipOfficer => "membership_officer",
            Self::Scrutineer => "scrutineer",
            Self::Candidate => "candidate",
            Self::HeadOfCompliance => "head_of_compliance",
            Self::Organiser => "organiser",
            Self::Volunteer => "volunteer",
            Self::Member => "member",
        }
    }

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::ReturningOfficer => "returning officer",
            Self::DeputyReturningOfficer => "deputy returning officer",
            Self::DataProtectionOfficer => "data protection officer",
            Self::MembershipOfficer => "membership officer",
            Self::Scrutineer => "scrutineer",
            Self::Candidate => "candidate",
            Self::HeadOfCompliance => "head of compliance",
            Self::Organiser => "organiser",
            Self::Volunteer => "volunteer",
            Self::Member => "member",
        }
    }

    /// Whether this is an office of the organisation: whoever holds one belongs to no campaign.
    pub fn is_officer(self) -> bool {
        matches!(
            self,
            Self::ReturningOfficer
                | Self::DeputyReturningOfficer
                | Self::DataProtectionOfficer
                | Self::MembershipOfficer
                | Self::Scrutineer
        )
    }

    /// Whether this is a campaign's role, and not the organisation's or a member's.
    pub fn is_campaign(self) -> bool {
        matches!(self, Self::Candidate | Self::HeadOfCompliance | Self::Organiser | Self::Volunteer)
    }
}

/// Somebody's role, in one contest or in the house, for a campaign or for the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub office: Office,
    /// In which contest; the whole house if none.
    pub contest: Option<String>,
    /// For which campaign; the organisation if none.
    pub campaign: Option<String>,
    /// From when, in milliseconds.
    pub from: Millis,
    /// Until when; open if none.
    pub until: Option<Millis>,
    /// Taken away.
    pub ended: bool,
    /// Who gave it; nobody if the house was being installed.
    #[serde(default)]
    pub by: Option<PersonId>,
}

impl Warrant for Role {
    const KIND: &'static str = "role";
    fn key(&self) -> String {
        let contest = self.contest.as_deref().unwrap_or("house");
        let campaign = self.campaign.as_deref().unwrap_or("-");
        format!("{}/{}/{contest}/{campaign}", self.person, self.office.name())
    }
    fn holder(&self) -> String {
        self.person.to_string()
    }
    fn about(&self) -> String {
        self.contest.clone().unwrap_or_else(|| "house".to_owned())
    }
}

impl Role {
    /// Whether it counts at `now`.
    pub fn live(&self, now: Millis) -> bool {
        !self.ended && self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// An e-mail address that may sign in, by its tag in the blind index, and whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Address {
    /// The tag, in hex.
    pub tag: String,
    /// Whose.
    pub person: PersonId,
    /// Opens nothing any more: whose it was is erased.
    pub ended: bool,
}

impl Warrant for Address {
    const KIND: &'static str = "address";
    fn key(&self) -> String {
        self.tag.clone()
    }
    fn holder(&self) -> String {
        self.person.to_string()
    }
}

impl Address {
    /// Who signs in with an address that [`enrol::address`] brought to its one spelling, if anybody.
    pub(crate) fn whose(look: &mut Look<'_>, email: &str) -> Result<Option<PersonId>, No> {
        Ok(Self::seek(look, email)?.1)
    }

    /// The address's tag, and whose it is; if nobody's, the first tag that nobody had.
    fn seek(look: &mut Look<'_>, email: &str) -> Result<(String, Option<PersonId>), No> {
        for i in 0.. {
            let tag = format!("{:016x}", look.tagger().tag(Kind::SignIn, email, i));
            match look.warrant::<Self>(&tag)? {
                Some(known) if known.ended => {}
                known => return Ok((tag, known.map(|known| known.person))),
            }
        }
        Err(No::Absent)
    }

    /// The addresses with which somebody signs in.
    pub(crate) fn of(look: &mut Look<'_>, person: PersonId) -> Result<Vec<Self>, No> {
        let held = look.held::<Self>(&person.to_string())?.into_iter().map(|known| known.fact);
        Ok(held.filter(|known| !known.ended).collect())
    }

    /// Ends them all; nobody signs in with them until somebody is enrolled with them again.
    pub(crate) fn end_all(desk: &mut Desk<'_>, permit: &Permit<'_>, person: PersonId) -> Result<(), No> {
        for address in Self::of(desk, person)? {
            let draft = Draft::new(Verb::Granted).plain(json!({ "addresses_ended": 1 }));
            desk.enter(permit, draft.warrant(&Self { ended: true, ..address })?)?;
        }
        Ok(())
    }
}

/// A code that was sent, waiting to be typed in the browser that asked for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Code {
    /// Names the code, in a cookie; worth nothing without the code.
    pub ticket: String,
    /// Whose sign-in it is; nobody's if the address is not known here.
    pub person: Option<PersonId>,
    /// SHA-256 of ticket and code, in hex.
    pub code_hash: String,
    /// Until when it may be typed.
    pub until: Millis,
    /// How often it was mistyped.
    pub mistyped: u32,
    /// Typed rightly once.
    pub used: bool,
    /// For an open session that needs a fresh code: its key.
    pub session: Option<String>,
}

impl Warrant for Code {
    const KIND: &'static str = "code";
    fn key(&self) -> String {
        self.ticket.clone()
    }
}

/// The acting person's roles in a contest and in the house.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Live roles, by name.
    pub offices: BTreeSet<&'static str>,
    /// The campaign they belong to in this contest.
    pub campaign: Option<String>,
    /// Whether they typed a code within the last minutes.
    pub fresh: bool,
    /// Whether this is the schedule, and no person.
    pub system: bool,
}

impl Standing {
    /// Whether they hold this office.
    pub fn is(&self, office: Office) -> bool {
        self.offices.contains(office.name())
    }

    /// Whether they hold an office of the organisation.
    pub fn is_officer(&self) -> bool {
        Office::ALL.iter().any(|o| o.is_officer() && self.is(*o))
    }

    /// The facts that every policy starts from.
    pub fn facts(&self) -> Json {
        json!({
            "offices": self.offices, "campaign": self.campaign.as_deref().unwrap_or(""),
            "fresh": self.fresh, "system": self.system,
        })
    }
}

/// The roles of the acting person that count in `contest` (and in the house) now, or as of the look's instant.
pub fn standing(look: &mut Look<'_>, contest: Option<&str>) -> Result<Standing, No> {
    let system = *look.actor() == kernel::Actor::system();
    let Some(person) = look.actor().person() else { return Ok(Standing { system, ..Standing::default() }) };
    let now = look.now();
    let mut standing = standing_of(look, person, contest)?;
    if let Some(key) = look.actor().session().map(str::to_owned) {
        standing.fresh = look.warrant::<Session>(&key)?.is_some_and(|s| s.fresh(now));
    }
    Ok(standing)
}

/// The roles of `person`, whoever acts.
pub fn standing_of(look: &mut Look<'_>, person: PersonId, contest: Option<&str>) -> Result<Standing, No> {
    let now = look.now();
    let mut standing = Standing::default();
    for role in look.held::<Role>(&person.to_string())? {
        let here = role.contest.is_none() || role.contest.as_deref() == contest;
        if !here || !role.live(now) {
            continue;
        }
        standing.offices.insert(role.office.name());
        if role.office.is_campaign() {
            standing.campaign = role.campaign.clone();
        }
    }
    Ok(standing)
}

/// Counts a try from `bucket`, and says whether it is more than `most` in this quarter of an hour.
pub(crate) fn too_many(desk: &mut Desk<'_>, bucket: &str, most: i64) -> Result<bool, No> {
    const COUNT: &str = "
        INSERT INTO attempt (bucket, quarter, count) VALUES ($1, $2, 1)
        ON CONFLICT (bucket, quarter) DO UPDATE SET count = attempt.count + 1 RETURNING count";
    let (bucket, quarter) = this_quarter(desk, bucket);
    let row = desk.row(COUNT, &[bucket.into(), quarter.into()])?.ok_or(No::Absent)?;
    let count = row.int("count")?;
    // Each new bucket takes a few of past quarters with it: the table does not grow, and no act is long.
    const PAST: &str = "
        DELETE FROM attempt WHERE quarter < $1 AND bucket IN (
            SELECT bucket FROM attempt WHERE quarter < $1 ORDER BY quarter LIMIT 8)";
    if count == 1 {
        desk.execute(PAST, &[quarter.into()])?;
    }
    Ok(count > most)
}

/// Whether as many tries from `bucket` are counted as may be; counts none.
pub(crate) fn exhausted(look: &mut Look<'_>, bucket: &str) -> Result<bool, No> {
    const COUNTED: &str = "SELECT count FROM attempt WHERE bucket = $1 AND quarter = $2";
    let (bucket, quarter) = this_quarter(look, bucket);
    let row = look.row(COUNTED, &[bucket.into(), quarter.into()])?;
    Ok(row.map_or(Ok(0), |r| r.int("count"))? >= TRIES_A_QUARTER)
}

fn this_quarter(look: &Look<'_>, bucket: &str) -> ([u8; 32], Millis) {
    use sha2::{Digest, Sha256};
    (Sha256::digest(bucket.as_bytes()).into(), look.now() / (15 * 60_000))
}

/// SHA-256 of a ticket and its code.
pub(crate) fn code_hash(ticket: &str, code: &str) -> String {
    Session::key_of(&format!("{ticket}:{}", code.trim().to_lowercase()))
}

/// Whether everything in this house is made up. A demo's logs say so in their origins, which stand in every checkpoint.
pub(crate) fn demo(look: &mut Look<'_>) -> Result<bool, No> {
    const ORIGIN: &str = "SELECT origin FROM log WHERE name = $1";
    let house = look.row(ORIGIN, &[kernel::HOUSE.into()])?.ok_or(No::Absent)?;
    Ok(house.text("origin")?.starts_with("demo.invalid/"))
}
