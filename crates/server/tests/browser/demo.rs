//! A demo of its own for each test, as the README's command starts it.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    thread,
};

/// Roles that get a printed link.
const ROLES: usize = 9;

/// A running demo.
pub struct Demo {
    server: Child,
    /// How it is reached.
    pub base: String,
    links: BTreeMap<String, String>,
    pub folder: tempfile::TempDir,
}

impl Demo {
    /// Makes a small demo and starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_evenhand"))
            .args(["demo", "--people", "300", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("demo"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(server.stdout.take().unwrap());
        let links = read_links(&mut out);
        // codes go on being printed, and somebody must read them
        thread::spawn(move || out.read_to_end(&mut Vec::new()));
        let any = links.values().next().unwrap();
        let base = any[..any.find("/sign-in/").unwrap()].to_owned();
        Self { server, base, links, folder }
    }

    /// Roles with a link, in words.
    pub fn roles(&self) -> Vec<String> {
        self.links.keys().cloned().collect()
    }

    /// The printed link of the first role that begins like this.
    pub fn link(&self, role: &str) -> &str {
        let found = self.links.iter().find(|(printed, _)| printed.starts_with(role));
        found.unwrap_or_else(|| panic!("no link for {role} among {:?}", self.links.keys())).1
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _killed = self.server.kill();
        let _reaped = self.server.wait();
    }
}

/// `Role (Name)` on a line of its own, and below it, indented, what to try and the link.
fn read_links(out: &mut impl BufRead) -> BTreeMap<String, String> {
    let (mut links, mut role) = (BTreeMap::new(), String::new());
    for line in out.lines().map_while(Result::ok) {
        match line.trim() {
            link if link.contains("/sign-in/with/") => {
                links.insert(role.clone(), link.to_owned());
            }
            words if !line.starts_with(' ') => role = words.to_owned(),
            _ => {}
        }
        if links.len() == ROLES {
            return links;
        }
    }
    panic!("the demo ended before it had printed a link for each role; it printed {:?}", links.keys())
}
