//! Starting the program, reading what it prints, visiting its pages.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use ureq::{Agent, Body, http::Response};

/// How long a test waits for something that must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A command of the program, in `folder`.
pub fn evenhand(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenhand"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    evenhand(folder, arguments).output().unwrap()
}

/// What a command that must succeed printed.
pub fn good(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What a command that must fail said.
pub fn bad(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(!output.status.success(), "{arguments:?} went through");
    String::from_utf8(output.stderr).unwrap()
}

/// A program that serves.
pub struct Serving {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    /// `http://localhost:…`
    pub base: String,
}

impl Serving {
    /// Starts it and waits until it says where it listens.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = lines.clone();
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        let mut serving = Self { child, lines, reader: Some(reader), base: String::new() };
        let said = serving.wait_for("Ctrl-C stops it");
        let port = said.rsplit(':').next().and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
        serving.base = format!("http://localhost:{}", port.unwrap());
        serving
    }

    /// The first line with these words.
    pub fn wait_for(&mut self, words: &str) -> String {
        self.wait(|line| line.contains(words)).unwrap_or_else(|| panic!("it never said `{words}`"))
    }

    /// The sign-in link of a role.
    pub fn link(&mut self, role: &str) -> String {
        self.wait_for("(Ruth Adeyemi)");
        self.wait(|line| line.starts_with(role));
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let lines = self.lines.lock().unwrap();
            let after = lines.iter().skip_while(|l| !l.starts_with(role));
            if let Some(link) = after.map(|l| l.trim()).find(|l| l.contains("/sign-in/with/")) {
                return link.to_owned();
            }
            drop(lines);
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("no link for {role}")
    }

    fn wait(&mut self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(line) = self.lines.lock().unwrap().iter().find(|l| wanted(l)) {
                return Some(line.clone());
            }
            assert!(self.child.try_wait().unwrap().is_none(), "the program ended");
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// Ctrl-C; whether it ended well, and all that it had said.
    pub fn interrupt(mut self) -> (bool, String) {
        self.signal("-INT");
        let status = self.child.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        let said = self.lines.lock().unwrap().join("\n");
        (status.success(), said)
    }

    /// As when the power goes.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A demo's server in `folder`, at a port of its own.
pub fn demo(folder: &Path) -> Serving {
    Serving::start(&mut evenhand(folder, &["demo", "--people", "300", "--listen", "127.0.0.1:0"]))
}

/// A browser with its cookies.
pub struct Browser(pub Agent);

impl Browser {
    pub fn new() -> Self {
        Self(Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into())
    }

    pub fn get(&self, url: &str) -> (u16, String) {
        read(self.0.get(url).call().unwrap())
    }

    /// Sends a form with the token of the page at `page`.
    pub fn post(&self, page: &str, url: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let (_, html) = self.get(page);
        let hidden = [("csrf", hidden(&html, "csrf")), ("request_id", hidden(&html, "request_id"))];
        let hidden = hidden.iter().map(|(name, value)| (*name, value.as_str()));
        read(self.0.post(url).send_form(hidden.chain(fields.iter().copied())).unwrap())
    }

    /// Presses the button of a printed link.
    pub fn follow(&self, link: &str) -> (u16, String) {
        let mut parts = link.rsplit('/');
        let (code, ticket) = (parts.next().unwrap(), parts.next().unwrap());
        let base = link.split("/sign-in").next().unwrap();
        self.post(link, &format!("{base}/sign-in/code"), &[("ticket", ticket), ("code", code)])
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> String {
        let jar = self.0.cookie_jar_lock();
        jar.get("localhost", "/", name).map(|c| c.value().to_owned()).unwrap()
    }

    /// Whether pages know somebody in this browser.
    pub fn signed_in(&self, base: &str) -> bool {
        self.get(&format!("{base}/sign-in")).1.contains("action=\"/sign-out\"")
    }
}

fn read(mut answer: Response<Body>) -> (u16, String) {
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

/// The value of a hidden field.
pub fn hidden(html: &str, name: &str) -> String {
    let after = html.split(&format!("name=\"{name}\" value=\"")).nth(1);
    after.and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("no {name} in {html}")).to_owned()
}
