//! `POST /api/register.import`: a register file as the body, read while it arrives and kept nowhere in plain.

use std::{
    future::poll_fn,
    io::{self, Read},
    pin::Pin,
};

use axum::{
    Json, Router,
    body::{Body, Bytes, HttpBody},
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{
    door::{App, Oops},
    register::{
        import::{ImportError, import},
        reading::LayoutChoice,
    },
};
use kernel::No;
use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

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
    let bearer = headers
        .get("authorization")
        .and_then(|v| v.to_str().ok()?.strip_prefix("Bearer ").map(str::to_owned));
    let (send, arrive) = channel(16);
    let work = tokio::task::spawn_blocking(move || {
        let actor = app.floor.actor(&bearer.unwrap_or_default());
        if actor.person().is_none() {
            return Err(ImportError::No(No::SignedOut));
        }
        let order = Order { layout, dry_run: how.dry_run }.on(&app.floor)?;
        import(&app.floor, &actor, Arriving { arrive, rest: Bytes::new() }, order, &|_, _| {})
    });
    pass_on(body, send).await;
    match work.await {
        Ok(Ok(report)) => Json(report).into_response(),
        Ok(Err(ImportError::No(no))) => (Oops::status(&no), no.to_string()).into_response(),
        Ok(Err(ImportError::File(why))) => {
            (StatusCode::UNPROCESSABLE_ENTITY, format!("Nothing was imported: {why}.")).into_response()
        }
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "The import failed on our side.").into_response(),
    }
}

type Piece = io::Result<Bytes>;

async fn pass_on(mut body: Body, send: Sender<Piece>) {
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let piece = match frame {
            Ok(frame) => Ok(frame.into_data().unwrap_or_default()),
            Err(e) => Err(io::Error::other(e)),
        };
        if send.send(piece).await.is_err() {
            return; // whoever reads has failed, and says why
        }
    }
}

/// The body as a thread that may wait reads it.
struct Arriving {
    arrive: Receiver<Piece>,
    rest: Bytes,
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.arrive.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.rest = piece?,
            }
        }
        let n = into.len().min(self.rest.len());
        let piece = self.rest.split_to(n);
        into[..n].copy_from_slice(&piece);
        Ok(n)
    }
}
