//! The download of one's own sealed copy. It streams, and a download that breaks off carries on byte for byte.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::No;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};
use tokio_util::io::ReaderStream;

use super::{
    collect::{Collect, Leaving, Waiting},
    spool,
};
use crate::door::{Oops, Visit};

/// Bytes read from the disk at a time.
const CHUNK: usize = 64 * 1024;

/// The copy, or the rest of it. Its act is done anew for each request, and before the first byte; but not before it is
/// certain that there are bytes to send, or the record book would say that a copy left which did not.
pub(super) async fn get(
    visit: Visit,
    Path((contest, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Oops> {
    // A download is somebody's deed: no other site may start one.
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return Err(visit.oops(No::Invalid("Begin the download from the page of the release.".to_owned())));
    }
    let waiting = visit.look(Waiting { contest: contest.clone(), file: file.clone() }).await?;
    let Some(leaving) = waiting else {
        // Signed for or taken back: the act says no, on record.
        let gone = Collect { contest, file, from: 0 };
        visit.act(visit.app.floor.new_request(), gone).await?;
        return Err(visit.oops(No::Again));
    };
    // Another file than this one is wanted from its beginning (RFC 9110 §13.1.5).
    let same = headers.get(header::IF_RANGE).is_none_or(|tag| tag.as_bytes() == etag(&leaving).as_bytes());
    let asked = range(&headers).filter(|_| same);
    if asked.is_some_and(|from| from >= leaving.bytes) {
        let all = format!("bytes */{}", leaving.bytes);
        return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, all)]).into_response());
    }
    let from = asked.unwrap_or(0);
    let opened = open(&visit, &leaving, from).await.map_err(|no| visit.oops(no))?;
    let act = Collect { contest, file, from };
    visit.act(visit.app.floor.new_request(), act).await?;
    Ok(stream(opened, &leaving, asked))
}

/// The spooled file, whole, at the byte where sending begins. It stays open, so that nothing can take it away between
/// the line and the first byte.
async fn open(visit: &Visit, leaving: &Leaving, from: u64) -> Result<File, No> {
    let path = spool::path(&visit.app.settings.spool, &leaving.file)?;
    let damaged = |why: String| {
        No::Fault(format!(
            "the sealed copy {} cannot be sent: {why}; withdraw the release and open another",
            leaving.file
        ))
    };
    let mut file = File::open(path).await.map_err(|e| damaged(e.to_string()))?;
    let length = file.metadata().await.map_err(|e| damaged(e.to_string()))?.len();
    if length != leaving.bytes {
        return Err(damaged(format!("its file has {length} bytes, not {}", leaving.bytes)));
    }
    file.seek(std::io::SeekFrom::Start(from)).await.map_err(|e| damaged(e.to_string()))?;
    Ok(file)
}

/// Asking for the length alone would not be collecting; it is not answered.
pub(super) async fn head() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

fn stream(file: File, leaving: &Leaving, from: Option<u64>) -> Response {
    let start = from.unwrap_or(0);
    let rest = leaving.bytes - start;
    let body = Body::from_stream(ReaderStream::with_capacity(file.take(rest), CHUNK));
    let name = format!("attachment; filename=\"{}.csv.age\"", leaving.file);
    let answer = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_LENGTH, rest.to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, etag(leaving)),
    ];
    if from.is_none() {
        return (answer, body).into_response();
    }
    let span = format!("bytes {start}-{}/{}", leaving.bytes - 1, leaving.bytes);
    (StatusCode::PARTIAL_CONTENT, answer, [(header::CONTENT_RANGE, span)], body).into_response()
}

fn etag(leaving: &Leaving) -> String {
    format!("\"{}\"", leaving.sealed)
}

/// The first byte of `Range: bytes=N-`, which is how downloads carry on. Any other range is answered with the whole, as
/// RFC 9110 §14.2 allows.
fn range(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(header::RANGE)?.to_str().ok()?;
    text.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &'static str) -> Option<u64> {
        range(&HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(value))]))
    }

    #[test]
    fn only_the_rest_of_a_file_is_a_range() {
        assert_eq!(asked("bytes=500-"), Some(500));
        assert_eq!(asked("bytes=0-"), Some(0));
        for whole in ["bytes=0-99", "bytes=-5", "bytes=1-,5-", "lines=1-", "bytes=x-", ""] {
            assert_eq!(asked(whole), None, "{whole}");
        }
        assert_eq!(range(&HeaderMap::new()), None);
    }
}
