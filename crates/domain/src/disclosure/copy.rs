//! One recipient's sealed copy, from its sealing to the certificate of its destruction.

use kernel::{Look, Millis, No, PersonId, Vouched, Warrant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A copy that was sealed to one named recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// In which contest.
    pub contest: String,
    /// [`super::Release::id`].
    pub release: String,
    /// Of which campaign.
    pub campaign: String,
    /// For whom, and nobody else.
    pub person: PersonId,
    /// The age public key that it is sealed to.
    pub key: String,
    /// Name of the sealed file in the spool, without its ending; random.
    pub file: String,
    /// SHA-256 of the sealed file, in hex.
    pub sealed: String,
    /// SHA-256 of what the recipient reads, in hex.
    pub plain: String,
    /// Length of the sealed file.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
    /// When it was sealed.
    pub sealed_at: Millis,
    /// When its first byte left.
    pub exported_at: Option<Millis>,
    /// When the recipient signed for its hash.
    pub received_at: Option<Millis>,
    /// When it was given up uncollected, or taken back with its release.
    pub void_at: Option<Millis>,
    /// By when it must be destroyed, once that is demanded.
    pub destroy_by: Option<Millis>,
    /// What its holder certified.
    pub destroyed: Option<Destruction>,
}

/// A holder's word that a copy and everything made from it are gone. Things and firms, no people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Destruction {
    /// Devices from which it was removed.
    pub devices: Vec<String>,
    /// Backups, and when the last one that holds it runs out.
    pub backups: Vec<String>,
    /// Firms that had it and have confirmed; "none" where there were none.
    pub processors: Vec<String>,
    /// When it was certified; set by the act.
    #[serde(default)]
    #[schemars(skip)]
    pub at: Millis,
}

impl Warrant for Copy {
    const KIND: &'static str = "copy";
    fn key(&self) -> String {
        format!("{}/{}", self.release, self.file)
    }
    fn holder(&self) -> String {
        self.person.to_string()
    }
    fn about(&self) -> String {
        self.release.clone()
    }
}

impl Copy {
    /// Whether it waits in the spool to be collected.
    pub fn waits(&self) -> bool {
        self.received_at.is_none() && self.void_at.is_none()
    }

    /// Whether any of it is outside, and not certified to be destroyed.
    pub fn is_out(&self) -> bool {
        self.exported_at.is_some() && self.destroyed.is_none()
    }
}

/// The copy of `release` whose file is `file`, if it is `person`'s.
///
/// # Errors
/// [`No::Absent`] for everybody else, as if there were none.
pub fn own(look: &mut Look<'_>, release: &str, file: &str, person: PersonId) -> Result<Vouched<Copy>, No> {
    let copy = look.warrant::<Copy>(&format!("{release}/{file}"))?;
    copy.filter(|c| c.person == person).ok_or(No::Absent)
}

/// The whole campaign's certificate, by its head of compliance, after each holder's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// [`super::Release::id`].
    pub release: String,
    /// Of which campaign.
    pub campaign: String,
    /// The head of compliance.
    pub person: PersonId,
    /// What they certify for the campaign as a whole.
    pub destruction: Destruction,
    /// SHA-256 over the holders' and this certificate as JSON, in hex: discharges the undertaking.
    pub hash: String,
}

impl Warrant for Certificate {
    const KIND: &'static str = "destruction_certificate";
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
