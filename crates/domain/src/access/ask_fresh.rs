//! Asking for a fresh code before signing, approving or collecting. It goes to the address on file.

use kernel::{Act, Ask, Card, Desk, Draft, Field, Fields, No, Plain, Sealed, SealedRow, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{EMAIL, TRIES_A_QUARTER, ask_code::issue, too_many};

const ACCOUNT: &str = "SELECT names FROM account WHERE person = $1";

/// Asks for a code for the person whose session this is.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AskFresh {}

/// Where the code goes; for the mail's envelope only.
pub struct MailTo(pub String);

impl Card for MailTo {
    const FIELDS: &'static [Field] = &[EMAIL];
    fn read(fields: &mut Fields<'_>) -> Result<Self, No> {
        Ok(Self(fields.get(EMAIL)?.to_owned()))
    }
}

/// The ticket for the browser, and the code for the mail.
#[derive(Serialize)]
pub struct FreshAsked {
    /// Names the code.
    pub ticket: String,
    /// The six characters, for the mail only.
    #[serde(skip)]
    pub code: String,
}

impl Act for AskFresh {
    const NAME: &'static str = "access.ask_fresh";
    type Out = (Plain<FreshAsked>, Sealed<MailTo>);

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let permit = desk.permit(Ask::on("House", "house").facts(json!({})))?;
        let person = desk.actor().person().ok_or(No::SignedOut)?;
        if too_many(desk, &format!("fresh/{person}"), TRIES_A_QUARTER)? {
            return Err(No::NotNow(
                "Many codes were asked for. Wait a quarter of an hour and ask again.".to_owned(),
            ));
        }
        let session = desk.actor().session().map(str::to_owned);
        let (code, typed) = issue(desk, Some(person), session);
        let ticket = code.ticket.clone();
        let row = desk.row(ACCOUNT, &[person.into()])?.ok_or(No::Absent)?;
        let row = SealedRow { person, table: "account", cells: vec![(0, row.bytes("names")?.to_vec())] };
        let draft = Draft::new(Verb::Processed).plain(json!({ "codes": 1 })).warrant(&code)?;
        let mail = desk.show_as::<MailTo>(&permit, row, draft)?;
        Ok((Plain(FreshAsked { ticket, code: typed }), mail))
    }
}
