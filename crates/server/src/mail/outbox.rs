//! The demo's mail: printed to the terminal, and kept in memory for the page /outbox. Nothing leaves the machine.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use askama::Template;
use axum::{Extension, Router, extract::ConnectInfo, http::StatusCode, response::Html, routing::get};
use domain::{
    access::mail::{Mail, Post},
    door::{App, Visit},
    page::Page,
};

/// Mails that are kept.
const KEPT: usize = 50;

/// Mails that would have been sent, newest first.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Mutex<VecDeque<Mail>>>);

impl Post for Outbox {
    fn send(&self, mail: Mail) {
        let first = mail.text.lines().next().unwrap_or_default();
        println!("Mail to {}: {}. {first}", mail.to, mail.subject);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(mail);
        kept.truncate(KEPT);
    }
}

impl Outbox {
    /// The page that shows them, to this machine only.
    pub fn router(&self, app: App) -> Router {
        Router::new()
            .route("/outbox", get(show))
            .layer(axum::middleware::from_fn(domain::door::headers))
            .layer(Extension(self.clone()))
            .with_state(app)
    }
}

#[derive(Template)]
#[template(path = "mail/outbox.html")]
struct OutboxPage {
    page: Page,
    mails: Vec<(String, String, String)>,
}

async fn show(
    visit: Visit,
    Extension(outbox): Extension<Outbox>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
) -> Result<Html<String>, StatusCode> {
    if !from.ip().is_loopback() {
        return Err(StatusCode::NOT_FOUND);
    }
    let mails = {
        let kept = outbox.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(|m| (m.to.clone(), m.subject.clone(), m.text.clone())).collect()
    };
    let page = visit.page(&visit.app.settings.zone, None);
    (OutboxPage { page, mails }).render().map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
