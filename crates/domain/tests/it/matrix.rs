//! Who may do what at which stage, pinned: a change of a policy shows here, line by line, and is read in review.
//!
//! Everything that does not depend on role, stage or state is as favourable as it can be. After a change that is meant,
//! `MATRIX=write cargo nextest run -p domain matrix` writes the table anew.

use domain::{contest::Stage, undertaking::State};
use kernel::guard::{Guard, Question};
use serde_json::{Value as Json, json};

const ROLES: [(&str, &str); 12] = [
    ("returning_officer", ""),
    ("deputy_returning_officer", ""),
    ("data_protection_officer", ""),
    ("membership_officer", ""),
    ("scrutineer", ""),
    ("candidate", "own"),
    ("head_of_compliance", "own"),
    ("organiser", "own"),
    ("volunteer", "own"),
    ("head_of_compliance", "rival"),
    ("member", ""),
    ("system", ""),
];

/// An act on a contest, with what is favourable to it.
fn contest_acts() -> Vec<(&'static str, &'static str, Json)> {
    let team = |office: &str| {
        json!({
            "of": "own", "office": office, "about_self": false, "elsewhere": false, "officer": false, "taken": false,
            "both": false, "stands": true,
        })
    };
    let step = json!({
        "next": true, "due": true, "seconded": true, "scrutineer": true, "settled": true, "enough": true,
        "frozen": true, "countersigned": true,
    });
    vec![
        ("contest.add_candidate", "Contest", json!({ "due": true })),
        ("contest.appoint head_of_compliance", "Campaign", team("head_of_compliance")),
        ("contest.appoint volunteer", "Campaign", team("volunteer")),
        ("contest.stand_down volunteer", "Campaign", team("volunteer")),
        ("contest.record_nominations", "Campaign", json!({ "stands": true, "final": true, "over": true })),
        ("contest.propose", "Contest", json!({ "next": true })),
        ("contest.advance", "Contest", step),
        ("contest.freeze", "Contest", json!({ "due": true })),
        ("contest.countersign", "Contest", json!({ "due": true })),
        ("contest.suspend", "Contest", json!({ "due": true })),
        ("contest.resume", "Contest", json!({ "own_doing": false })),
        ("undertaking.publish_text", "Contest", json!({})),
        ("undertaking.issue", "Contest", json!({})),
        ("undertaking.expire", "Contest", json!({})),
    ]
}

/// An act on a campaign's undertaking, with what is favourable to it.
fn undertaking_acts() -> Vec<(&'static str, Json)> {
    let signature = |lapsed| json!({ "filled": true, "current": true, "same": false, "lapsed": lapsed });
    vec![
        ("undertaking.fill", json!({})),
        ("undertaking.sign", signature(false)),
        ("undertaking.acknowledge", signature(false)),
        ("undertaking.withdraw", json!({})),
        ("undertaking.countersign in time", signature(false)),
        ("undertaking.countersign late", signature(true)),
        ("undertaking.suspend", json!({ "renewal": false })),
        ("undertaking.suspend again", json!({ "renewal": true })),
        ("undertaking.lift", json!({})),
        ("undertaking.propose_revocation", json!({})),
        ("undertaking.revoke", json!({ "proposed": true, "own_proposal": false })),
        ("undertaking.discharge", json!({})),
    ]
}

fn table() -> String {
    let parts: Vec<_> = domain::subjects().iter().map(|s| s.part).collect();
    let guard = Guard::load(&parts).unwrap();
    let mut out = String::new();
    for (act, resource, more) in contest_acts() {
        let columns: Vec<(&str, Json)> = Stage::ALL
            .iter()
            .map(|stage| {
                let mut facts = merged(&more, &json!({ "stage": stage.name() }));
                if matches!(act, "contest.advance" | "contest.propose") {
                    let to = Stage::ALL
                        .iter()
                        .find(|s| s.next().is_some() && **s == *stage)
                        .and_then(|s| s.next());
                    facts["to"] = to.map_or("none", Stage::name).into();
                    facts["next"] = to.is_some().into();
                }
                (stage.name(), facts)
            })
            .collect();
        block(&mut out, &guard, act, resource, &columns);
    }
    const STATES: [State; 7] = [
        State::Issued,
        State::Signed,
        State::InForce,
        State::Suspended,
        State::Revoked,
        State::Expired,
        State::Discharged,
    ];
    for (act, more) in undertaking_acts() {
        let columns: Vec<(&str, Json)> = STATES
            .iter()
            .map(|state| {
                // A suspension lies over another state; here, over one in force.
                let progress = if *state == State::Suspended { State::InForce } else { *state };
                let of = json!({
                    "stage": "ballot_open", "of": "own", "state": state.name(), "progress": progress.name(),
                });
                (state.name(), merged(&more, &of))
            })
            .collect();
        block(&mut out, &guard, act, "Campaign", &columns);
    }
    out
}

fn block(out: &mut String, guard: &Guard, act: &str, resource: &str, columns: &[(&str, Json)]) {
    out.push_str(&format!("{act}\n"));
    let action = act.split(' ').next().unwrap();
    for (role, campaign) in ROLES {
        let allowed: Vec<&str> = columns
            .iter()
            .filter(|(_, more)| {
                let offices: Vec<&str> = if role == "system" { vec![] } else { vec![role] };
                let who = json!({
                    "offices": offices, "campaign": campaign, "fresh": role != "system", "system": role == "system",
                });
                let facts = merged(more, &who);
                let question =
                    Question { action, principal: ("Person", "p1"), resource: (resource, "own"), facts: &facts };
                let decision = guard.decide(&question);
                assert!(decision.rules.iter().all(|r| &*r.name != "error"), "{act}: {:?}", decision.rules);
                decision.allowed
            })
            .map(|(name, _)| *name)
            .collect();
        if !allowed.is_empty() {
            let whose = if campaign.is_empty() { String::new() } else { format!(" ({campaign})") };
            let list = if allowed.len() == columns.len() { "always".to_owned() } else { allowed.join(" ") };
            out.push_str(&format!("    {role}{whose}: {list}\n"));
        }
    }
}

fn merged(a: &Json, b: &Json) -> Json {
    let (Json::Object(a), Json::Object(b)) = (a, b) else { panic!("facts are objects") };
    Json::Object(a.iter().chain(b.iter()).map(|(k, v)| (k.clone(), v.clone())).collect())
}

#[test]
fn the_table_of_roles_acts_and_stages_is_as_committed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/matrix.txt");
    let table = table();
    if std::env::var("MATRIX").as_deref() == Ok("write") {
        std::fs::write(path, &table).unwrap();
    }
    let pinned = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        table == pinned,
        "who may do what has changed; read the difference of matrix.txt after MATRIX=write"
    );
}

#[test]
fn whoever_is_of_no_campaign_and_has_no_office_may_do_nothing_here() {
    for block in table().split_inclusive('\n').filter(|l| l.starts_with("    ")) {
        assert!(!block.trim_start().starts_with("member:"), "{block}");
        assert!(!block.contains("(rival)"), "{block}");
    }
}
