//! A no on a page: what happened, to what, and what to do next.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use kernel::No;

use crate::page::{Decision, Page};

/// A no on its way to a page.
pub struct Oops {
    pub(super) no: No,
    pub(super) page: Option<Box<Page>>,
}

#[derive(Template)]
#[template(path = "door/oops.html")]
struct OopsPage {
    page: Page,
    title: &'static str,
    decisions: Vec<Decision>,
    words: String,
    fresh: bool,
}

impl From<No> for Oops {
    fn from(no: No) -> Self {
        Self { no, page: None }
    }
}

impl Oops {
    /// Whether the input itself was at fault.
    pub fn is_invalid(&self) -> bool {
        matches!(self.no, No::Invalid(_))
    }

    /// The status that says the same to a machine.
    pub fn status(no: &No) -> StatusCode {
        match no {
            No::Refused(_) => StatusCode::FORBIDDEN,
            No::Absent => StatusCode::NOT_FOUND,
            No::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            No::NotNow(_) | No::Already(_) | No::Again => StatusCode::CONFLICT,
            No::SignedOut => StatusCode::UNAUTHORIZED,
            No::Fault(_) | No::Tampered(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let status = Self::status(&self.no);
        if let No::SignedOut = self.no {
            return Redirect::to("/sign-in").into_response();
        }
        if let No::Fault(why) = &self.no {
            tracing::error!(%why, "an act failed");
        }
        let (title, words) = match &self.no {
            No::Refused(_) => ("Refused", "Nothing was shown or changed. The refusal is in the record book.".to_owned()),
            No::Absent => ("Not here", "There is nothing at this address, or nothing that you may see.".to_owned()),
            No::Invalid(words) => ("Something to mend", words.clone()),
            No::NotNow(words) => ("Not now", words.clone()),
            No::Fault(_) | No::Tampered(_) => (
                "A fault of ours",
                "Something failed on our side. Nothing was shown or changed. Try again; if it happens twice, tell the \
                 office the time on this page."
                    .to_owned(),
            ),
            other => ("Not done", other.to_string()),
        };
        let decisions: Vec<Decision> = match &self.no {
            No::Refused(why) => why.rules.iter().map(decision).collect(),
            _ => Vec::new(),
        };
        let fresh = decisions.iter().any(|d| d.words.contains("fresh code"));
        let Some(page) = self.page else { return (status, words).into_response() };
        match (OopsPage { page: *page, title, decisions, words, fresh }).render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(_) => (status, title).into_response(),
        }
    }
}

fn decision(rule: &kernel::guard::RuleRef) -> Decision {
    Decision {
        allowed: false,
        words: rule.text.to_string(),
        rule: rule.name.to_string(),
        since: None,
        next: None,
    }
}
