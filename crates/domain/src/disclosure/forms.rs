//! The routes of a release: its page, one form for each deed, the download, and the entitlement as JSON.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, Query},
    response::Redirect,
    routing::{get, post},
};
use kernel::{Act, Answer as Answered, No, PersonId};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    Destruction, Terms,
    advise::Advise,
    approve::Approve,
    certify_destruction::CertifyDestruction,
    confirm_key::ConfirmKey,
    download,
    entitlement::{Answer, Entitlement},
    open_release::OpenRelease,
    page,
    register_key::RegisterKey,
    request::Request,
    schedule::Schedule,
    sign_receipt::SignReceipt,
    spool,
    terms::Purpose,
    withdraw::Withdraw,
};
use crate::{
    access::standing,
    door::{App, Nothing, Oops, Signed, Visit, blocking},
};

/// A form's fields by name. Boxes that can be ticked together have names of their own: `field.email`.
type Form = BTreeMap<String, String>;

/// Routes of this subject.
pub(super) fn router() -> Router<App> {
    let here = |deed: &str| format!("/contest/{{contest}}/release{deed}");
    Router::new()
        .route(&here(""), get(page::get))
        .route(&here("/open"), post(open))
        .route(&here("/ask"), post(ask))
        .route(&here("/approve/{terms_hash}"), post(approve))
        .route(&here("/advise"), post(advise))
        .route(&here("/schedule"), post(schedule))
        .route(&here("/withdraw"), post(withdraw))
        .route(&here("/key"), post(register_key))
        .route(&here("/key/{person}/confirm"), post(confirm_key))
        .route(&here("/copy/{file}"), get(download::get).head(download::head))
        .route(&here("/copy/{file}/receipt"), post(sign_receipt))
        .route(&here("/destroyed"), post(certify))
        .route("/contest/{contest}/entitlement", get(entitlement))
}

/// Does an act, and goes back to the page, which says that it is done.
async fn done<A: Act, T>(
    visit: &Visit,
    form: Signed<T>,
    contest: &str,
    word: &str,
    act: A,
) -> Result<Redirect, Oops>
where
    <A::Out as Answered>::Shown: Send,
{
    visit.done(form.request, act).await?;
    Ok(back(contest, word))
}

/// The page of the release, which says what was done.
fn back(contest: &str, word: &str) -> Redirect {
    Redirect::to(&format!("/contest/{contest}/release?done={word}"))
}

async fn open(visit: Visit, Path(contest): Path<String>, form: Signed<Form>) -> Result<Redirect, Oops> {
    let terms = terms(&form.form).map_err(|no| visit.oops(no))?;
    done(&visit, form, &contest, "opened", OpenRelease { contest: contest.clone(), terms }).await
}

async fn ask(visit: Visit, Path(contest): Path<String>, form: Signed<Form>) -> Result<Redirect, Oops> {
    let campaign = own_campaign(&visit, &contest).await?;
    let recipients = ticked(&form.form, "recipient.").filter_map(|n| n.parse().ok()).collect();
    done(&visit, form, &contest, "asked", Request { contest: contest.clone(), campaign, recipients }).await
}

async fn approve(
    visit: Visit,
    Path((contest, terms_hash)): Path<(String, String)>,
    form: Signed<Nothing>,
) -> Result<Redirect, Oops> {
    done(&visit, form, &contest, "approved", Approve { contest: contest.clone(), terms_hash }).await
}

async fn advise(visit: Visit, Path(contest): Path<String>, form: Signed<Form>) -> Result<Redirect, Oops> {
    let effect = chosen(&form.form, "effect").map_err(|no| visit.oops(no))?;
    let words = text(&form.form, "words");
    done(&visit, form, &contest, "advised", Advise { contest: contest.clone(), words, effect }).await
}

async fn schedule(visit: Visit, Path(contest): Path<String>, form: Signed<Form>) -> Result<Redirect, Oops> {
    let at_local = text(&form.form, "at");
    done(&visit, form, &contest, "scheduled", Schedule { contest: contest.clone(), at_local }).await
}

async fn withdraw(visit: Visit, Path(contest): Path<String>, form: Signed<Form>) -> Result<Redirect, Oops> {
    let reason = text(&form.form, "reason");
    done(&visit, form, &contest, "withdrawn", Withdraw { contest: contest.clone(), reason }).await
}

async fn register_key(
    visit: Visit,
    Path(contest): Path<String>,
    form: Signed<Form>,
) -> Result<Redirect, Oops> {
    let campaign = own_campaign(&visit, &contest).await?;
    let made = chosen(&form.form, "made").map_err(|no| visit.oops(no))?;
    let key = text(&form.form, "key");
    done(&visit, form, &contest, "registered", RegisterKey { contest: contest.clone(), campaign, key, made })
        .await
}

async fn confirm_key(
    visit: Visit,
    Path((contest, person)): Path<(String, PersonId)>,
    form: Signed<Form>,
) -> Result<Redirect, Oops> {
    let campaign = own_campaign(&visit, &contest).await?;
    let key = text(&form.form, "key");
    done(&visit, form, &contest, "confirmed", ConfirmKey { contest: contest.clone(), campaign, person, key })
        .await
}

async fn sign_receipt(
    visit: Visit,
    Path((contest, file)): Path<(String, String)>,
    form: Signed<Form>,
) -> Result<Redirect, Oops> {
    let sha256 = text(&form.form, "sha256");
    let act = SignReceipt { contest: contest.clone(), file, sha256 };
    let (app, actor) = (visit.app.clone(), visit.actor.clone());
    let sign = move || match app.floor.run(&actor, form.request, act) {
        // Signed for: that file goes, and no other. If it cannot, the schedule's sweep says so and takes it.
        Ok(signed) => {
            let _or_swept = spool::remove(&app.settings.spool, &signed.value.file);
            Ok(())
        }
        // The same request as before, which may have been about anything: it removes nothing.
        Err(No::Already(_)) => Ok(()),
        Err(no) => Err(no),
    };
    blocking(sign).await.map_err(|no| visit.oops(no))?;
    Ok(back(&contest, "received"))
}

async fn certify(visit: Visit, Path(contest): Path<String>, form: Signed<Form>) -> Result<Redirect, Oops> {
    let campaign = own_campaign(&visit, &contest).await?;
    let lines = |name: &str| {
        let text = text(&form.form, name);
        text.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect()
    };
    let destruction = Destruction {
        devices: lines("devices"),
        backups: lines("backups"),
        processors: lines("processors"),
        at: 0,
    };
    let release = text(&form.form, "release").parse().map_err(|_| visit.oops(No::Absent))?;
    let file = form.form.get("file").filter(|f| !f.is_empty()).cloned();
    let act = CertifyDestruction { contest: contest.clone(), release, campaign, file, destruction };
    done(&visit, form, &contest, "certified", act).await
}

/// Asks an entitlement; without a campaign or person, one's own.
#[derive(Deserialize)]
struct Asked {
    campaign: Option<String>,
    person: Option<PersonId>,
    at: Option<i64>,
}

async fn entitlement(
    visit: Visit,
    Path(contest): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Answer>, Oops> {
    let view = Entitlement { contest, campaign: asked.campaign, person: asked.person, at: asked.at };
    Ok(Json(visit.look(view).await?))
}

/// The campaign of whoever asks, in this contest.
async fn own_campaign(visit: &Visit, contest: &str) -> Result<String, Oops> {
    struct Own(String);
    impl kernel::View for Own {
        const NAME: &'static str = "disclosure.own_campaign";
        type Out = String;
        fn look(&self, look: &mut kernel::Look<'_>) -> Result<String, No> {
            standing(look, Some(&self.0))?.campaign.ok_or(No::Absent)
        }
    }
    visit.look(Own(contest.to_owned())).await
}

fn text(form: &Form, name: &str) -> String {
    form.get(name).cloned().unwrap_or_default()
}

/// What was ticked among the boxes whose names begin so.
fn ticked<'f>(form: &'f Form, prefix: &'f str) -> impl Iterator<Item = &'f str> {
    form.keys().filter_map(move |name| name.strip_prefix(prefix))
}

/// What was chosen, where there is one answer from a closed list.
fn chosen<T: DeserializeOwned>(form: &Form, name: &str) -> Result<T, No> {
    named(&text(form, name))
        .ok_or_else(|| No::Invalid(format!("Choose one answer under \u{201c}{name}\u{201d}.")))
}

fn named<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn terms(form: &Form) -> Result<Terms, No> {
    let owned = |prefix| ticked(form, prefix).map(str::to_owned).collect();
    Ok(Terms {
        fields: owned("field."),
        classes: owned("class."),
        channels: ticked(form, "channel.").filter_map(named).collect(),
        purpose: Purpose::ThisContest,
        basis: chosen(form, "basis")?,
        art9: chosen(form, "art9")?,
        campaigns: chosen(form, "campaigns")?,
        dpia: text(form, "dpia").trim().to_lowercase(),
        policy_document: text(form, "policy_document").trim().to_lowercase(),
    })
}
