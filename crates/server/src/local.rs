//! What commands on this machine ask of a running server. Whoever can read the lock in the data folder may ask.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::door::App;
use kernel::{Floor, chance::Chance};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::stop::Stop;

/// A server that runs on this machine, as its lock names it: where it listens, and what it answers to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// A random word that only the data folder's owner can read.
    word: String,
}

/// What is asked.
#[derive(Serialize, Deserialize)]
struct Ask {
    file: PathBuf,
}

/// A finished backup.
#[derive(Debug, Serialize, Deserialize)]
pub struct BackedUp {
    /// Length.
    pub bytes: u64,
    /// SHA-256, in hex.
    pub hash: String,
    /// The line of the house's record book that says so.
    pub line: u64,
}

/// Copies the data of an open floor.
pub fn backup(floor: &Floor, file: &Path) -> Result<BackedUp, Stop> {
    let done = floor.backup(file)?;
    let hash = done.hash.iter().map(|b| format!("{b:02x}")).collect();
    Ok(BackedUp { bytes: done.bytes, hash, line: done.receipt.first_line() })
}

impl Server {
    /// One that listens at `address` and answers to a word of its own.
    pub fn new(address: SocketAddr, chance: &Chance) -> Self {
        Self { address, word: chance.id() + &chance.id() }
    }

    /// Asks it for a backup.
    pub fn backup(&self, file: &Path) -> Result<BackedUp, Stop> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let ask =
            agent.post(format!("http://{}/local/backup", self.address)).header("authorization", &self.word);
        let lost =
            |e: ureq::Error| Stop::new(format!("The server at http://{} did not answer: {e}.", self.address));
        let mut answer = ask.send_json(Ask { file: file.to_owned() }).map_err(lost)?;
        let text = answer.body_mut().read_to_string().map_err(lost)?;
        match answer.status().is_success() {
            true => serde_json::from_str(&text).map_err(|e| Stop::new(e.to_string())),
            false => Err(Stop::new(text)),
        }
    }

    /// Its routes for commands.
    pub fn router(self, app: App) -> Router {
        Router::new().route("/local/backup", post(run)).layer(Extension(Arc::new(self))).with_state(app)
    }
}

async fn run(
    State(app): State<App>,
    Extension(server): Extension<Arc<Server>>,
    headers: HeaderMap,
    Json(ask): Json<Ask>,
) -> Response {
    let word = headers.get("authorization").map_or(&b""[..], |v| v.as_bytes());
    if !bool::from(server.word.as_bytes().ct_eq(word)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match tokio::task::spawn_blocking(move || backup(&app.floor, &ask.file)).await {
        Ok(Ok(done)) => Json(done).into_response(),
        Ok(Err(stop)) => (StatusCode::CONFLICT, stop.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
