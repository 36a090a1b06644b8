//! Whoever is on a side does not act for the organisation, whatever office they hold besides.

use kernel::guard::{Guard, Question};
use serde_json::{Value as Json, json};

/// The five acts by which the organisation runs a release, each as favourable as it can be.
fn acts() -> Vec<(&'static str, &'static str, &'static str, Json)> {
    let release = json!({ "open": true, "approved": false, "stopped": false, "offered": false });
    let with = |more: Json| {
        let mut all = release.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let course = json!({ "due": false, "mode_covers": true, "any_out": false, "approved": true });
    let opening = json!({
        "documents": true, "purpose": "this_contest", "art9": "substantial_public_interest",
        "campaigns": "own_controllers", "another": false, "over": false,
    });
    let approval = json!({
        "same_terms": true, "asked": false, "conflict": false, "twice": false, "role_old": true, "appointed": false,
        "lapsed": false,
    });
    let advice = json!({ "effect": "none", "stopped_before": false });
    vec![
        ("disclosure.open_release", "Contest", "returning_officer", opening),
        ("disclosure.approve", "Release", "membership_officer", with(approval)),
        ("disclosure.advise", "Release", "data_protection_officer", with(advice)),
        ("disclosure.schedule", "Release", "returning_officer", with(course.clone())),
        ("disclosure.withdraw", "Release", "scrutineer", with(course)),
    ]
}

#[test]
fn an_officer_who_belongs_to_a_campaign_does_nothing_for_the_organisation() {
    let parts: Vec<_> = domain::subjects().iter().map(|s| s.part).collect();
    let guard = Guard::load(&parts).unwrap();
    for (action, kind, office, more) in acts() {
        let decide = |campaign: &str| {
            let mut facts = json!({
                "offices": [office], "campaign": campaign, "fresh": true, "system": false, "stage": "qualified",
            });
            facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let (principal, resource) = (("Person", "p1"), (kind, "leader-2020/1"));
            guard.decide(&Question { action, principal, resource, facts: &facts })
        };
        assert!(decide("").allowed, "{action}: {:?}", decide("").rules);
        let refused = decide("osgood");
        let rules: Vec<&str> = refused.rules.iter().map(|r| &*r.name).collect();
        assert!(!refused.allowed && rules == ["disclosure-65"], "{action}: {rules:?}");
    }
}
