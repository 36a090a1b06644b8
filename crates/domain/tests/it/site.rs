//! The pages over real HTTP, with requests written out by hand so that no client tidies a path.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use domain::{
    access::mail::{Mail, Post},
    door::{App, Settings},
};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::world::{Somebody, World};

/// A server over a world's floor. Ends with its test.
pub struct Site {
    pub app: App,
    at: SocketAddr,
    runtime: Option<Runtime>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

struct NoPost;
impl Post for NoPost {
    fn send(&self, _: Mail) {}
}

impl Site {
    pub fn open(world: &mut World) -> Self {
        let settings = Settings {
            organisation: "The Example Party".to_owned(),
            demo: false,
            zone: "Europe/London".to_owned(),
            secure: false,
            base_url: "http://localhost".to_owned(),
            trusted_proxies: Vec::new(),
            telephone: "020 7946 0000".to_owned(),
            spool: world.house.data().join("spool"),
        };
        let app = App::new(world.house.give(), Box::new(NoPost), settings);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        let router = domain::router(app.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { app, at, runtime: Some(runtime) }
    }

    /// GET with a bearer token or none.
    pub fn get(&self, path: &str, bearer: Option<&str>) -> Answer {
        let bearer = bearer.map(|t| format!("Authorization: Bearer {t}\r\n")).unwrap_or_default();
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{bearer}Connection: close\r\n\r\n"))
    }

    /// GET by somebody's browser.
    pub fn page(&self, path: &str, who: &Somebody) -> Answer {
        let cookie = format!("Cookie: session={}\r\n", who.token);
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}Connection: close\r\n\r\n"))
    }

    /// Sends the form on `page` that goes to `action`, by somebody's browser.
    pub fn press(&self, page: &Answer, action: &str, who: &Somebody) -> Answer {
        let text = page.text();
        let form =
            text.split("<form ").find(|f| f.contains(&format!("action=\"{action}\""))).expect("the form");
        let form = form.split("</form>").next().unwrap_or_default();
        let value = |input: &str, name: &str| {
            let rest = input.split(&format!("{name}=\"")).nth(1)?;
            rest.split('"').next().map(str::to_owned)
        };
        let inputs = form.split("<input").skip(1);
        let fields: Vec<_> = inputs.filter_map(|i| Some((value(i, "name")?, value(i, "value")?))).collect();
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send(&format!(
            "POST {action} HTTP/1.1\r\nHost: localhost\r\nCookie: session={}\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            who.token,
            body.len()
        ))
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.at).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("an answer with a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap();
        let header = |l: &str| l.split_once(": ").map(|(n, v)| (n.to_lowercase(), v.to_owned()));
        Answer { status, headers: lines.filter_map(header).collect(), body: bytes[end + 4..].to_vec() }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // The server's share of the floor ends first: the last one may not end within the runtime.
        drop(self.runtime.take());
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
