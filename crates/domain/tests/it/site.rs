//! The pages over real HTTP, with requests written out by hand so that no client tidies a path.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use axum::Router;

use domain::{
    access::mail::{Mail, Post},
    door::{App, Settings},
};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::{
    watch::Watch,
    world::{Somebody, World},
};

/// A server over a world's floor, whose every answer the world's watch reads. Ends with its test.
pub struct Site {
    pub app: App,
    watch: Arc<Watch>,
    pub at: SocketAddr,
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
        Self::open_with(world, Router::new())
    }

    /// The same with routes that only a test has.
    pub fn open_with(world: &mut World, more: Router) -> Self {
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
        let router = domain::router(app.clone()).merge(more);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { app, watch: world.watch.clone(), at, runtime: Some(runtime) }
    }

    /// GET with a bearer token or none.
    pub fn get(&self, path: &str, bearer: Option<&str>) -> Answer {
        let header = bearer.map(|t| format!("Authorization: Bearer {t}\r\n")).unwrap_or_default();
        self.send(bearer, &format!("GET {path} HTTP/1.1\r\n{header}"), b"")
    }

    /// GET by somebody's browser.
    pub fn page(&self, path: &str, who: &Somebody) -> Answer {
        self.ask(&format!("GET {path}"), who, &[])
    }

    /// Asks for something, such as `HEAD /record`, by somebody's browser with these headers.
    pub fn ask(&self, what: &str, who: &Somebody, headers: &[(&str, &str)]) -> Answer {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{what} HTTP/1.1\r\nCookie: session={}\r\n{headers}", who.token);
        self.send(Some(&who.token), &head, b"")
    }

    /// Sends the form on `page` that goes to `action` as it stands, every box ticked, by somebody's browser.
    pub fn press(&self, page: &Answer, action: &str, who: &Somebody) -> Answer {
        self.submit(action, who, &inputs(&page.text(), action, |_| true))
    }

    /// Sends the form on `page` that goes to `action`, with its hidden fields and these.
    pub fn fill(&self, page: &str, action: &str, who: &Somebody, fields: &[(&str, &str)]) -> Answer {
        let mut all = inputs(page, action, |input| input.contains("type=\"hidden\""));
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.submit(action, who, &all)
    }

    fn submit(&self, action: &str, who: &Somebody, fields: &[(String, String)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.post(action, who, "application/x-www-form-urlencoded", body.as_bytes())
    }

    /// POST by somebody's browser of a body of this media type.
    pub fn post(&self, path: &str, who: &Somebody, media: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nCookie: session={}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n",
            who.token,
            body.len()
        );
        self.send(Some(&who.token), &head, body)
    }

    /// Sends a request and lets the watch read what comes back, before the test does.
    fn send(&self, token: Option<&str>, head: &str, body: &[u8]) -> Answer {
        let reader = token.and_then(|token| self.app.floor.actor(token).person());
        let mut stream = TcpStream::connect(self.at).unwrap();
        write!(stream, "{head}Host: localhost\r\nConnection: close\r\n\r\n").unwrap();
        stream.write_all(body).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let answer = Answer::read(&bytes);
        self.watch.read(&self.app.floor, reader, &answer.body);
        answer
    }
}

/// Those inputs of the form that goes to `action` which have a name and a value.
fn inputs(page: &str, action: &str, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let form = page.split("<form ").find(|f| f.contains(&format!("action=\"{action}\""))).expect("the form");
    let form = form.split("</form>").next().unwrap_or_default();
    let attribute = |input: &str, name: &str| {
        let rest = input.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let inputs = form.split("<input").skip(1).map(|i| i.split('>').next().unwrap_or_default());
    inputs
        .filter(|i| wanted(i))
        .filter_map(|i| Some((attribute(i, "name")?, attribute(i, "value")?)))
        .collect()
}

impl Drop for Site {
    fn drop(&mut self) {
        // The server's share of the floor ends first: the last one may not end within the runtime.
        drop(self.runtime.take());
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("an answer with a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap();
        let header = |l: &str| l.split_once(": ").map(|(n, v)| (n.to_lowercase(), v.to_owned()));
        Self { status, headers: lines.filter_map(header).collect(), body: bytes[end + 4..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
