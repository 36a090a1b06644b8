//! The release over HTTP: every form of its page, and the download that carries on byte for byte.

use std::{net::SocketAddr, time::Duration};

use domain::{
    access::mail::{Mail, Post},
    disclosure::clockwork::keep_time,
    door::{App, Settings},
};
use ureq::{Agent, Body, http::Response};

use crate::{
    play::LEADER,
    release::{RELEASE_AT, Story},
    world::Somebody,
};

struct Nowhere;
impl Post for Nowhere {
    fn send(&self, _: Mail) {}
}

/// A story whose floor is behind a door on this machine.
struct Door {
    /// Goes first: connections to PostgreSQL may not be dropped by one of its threads.
    _runtime: tokio::runtime::Runtime,
    story: Story,
    app: App,
    at: SocketAddr,
    agent: Agent,
}

impl Door {
    fn open(mut story: Story) -> Self {
        let spool = story.spool();
        let floor = story.play.world.house.give();
        let settings = Settings {
            organisation: "The Example Party".to_owned(),
            demo: false,
            zone: "Europe/London".to_owned(),
            secure: false,
            base_url: "http://localhost".to_owned(),
            trusted_proxies: Vec::new(),
            telephone: "020 7946 0000".to_owned(),
            spool,
        };
        let app = App::new(floor, Box::new(Nowhere), settings);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        let router = domain::router(app.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)));
        Self { story, app, at, agent: config.build().into(), _runtime: runtime }
    }

    fn get(&self, who: &Somebody, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = self.agent.get(format!("http://{}{path}", self.at));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.header("cookie", format!("session={}", who.token)).call().unwrap()
    }

    fn page(&self, who: &Somebody) -> String {
        let mut answer = self.get(who, &path(""), &[]);
        let text = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer.status(), 200, "{text}");
        text
    }

    /// Sends the form whose action ends so, with its hidden fields and these.
    fn send(&self, who: &Somebody, action: &str, fields: &[(&str, &str)]) -> u16 {
        let page = self.page(who);
        let start = page.find(&format!("action=\"{}", path(action))).expect("the form is on the page");
        let form = &page[start..start + page[start..].find("</form>").unwrap()];
        let attribute = |text: &str, name: &str| {
            let from = text.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
            text[from..from + text[from..].find('"').unwrap()].to_owned()
        };
        let mut all = Vec::new();
        for input in form.split("<input type=\"hidden\"").skip(1) {
            all.push((attribute(input, "name"), attribute(input, "value")));
        }
        all.extend(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let url = format!("http://{}{}", self.at, attribute(form, "action"));
        let request = self.agent.post(url).header("cookie", format!("session={}", who.token));
        request.send_form(all.iter().map(|(n, v)| (n.as_str(), v.as_str()))).unwrap().status().as_u16()
    }

    fn tick(&self) {
        keep_time(&self.app.floor, &self.app.settings.spool).unwrap();
    }
}

fn path(rest: &str) -> String {
    format!("/contest/{LEADER}/release{rest}")
}

fn bytes(mut answer: Response<Body>) -> Vec<u8> {
    answer.body_mut().read_to_vec().unwrap()
}

#[test]
fn a_release_runs_from_its_terms_to_its_certificate_through_the_forms_of_its_page() {
    let mut door = Door::open(Story::qualified());
    let play = &door.story.play;
    let (ro, deputy, mo, dpo) = (&play.ro, &play.deputy, &door.story.mo, &play.dpo);
    let (head, candidate) = (&play.osgood.head, &play.osgood.candidate);
    let terms = [
        ("class.member", "on"),
        ("channel.post", "on"),
        ("channel.email", "on"),
        ("field.family_name", "on"),
        ("field.address_1", "on"),
        ("field.email", "on"),
        ("basis", "legitimate_interests"),
        ("art9", "within_the_body"),
        ("campaigns", "part_of_the_body"),
        ("dpia", &"ab".repeat(32)),
        ("policy_document", &"cd".repeat(32)),
    ];
    assert!(!door.page(head).contains("Open the release"));
    assert_eq!(door.send(ro, "/open", &terms), 303);
    let identity = age::x25519::Identity::generate();
    let key = identity.to_public().to_string();
    assert_eq!(door.send(head, "/key", &[("key", &key), ("made", "own_computer")]), 303);
    let confirm = format!("/key/{}/confirm", head.person);
    assert!(!door.page(candidate).contains(&key), "a key to confirm must come from its person");
    assert_eq!(door.send(candidate, &confirm, &[("key", &key)]), 303);
    let recipient = format!("recipient.{}", head.person);
    assert_eq!(door.send(head, "/ask", &[(&recipient, "on")]), 303);
    assert_eq!(door.send(dpo, "/advise", &[("words", "Go ahead."), ("effect", "none")]), 303);
    assert_eq!(door.send(deputy, "/approve", &[("promise", "yes")]), 303);
    assert_eq!(door.send(mo, "/approve", &[("promise", "yes")]), 303);
    assert_eq!(door.send(ro, "/schedule", &[("at", RELEASE_AT)]), 303);
    assert!(door.page(ro).contains("Go ahead."));
    let at = domain::contest::timetable::instant("Europe/London", RELEASE_AT).unwrap();
    play.world.house.clock.set(at);
    door.tick();
    // Two days later nobody is signed in; everybody comes again with a fresh code.
    let app = door.app.clone();
    let again = |who: &Somebody| crate::world::sign_in_at(&app.floor, who.person, &who.email);
    let (head, ro) = (again(head), again(ro));
    door.story.keys.push((head.person, identity));
    let page = door.page(&head);
    assert!(page.contains("Collect your copy") && page.contains("Allowed"), "{page}");
    assert!(door.page(&ro).contains("same second"));
    let link = page.split(&path("/copy/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sealed = bytes(door.get(&head, &path(&format!("/copy/{link}")), &[]));
    let text = door.story.opened(&head, &sealed);
    assert!(text.starts_with("family_name,address_1,email\r\n"), "{text}");
    use sha2::Digest;
    let hash: String = sha2::Sha256::digest(&sealed).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(door.send(&head, &format!("/copy/{link}/receipt"), &[("sha256", &hash)]), 303);
    assert_eq!(std::fs::read_dir(&door.app.settings.spool).unwrap().count(), 0);
    let gone = [("devices", "the laptop"), ("backups", "none"), ("processors", "none")];
    assert_eq!(door.send(&head, "/destroyed", &gone), 303);
    assert_eq!(door.send(&head, "/destroyed", &gone), 303);
    assert!(!door.page(&head).contains("Certify"));
    assert_eq!(door.send(&ro, "/withdraw", &[("reason", "Too late.")]), 403);
}

#[test]
fn a_download_that_breaks_off_carries_on_byte_for_byte_and_nobody_else_gets_a_byte() {
    let door = Door::open(Story::offered());
    let play = &door.story.play;
    let head = &play.osgood.head;
    let page = door.page(head);
    let file = page.split(&path("/copy/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let copy = path(&format!("/copy/{file}"));
    let sealed = door.story.sealed(&file);
    for other in [&play.osgood.candidate, &play.rahman.head, &play.ro, &play.scrutineer] {
        assert_eq!(door.get(other, &copy, &[]).status(), 404);
    }
    let nobody = Somebody { token: "nonsense".to_owned(), ..head.clone() };
    assert_eq!(door.get(&nobody, &copy, &[]).status(), 303);
    assert_eq!(door.get(head, &copy, &[("sec-fetch-site", "cross-site")]).status(), 422);
    let cookie = format!("session={}", head.token);
    let head_only = door.agent.head(format!("http://{}{copy}", door.at)).header("cookie", cookie);
    assert_eq!(head_only.call().unwrap().status(), 405);
    assert!(!door.page(head).contains("Carry on"), "nothing has left yet");

    let whole = door.get(head, &copy, &[("sec-fetch-site", "same-origin")]);
    assert_eq!(whole.status(), 200);
    let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(whole.headers()["cache-control"], "no-store");
    assert_eq!(bytes(whole), sealed);
    let cut = sealed.len() / 3;
    let rest = door.get(head, &copy, &[("range", &format!("bytes={cut}-")), ("if-range", &tag)]);
    assert_eq!(rest.status(), 206);
    let span = format!("bytes {cut}-{}/{}", sealed.len() - 1, sealed.len());
    assert_eq!(rest.headers()["content-range"], span.as_str());
    assert_eq!([&sealed[..cut], &bytes(rest)].concat(), sealed);
    let other = door.get(head, &copy, &[("range", "bytes=5-"), ("if-range", "\"another\"")]);
    assert_eq!((other.status().as_u16(), bytes(other).len()), (200, sealed.len()));
    let beyond = format!("bytes={}-", sealed.len());
    assert_eq!(door.get(head, &copy, &[("range", &beyond)]).status(), 416);
    assert!(door.page(head).contains("Carry on"));

    play.world.house.clock.forward(domain::access::FRESH_LIFE);
    let mut stale = door.get(head, &copy, &[]);
    assert_eq!(stale.status(), 403);
    assert!(stale.body_mut().read_to_string().unwrap().contains("fresh code"));
    let mut answer = door.get(head, &format!("/contest/{LEADER}/entitlement"), &[]);
    assert!(answer.body_mut().read_to_string().unwrap().contains(r#""allowed":true"#));
}
