//! Typing the code: right, it opens a session in this browser; wrong, it counts.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Session, Verb, Vouched};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::{CODE_TRIES, Code, FRESH_LIFE, SESSION_LIFE, TRIES_A_QUARTER, code_hash, exhausted, too_many};

/// Types a code.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Redeem {
    /// From the cookie of the browser that asked.
    pub ticket: String,
    /// The six characters.
    pub code: String,
    /// The network address, set by the door.
    #[serde(skip)]
    #[schemars(skip)]
    pub from: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Redeemed {
    /// A session's token, for this browser's cookie.
    Open(String),
    /// Wrong, used or too late; ask for a new code.
    Wrong,
}

impl Act for Redeem {
    const NAME: &'static str = "access.redeem";
    type Out = Plain<Redeemed>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let permit = desk.permit(Ask::on("House", "house").facts(json!({})))?;
        // Only mistakes count: a whole office may sign in from one address.
        let bucket = format!("redeem/from/{}", self.from);
        if exhausted(desk, &bucket)? {
            return Ok(Plain(Redeemed::Wrong));
        }
        let typed = match check(desk, &self.ticket, &self.code)? {
            Typed::Unknown => {
                too_many(desk, &bucket, TRIES_A_QUARTER)?;
                return Ok(Plain(Redeemed::Wrong));
            }
            Typed::Wrong(counted) => {
                too_many(desk, &bucket, TRIES_A_QUARTER)?;
                desk.enter(
                    &permit,
                    Draft::new(Verb::Refused).plain(json!({ "codes": 1 })).warrant(&counted)?,
                )?;
                return Ok(Plain(Redeemed::Wrong));
            }
            Typed::Right(used, person) if used.session.is_none() => (used, person),
            Typed::Right(..) => return Ok(Plain(Redeemed::Wrong)),
        };
        let (used, person) = typed;
        let token = session_token(desk);
        let now = desk.now();
        let session = Session {
            token_hash: Session::key_of(&token),
            person,
            until: now + SESSION_LIFE,
            fresh_until: now + FRESH_LIFE,
            ended: false,
        };
        let draft = Draft::new(Verb::Granted).about(person).plain(json!({ "sessions": 1 }));
        desk.enter(&permit, draft.warrant(&used)?.warrant(&session)?)?;
        Ok(Plain(Redeemed::Open(token)))
    }
}

/// What a typed code came to, and the code's next version.
pub(super) enum Typed {
    Unknown,
    Wrong(Code),
    Right(Code, PersonId),
}

pub(super) fn check(desk: &mut Desk<'_>, ticket: &str, code: &str) -> Result<Typed, No> {
    let now = desk.now();
    let Some(Vouched { fact, .. }) = desk.warrant::<Code>(ticket)? else { return Ok(Typed::Unknown) };
    if fact.used || now >= fact.until || fact.mistyped >= CODE_TRIES {
        return Ok(Typed::Unknown);
    }
    let right = code_hash(ticket, code).as_bytes().ct_eq(fact.code_hash.as_bytes());
    Ok(match fact.person {
        Some(person) if bool::from(right) => Typed::Right(Code { used: true, ..fact }, person),
        _ => Typed::Wrong(Code { mistyped: fact.mistyped + 1, ..fact }),
    })
}

/// 160 random bits.
fn session_token(desk: &Desk<'_>) -> String {
    desk.chance().id() + &desk.chance().id()
}
