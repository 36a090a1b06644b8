//! What is stored about a release: keys, terms, requests, copies and certificates. Each is a row that grants.

use kernel::{Millis, PersonId, Warrant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::terms::{Art9, Basis, Campaigns, Channel, Purpose};

/// How a recipient says that their key was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// With `age-keygen`, on a computer of their own.
    OwnComputer,
    /// With `age-keygen`, on a computer of the campaign.
    CampaignComputer,
    /// By a plugin that keeps the secret half in a hardware token, and gives an ordinary `age1` key.
    Token,
}

impl Made {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::OwnComputer => "made with age-keygen on a computer of their own",
            Self::CampaignComputer => "made with age-keygen on a computer of the campaign",
            Self::Token => "made in a hardware token",
        }
    }
}

/// A person's own public key for what is sealed to them. The secret half never comes here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientKey {
    /// In which contest.
    pub contest: String,
    /// For which campaign.
    pub campaign: String,
    /// Whose.
    pub person: PersonId,
    /// The key that the campaign confirmed, `age1…`.
    pub confirmed: Option<String>,
    /// A key that waits to be confirmed.
    pub waiting: Option<WaitingKey>,
}

/// A key on its way to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingKey {
    /// `age1…`.
    pub key: String,
    /// How it was made, by its person's word.
    pub made: Made,
    /// Since when.
    pub at: Millis,
    /// Who has confirmed it so far.
    pub by: Vec<PersonId>,
}

impl Warrant for RecipientKey {
    const KIND: &'static str = "recipient_key";
    fn key(&self) -> String {
        format!("{}/{}/{}", self.contest, self.campaign, self.person)
    }
    fn holder(&self) -> String {
        self.person.to_string()
    }
    fn about(&self) -> String {
        format!("{}/{}", self.contest, self.campaign)
    }
}

/// The one release of a contest: its terms, its approvals, its common time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Of which contest.
    pub contest: String,
    /// The first of a contest is 1; another may follow when one was withdrawn.
    pub number: u32,
    /// What is released, for what, and on what ground.
    pub terms: Terms,
    /// SHA-256 of the terms as JSON, in hex: what is approved.
    pub terms_hash: String,
    /// Who opened it.
    pub opened_by: PersonId,
    /// When it was opened to all campaigns.
    pub opened_at: Millis,
    /// Until when the officers may approve before it goes to the scrutineer.
    pub approve_by: Millis,
    /// Who approved it.
    pub approvals: Vec<Approval>,
    /// When the last needed approval was given.
    pub approved_at: Option<Millis>,
    /// The data protection officer's stop.
    pub stop: Option<Stop>,
    /// The common time.
    pub release_at: Option<Millis>,
    /// When the first copies were sealed.
    pub prepared_at: Option<Millis>,
    /// When it became available, to all.
    pub offered_at: Option<Millis>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Millis>,
}

/// What is released, for what, and on what ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// The register's columns, from [`super::terms::RELEASABLE`].
    pub fields: Vec<String>,
    /// Classes of electors.
    pub classes: Vec<String>,
    /// How campaigns will reach people; each takes out whoever does not permit it.
    pub channels: Vec<Channel>,
    /// For what.
    pub purpose: Purpose,
    /// Lawful basis (UK GDPR Art. 6).
    pub basis: Basis,
    /// Condition for special categories (UK GDPR Art. 9); membership reveals an opinion.
    pub art9: Art9,
    /// Whether campaigns are parts of the organisation here, or controllers of their own.
    pub campaigns: Campaigns,
    /// SHA-256 of the data protection impact assessment, in hex.
    pub dpia: String,
    /// SHA-256 of the policy document, in hex.
    pub policy_document: String,
}

/// One officer's approval of the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub person: PersonId,
    /// In which office, by name.
    pub office: String,
    /// When.
    pub at: Millis,
}

/// The data protection officer's stop: nothing moves until it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Since when.
    pub at: Millis,
    /// Until when; earlier if it was lifted.
    pub until: Millis,
}

impl Warrant for Release {
    const KIND: &'static str = "release";
    fn key(&self) -> String {
        self.contest.clone()
    }
    fn about(&self) -> String {
        "releases".to_owned()
    }
}

impl Release {
    /// Names this release among all; what belongs to it is `about` this.
    pub fn id(&self) -> String {
        format!("{}/{}", self.contest, self.number)
    }

    /// Whether the data protection officer has stopped the clock.
    pub fn stopped(&self, now: Millis) -> bool {
        self.stop.as_ref().is_some_and(|s| now < s.until)
    }

    /// Whether the officers let their time for approving pass.
    pub fn lapsed(&self, now: Millis) -> bool {
        self.approved_at.is_none() && now >= self.approve_by
    }

    /// Whether its common time has come.
    pub fn due(&self, now: Millis) -> bool {
        self.release_at.is_some_and(|at| at <= now)
    }

    /// Until when copies may be collected.
    pub fn collect_by(&self) -> Option<Millis> {
        self.offered_at.map(|at| at + super::COLLECT_WITHIN)
    }
}

/// What the data protection officer said about a release. Its versions are the advice as it grew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// [`Release::id`].
    pub release: String,
    /// The words, which name nobody.
    pub words: String,
    /// What it did to the clock.
    pub effect: Effect,
}

/// What advice does to a release's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    None,
    /// Stops it, once and for three days at most.
    Stop,
    /// Lets it run again.
    Lift,
}

impl Effect {
    /// The name in policies and entries.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Stop => "stop",
            Self::Lift => "lift",
        }
    }
}

impl Warrant for Advice {
    const KIND: &'static str = "release_advice";
    fn key(&self) -> String {
        self.release.clone()
    }
}

/// A campaign's request to be given the release, with its named recipients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// In which contest.
    pub contest: String,
    /// [`Release::id`].
    pub release: String,
    /// Whose.
    pub campaign: String,
    /// One sealed copy for each of these.
    pub recipients: Vec<PersonId>,
    /// The head of compliance who asked.
    pub by: PersonId,
    /// When it was first asked.
    pub asked_at: Millis,
}

impl Warrant for Request {
    const KIND: &'static str = "release_request";
    fn key(&self) -> String {
        format!("{}/{}", self.release, self.campaign)
    }
    fn holder(&self) -> String {
        self.campaign.clone()
    }
    fn about(&self) -> String {
        self.release.clone()
    }
}

/// That a release was offered to a campaign, whether it had asked or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// [`Release::id`].
    pub release: String,
    /// To whom.
    pub campaign: String,
    /// When; the same instant for all.
    pub at: Millis,
}

impl Warrant for Offer {
    const KIND: &'static str = "release_offer";
    fn key(&self) -> String {
        format!("{}/{}", self.release, self.campaign)
    }
    fn holder(&self) -> String {
        self.campaign.clone()
    }
    fn about(&self) -> String {
        self.release.clone()
    }
}
