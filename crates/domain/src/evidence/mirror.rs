//! Mirrors: programs of somebody outside that keep a copy of every entry, and so notice if one is changed.

use kernel::{Ask, Look, Millis, No, PersonId, Session, View, Warrant};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::standing_of;

/// A mirror's right to fetch the entries of all logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirror {
    /// SHA-256 of its token, in hex; the token itself is stored nowhere.
    pub token_hash: String,
    /// Who keeps it.
    pub person: PersonId,
    /// Since when.
    pub from: Millis,
    /// Dismissed, or replaced by another token.
    pub ended: bool,
}

impl Warrant for Mirror {
    const KIND: &'static str = "mirror";
    fn key(&self) -> String {
        self.token_hash.clone()
    }
    fn holder(&self) -> String {
        self.person.to_string()
    }
}

/// Whether whoever bears this token may fetch entries now. Entries hold no name: salted commitments, and labels that
/// say nothing without a key. So fetching is a look; the entry is the mirror's enrolment.
pub struct Entries {
    /// The token.
    pub token: String,
}

impl View for Entries {
    const NAME: &'static str = "evidence.read_entries";
    type Out = ();

    fn look(&self, look: &mut Look<'_>) -> Result<(), No> {
        let mirror = look.warrant::<Mirror>(&Session::key_of(&self.token))?.ok_or(No::Absent)?;
        let holder = standing_of(look, mirror.person, None)?;
        let facts = json!({ "live": !mirror.ended, "holder_offices": holder.offices });
        match look.would(Self::NAME, &Ask::on("House", "house").facts(facts)).allowed {
            true => Ok(()),
            false => Err(No::Absent),
        }
    }
}
