//! Who acts: a signed-in person, the schedule, or somebody at the door.

use serde::{Deserialize, Serialize};

use crate::{clock::Millis, warrant::Warrant};

/// Number of a person: a member, an officer or one of a campaign's people.
pub type PersonId = i64;

/// Who acts. Made by [`crate::Floor::actor`] from a session's token, never by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(pub(crate) Who);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Visitor,
    System,
    Person { id: PersonId, session: String },
}

impl Actor {
    /// Somebody who is not signed in.
    pub fn visitor() -> Self {
        Self(Who::Visitor)
    }

    /// The schedule: what happens by itself at its hour. Policies name what it may do.
    pub fn system() -> Self {
        Self(Who::System)
    }

    /// The signed-in person.
    pub fn person(&self) -> Option<PersonId> {
        match self.0 {
            Who::Person { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The key of the session's row.
    pub fn session(&self) -> Option<&str> {
        match &self.0 {
            Who::Person { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The name under which policies and entry ids know the actor.
    pub(crate) fn name(&self) -> String {
        match &self.0 {
            Who::Visitor => "visitor".to_owned(),
            Who::System => "system".to_owned(),
            Who::Person { id, .. } => format!("p{id}"),
        }
    }
}

/// A request's own id, made by the client: the same id twice is one act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub [u8; 16]);

impl RequestId {
    /// The id of this request for one act: the same form id sent to another act is another request.
    pub(crate) fn of_act(self, act: &str) -> Self {
        use sha2::{Digest, Sha256};
        let digest = Sha256::new().chain_update(self.0).chain_update(act.as_bytes()).finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        Self(id)
    }
}

/// A session: whoever holds its token is its person until it ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 of the token, in hex; the token itself is stored nowhere.
    pub token_hash: String,
    /// Whose session it is.
    pub person: PersonId,
    /// When it ends by itself.
    pub until: Millis,
    /// Until when the last typed code counts as fresh.
    pub fresh_until: Millis,
    /// Ended at once, by its person or by an officer.
    pub ended: bool,
}

impl Warrant for Session {
    const KIND: &'static str = "session";
    fn key(&self) -> String {
        self.token_hash.clone()
    }
    fn holder(&self) -> String {
        self.person.to_string()
    }
}

impl Session {
    /// Whether the session opens anything at `now`.
    pub fn live(&self, now: Millis) -> bool {
        !self.ended && now < self.until
    }

    /// Whether a code was typed lately enough to sign, approve or collect.
    pub fn fresh(&self, now: Millis) -> bool {
        self.live(now) && now < self.fresh_until
    }

    /// The key under which the session of `token` is kept.
    pub fn key_of(token: &str) -> String {
        use sha2::{Digest, Sha256};
        Sha256::digest(token.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
    }
}
