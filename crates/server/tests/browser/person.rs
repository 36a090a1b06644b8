//! Somebody at a browser: presses buttons, fills in fields, reads what is there.

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use crate::{chromium::Chromium, demo::Demo};

/// How long anything on a page may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// The narrowest telephone that is still common, in CSS pixels.
const TELEPHONE: u32 = 390;

/// Somebody who is signed in.
pub struct Person<'d> {
    demo: &'d Demo,
    role: &'d str,
    pub browser: Chromium,
}

impl<'d> Person<'d> {
    /// Opens the printed link and presses its button.
    pub fn signs_in(demo: &'d Demo, role: &'d str, scripts: bool) -> Self {
        let browser = Chromium::start();
        if !scripts {
            browser.without_scripts();
        }
        let person = Self { demo, role, browser };
        person.browser.open(demo.link(role));
        person.presses("Sign in");
        person.sees("Sign out");
        person
    }

    pub fn goes_to(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.demo.base));
    }

    /// Presses the button or follows the link that says this.
    pub fn presses(&self, words: &str) {
        let xpath = format!("//main//*[self::button or self::a][contains(normalize-space(.), \"{words}\")]");
        let button =
            self.awaits(&format!("a button or link that says “{words}”"), || self.browser.find(&xpath));
        self.browser.click(&button);
    }

    /// Types into the field with this label.
    pub fn fills(&self, label: &str, value: &str) {
        let xpath = format!("//*[@id=//label[contains(normalize-space(.), \"{label}\")]/@for]");
        let field = self.awaits(&format!("a field called “{label}”"), || self.browser.find(&xpath));
        self.browser.type_into(&field, value);
    }

    /// Ticks every box on the page.
    pub fn agrees(&self) {
        for promise in self.browser.find_all("//main//input[@type='checkbox']") {
            self.browser.click(&promise);
        }
    }

    /// Waits until the page says this.
    pub fn sees(&self, words: &str) {
        self.awaits(&format!("“{words}”"), || self.browser.text().contains(words).then_some(()));
    }

    /// Reads the newest code in the demo's outbox and types it where a code is asked for.
    pub fn types_the_code(&self) {
        let asked_at = self.browser.url();
        self.goes_to("/outbox");
        let mail = self.awaits("a mail with a code", || self.browser.find("//main//section[1]//pre"));
        let text = self.browser.text_of(&mail);
        let code =
            text.strip_prefix("Your code is ").and_then(|rest| rest.get(..6)).expect("a code in the mail");
        self.browser.open(&asked_at);
        self.fills("code", code);
        self.presses("Go on");
    }

    /// Looks at a page on a telephone and on a desk; leaves pictures of both.
    pub fn looks_at(&self, path: &str) {
        for width in [TELEPHONE, 1200] {
            self.browser.set_width(width);
            self.goes_to(path);
            self.sees("Sign out");
            self.photographs(path, width);
            let content = self.browser.content_width();
            assert!(
                content <= width.into(),
                "{path} for the {} is {content} px wide on {width} px",
                self.role
            );
        }
    }

    fn photographs(&self, path: &str, width: u32) {
        let folder = pictures();
        let name = format!("{}{path} {width}", self.role).replace(|c: char| !c.is_alphanumeric(), "-");
        self.browser.take_picture(&folder.join(name + ".png"));
    }

    fn awaits<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            if Instant::now() > until {
                self.photographs(" gave up ", 0);
                panic!(
                    "the {} looked in vain for {what} on {}, which says:\n{}",
                    self.role,
                    self.browser.url(),
                    self.browser.text()
                );
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Where pictures are left for people to look at.
pub fn pictures() -> PathBuf {
    let folder = std::env::temp_dir().join("evenhand-pictures");
    fs::create_dir_all(&folder).unwrap();
    folder
}
