//! Somebody at a browser: presses buttons, fills in fields, reads what is there.

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use crate::{chromium::Chromium, demo::Demo};

/// How long anything on a page may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long something may take that waits for its hour.
const LONG_PATIENCE: Duration = Duration::from_secs(240);
/// The narrowest telephone that is still common, in CSS pixels.
const TELEPHONE: u32 = 390;

/// The tabulator key (W3C WebDriver §17.4.2).
const TAB: char = '\u{E004}';

/// Somebody who is signed in.
pub struct Person<'d> {
    demo: &'d Demo,
    role: &'d str,
    pub browser: Chromium,
}

impl<'d> Person<'d> {
    /// Comes with a fresh browser.
    pub fn comes(demo: &'d Demo, role: &'d str, scripts: bool) -> Self {
        let browser = Chromium::start();
        if !scripts {
            browser.without_scripts();
        }
        Self { demo, role, browser }
    }

    /// Comes, opens the printed link and presses its button.
    pub fn signs_in(demo: &'d Demo, role: &'d str, scripts: bool) -> Self {
        let person = Self::comes(demo, role, scripts);
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
        let xpath = format!("//main//*[self::button or self::a][normalize-space(.)=\"{words}\"]");
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

    /// Ticks the box, or chooses the answer, with this label, unless it is chosen already.
    pub fn ticks(&self, label: &str) {
        let xpath = format!("//input[@id=//label[contains(normalize-space(.), \"{label}\")]/@for]");
        let choice = self.awaits(&format!("a box called “{label}”"), || self.browser.find(&xpath));
        if !self.browser.is_chosen(&choice) {
            self.browser.click(&choice);
        }
    }

    /// Waits until the page says this.
    pub fn sees(&self, words: &str) {
        self.awaits(&format!("“{words}”"), || self.browser.text().contains(words).then_some(()));
    }

    /// Comes back to a page until it has a button or link that says this.
    pub fn keeps_looking(&self, path: &str, words: &str) {
        let xpath = format!("//main//*[self::button or self::a][normalize-space(.)=\"{words}\"]");
        self.awaits_long(LONG_PATIENCE, &format!("“{words}”"), || {
            self.goes_to(path);
            self.browser.find(&xpath)
        });
    }

    /// Waits for a file to arrive whole.
    pub fn receives(&self, ending: &str) -> PathBuf {
        self.awaits(&format!("a file {ending}"), || {
            let files = fs::read_dir(self.browser.downloads()).unwrap();
            files.map(|file| file.unwrap().path()).find(|file| file.to_string_lossy().ends_with(ending))
        })
    }

    /// Local time two minutes after the page was made, to the minute, as it is typed into a form in American English.
    pub fn in_two_minutes(&self) -> String {
        let made = self.browser.find("//footer//time[last()]").expect("the page says when it was made");
        let made: jiff::Timestamp = self.browser.attribute(&made, "datetime").unwrap().parse().unwrap();
        let later = made.in_tz("Europe/London").unwrap() + jiff::SignedDuration::from_mins(2);
        later.strftime(&format!("%m%d%Y{TAB}%I%M%p")).to_string()
    }

    /// Reads the newest code in the demo's outbox, and comes back.
    pub fn reads_the_code(&self) -> String {
        let asked_at = self.browser.url();
        self.goes_to("/outbox");
        let mail = self.awaits("a mail", || self.browser.find("//main//section[1]//pre"));
        let text = self.browser.text_of(&mail);
        let code =
            text.strip_prefix("Your code is ").and_then(|rest| rest.get(..6)).expect("a code in the mail");
        self.browser.open(&asked_at);
        code.to_owned()
    }

    /// Signs out; the browser is nobody's then.
    pub fn leaves(&self) {
        let button = self.browser.find("//header//button[.='Sign out']").expect("a way out");
        self.browser.click(&button);
        self.sees("What is your e-mail address?");
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

    pub fn photographs(&self, path: &str, width: u32) {
        let folder = pictures();
        let name = format!("{}{path} {width}", self.role).replace(|c: char| !c.is_alphanumeric(), "-");
        self.browser.take_picture(&folder.join(name + ".png"));
    }

    fn awaits<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        self.awaits_long(PATIENCE, what, look)
    }

    fn awaits_long<T>(&self, patience: Duration, what: &str, look: impl Fn() -> Option<T>) -> T {
        let until = Instant::now() + patience;
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
