//! The pages of signing in: an address, a code, and a code again before anything that binds.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    CODE_LIFE,
    ask_code::AskCode,
    ask_fresh::AskFresh,
    confirm::Confirm,
    mail::code_mail,
    redeem::{Redeem, Redeemed},
    sign_out,
};
use crate::{
    door::{App, Nothing, Oops, Signed, Visit},
    page::{Answer, Countdown, Deed, Page, Question},
};

/// Routes of this subject.
pub fn router() -> Router<App> {
    Router::new()
        .route("/sign-in", get(address_page).post(send_code))
        .route("/sign-in/code", get(code_page).post(type_code))
        .route("/sign-in/again", post(again))
        .route("/sign-in/with/{ticket}/{code}", get(link_page))
        .route("/fresh", post(ask_fresh))
        .route("/fresh/code", get(fresh_page).post(type_fresh))
        .route("/sign-out", post(sign_out::post))
}

#[derive(Template)]
#[template(path = "access/sign_in.html")]
struct AddressPage {
    page: Page,
    ask: Question,
    telephone: String,
}

#[derive(Template)]
#[template(path = "access/code.html")]
struct CodePage {
    page: Page,
    ask: Question,
    runs_out: Countdown,
    again: Deed,
}

#[derive(Template)]
#[template(path = "access/link.html")]
struct LinkPage {
    page: Page,
    code: String,
    ticket: String,
}

async fn address_page(visit: Visit) -> Result<Response, Oops> {
    let page = address_question(&visit, None)?;
    Ok((visit.keep_visitor(), page).into_response())
}

fn address_question(visit: &Visit, error: Option<String>) -> Result<Html<String>, Oops> {
    let ask = Question {
        action: "/sign-in".to_owned(),
        name: "email",
        ask: "What is your e-mail address?".to_owned(),
        hint: Some("We send you a code. There is no password.".to_owned()),
        error,
        button: "Send the code".to_owned(),
        answer: Answer::Line { value: String::new(), kind: "email", complete: "email" },
    };
    let page = visit.page(&visit.app.settings.zone, None);
    render(&AddressPage { page, ask, telephone: visit.app.settings.telephone.clone() })
}

#[derive(Deserialize)]
struct Address {
    email: String,
}

async fn send_code(visit: Visit, form: Signed<Address>) -> Result<Response, Oops> {
    let act = AskCode { email: form.form.email, from: visit.from.clone() };
    let asked = match visit.act(form.request, act).await {
        Ok(shown) => shown.value,
        Err(oops) if oops.is_invalid() => {
            let words = "This is not an e-mail address. It looks like name@example.org.".to_owned();
            return Ok(address_question(&visit, Some(words))?.into_response());
        }
        Err(oops) => return Err(oops),
    };
    if let Some((to, code)) = asked.mail {
        visit.app.post.send(code_mail(to, &visit.app.settings.organisation, &code));
    }
    Ok((visit.keep_ticket(&asked.ticket), Redirect::to("/sign-in/code")).into_response())
}

async fn again() -> Redirect {
    Redirect::to("/sign-in")
}

async fn code_page(visit: Visit) -> Result<Response, Oops> {
    let page = code_question(&visit, "/sign-in/code", "/sign-in/again", None)?;
    Ok((visit.keep_visitor(), page).into_response())
}

fn code_question(
    visit: &Visit,
    action: &str,
    again: &str,
    error: Option<&str>,
) -> Result<Html<String>, Oops> {
    let ask = Question {
        action: action.to_owned(),
        name: "code",
        ask: "Type the code".to_owned(),
        hint: Some("Six letters and digits, from the mail that we sent you.".to_owned()),
        error: error.map(str::to_owned),
        button: "Go on".to_owned(),
        answer: Answer::Code(6),
    };
    let due =
        jiff::Timestamp::from_millisecond(visit.app.floor.now() + CODE_LIFE).map_err(kernel::No::fault)?;
    let runs_out = visit.clock(&visit.app.settings.zone).countdown("Code runs out", due);
    let again = Deed {
        action: again.to_owned(),
        name: "again",
        words: "We can send another code; the old one then stays good until it runs out.".to_owned(),
        promise: None,
        button: "Send another code".to_owned(),
        primary: false,
    };
    render(&CodePage { page: visit.page(&visit.app.settings.zone, None), ask, runs_out, again })
}

#[derive(Deserialize)]
struct CodeForm {
    code: String,
    /// From a link that a demo printed; else, and in every other house, the browser's cookie says it.
    ticket: Option<String>,
}

const WRONG: &str = "This code is not right, or it has run out. Type it again, or ask for another one.";

async fn type_code(visit: Visit, form: Signed<CodeForm>) -> Result<Response, Oops> {
    let printed = form.form.ticket.filter(|_| visit.app.settings.demo);
    let ticket = printed.or_else(|| visit.ticket.clone()).unwrap_or_default();
    let act = Redeem { ticket, code: form.form.code, from: visit.from.clone() };
    match visit.act(form.request, act).await?.value {
        Redeemed::Open(token) => Ok((visit.keep_session(&token), Redirect::to("/")).into_response()),
        Redeemed::Wrong => {
            Ok(code_question(&visit, "/sign-in/code", "/sign-in/again", Some(WRONG))?.into_response())
        }
    }
}

/// A printed link shows a button and does nothing else: mail scanners open links. Only a demo prints them.
async fn link_page(visit: Visit, Path((ticket, code)): Path<(String, String)>) -> Result<Response, Oops> {
    if !visit.app.settings.demo {
        return Err(visit.oops(kernel::No::Absent));
    }
    let page = render(&LinkPage { page: visit.page(&visit.app.settings.zone, None), code, ticket })?;
    Ok((visit.keep_visitor(), page).into_response())
}

async fn ask_fresh(visit: Visit, form: Signed<Nothing>) -> Result<Response, Oops> {
    let (asked, to) = visit.act(form.request, AskFresh {}).await?.value;
    visit.app.post.send(code_mail(to.0, &visit.app.settings.organisation, &asked.code));
    Ok((visit.keep_ticket(&asked.ticket), Redirect::to("/fresh/code")).into_response())
}

async fn fresh_page(visit: Visit) -> Result<Html<String>, Oops> {
    code_question(&visit, "/fresh/code", "/fresh", None)
}

async fn type_fresh(visit: Visit, State(_): State<App>, form: Signed<CodeForm>) -> Result<Response, Oops> {
    let ticket = visit.ticket.clone().unwrap_or_default();
    match visit.act(form.request, Confirm { ticket, code: form.form.code }).await?.value {
        true => Ok(Redirect::to("/").into_response()),
        false => Ok(code_question(&visit, "/fresh/code", "/fresh", Some(WRONG))?.into_response()),
    }
}

pub(crate) fn render(page: &impl Template) -> Result<Html<String>, Oops> {
    page.render().map(Html).map_err(|e| kernel::No::fault(e).into())
}
