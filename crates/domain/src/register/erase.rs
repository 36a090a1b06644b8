//! Erasing a member: the keys go at once, the tags with them, and no import brings them back.

use askama::Template;
use axum::response::{Html, Redirect};
use kernel::{Act, Ask, Desk, No, PersonId, Plain, seal::index::Kind};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    facts,
    fields::tags_of,
    import::{alone, retag},
};
use crate::{
    access::{Address, sign_in::render},
    door::{Oops, Signed, Visit},
    page::Page,
};

const TAGS: &str = "SELECT tags FROM member WHERE person = $1";
const GONE: &str = "INSERT INTO erased (tag) VALUES ($1) ON CONFLICT (tag) DO NOTHING";
const FORGET: &str = "DELETE FROM member WHERE person = $1";
const FORGET_HISTORY: &str = "DELETE FROM member_history WHERE person = $1";

/// Erases a member.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Erase {
    /// Whom.
    pub person: PersonId,
}

impl Act for Erase {
    const NAME: &'static str = "register.erase";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        alone(desk, "Erase when it has closed.")?;
        if !forget(desk, self.person)? {
            return Err(No::Absent);
        }
        Address::end_all(desk, &permit, self.person)?;
        desk.erase_person(&permit, self.person)?;
        Ok(Plain(()))
    }
}

/// Deletes everything but the keys, and holds the number against the next import; whether there was such a member.
pub(super) fn forget(desk: &mut Desk<'_>, person: PersonId) -> Result<bool, No> {
    let row = desk.row(TAGS, &[person.into()])?;
    let tags = row.as_ref().map(|row| row.bytes("tags").map(tags_of)).transpose()?.unwrap_or_default();
    retag(desk, person, &tags, &[])?;
    for (_, tag) in tags.iter().filter(|(kind, _)| *kind == Kind::Erased) {
        desk.execute(GONE, &[(*tag).into()])?;
    }
    for text in [FORGET, FORGET_HISTORY] {
        desk.execute(text, &[person.into()])?;
    }
    Ok(row.is_some())
}

#[derive(Template)]
#[template(path = "register/erase.html")]
struct ErasePage {
    page: Page,
    person: PersonId,
}

/// The promise that the page asks for.
#[derive(Deserialize)]
pub(super) struct Promised {
    person: PersonId,
    promise: String,
}

/// Asks once more; nothing happens yet.
pub(super) async fn ask(visit: Visit, form: Signed<Erase>) -> Result<Html<String>, Oops> {
    visit.actor.person().ok_or(No::SignedOut)?;
    render(&ErasePage { page: visit.page(&visit.app.settings.zone, None), person: form.form.person })
}

pub(super) async fn post(visit: Visit, form: Signed<Promised>) -> Result<Redirect, Oops> {
    if form.form.promise != "yes" {
        return Err(visit.oops(No::Invalid("Tick the box first: say that they asked for it.".to_owned())));
    }
    visit.done(form.request, Erase { person: form.form.person }).await?;
    Ok(Redirect::to("/register/find?done=erased"))
}
