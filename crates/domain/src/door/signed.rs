//! The body of a form that this site made for this browser, and that acts once.

use axum::{
    extract::{FromRequest, RawForm, Request},
    http::StatusCode,
};
use kernel::RequestId;
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{App, Visit};

/// A form's fields, after its token was checked.
pub struct Signed<T> {
    /// The fields.
    pub form: T,
    /// The id that makes a form sent twice one act.
    pub request: RequestId,
}

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

#[derive(Deserialize)]
struct Hidden {
    csrf: String,
    request_id: String,
}

/// Why a form was not taken.
type Rejection = (StatusCode, &'static str);

const STALE: Rejection = (
    StatusCode::FORBIDDEN,
    "This form is not of this session. Go back, load the page again, and send it once more.",
);
const UNREADABLE: Rejection = (
    StatusCode::UNPROCESSABLE_ENTITY,
    "A field of this form is missing or not as expected. Nothing was done.",
);

impl<T: DeserializeOwned> FromRequest<App> for Signed<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, app: &App) -> Result<Self, Rejection> {
        // A browser that nothing tells apart was given no form.
        let apart = Visit::told_apart_by(app, request.headers()).ok_or(STALE)?;
        let csrf = Visit::csrf_of(app, &apart);
        let RawForm(body) = RawForm::from_request(request, app).await.map_err(|_| UNREADABLE)?;
        let hidden: Hidden = serde_urlencoded::from_bytes(&body).map_err(|_| STALE)?;
        let form = serde_urlencoded::from_bytes(&body).map_err(|_| UNREADABLE)?;
        Ok(Self { form, request: check(&csrf, &hidden.csrf, &hidden.request_id)? })
    }
}

/// Checks a form's token, for bodies that are read in another way (uploads), and gives its request id.
pub fn check(expected: &str, csrf: &str, request_id: &str) -> Result<RequestId, Rejection> {
    if !bool::from(expected.as_bytes().ct_eq(csrf.as_bytes())) {
        return Err(STALE);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(request_id.as_bytes())[..16]);
    Ok(RequestId(id))
}
