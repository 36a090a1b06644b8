//! A sign-in link on the terminal: only a demo prints them, for its made-up people.

use kernel::{Act, Ask, Desk, Draft, Millis, No, Plain, Verb};
use serde_json::json;

use super::{Address, Code, ask_code, demo, enrol::address, standing};

/// How long a printed link may be used.
pub const LINK_LIFE: Millis = 24 * 3_600_000;

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
        let demo = demo(desk)?;
        let permit =
            desk.permit(Ask::on("House", "house").facts(json!({ "system": system, "demo": demo })))?;
        let person = Address::whose(desk, &address(&self.email)?)?.ok_or(No::Absent)?;
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
