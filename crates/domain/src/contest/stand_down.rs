//! Ending somebody's role in a campaign, from this instant on.

use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Act, Ask, Desk, Draft, No, PersonId, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{appoint::team_facts, log_of};
use crate::{
    access::{Office, Role},
    door::{Nothing, Oops, Signed, Visit},
};

/// Takes a role in a campaign away; anybody may take away their own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct StandDown {
    /// In which contest.
    pub contest: String,
    /// Of which campaign.
    pub campaign: String,
    /// Whose.
    pub person: PersonId,
    /// Which role.
    pub office: Office,
}

impl Act for StandDown {
    const NAME: &'static str = "contest.stand_down";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = team_facts(desk, &self.contest, &self.campaign, self.person, self.office)?;
        let log = log_of(&self.contest);
        let ask = Ask::on("Campaign", &self.campaign).log(&log).campaign(Some(&self.campaign)).facts(facts);
        let permit = desk.permit(ask)?;
        let key = format!("{}/{}/{}/{}", self.person, self.office.name(), self.contest, self.campaign);
        let role = desk.warrant::<Role>(&key)?.filter(|r| !r.ended).ok_or(No::Absent)?;
        let ended = Role { ended: true, ..role.fact };
        let plain = json!({ "office": self.office.name(), "ended": 1 });
        desk.enter(&permit, Draft::new(Verb::Granted).about(self.person).plain(plain).warrant(&ended)?)?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, campaign, person, office)): Path<(String, String, PersonId, Office)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = format!("/contest/{contest}?done=stood_down");
    visit.done(form.request, StandDown { contest, campaign, person, office }).await?;
    Ok(Redirect::to(&back).into_response())
}
