//! Taking an office away, from this instant on.

use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Office, Role, enrol::appointing_facts};

/// Ends an office in the house.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Dismiss {
    /// Whose.
    pub person: PersonId,
    /// Which office.
    pub office: Office,
}

impl Act for Dismiss {
    const NAME: &'static str = "access.dismiss";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let about_self = desk.actor().person() == Some(self.person);
        let facts = appointing_facts(desk, about_self, false)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let key = format!("{}/{}/house/-", self.person, self.office.name());
        let role = desk.warrant::<Role>(&key)?.filter(|r| !r.ended).ok_or(No::Absent)?;
        let ended = Role { ended: true, ..role.fact };
        let plain = json!({ "office": self.office.name(), "ended": 1 });
        desk.enter(&permit, Draft::new(Verb::Granted).about(self.person).plain(plain).warrant(&ended)?)?;
        Ok(Plain(()))
    }
}
