//! The log over HTTP, exactly as C2SP tlog-tiles has it, under `/log/<name>/`: what anybody's program can check.
//!
//! Nothing here goes beyond the public checkpoint, which moves at a slow beat, so that rivals cannot read each other's
//! pace from it. Hash tiles are public; entries are for enrolled mirrors, and for everybody else they are not there.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Actor, Floor, No};
use ledger::tile::{TilePath, WIDTH, write_bundle};

use super::Entries;
use crate::door::{App, Oops, blocking};

/// What was asked for can never change again.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// As [`FOREVER`], but not for caches that others share.
const FOREVER_PRIVATE: &str = "private, max-age=31536000, immutable";
/// Soon there will be more of it.
const SHORT: &str = "public, max-age=60";
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// A file of the log.
struct File {
    bytes: Vec<u8>,
    kind: &'static str,
    cache: &'static str,
}

/// `checkpoint`, `vkey`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`.
pub(super) async fn get(
    State(app): State<App>,
    Path((log, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let token = bearer.and_then(|v| v.strip_prefix("Bearer ")).map(str::to_owned);
    match blocking(move || file(&app.floor, &log, &path, token)).await {
        Ok(File { bytes, kind, cache }) => {
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], bytes).into_response()
        }
        Err(no) => {
            if let No::Fault(why) = &no {
                tracing::error!(%why, "the log could not be served");
            }
            let none = [(header::CONTENT_TYPE, TEXT), (header::CACHE_CONTROL, "no-store")];
            let status = match no {
                No::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
                No::Absent | No::SignedOut => StatusCode::NOT_FOUND,
                ref other => Oops::status(other),
            };
            (status, none, "There is nothing here.\n").into_response()
        }
    }
}

fn file(floor: &Floor, log: &str, path: &str, token: Option<String>) -> Result<File, No> {
    let text = |text: String, cache| File { bytes: text.into_bytes(), kind: TEXT, cache };
    match path {
        "checkpoint" => Ok(text(floor.public_checkpoint(log)?, "no-cache")),
        "vkey" => Ok(text(format!("{}\n", floor.log_key(log)?.1), SHORT)),
        _ => tile(floor, log, path.parse().map_err(|_| No::Absent)?, token),
    }
}

fn tile(floor: &Floor, log: &str, tile: TilePath, token: Option<String>) -> Result<File, No> {
    let width = usize::from(tile.width);
    let full = width == WIDTH;
    if let Some(level) = tile.level {
        let bytes = floor.tile(log, level, tile.index, width)?;
        return Ok(File { bytes, kind: BYTES, cache: if full { FOREVER } else { SHORT } });
    }
    floor.look(&Actor::visitor(), &Entries { token: token.ok_or(No::Absent)? })?;
    let from = tile.index.checked_mul(WIDTH as u64).ok_or(No::Absent)?;
    let to = from.checked_add(width as u64).ok_or(No::Absent)?;
    let leaves = floor.leaves(log, from, to)?;
    if leaves.len() != width {
        return Err(No::Fault(format!("entries of the record book `{log}` are missing from the database")));
    }
    let bytes = write_bundle(leaves.iter().map(Vec::as_slice)).map_err(No::fault)?;
    let cache = if full { FOREVER_PRIVATE } else { "private, no-cache" };
    Ok(File { bytes, kind: BYTES, cache })
}
