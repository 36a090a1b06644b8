//! The release over HTTP: every form of its page, and the download that carries on byte for byte.

use domain::disclosure::clockwork::keep_time;

use crate::{
    play::LEADER,
    release::{RELEASE_AT, Story},
    site::{Answer, Site},
    world::Somebody,
};

/// A story whose floor is behind a door on this machine.
struct Door {
    /// Goes first: the floor may not outlive its folder.
    site: Site,
    story: Story,
}

impl Door {
    fn open(mut story: Story) -> Self {
        Self { site: Site::open(&mut story.play.world), story }
    }

    fn get(&self, who: &Somebody, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.site.ask(&format!("GET {path}"), who, headers)
    }

    fn page(&self, who: &Somebody) -> String {
        let answer = self.get(who, &path(""), &[]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    }

    /// Sends the first form of the release whose action begins so, with its hidden fields and these.
    fn send(&self, who: &Somebody, action: &str, fields: &[(&str, &str)]) -> u16 {
        let text = self.page(who);
        let mut actions = text.split("action=\"").filter_map(|rest| rest.split('"').next());
        let action = actions.find(|to| to.starts_with(&path(action))).expect("the form is on the page");
        self.site.fill(&text, action, who, fields).status
    }

    fn tick(&self) {
        keep_time(&self.site.app.floor, &self.site.app.settings.spool).unwrap();
    }
}

fn path(rest: &str) -> String {
    format!("/contest/{LEADER}/release{rest}")
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
    let again = |who: &Somebody| crate::world::sign_in_at(&door.site.app.floor, who.person, &who.email);
    let (head, ro) = (again(head), again(ro));
    door.story.keys.push((head.person, identity));
    let page = door.page(&head);
    assert!(page.contains("Collect your copy") && page.contains("Allowed"), "{page}");
    assert!(door.page(&ro).contains("same second"));
    let link = page.split(&path("/copy/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let sealed = door.get(&head, &path(&format!("/copy/{link}")), &[]).body;
    let text = door.story.opened(&head, &sealed);
    assert!(text.starts_with("family_name,address_1,email\r\n"), "{text}");
    use sha2::Digest;
    let hash: String = sha2::Sha256::digest(&sealed).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(door.send(&head, &format!("/copy/{link}/receipt"), &[("sha256", &hash)]), 303);
    assert_eq!(std::fs::read_dir(&door.site.app.settings.spool).unwrap().count(), 0);
    let gone = [("devices", "the laptop"), ("backups", "none"), ("processors", "none")];
    assert_eq!(door.send(&head, "/destroyed", &gone), 303);
    assert_eq!(door.send(&head, "/destroyed", &gone), 303);
    assert!(!door.page(&head).contains("Certify"));
    assert!(
        !door.page(&ro).contains("Withdraw the release"),
        "a copy has left: it is the scrutineer's to withdraw"
    );
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
        assert_eq!(door.get(other, &copy, &[]).status, 404);
    }
    let nobody = Somebody { token: "nonsense".to_owned(), ..head.clone() };
    assert_eq!(door.get(&nobody, &copy, &[]).status, 303);
    assert_eq!(door.get(head, &copy, &[("sec-fetch-site", "cross-site")]).status, 422);
    assert_eq!(door.site.ask(&format!("HEAD {copy}"), head, &[]).status, 405);
    assert!(!door.page(head).contains("Carry on"), "nothing has left yet");

    let whole = door.get(head, &copy, &[("sec-fetch-site", "same-origin")]);
    assert_eq!(whole.status, 200);
    let tag = whole.header("etag").unwrap();
    assert_eq!(whole.header("cache-control"), Some("no-store"));
    assert_eq!(whole.body, sealed);
    let cut = sealed.len() / 3;
    let rest = door.get(head, &copy, &[("range", &format!("bytes={cut}-")), ("if-range", tag)]);
    assert_eq!(rest.status, 206);
    let span = format!("bytes {cut}-{}/{}", sealed.len() - 1, sealed.len());
    assert_eq!(rest.header("content-range"), Some(span.as_str()));
    assert_eq!([&sealed[..cut], &rest.body].concat(), sealed);
    let other = door.get(head, &copy, &[("range", "bytes=5-"), ("if-range", "\"another\"")]);
    assert_eq!((other.status, other.body.len()), (200, sealed.len()));
    let beyond = format!("bytes={}-", sealed.len());
    assert_eq!(door.get(head, &copy, &[("range", &beyond)]).status, 416);
    assert!(door.page(head).contains("Carry on"));

    play.world.house.clock.forward(domain::access::FRESH_LIFE);
    let stale = door.get(head, &copy, &[]);
    assert_eq!(stale.status, 403);
    assert!(stale.text().contains("fresh code"));
    let answer = door.get(head, &format!("/contest/{LEADER}/entitlement"), &[]);
    assert!(answer.text().contains(r#""allowed":true"#));
}
