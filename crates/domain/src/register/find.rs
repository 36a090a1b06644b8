//! Finding one member by number, and showing the office who it is.

use askama::Template;
use axum::{extract::Query, response::Html};
use kernel::{
    Act, Ask, Card, Desk, Field, Fields, No, PersonId, Plain, Sealed, SealedRow, seal::index::Kind,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    facts,
    fields::{self, FAMILY_NAME, GIVEN_NAMES, NUMBER, STATUS},
    import::holders,
    reading::membership_number,
};
use crate::{
    access::sign_in::render,
    door::{Oops, Signed, Visit},
    page::{Count, Page, Row},
};

const ROW: &str = "SELECT names, standing FROM member WHERE person = $1";

/// Finds a member.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Find {
    /// The membership number.
    pub number: String,
}

/// Who it is, as the office needs it to be sure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Member {
    /// Given names and family name.
    pub name: String,
    /// Membership number.
    pub number: String,
    /// How the membership stands.
    pub status: String,
}

impl Card for Member {
    const FIELDS: &'static [Field] = &[GIVEN_NAMES, FAMILY_NAME, NUMBER, STATUS];
    fn read(fields: &mut Fields<'_>) -> Result<Self, No> {
        let name = format!("{} {}", fields.get(GIVEN_NAMES)?, fields.get(FAMILY_NAME)?);
        let (number, status) = (fields.get(NUMBER)?.to_owned(), fields.get(STATUS)?.to_owned());
        Ok(Self { name, number, status })
    }
}

impl Act for Find {
    const NAME: &'static str = "register.find";
    type Out = (Plain<PersonId>, Sealed<Member>);

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let number = membership_number(&self.number).ok_or_else(|| {
            No::Invalid(
                "This is no membership number. Type it as it stands on the card or in the file.".to_owned(),
            )
        })?;
        let first = desk.tagger().tag(Kind::MemberNumber, &number, 0);
        let person = holders(desk, (Kind::MemberNumber, first))?.first().copied().ok_or(No::Absent)?;
        let row = desk.row(ROW, &[person.into()])?.ok_or(No::Absent)?;
        let cells = vec![(0, row.bytes("names")?.to_vec()), (5, row.bytes("standing")?.to_vec())];
        let card = desk.show::<Member>(&permit, SealedRow { person, table: fields::TABLE, cells })?;
        Ok((Plain(person), card))
    }
}

#[derive(Template)]
#[template(path = "register/find.html")]
struct FindPage {
    page: Page,
    found: Option<Found>,
}

struct Found {
    rows: Vec<Row>,
    line: Count,
    person: PersonId,
}

/// What the page may be told by its address.
#[derive(Deserialize)]
pub(super) struct Told {
    done: Option<String>,
}

const DONE: [(&str, &str); 1] =
    [("erased", "The member is erased. The record book says so, and not who it was.")];

pub(super) async fn page(visit: Visit, Query(told): Query<Told>) -> Result<Html<String>, Oops> {
    let mut page = visit.page(&visit.app.settings.zone, None);
    page.flash = Visit::flash(told.done.as_deref(), &DONE);
    render(&FindPage { page, found: None })
}

pub(super) async fn post(visit: Visit, form: Signed<Find>) -> Result<Html<String>, Oops> {
    let shown = visit.act(form.request, form.form).await?;
    let (person, member) = shown.value;
    let row = |term: &str, value: String| Row { term: term.to_owned(), value, action: None };
    let rows = vec![
        row("Name", member.name),
        row("Membership number", member.number),
        row("Standing", member.status.replace('_', " ")),
    ];
    let found = Some(Found { rows, line: Count(shown.receipt.first_line()), person });
    render(&FindPage { page: visit.page(&visit.app.settings.zone, None), found })
}
