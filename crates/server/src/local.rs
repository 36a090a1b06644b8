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
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

use crate::{demo, stop::Stop};

/// A server that runs on this machine, as its lock names it: where it listens, and what it answers to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// A random word that only the data folder's owner can read.
    word: String,
}

/// Where a backup goes.
#[derive(Serialize, Deserialize)]
struct To {
    file: PathBuf,
}

/// As whom somebody acts in a demo.
#[derive(Serialize, Deserialize)]
struct As {
    email: String,
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
        self.ask("backup", To { file: file.to_owned() })
    }

    /// Asks a demo's server for a session of somebody in the demo.
    pub fn session(&self, email: &str) -> Result<String, Stop> {
        self.ask("session", As { email: email.to_owned() })
    }

    fn ask<T: DeserializeOwned>(&self, what: &str, question: impl Serialize) -> Result<T, Stop> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let ask =
            agent.post(format!("http://{}/local/{what}", self.address)).header("authorization", &self.word);
        let lost =
            |e: ureq::Error| Stop::new(format!("The server at http://{} did not answer: {e}.", self.address));
        let mut answer = ask.send_json(question).map_err(lost)?;
        let text = answer.body_mut().read_to_string().map_err(lost)?;
        match answer.status().is_success() {
            true => serde_json::from_str(&text).map_err(|e| Stop::new(e.to_string())),
            false => Err(Stop::new(text)),
        }
    }

    /// Its routes for commands.
    pub fn router(self, app: App) -> Router {
        let mut router = Router::new().route("/local/backup", post(back_up));
        if app.settings.demo {
            router = router.route("/local/session", post(open_session));
        }
        router.layer(Extension(Arc::new(self))).with_state(app)
    }

    /// Whether whoever asks has read the lock.
    fn knows(&self, headers: &HeaderMap) -> bool {
        let word = headers.get("authorization").map_or(&b""[..], |v| v.as_bytes());
        self.word.as_bytes().ct_eq(word).into()
    }
}

async fn back_up(
    State(app): State<App>,
    Extension(server): Extension<Arc<Server>>,
    headers: HeaderMap,
    Json(to): Json<To>,
) -> Response {
    match server.knows(&headers) {
        true => answer(move || backup(&app.floor, &to.file)).await,
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn open_session(
    State(app): State<App>,
    Extension(server): Extension<Arc<Server>>,
    headers: HeaderMap,
    Json(who): Json<As>,
) -> Response {
    match server.knows(&headers) {
        true => answer(move || demo::session(&app.floor, &who.email)).await,
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn answer<T: Serialize + Send + 'static>(
    work: impl FnOnce() -> Result<T, Stop> + Send + 'static,
) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Json(done).into_response(),
        Ok(Err(stop)) => (StatusCode::CONFLICT, stop.to_string()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
