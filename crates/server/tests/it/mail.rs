//! A real house with a real mail server: PyPI's aiosmtpd, which this test starts.

use std::{
    fs,
    io::Write,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    command::house,
    program::{Browser, PATIENCE, Serving, bad, evenhand, good},
};

#[test]
fn a_code_travels_by_smtp_and_opens_the_house_to_its_first_officer() {
    let Some(python) = aiosmtpd() else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = MailServer::start(&python, folder.path());
    fs::write(folder.path().join("house.toml"), house(server.port)).unwrap();
    let officer = "officer@example.org";
    good(folder.path(), &["appoint", "--config", "house.toml", "--name", "An Officer", "--email", officer]);
    let serving = Serving::start(&mut evenhand(folder.path(), &["serve", "--config", "house.toml"]));
    let (sign_in, type_code) =
        (format!("{}/sign-in", serving.base), format!("{}/sign-in/code", serving.base));

    let stranger = Browser::new();
    let unknown = stranger.post(&sign_in, &sign_in, &[("email", "stranger@example.org")]);
    let browser = Browser::new();
    let known = browser.post(&sign_in, &sign_in, &[("email", officer)]);
    assert_eq!(unknown, known, "nobody learns who may sign in");
    let mail = server.wait_for("Your code is ");
    assert!(mail.contains(officer) && !mail.contains("stranger@"), "{mail}");
    assert!(mail.contains("Auto-Submitted: auto-generated") && mail.contains("office@example.org"), "{mail}");
    let code = mail.split("Your code is ").nth(1).unwrap().get(..6).unwrap().to_owned();
    let wrong = if code.starts_with('0') { "1" } else { "0" }.to_owned() + &code[1..];
    assert_eq!(browser.post(&type_code, &type_code, &[("code", &wrong)]).0, 200);
    assert!(!browser.signed_in(&serving.base));
    assert_eq!(browser.post(&type_code, &type_code, &[("code", &code)]).0, 303);
    assert!(browser.signed_in(&serving.base));
    for demo_only in ["outbox", "local/session"] {
        let post =
            browser.0.post(format!("{}/{demo_only}", serving.base)).send_json(serde_json::json!({})).unwrap();
        assert_eq!(post.status(), 404, "a real house has no {demo_only}");
        assert_eq!(browser.get(&format!("{}/{demo_only}", serving.base)).0, 404);
    }
    assert!(serving.interrupt().0);
}

#[test]
fn a_membership_officer_imports_into_a_real_house_with_a_code_from_the_mail() {
    let Some(python) = aiosmtpd() else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = MailServer::start(&python, folder.path());
    fs::write(folder.path().join("house.toml"), house(server.port)).unwrap();
    let (ro, mo) = ("officer@example.org", "membership@example.org");
    good(folder.path(), &["appoint", "--config", "house.toml", "--name", "An Officer", "--email", ro]);
    let serving = Serving::start(&mut evenhand(folder.path(), &["serve", "--config", "house.toml"]));
    let (sign_in, type_code) =
        (format!("{}/sign-in", serving.base), format!("{}/sign-in/code", serving.base));
    let browser = Browser::new();
    browser.post(&sign_in, &sign_in, &[("email", ro)]);
    browser.post(&type_code, &type_code, &[("code", &server.code_for(ro))]);
    let token = browser.cookie("session");
    let api = |act: &str, input: serde_json::Value| {
        let request = browser.0.post(format!("{}/api/{act}", serving.base));
        let mut answer = request.header("authorization", format!("Bearer {token}")).send_json(input).unwrap();
        assert_eq!(answer.status(), 200);
        answer.body_mut().read_json::<serde_json::Value>().unwrap()
    };
    let enrolled = api("access.enrol", serde_json::json!({ "name": "Another Officer", "email": mo }));
    let person = &enrolled["answer"]["person"];
    api(
        "access.appoint",
        serde_json::json!({ "person": person, "office": "membership_officer", "until": null }),
    );
    good(folder.path(), &["generate", "--people", "200", "a.csv"]);
    let import = ["import", "a.csv", "--config", "house.toml", "--as", mo];
    assert!(bad(folder.path(), &import).contains("/register/import"), "a running house imports on its page");
    assert!(serving.interrupt().0);

    let mut importing = evenhand(folder.path(), &import);
    let mut importing = importing.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let code = server.code_for(mo);
    writeln!(importing.stdin.take().unwrap(), "{code}").unwrap();
    let said = importing.wait_with_output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("200 records: 200 imported"), "{said}");
    assert!(good(folder.path(), &["fsck", "--config", "house.toml"]).contains("Sound."));
}

#[test]
fn a_mail_server_that_is_away_is_tried_again() {
    let Some(python) = aiosmtpd() else { return };
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    fs::write(folder.path().join("house.toml"), house(port)).unwrap();
    let officer = "officer@example.org";
    good(folder.path(), &["appoint", "--config", "house.toml", "--name", "An Officer", "--email", officer]);
    let mut command = evenhand(folder.path(), &["serve", "--config", "house.toml"]);
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let serving = Serving::start(command.stderr(log));
    let sign_in = format!("{}/sign-in", serving.base);
    Browser::new().post(&sign_in, &sign_in, &[("email", officer)]);
    let begun = Instant::now();
    let log = || fs::read_to_string(folder.path().join("log")).unwrap();
    while !log().contains("tried again") {
        assert!(begun.elapsed() < PATIENCE, "{}", log());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!log().contains("officer@"), "no address in the log: {}", log());
    let server = MailServer::at(&python, folder.path(), port);
    assert!(server.wait_for("Your code is ").contains(officer));
}

struct MailServer {
    child: Child,
    out: PathBuf,
    port: u16,
}

impl MailServer {
    fn start(python: &Path, folder: &Path) -> Self {
        Self::at(python, folder, free_port())
    }

    fn at(python: &Path, folder: &Path, port: u16) -> Self {
        let out = folder.join("mails");
        let mut command = Command::new(python);
        command.args(["-u", "-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")]);
        command.args(["-c", "aiosmtpd.handlers.Debugging", "stdout"]);
        let file = fs::File::create(&out).unwrap();
        let child = command.stdout(file).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { child, out, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the mail server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// The code in the mail to this address, once it has come.
    fn code_for(&self, address: &str) -> String {
        let to = format!("To: {address}");
        self.wait_for(&to);
        let mails = self.wait_for_after(&to, "Your code is ");
        mails.split("Your code is ").nth(1).unwrap().get(..6).unwrap().to_owned()
    }

    /// What arrived after `begin`, once it contains `words`.
    fn wait_for_after(&self, begin: &str, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let mails = self.wait_for(begin);
            let after = mails.split_once(begin).unwrap().1;
            if after.contains(words) {
                return after.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "no `{words}` came after `{begin}`: {mails}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// All that arrived, once it contains `words`.
    fn wait_for(&self, words: &str) -> String {
        let begun = Instant::now();
        loop {
            let mails = fs::read_to_string(&self.out).unwrap();
            if mails.contains(words) {
                return mails;
            }
            assert!(begun.elapsed() < PATIENCE, "no mail with `{words}` came: {mails}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A Python with aiosmtpd, in an environment of its own; none, said aloud, where it cannot be made.
fn aiosmtpd() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("aiosmtpd");
    let python = home.join("bin/python");
    let lock = fs::File::create(home.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let works = || runs(Command::new(&python).args(["-c", "import aiosmtpd"]));
    let made = works()
        || (runs(Command::new("python3").args(["-m", "venv"]).arg(&home))
            && runs(Command::new(&python).args(["-m", "pip", "install", "--quiet", "aiosmtpd"]))
            && works());
    if !made {
        eprintln!(
            "SKIPPED: mail over SMTP was not tested, for aiosmtpd cannot be installed (python3-venv, pip)."
        );
    }
    made.then_some(python)
}

fn runs(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}
