//! One request: who it is, from where, and what they may be shown around the page.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
    response::AppendHeaders,
};
use kernel::{Act, Actor, Answer, No, RequestId, Shown, View};
use sha2::{Digest, Sha256};

use super::{App, Oops, cookie};
use crate::page::{Clock, Flash, Link, Page, Reader};

/// A `Set-Cookie` header to send with an answer.
pub type SetCookie = AppendHeaders<[(header::HeaderName, header::HeaderValue); 1]>;

/// A request at the door.
#[derive(Clone)]
pub struct Visit {
    /// What handlers share.
    pub app: App,
    /// Who it is.
    pub actor: Actor,
    /// The network address, for limits; never stored as it is.
    pub from: String,
    /// The ticket of a code that this browser waits for.
    pub ticket: Option<String>,
    csrf: String,
    /// What this browser is to be told apart by from now on: it brought neither a session nor this.
    visitor: Option<String>,
    path: String,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Oops> {
        let secure = app.settings.secure;
        let token = cookie::read(&parts.headers, cookie::SESSION, secure);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        let known = Self::told_apart_by(app, &parts.headers);
        let visitor = known.is_none().then(|| app.floor.chance().id());
        let visit = Self {
            app: app.clone(),
            actor: Actor::visitor(),
            from: network(peer, &parts.headers, &app.settings.trusted_proxies),
            ticket: cookie::read(&parts.headers, cookie::TICKET, secure),
            csrf: Self::csrf_of(app, known.as_ref().or(visitor.as_ref()).map_or("", String::as_str)),
            visitor,
            path: parts.uri.path().to_owned(),
        };
        let Some(token) = token else { return Ok(visit) };
        let shared = app.clone();
        let actor = blocking(move || Ok(shared.floor.actor(&token))).await?;
        Ok(Self { actor, ..visit })
    }
}

impl Visit {
    /// What tells the browser that sent these headers from all others: its session, or what it was given before.
    pub(super) fn told_apart_by(app: &App, headers: &HeaderMap) -> Option<String> {
        let read = |name| cookie::read(headers, name, app.settings.secure);
        read(cookie::SESSION).or_else(|| read(cookie::VISITOR))
    }

    /// The form token of the browser that is told apart by this.
    pub(super) fn csrf_of(app: &App, apart: &str) -> String {
        let digest = Sha256::new().chain_update(app.floor.door_key()).chain_update(apart).finalize();
        digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
    }

    /// The form token that this visit's forms bear.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Looks at facts that identify nobody.
    pub async fn look<V: View + Send + 'static>(&self, view: V) -> Result<V::Out, Oops>
    where
        V::Out: Send,
    {
        let (app, actor) = (self.app.clone(), self.actor.clone());
        blocking(move || app.floor.look(&actor, &view)).await.map_err(|no| self.oops(no))
    }

    /// Does an act.
    pub async fn act<A: Act>(
        &self,
        request: RequestId,
        act: A,
    ) -> Result<Shown<<A::Out as Answer>::Shown>, Oops>
    where
        <A::Out as Answer>::Shown: Send,
    {
        let (app, actor) = (self.app.clone(), self.actor.clone());
        blocking(move || app.floor.run(&actor, request, act)).await.map_err(|no| self.oops(no))
    }

    /// Does an act whose answer does not matter; the same form sent twice is done once, and that is well.
    pub async fn done<A: Act>(&self, request: RequestId, act: A) -> Result<(), Oops>
    where
        <A::Out as Answer>::Shown: Send,
    {
        match self.act(request, act).await {
            Ok(_) => Ok(()),
            Err(Oops { no: No::Already(_), .. }) => Ok(()),
            Err(oops) => Err(oops),
        }
    }

    /// A no, on a page of this visit.
    pub fn oops(&self, no: No) -> Oops {
        Oops { no, page: Some(Box::new(self.page(self.app.settings.zone.as_str(), None))) }
    }

    /// The frame of a page, with times in `zone`.
    pub fn page(&self, zone: &str, reader: Option<Reader>) -> Page {
        let signed_in = self.actor.person().is_some();
        let link = |text: &str, href: &str| Link {
            text: text.to_owned(),
            href: href.to_owned(),
            here: self.path == href,
        };
        let nav = match signed_in {
            true => vec![link("First page", "/"), link("Record book", "/record")],
            false => Vec::new(),
        };
        let reader = reader.or_else(|| {
            signed_in.then(|| Reader {
                name: "Signed in".to_owned(),
                role: self.app.settings.organisation.clone(),
            })
        });
        Page {
            lang: "en-GB",
            organisation: self.app.settings.organisation.clone(),
            demo: self.app.settings.demo,
            reader,
            nav,
            flash: None,
            csrf: self.csrf.clone(),
            request: self.app.floor.chance().id(),
            now: self.clock(zone).now(),
            seal: None,
        }
    }

    /// The page's clock. A zone that this machine does not know falls back to UTC.
    pub fn clock(&self, zone: &str) -> Clock {
        let now =
            jiff::Timestamp::from_millisecond(self.app.floor.now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Clock::new(zone, now).unwrap_or_else(|_| Clock::utc(now))
    }

    /// What the last act came to, if `done` names one of `known`.
    pub fn flash(done: Option<&str>, known: &[(&str, &str)]) -> Option<Flash> {
        let (_, words) = known.iter().find(|(name, _)| Some(*name) == done)?;
        Some(Flash { done: true, words: (*words).to_owned() })
    }

    /// The cookie that keeps a session.
    pub fn keep_session(&self, token: &str) -> SetCookie {
        self.set(cookie::SESSION, Some(token))
    }

    /// The cookie that forgets it.
    pub fn forget_session(&self) -> SetCookie {
        self.set(cookie::SESSION, None)
    }

    /// The cookie that tells a new browser from others, for pages whose forms it sends without a session.
    pub fn keep_visitor(&self) -> Option<SetCookie> {
        self.visitor.as_deref().map(|visitor| self.set(cookie::VISITOR, Some(visitor)))
    }

    /// The cookie that keeps the ticket of a code.
    pub fn keep_ticket(&self, ticket: &str) -> SetCookie {
        self.set(cookie::TICKET, Some(ticket))
    }

    fn set(&self, name: &str, value: Option<&str>) -> SetCookie {
        AppendHeaders([(header::SET_COOKIE, cookie::write(name, value, self.app.settings.secure))])
    }
}

/// Runs work that waits for the database on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, No> + Send + 'static,
) -> Result<T, No> {
    tokio::task::spawn_blocking(work).await.map_err(No::fault)?
}

/// The network that a request comes from: a full IPv4 address, or the /64 of an IPv6 one. A proxy's word is taken
/// only from proxies that the configuration names: the rightmost hop that is none of them.
fn network(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> String {
    let mut from = peer;
    if peer.is_some_and(|ip| trusted.contains(&ip)) {
        let hops = headers.get_all("x-forwarded-for").into_iter().filter_map(|v| v.to_str().ok());
        let hops: Vec<IpAddr> =
            hops.flat_map(|v| v.split(',')).filter_map(|h| h.trim().parse().ok()).collect();
        from = hops.into_iter().rev().find(|ip| !trusted.contains(ip)).or(peer);
    }
    match from {
        Some(IpAddr::V4(ip)) => ip.to_string(),
        Some(IpAddr::V6(ip)) => ip.segments()[..4].iter().map(|s| format!("{s:x}:")).collect(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_believed_only_when_it_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "203.0.113.9, 198.51.100.7".parse().unwrap());
        let proxy: IpAddr = "192.0.2.1".parse().unwrap();
        assert_eq!(network(Some(proxy), &headers, &[]), "192.0.2.1");
        assert_eq!(network(Some(proxy), &headers, &[proxy]), "198.51.100.7");
        let named = [proxy, "198.51.100.7".parse().unwrap()];
        assert_eq!(network(Some(proxy), &headers, &named), "203.0.113.9");
        let neighbours = ["2001:db8::1", "2001:db8::2"].map(|ip| network(ip.parse().ok(), &headers, &[]));
        assert_eq!(neighbours[0], neighbours[1]);
    }
}
