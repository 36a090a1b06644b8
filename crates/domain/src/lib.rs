//! What the organisation does: one folder per subject, one file per act, in the order in which they may use each other.

pub mod access;
pub mod register;

pub mod contest;
pub mod undertaking;

pub mod disclosure;
pub mod evidence;

pub mod api;
pub mod door;
mod home;
pub mod page;

use axum::Router;
use kernel::{Migration, Part};

use api::ActSpec;
use door::App;

/// A subject: its policies, its tables, its acts and its pages.
pub struct Subject {
    /// Policies and their schema.
    pub part: Part,
    /// Tables.
    pub migration: Migration,
    /// What somebody can do.
    pub acts: &'static [ActSpec],
    /// Pages and forms.
    pub router: fn() -> Router<App>,
}

/// All subjects, each using only those before it.
pub fn subjects() -> &'static [&'static Subject] {
    &[
        &access::SUBJECT,
        &register::SUBJECT,
        &contest::SUBJECT,
        &undertaking::SUBJECT,
        &disclosure::SUBJECT,
        &evidence::SUBJECT,
    ]
}

/// All pages, the API and what they are made of.
pub fn router(app: App) -> Router {
    let mut router = Router::new().merge(api::router()).merge(home::router()).merge(page::router());
    for subject in subjects() {
        router = router.merge((subject.router)());
    }
    router
        .layer(axum::middleware::from_fn(door::headers))
        .layer(axum::middleware::from_fn_with_state(app.clone(), door::own_forms_only))
        .with_state(app)
}
