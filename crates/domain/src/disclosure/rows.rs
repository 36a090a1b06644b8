//! The tables of a release's page: what is in the list, who approved it, who got what when, who holds a copy.

use jiff::Timestamp;
use kernel::Millis;

use super::{
    Copy, Effect,
    scenery::{Present, Scenery},
};
use crate::page::{Cell, Clock, Countdown, Moment, Parity, ParityRow, Row};

/// An approval that was given or is waited for.
pub(super) struct Approval {
    pub(super) who: &'static str,
    pub(super) role: String,
    pub(super) at: Option<Moment>,
    pub(super) words: &'static str,
}

/// A copy that is or was outside.
pub(super) struct Holding {
    pub(super) holder: String,
    pub(super) received: Option<Moment>,
    pub(super) destroyed: Option<Moment>,
    pub(super) due: Option<Countdown>,
}

pub(super) fn stamp(ms: Millis) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(super) fn contents(s: &Scenery, p: &Present) -> Vec<Row> {
    let t = &p.release.terms;
    let row = |term: &str, value: String| Row { term: term.to_owned(), value, action: None };
    let called = |class: &String| {
        let rule = s.contest.classes.iter().find(|c| c.class == *class);
        rule.map_or_else(|| class.clone(), |c| c.called.clone())
    };
    let ways: Vec<&str> = t.channels.iter().map(|c| c.words()).collect();
    vec![
        row("Who is in it", t.classes.iter().map(called).collect::<Vec<_>>().join(", ")),
        row("Columns", t.fields.join(", ")),
        row("How people are reached", ways.join("; ")),
        row(
            "Who is left out",
            "Objectors, protected people, those known to be under 18, those not in good standing, and whoever has no way \
             left to be reached"
                .to_owned(),
        ),
        row("For what", t.purpose.words().to_owned()),
        row("Lawful basis", t.basis.words().to_owned()),
        row("Special categories", t.art9.words().to_owned()),
        row("Campaigns are", t.campaigns.words().to_owned()),
        row("Impact assessment", t.dpia.clone()),
        row("Policy document", t.policy_document.clone()),
        row("Fingerprint of these terms", p.release.terms_hash.clone()),
    ]
}

pub(super) fn approvals(p: &Present, at: &dyn Fn(Millis) -> Moment) -> Vec<Approval> {
    let role = |name: &str| name.replace('_', " ");
    let given = ["First", "Second"].into_iter().zip(p.release.approvals.iter().map(Some).chain([None, None]));
    let row = |(who, a): (&'static str, Option<&super::Approval>)| Approval {
        who,
        role: a.map(|a| role(&a.office)).unwrap_or_default(),
        at: a.map(|a| at(a.at)),
        words: if a.is_some() { "Approved" } else { "Waiting" },
    };
    given.map(row).collect()
}

pub(super) fn effect(effect: Effect) -> String {
    match effect {
        Effect::None => "Advice",
        Effect::Stop => "Stopped the clock",
        Effect::Lift => "Let the clock run",
    }
    .to_owned()
}

pub(super) fn parity(p: &Present, at: &dyn Fn(Millis) -> Moment) -> Parity {
    let cell = |ms: Option<Millis>| ms.map_or(Cell::NotYet, |ms| Cell::At(at(ms)));
    let own = |get: fn(&super::parity::Own) -> Option<Millis>| {
        let one = |c: &super::parity::Column| match &c.own {
            Some(own) => cell(get(own)),
            None => Cell::Words("theirs to see".to_owned()),
        };
        p.columns.iter().map(one).collect()
    };
    let all =
        |get: fn(&super::parity::Column) -> Option<Millis>| p.columns.iter().map(|c| cell(get(c))).collect();
    let row = |label: &str, together, cells| ParityRow { label: label.to_owned(), together, cells };
    Parity {
        caption: "Who got what, when".to_owned(),
        columns: p.columns.iter().map(|c| c.name.clone()).collect(),
        rows: vec![
            row("Could ask from", true, all(|c| Some(c.invited_at))),
            row("Asked", false, own(|o| o.asked_at)),
            row("Answered", false, own(|o| o.answered_at)),
            row("Offered", true, all(|c| c.offered_at)),
            row("Delivered: first byte", false, own(|o| o.delivered_at)),
            row("All receipts signed", false, own(|o| o.received_at)),
        ],
    }
}

pub(super) fn holdings(s: &Scenery, p: &Present, clock: &Clock) -> Vec<Holding> {
    let at = |ms: Option<Millis>| ms.map(|ms| clock.moment(stamp(ms)));
    let name = |c: &Copy| {
        let column = p.columns.iter().find(|k| k.campaign == c.campaign);
        let campaign = column.map_or(c.campaign.as_str(), |k| k.name.as_str());
        match s.people.iter().find(|r| r.person == c.person) {
            Some(role) => format!("{}, number {}, campaign of {campaign}", role.office.words(), c.person),
            None => format!("Recipient number {}, campaign of {campaign}", c.person),
        }
    };
    p.copies
        .iter()
        .filter(|c| c.exported_at.is_some())
        .map(|c| Holding {
            holder: name(c),
            received: at(c.received_at),
            destroyed: at(c.destroyed.as_ref().map(|d| d.at)),
            due: c.destroy_by.map(|by| clock.countdown("To be destroyed by", stamp(by))),
        })
        .collect()
}
