//! The door: who comes in, what they bring, and how a yes or a no looks on a page.
//!
//! A handler takes a [`Visit`] and, for a form, a [`Signed`] body. Acts and looks run on blocking threads.

mod arriving;
mod cookie;
mod oops;
mod signed;
mod visit;

use std::{ops::Deref, path::PathBuf, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use kernel::Floor;

pub use arriving::{Arriving, Passing, arriving};
pub use oops::Oops;
pub use signed::{Nothing, Signed, check};
pub use visit::Visit;
pub(crate) use visit::blocking;

use crate::access::mail::Post;

/// What the house is called and how its door works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whose register it is.
    pub organisation: String,
    /// Whether everything here is made up.
    pub demo: bool,
    /// The zone in which pages show times: an IANA name.
    pub zone: String,
    /// Cookies go over TLS only.
    pub secure: bool,
    /// How the site is reached, without a slash at the end: `https://register.example.org`.
    pub base_url: String,
    /// Addresses of proxies whose `X-Forwarded-For` is believed; none by default.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// The office's telephone number, for those without e-mail.
    pub telephone: String,
    /// Folder of sealed files that wait to be collected.
    pub spool: PathBuf,
}

/// Everything that handlers share.
#[derive(Clone)]
pub struct App(Arc<Inside>);

/// See [`App`].
pub struct Inside {
    /// Where acts run.
    pub floor: Floor,
    /// How mail goes out.
    pub post: Box<dyn Post>,
    /// What the house is called and how its door works.
    pub settings: Settings,
}

impl App {
    /// Brings them together.
    pub fn new(floor: Floor, post: Box<dyn Post>, settings: Settings) -> Self {
        Self(Arc::new(Inside { floor, post, settings }))
    }
}

impl Deref for App {
    type Target = Inside;
    fn deref(&self) -> &Inside {
        &self.0
    }
}

/// Headers that every answer bears: nothing from outside, nothing framed, nothing kept, nothing told to other sites.
pub async fn headers(request: Request, next: Next) -> Response {
    const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                       form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    let lasting = request.uri().path().starts_with("/static/") || request.uri().path().starts_with("/log/");
    let mut response = next.run(request).await;
    let mut set = |name: HeaderName, value: &'static str| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: with that, browsers say `null` for the origin of our own forms.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    if !lasting {
        set(header::CACHE_CONTROL, "no-store");
    }
    response
}

/// Refuses a form that another site sent: browsers say where a POST comes from, older ones by its origin alone.
pub async fn own_forms_only(State(app): State<App>, request: Request, next: Next) -> Response {
    use axum::{http::Method, response::IntoResponse};
    if request.method() == Method::POST && from_elsewhere(request.headers(), &app.settings.base_url) {
        return (
            axum::http::StatusCode::FORBIDDEN,
            "This form was sent from another site. Nothing was done.",
        )
            .into_response();
    }
    next.run(request).await
}

fn from_elsewhere(headers: &HeaderMap, base_url: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => !matches!(site.as_bytes(), b"same-origin" | b"none"),
        None => headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() != base_url.as_bytes()),
    }
}
