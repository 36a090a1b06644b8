//! `POST /api/register.import`: a register file as the body, read while it arrives and kept nowhere in plain.

use std::{future::poll_fn, pin::Pin};

use axum::{
    Json, Router,
    body::{Body, HttpBody},
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{
    door::{App, Oops, Passing, arriving},
    register::{
        import::{ImportError, import},
        reading::LayoutChoice,
    },
};
use kernel::No;
use serde::Deserialize;

use crate::import::Order;

/// The route.
pub fn router(app: App) -> Router {
    Router::new().route("/api/register.import", post(run)).with_state(app)
}

#[derive(Deserialize)]
struct How {
    layout: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

async fn run(State(app): State<App>, headers: HeaderMap, Query(how): Query<How>, body: Body) -> Response {
    let layout = match how.layout.as_deref().unwrap_or("auto").parse::<LayoutChoice>() {
        Ok(layout) => layout,
        Err(why) => return (StatusCode::UNPROCESSABLE_ENTITY, format!("layout: {why}.")).into_response(),
    };
    let bearer = headers.get("authorization").and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
    let bearer = bearer.unwrap_or_default().to_owned();
    let (passing, arriving) = arriving();
    let work = tokio::task::spawn_blocking(move || {
        let actor = app.floor.actor(&bearer);
        if actor.person().is_none() {
            return Err(ImportError::No(No::SignedOut));
        }
        let order = Order { layout, dry_run: how.dry_run }.on(&app.floor)?;
        import(&app.floor, &actor, arriving, order, &|_, _| {})
    });
    pass_on(body, passing).await;
    match work.await {
        Ok(Ok(report)) => Json(report).into_response(),
        Ok(Err(ImportError::No(no))) => (Oops::status(&no), no.to_string()).into_response(),
        Ok(Err(ImportError::File(why))) => {
            (StatusCode::UNPROCESSABLE_ENTITY, format!("Nothing was imported: {why}.")).into_response()
        }
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "The import failed on our side.").into_response(),
    }
}

/// Passes the body on. When nobody reads any more, the rest is thrown away, so that the sender stays to hear why.
async fn pass_on(mut body: Body, passing: Passing) {
    let mut read = true;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(frame) = frame else { return }; // broken off
        read = read && passing.on(frame.into_data().unwrap_or_default()).await;
    }
    if read {
        passing.end().await;
    }
}
