//! Enrolling somebody who signs in: an officer, a scrutineer, one of a campaign's people.

use kernel::{
    Act, Ask, Desk, Draft, No, PersonId, Plain, Verb,
    seal::cell::{CellAddress, pack, seal_cell},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Address, Role, standing};

const ACCOUNT: &str = "INSERT INTO account (person, names) VALUES ($1, $2)";

/// Takes in a name and an e-mail address; the address may sign in from now on.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Enrol {
    /// Name, as they are called.
    pub name: String,
    /// E-mail address that codes go to.
    pub email: String,
}

/// Who was enrolled.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Enrolled {
    /// Their number here.
    pub person: PersonId,
}

impl Act for Enrol {
    const NAME: &'static str = "access.enrol";
    type Out = Plain<Enrolled>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = appointing_facts(desk, false, false)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let email = address(&self.email)?;
        let (tag, taken) = Address::seek(desk, &email)?;
        if taken.is_some() {
            return Err(No::Invalid("Somebody with this e-mail address is enrolled already.".to_owned()));
        }
        let person = desk.reserve_people(1)?;
        let minted = desk.mint(&[person])?.pop().ok_or(No::Absent)?;
        let at = CellAddress { table: "account", row: person, group: 0 };
        let names = pack(&[self.name.trim(), &email])?;
        let cell = seal_cell(&minted.sealing, &mut desk.chance().fork(), at, &names)?;
        desk.enrol(&[(person, &minted.wrapped)])?;
        desk.execute(ACCOUNT, &[person.into(), cell.into()])?;
        let draft = Draft::new(Verb::Processed).about(person).plain(json!({ "people": 1 }));
        desk.enter(&permit, draft.warrant(&Address { tag, person, ended: false })?)?;
        Ok(Plain(Enrolled { person }))
    }
}

/// An address as it is indexed: trimmed, small letters.
pub fn address(typed: &str) -> Result<String, No> {
    let email = typed.trim().to_lowercase();
    match email.parse::<lettre::Address>() {
        Ok(_) if email.is_ascii() => Ok(email),
        _ => Err(No::Invalid("This is not an e-mail address. It looks like name@example.org.".to_owned())),
    }
}

/// The facts for giving and taking roles.
pub(super) fn appointing_facts(
    desk: &mut Desk<'_>,
    about_self: bool,
    campaigner: bool,
) -> Result<serde_json::Value, No> {
    let standing = standing(desk, None)?;
    let house_empty = !desk.about::<Role>("house")?.iter().any(|r| !r.ended);
    Ok(json!({
        "offices": standing.offices, "fresh": standing.fresh, "system": standing.system,
        "house_empty": house_empty, "about_self": about_self, "campaigner": campaigner,
    }))
}
