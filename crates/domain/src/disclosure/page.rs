//! The page of a contest's release: what it holds, what must hold first, who got what when, and what the reader can do.

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Html,
};
use kernel::Millis;
use serde::Deserialize;

use super::{
    RecipientKey,
    may::May,
    rows::{Approval, Holding, approvals, contents, effect, holdings, parity, stamp},
    scenery::{Gather, Present, Scenery},
    terms::{Art9, Basis, Campaigns, Channel, RELEASABLE},
};
use crate::{
    access::sign_in::render,
    door::{Oops, Visit},
    page::{Check, Clock, Count, Countdown, Decision, Deed, Moment, Page, Parity, Row, StateStrip},
};

/// What each deed says when it is done, by the word in the address.
const DONE: &[(&str, &str)] = &[
    ("opened", "The release is open to all campaigns alike. Two officers approve it next."),
    ("asked", "Your request is on record. You can change the recipients until their copies are sealed."),
    ("approved", "Your approval is on record."),
    ("advised", "Your advice is on record."),
    ("scheduled", "The time is set, for all campaigns alike."),
    ("withdrawn", "The release is withdrawn. Nothing more can be collected."),
    (
        "registered",
        "Your key is registered. Somebody else of your campaign confirms it next: read it out to them.",
    ),
    ("confirmed", "Your confirmation is on record."),
    ("received", "You have signed for your copy. It is no longer on our machine."),
    ("certified", "Your certificate is on record."),
];

#[derive(Template)]
#[template(path = "disclosure/release.html")]
struct ReleasePage {
    page: Page,
    state: StateStrip,
    title: String,
    base: String,
    decision: Option<Decision>,
    deed: Option<Deed>,
    mine: Vec<Mine>,
    contents: Vec<Row>,
    checks: Vec<Check>,
    approvals: Vec<Approval>,
    approvals_due: Option<Countdown>,
    advice: Vec<(String, String, Moment)>,
    parity: Option<Parity>,
    copies: Vec<Holding>,
    may: May,
    release: u32,
    people: Vec<Recipient>,
    waiting: Vec<WaitingKey>,
    own_key: Option<String>,
    choices: Choices,
}

/// One of the reader's own copies.
struct Mine {
    file: String,
    key: String,
    rows: Count,
    bytes: Count,
    fingerprint: String,
    /// It can be collected, or carried on with.
    collect: bool,
    sign: bool,
    certify: bool,
    /// Something of it has left.
    left: bool,
    destroyed: bool,
}

struct Recipient {
    number: i64,
    role: &'static str,
    chosen: bool,
}

struct WaitingKey {
    number: i64,
    made: &'static str,
}

/// What there is to choose from when a release is opened: names and words.
struct Choices {
    fields: Vec<&'static str>,
    classes: Vec<(String, String)>,
    channels: Vec<(&'static str, &'static str)>,
    basis: Vec<(&'static str, &'static str)>,
    art9: Vec<(&'static str, &'static str)>,
    campaigns: Vec<(&'static str, &'static str)>,
}

/// What was done before this page.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

pub(super) async fn get(
    visit: Visit,
    Path(contest): Path<String>,
    Query(done): Query<Done>,
) -> Result<Html<String>, Oops> {
    let mut scenery = visit.look(Gather(contest)).await?;
    let mut page = visit.page(&scenery.contest.zone, None);
    page.flash = Visit::flash(done.done.as_deref(), DONE);
    let clock = visit.clock(&scenery.contest.zone);
    let now = visit.app.floor.now();
    let may = std::mem::take(&mut scenery.may);
    render(&lay_out(page, &clock, &scenery, may, now))
}

fn lay_out(page: Page, clock: &Clock, s: &Scenery, may: May, now: Millis) -> ReleasePage {
    let at = |ms: Millis| clock.moment(stamp(ms));
    let mut facts = vec![
        ("Contest".to_owned(), s.contest.name.clone()),
        ("Stage".to_owned(), s.stage.words().to_owned()),
    ];
    let present = s.release.as_ref();
    if let Some(p) = present {
        facts.push(("Release".to_owned(), p.release.number.to_string()));
    }
    ReleasePage {
        state: StateStrip {
            facts,
            marks: Vec::new(),
            clock: present.and_then(|p| next_clock(clock, p, now)),
        },
        title: format!("The list: {}", s.contest.name),
        base: format!("/contest/{}/release", s.contest.id),
        decision: present.and_then(decision),
        deed: present.filter(|_| may.approve).map(|p| approve(s, p, now)),
        mine: present.map(|p| mine(s, p, &may)).unwrap_or_default(),
        contents: present.map(|p| contents(s, p)).unwrap_or_default(),
        checks: present
            .into_iter()
            .flat_map(|p| &p.conditions)
            .map(|c| Check { met: c.met, words: c.words.clone() })
            .collect(),
        approvals: present.map(|p| approvals(p, &at)).unwrap_or_default(),
        approvals_due: present
            .filter(|p| p.release.approved_at.is_none())
            .map(|p| clock.countdown("Approvals due", stamp(p.release.approve_by))),
        advice: present
            .into_iter()
            .flat_map(|p| &p.advice)
            .map(|(ms, a)| (a.words.clone(), effect(a.effect), at(*ms)))
            .collect(),
        parity: present.map(|p| parity(p, &at)),
        copies: present.map(|p| holdings(s, p, clock)).unwrap_or_default(),
        release: present.map(|p| p.release.number).unwrap_or_default(),
        people: people(s),
        waiting: waiting(s, &may),
        own_key: s.keys.iter().find(|k| k.person == s.me).and_then(|k| k.confirmed.clone()),
        choices: choices(s),
        may,
        page,
    }
}

fn next_clock(clock: &Clock, p: &Present, now: Millis) -> Option<Countdown> {
    let r = &p.release;
    match (r.approved_at, r.release_at, r.collect_by()) {
        (None, ..) => Some(clock.countdown("Approvals due", stamp(r.approve_by))),
        (_, Some(at), None) => Some(clock.countdown("Offered to all", stamp(at))),
        (_, _, Some(by)) if now < by => Some(clock.countdown("To be collected by", stamp(by))),
        _ => None,
    }
}

fn decision(p: &Present) -> Option<Decision> {
    let answer = p.answer.as_ref()?;
    let words: Vec<String> = answer.reasons.iter().map(|r| format!("{}.", r.words)).collect();
    let rules: Vec<&str> = answer.reasons.iter().map(|r| r.rule.as_str()).collect();
    let words = if words.is_empty() { "No rule permits you a copy.".to_owned() } else { words.join(" ") };
    Some(Decision { allowed: answer.allowed, words, rule: rules.join(", "), since: None, next: None })
}

fn approve(s: &Scenery, p: &Present, now: Millis) -> Deed {
    let words = match p.release.lapsed(now) {
        true => {
            "The officers let their time for approving pass. You approve the terms below, for all campaigns alike."
        }
        false => "You approve the terms below, for all campaigns alike. It takes two officers.",
    };
    Deed {
        action: format!("/contest/{}/release/approve/{}", s.contest.id, p.release.terms_hash),
        name: "approve",
        words: words.to_owned(),
        promise: Some("I have read the terms, and I have no side in this contest.".to_owned()),
        button: "Approve the terms".to_owned(),
        primary: true,
    }
}

fn mine(s: &Scenery, p: &Present, may: &May) -> Vec<Mine> {
    let entitled = p.answer.as_ref().is_some_and(|a| a.allowed);
    let own = p.copies.iter().filter(|c| c.person == s.me && (c.void_at.is_none() || c.is_out()));
    own.map(|c| Mine {
        file: c.file.clone(),
        key: c.key.clone(),
        rows: Count(c.rows),
        bytes: Count(c.bytes),
        fingerprint: c.sealed.clone(),
        collect: c.waits() && entitled,
        sign: may.sign.contains(&c.file),
        certify: may.certify.contains(&c.file),
        left: c.exported_at.is_some(),
        destroyed: c.destroyed.is_some(),
    })
    .collect()
}

fn people(s: &Scenery) -> Vec<Recipient> {
    let chosen = s.release.as_ref().map(|p| p.recipients.as_slice()).unwrap_or_default();
    let person = |r: &crate::access::Role| Recipient {
        number: r.person,
        role: r.office.words(),
        chosen: chosen.contains(&r.person),
    };
    s.people.iter().map(person).collect()
}

fn waiting(s: &Scenery, may: &May) -> Vec<WaitingKey> {
    let keys = s.keys.iter().filter(|k| may.confirm.contains(&k.person));
    let made = |k: &RecipientKey| k.waiting.as_ref().map(|w| w.made.words());
    keys.filter_map(|k| Some(WaitingKey { number: k.person, made: made(k)? })).collect()
}

fn choices(s: &Scenery) -> Choices {
    Choices {
        fields: RELEASABLE.iter().map(|f| f.name).collect(),
        classes: s.contest.classes.iter().map(|c| (c.class.clone(), c.called.clone())).collect(),
        channels: Channel::ALL.iter().map(|c| (c.name(), c.words())).collect(),
        basis: Basis::ALL.iter().map(|b| (b.name(), b.words())).collect(),
        art9: Art9::ALL.iter().map(|a| (a.name(), a.words())).collect(),
        campaigns: Campaigns::ALL.iter().map(|c| (c.name(), c.words())).collect(),
    }
}
