//! Cookies of one browser: its session, what tells it from others before it has one, and the ticket of a code that it
//! waits for.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session's token.
pub(super) const SESSION: &str = "session";
/// Random: tells browsers without a session apart, so that none can use another's forms.
pub(super) const VISITOR: &str = "visitor";
/// The ticket of a code that was asked for here.
pub(super) const TICKET: &str = "ticket";

/// The value of a cookie. Over TLS the name bears `__Host-`, so that no other host can plant one.
pub(super) fn read(headers: &HeaderMap, name: &str, secure: bool) -> Option<String> {
    let wanted = full(name, secure);
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(n, _)| *n == wanted).map(|(_, value)| value.to_owned()).filter(|v| !v.is_empty())
}

/// The header that sets a cookie, or forgets it if `value` is none.
pub(super) fn write(name: &str, value: Option<&str>, secure: bool) -> HeaderValue {
    let life = if value.is_some() { "" } else { "; Max-Age=0" };
    let tls = if secure { "; Secure" } else { "" };
    let value = value.unwrap_or_default();
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{tls}{life}", full(name, secure));
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn full(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}
