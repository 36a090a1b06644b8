//! Signing in over HTTP: what a link, a code, a cookie and a form are worth.

use ureq::Agent;

use crate::program::{Browser, Serving, demo, hidden};

fn started() -> (tempfile::TempDir, Serving) {
    let folder = tempfile::tempdir().unwrap();
    let serving = demo(folder.path());
    (folder, serving)
}

#[test]
fn opening_a_link_does_nothing_and_its_button_works_once() {
    let (_folder, mut serving) = started();
    let link = serving.link("Returning officer");
    let scanner = Browser::new();
    for _ in 0..3 {
        assert_eq!(scanner.get(&link).0, 200);
    }
    assert!(!scanner.signed_in(&serving.base));
    let browser = Browser::new();
    assert_eq!(browser.follow(&link).0, 303);
    assert!(browser.signed_in(&serving.base));
    let late = Browser::new();
    assert_eq!(late.follow(&link).0, 200);
    assert!(!late.signed_in(&serving.base));
}

#[test]
fn a_code_comes_by_mail_and_is_typed_where_it_was_asked_for() {
    let (_folder, mut serving) = started();
    let base = serving.base.clone();
    let (sign_in, type_code) = (format!("{base}/sign-in"), format!("{base}/sign-in/code"));
    let browser = Browser::new();
    assert_eq!(browser.post(&sign_in, &sign_in, &[("email", "dpo@example.org")]).0, 303);
    let mail = serving.wait_for("Mail to dpo@example.org");
    let code = mail.rsplit(' ').next().unwrap().trim_end_matches('.').to_owned();
    assert!(browser.get(&format!("{base}/outbox")).1.contains(&code));
    let elsewhere = Browser::new();
    assert_eq!(elsewhere.post(&type_code, &type_code, &[("code", &code)]).0, 200);
    assert!(!elsewhere.signed_in(&base), "a code is worth nothing in another browser");
    assert_eq!(browser.post(&type_code, &type_code, &[("code", &code)]).0, 303);
    assert!(browser.signed_in(&base));
}

#[test]
fn a_form_of_another_session_or_another_site_is_refused() {
    let (_folder, mut serving) = started();
    let base = serving.base.clone();
    let browser = Browser::new();
    browser.follow(&serving.link("Scrutineer"));
    let sign_out = format!("{base}/sign-out");
    let stranger = Browser::new().get(&format!("{base}/sign-in")).1;
    let forged = [("csrf", hidden(&stranger, "csrf")), ("request_id", "1".to_owned())];
    let answer = browser.0.post(&sign_out).send_form(forged.iter().map(|(k, v)| (*k, v.as_str()))).unwrap();
    assert_eq!(answer.status(), 403);
    let own = browser.get(&format!("{base}/sign-in")).1;
    let own = [("csrf", hidden(&own, "csrf")), ("request_id", hidden(&own, "request_id"))];
    let own = own.iter().map(|(k, v)| (*k, v.as_str()));
    let elsewhere = browser.0.post(&sign_out).header("sec-fetch-site", "cross-site").send_form(own).unwrap();
    assert_eq!(elsewhere.status(), 403);
    assert!(browser.signed_in(&base));
}

#[test]
fn a_session_that_was_ended_opens_nothing_any_more() {
    let (_folder, mut serving) = started();
    let base = serving.base.clone();
    let browser = Browser::new();
    let link = serving.link("Membership officer");
    browser.follow(&link);
    let stolen = format!("session={}", browser.cookie("session"));
    let replay = || {
        let agent: Agent = Agent::new_with_defaults();
        let mut answer = agent.get(format!("{base}/sign-in")).header("cookie", &stolen).call().unwrap();
        answer.body_mut().read_to_string().unwrap().contains("action=\"/sign-out\"")
    };
    assert!(replay());
    assert_eq!(browser.post(&format!("{base}/sign-in"), &format!("{base}/sign-out"), &[]).0, 303);
    assert!(!replay());
}

#[test]
fn what_commands_ask_of_a_server_is_answered_only_to_whoever_reads_its_lock() {
    let (folder, serving) = started();
    let lock = std::fs::read(folder.path().join("evenhand-demo/lock")).unwrap();
    let lock: serde_json::Value = serde_json::from_slice(&lock).unwrap();
    let ask = |word: Option<&str>| {
        let request = Browser::new().0.post(format!("{}/local/session", serving.base));
        let request = match word {
            Some(word) => request.header("authorization", word),
            None => request,
        };
        request.send_json(serde_json::json!({ "email": "dpo@example.org" })).unwrap().status().as_u16()
    };
    assert_eq!([ask(None), ask(Some("")), ask(Some("guess"))], [404; 3]);
    assert_eq!(ask(lock["word"].as_str()), 200);
}
