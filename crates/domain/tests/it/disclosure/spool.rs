//! The sealed files over HTTP: only what was signed for goes, and only what can be sent is said to have left.

use std::{fs, path::PathBuf};

use crate::{
    play::LEADER,
    release::Story,
    site::{Answer, Site},
    world::Somebody,
};

/// A copy that waits, and its recipient's browser.
struct Waiting {
    /// Goes first: the floor may not outlive its folder.
    site: Site,
    story: Story,
    file: String,
}

impl Waiting {
    fn open() -> Self {
        let mut story = Story::offered();
        let file = story.copy(&story.play.osgood.head).file;
        Self { site: Site::open(&mut story.play.world), story, file }
    }

    fn head(&self) -> &Somebody {
        &self.story.play.osgood.head
    }

    fn copy(&self) -> String {
        format!("/contest/{LEADER}/release/copy/{}", self.file)
    }

    fn spooled(&self) -> PathBuf {
        self.story.spool().join(format!("{}.age", self.file))
    }

    fn collect(&self, headers: &[(&str, &str)]) -> Answer {
        self.site.ask(&format!("GET {}", self.copy()), self.head(), headers)
    }

    /// Lines of the record book by which a copy leaves, or carries on.
    fn left(&self) -> usize {
        self.site.app.floor.beat(true).unwrap();
        let log = domain::contest::log_of(LEADER);
        let leaves = (0..).map_while(|i| self.site.app.floor.leaves(&log, i, i + 1).ok());
        leaves.filter(|l| String::from_utf8_lossy(&l[0]).contains(r#""act":"disclosure.collect""#)).count()
    }
}

#[test]
fn a_receipt_that_was_sent_before_removes_nothing_wherever_its_address_points() {
    let waiting = Waiting::open();
    let head = waiting.head();
    let collected = waiting.collect(&[]);
    assert_eq!((collected.status, collected.body), (200, waiting.story.sealed(&waiting.file)));
    let outside = tempfile::tempdir().unwrap();
    let another = outside.path().join("another.age");
    fs::write(&another, "somebody's").unwrap();
    let rival = waiting.story.spool().join(format!("{}.age", rivals(&waiting)));

    let page = waiting.site.page(&format!("/contest/{LEADER}/release"), head).text();
    let receipt = format!("{}/receipt", waiting.copy());
    let hash = collected_hash(&waiting);
    let sent = waiting.site.fill(&page, &receipt, head, &[("sha256", &hash)]);
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert!(!waiting.spooled().exists());

    // The same request again, with the address of another file: by its whole path, by a way up, by a rival's name.
    let whole = outside.path().join("another").display().to_string().replace('/', "%2F");
    let ups = format!("{}{}", "..%2F".repeat(12), whole.trim_start_matches("%2F"));
    for name in [whole.as_str(), ups.as_str(), &rivals(&waiting)] {
        let elsewhere = format!("/contest/{LEADER}/release/copy/{name}/receipt");
        let page = page.replace(&receipt, &elsewhere);
        waiting.site.fill(&page, &elsewhere, head, &[("sha256", &hash)]);
        assert!(another.exists() && rival.exists(), "{name}");
    }
}

fn collected_hash(waiting: &Waiting) -> String {
    use sha2::Digest;
    let sealed = waiting.story.sealed(&waiting.file);
    sha2::Sha256::digest(&sealed).iter().map(|b| format!("{b:02x}")).collect()
}

/// A file that is not the reader's.
fn rivals(waiting: &Waiting) -> String {
    let mut names = fs::read_dir(waiting.story.spool()).unwrap().map(|e| e.unwrap().path());
    let other = names.find(|path| *path != waiting.spooled()).unwrap();
    other.file_stem().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn nothing_is_said_to_have_left_that_cannot_be_sent() {
    let waiting = Waiting::open();
    let sealed = fs::read(waiting.spooled()).unwrap();
    let beyond = format!("bytes={}-", sealed.len());
    let unsatisfied = waiting.collect(&[("range", &beyond)]);
    assert_eq!(unsatisfied.status, 416);
    assert_eq!(unsatisfied.header("content-range"), Some(format!("bytes */{}", sealed.len()).as_str()));
    fs::write(waiting.spooled(), &sealed[1..]).unwrap();
    assert_eq!(waiting.collect(&[]).status, 500);
    fs::remove_file(waiting.spooled()).unwrap();
    assert_eq!(waiting.collect(&[("range", "bytes=5-")]).status, 500);
    assert_eq!(waiting.left(), 0, "no byte left, and no line says so");

    fs::write(waiting.spooled(), &sealed).unwrap();
    let whole = waiting.collect(&[]);
    assert_eq!((whole.status, whole.body), (200, sealed));
    assert_eq!(waiting.left(), 1);
}
