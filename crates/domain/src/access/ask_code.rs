//! Asking for a code to sign in. Whether the address is known here, the answer and its cost are the same.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Address, CODE_LIFE, Code, TRIES_A_NETWORK, TRIES_A_QUARTER, TRIES_AN_ACCOUNT, code_hash, enrol::address,
    too_many,
};

/// Asks for a code for an e-mail address.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AskCode {
    /// The address, as typed.
    pub email: String,
    /// The network address that asks, set by the door.
    #[serde(skip)]
    #[schemars(skip)]
    pub from: String,
}

/// A ticket for the browser that asked; the code itself goes by mail only.
#[derive(Serialize, JsonSchema)]
pub struct Asked {
    /// Names the code, in a cookie.
    pub ticket: String,
    /// The mail to send, for the door's eyes only.
    #[serde(skip)]
    #[schemars(skip)]
    pub mail: Option<(String, String)>,
}

impl Act for AskCode {
    const NAME: &'static str = "access.ask_code";
    type Out = Plain<Asked>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let permit = desk.permit(Ask::on("House", "house").facts(json!({})))?;
        let email = address(&self.email)?;
        let limited = self.limited(desk, &email)?;
        let person = Address::whose(desk, &email)?.filter(|_| !limited);
        let (code, typed) = issue(desk, person, None);
        let ticket = code.ticket.clone();
        // A stranger's flood stays out of the record book: only the first tries of a quarter hour are entered.
        if !limited {
            desk.enter(&permit, Draft::new(Verb::Granted).plain(json!({ "codes": 1 })).warrant(&code)?)?;
        }
        Ok(Plain(Asked { ticket, mail: person.map(|_| (email, typed)) }))
    }
}

impl AskCode {
    /// Counts this try. Tight for one network that asks for one account; loose for the account, whose codes a stranger
    /// must not use up. Who is over a limit is counted no further: not in the account's bucket, and a crowd of invented
    /// addresses makes no buckets.
    fn limited(&self, desk: &mut Desk<'_>, email: &str) -> Result<bool, No> {
        let from = &self.from;
        Ok(too_many(desk, &format!("code/from/{from}"), TRIES_A_NETWORK)?
            || too_many(desk, &format!("code/from/{from}/for/{email}"), TRIES_A_QUARTER)?
            || too_many(desk, &format!("code/for/{email}"), TRIES_AN_ACCOUNT)?)
    }
}

/// A new code and its characters.
pub(super) fn issue(desk: &Desk<'_>, person: Option<PersonId>, session: Option<String>) -> (Code, String) {
    let (ticket, typed) = (desk.chance().id(), desk.chance().code());
    let code = Code {
        code_hash: code_hash(&ticket, &typed),
        ticket,
        person,
        until: desk.now() + CODE_LIFE,
        mistyped: 0,
        used: false,
        session,
    };
    (code, typed)
}
