//! What an undertaking is made of, as it is stored: each fact that grants anything is a warrant.

use kernel::{Millis, No, PersonId, Warrant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::RENEWAL_WITHIN;

/// A clause of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Clause {
    /// Its heading.
    pub heading: String,
    /// Its words.
    pub words: String,
}

/// A version of the text that all campaigns of a contest sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// For which contest.
    pub contest: String,
    /// SHA-256 over title and clauses, see [`text_hash`], in hex.
    pub hash: String,
    /// Its title.
    pub title: String,
    /// Its clauses in order.
    pub clauses: Vec<Clause>,
}

impl Warrant for Text {
    const KIND: &'static str = "undertaking_text";
    fn key(&self) -> String {
        format!("{}/{}", self.contest, self.hash)
    }
    fn about(&self) -> String {
        self.contest.clone()
    }
}

/// SHA-256 in hex over the compact JSON array `[title, [heading, words], …]`: what signatories sign.
///
/// # Errors
/// Never for text.
pub fn text_hash(title: &str, clauses: &[Clause]) -> Result<String, No> {
    let mut parts = vec![serde_json::json!(title)];
    parts.extend(clauses.iter().map(|c| serde_json::json!([c.heading, c.words])));
    Ok(hex_of(&serde_json::to_vec(&parts)?))
}

fn hex_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// What a campaign says about where the data will be. Describe things and firms, name no people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contents {
    /// Where copies will be stored.
    pub stored_where: String,
    /// On which devices.
    pub devices: Vec<String>,
    /// Who of the campaign may hold a copy, by number.
    pub people: Vec<PersonId>,
    /// Which firms will work on it; "none" where there are none.
    pub processors: Vec<String>,
    /// By which day all copies are destroyed: `2020-05-30`.
    pub destruction_date: String,
}

/// How far an undertaking has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Given to the campaign to fill in and sign.
    Issued,
    /// Signed by candidate and head of compliance; waits for the countersignature.
    Signed,
    /// Countersigned.
    InForce,
    /// Stopped for some hours. Never stored: it lies over the other states and ends by itself, see [`Undertaking::state_at`].
    Suspended,
    /// Ended by two officers.
    Revoked,
    /// Ended with the contest; duties of secrecy, destruction and breach notice live on.
    Expired,
    /// All copies are certified destroyed.
    Discharged,
}

impl State {
    /// The name in policies and entries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Signed => "signed",
            Self::InForce => "in_force",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Discharged => "discharged",
        }
    }

    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Issued => "waiting to be signed",
            Self::Signed => "waiting for the countersignature",
            Self::InForce => "in force",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "ended with the contest",
            Self::Discharged => "discharged",
        }
    }
}

/// A campaign's undertaking in a contest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undertaking {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// Which text it is.
    pub text_hash: String,
    /// What the campaign filled in; none until it did.
    pub contents: Option<Contents>,
    /// How far it has come, apart from suspensions: see [`Undertaking::state_at`].
    pub state: State,
    /// The candidate who signed this text and these contents.
    pub signed_by_candidate: Option<PersonId>,
    /// The head of compliance who signed them.
    pub signed_by_head: Option<PersonId>,
    /// Until when the returning officer may countersign before it goes to the scrutineer.
    pub countersign_due: Option<Millis>,
    /// Who countersigned.
    pub countersigned_by: Option<PersonId>,
    /// Suspended until then; in the past once it ended or was lifted.
    pub suspended_until: Option<Millis>,
    /// Who proposed to revoke it, and when.
    pub revocation: Option<Proposal>,
    /// Hash of the certificate of destruction, in hex, once discharged.
    pub certificate: Option<String>,
}

/// The first of two people's steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who proposed it.
    pub by: PersonId,
    /// When.
    pub at: Millis,
}

impl Warrant for Undertaking {
    const KIND: &'static str = "undertaking";
    fn key(&self) -> String {
        key(&self.contest, &self.campaign)
    }
    fn holder(&self) -> String {
        self.campaign.clone()
    }
    fn about(&self) -> String {
        self.contest.clone()
    }
}

impl Undertaking {
    /// An undertaking as it is issued: nothing filled in, nobody signed.
    pub fn issued(contest: &str, campaign: &str, text_hash: &str) -> Self {
        Self {
            contest: contest.to_owned(),
            campaign: campaign.to_owned(),
            text_hash: text_hash.to_owned(),
            contents: None,
            state: State::Issued,
            signed_by_candidate: None,
            signed_by_head: None,
            countersign_due: None,
            countersigned_by: None,
            suspended_until: None,
            revocation: None,
            certificate: None,
        }
    }

    /// How it stands at `now`, suspensions included.
    pub fn state_at(&self, now: Millis) -> State {
        match self.binds() && self.suspended_until.is_some_and(|until| now < until) {
            true => State::Suspended,
            false => self.state,
        }
    }

    /// Whether it has neither been revoked nor ended.
    pub fn binds(&self) -> bool {
        matches!(self.state, State::Issued | State::Signed | State::InForce)
    }

    /// Whether it carries access at `now`.
    pub fn in_force(&self, now: Millis) -> bool {
        self.state_at(now) == State::InForce
    }

    /// Whether a suspension that begins at `now` would renew an earlier one.
    pub fn would_renew(&self, now: Millis) -> bool {
        self.suspended_until.is_some_and(|until| now < until + RENEWAL_WITHIN)
    }

    /// SHA-256 in hex of the answers as stored: what signatories sign beside the text.
    ///
    /// # Errors
    /// Never for text.
    pub fn contents_hash(&self) -> Result<String, No> {
        Ok(hex_of(&serde_json::to_vec(&self.contents)?))
    }

    /// Whether this person may hold a copy by the undertaking's contents.
    pub fn names(&self, person: PersonId) -> bool {
        self.contents.as_ref().is_some_and(|c| c.people.contains(&person))
    }
}

/// One person's own promise to keep a campaign's undertaking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// In which contest.
    pub contest: String,
    /// For which campaign.
    pub campaign: String,
    /// Whose promise.
    pub person: PersonId,
    /// The text that they read.
    pub text_hash: String,
    /// When.
    pub at: Millis,
    /// Taken back.
    pub withdrawn: bool,
}

impl Warrant for Acknowledgement {
    const KIND: &'static str = "acknowledgement";
    fn key(&self) -> String {
        format!("{}/{}", key(&self.contest, &self.campaign), self.person)
    }
    fn holder(&self) -> String {
        self.person.to_string()
    }
    fn about(&self) -> String {
        key(&self.contest, &self.campaign)
    }
}

/// Key of a campaign's undertaking.
pub fn key(contest: &str, campaign: &str) -> String {
    format!("{contest}/{campaign}")
}
