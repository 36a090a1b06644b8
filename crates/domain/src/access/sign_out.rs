//! Signing out: the session ends at once, on every node.

use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Act, Ask, Desk, Draft, No, Plain, Session, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::door::{Nothing, Oops, Signed, Visit};

/// Ends the session that asks.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SignOut {}

impl Act for SignOut {
    const NAME: &'static str = "access.sign_out";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let permit = desk.permit(Ask::on("House", "house").facts(json!({})))?;
        let key = desk.actor().session().map(str::to_owned).ok_or(No::SignedOut)?;
        let session = desk.warrant::<Session>(&key)?.ok_or(No::SignedOut)?;
        let ended = Session { ended: true, ..session.fact };
        desk.enter(
            &permit,
            Draft::new(Verb::Granted).plain(json!({ "sessions_ended": 1 })).warrant(&ended)?,
        )?;
        Ok(Plain(()))
    }
}

pub(super) async fn post(visit: Visit, form: Signed<Nothing>) -> Result<Response, Oops> {
    visit.act(form.request, SignOut {}).await?;
    Ok((visit.forget_session(), Redirect::to("/sign-in")).into_response())
}
