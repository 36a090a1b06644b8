//! A sign-in link on the terminal: only a demo prints them, for its made-up people.

use kernel::{Act, Ask, Desk, Draft, HOUSE, Millis, No, Plain, Verb, seal::index::Kind};
use serde_json::json;

use super::{Code, ask_code, enrol::address, standing};

/// How long a printed link may be used.
pub const LINK_LIFE: Millis = 24 * 3_600_000;
/// How the origins of a demo's logs begin; they stand in every checkpoint, so that a demo's book never passes for a real
/// one.
const DEMO: &str = "demo.invalid/";

const ORIGIN: &str = "SELECT origin FROM log WHERE name = $1";
const WHOSE: &str = "SELECT person FROM sign_in WHERE tag = $1";

/// Makes a code that lasts a day and is printed instead of mailed.
pub struct PrintLink {
    /// Whose: the address that they sign in with.
    pub email: String,
}

/// What the link is made of.
pub struct Link {
    /// Names the code.
    pub ticket: String,
    /// The code.
    pub code: String,
}

impl Act for PrintLink {
    const NAME: &'static str = "access.print_link";
    type Out = Plain<Link>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let system = standing(desk, None)?.system;
        let origin = desk.row(ORIGIN, &[HOUSE.into()])?.ok_or(No::Absent)?;
        let demo = origin.text("origin")?.starts_with(DEMO);
        let permit =
            desk.permit(Ask::on("House", "house").facts(json!({ "system": system, "demo": demo })))?;
        let tag = desk.tagger().tag(Kind::SignIn, &address(&self.email)?, 0);
        let person = desk.row(WHOSE, &[tag.into()])?.ok_or(No::Absent)?.int("person")?;
        let (code, typed) = ask_code::issue(desk, Some(person), None);
        let code = Code { until: desk.now() + LINK_LIFE, ..code };
        let link = Link { ticket: code.ticket.clone(), code: typed };
        desk.enter(
            &permit,
            Draft::new(Verb::Granted).about(person).plain(json!({ "links": 1 })).warrant(&code)?,
        )?;
        Ok(Plain(link))
    }
}
