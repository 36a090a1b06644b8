//! The register: members, registered and affiliated supporters, and the files they come from.
//!
//! A membership office keeps its register in another system and sends a file. [`reading`] turns the bytes of such a
//! file into rows, each judged by itself: taken, held for a person to decide, or rejected, always with a reason in
//! plain words that quotes no value. [`report`] is what the office gets back, and [`generate`] makes a fictional
//! register to try things on. None of these touches the database: storing is [`import`]'s.

pub mod erase;
pub mod fields;
pub mod find;
pub mod generate;
pub mod import;
pub mod reading;
pub mod report;
pub mod sweep;

use axum::{
    Router,
    routing::{get, post},
};
use jiff::civil::Date;
use kernel::{Look, Migration, No, Part, Warrant};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{Subject, access::standing, api::ActSpec, door::App};
use reading::{MemberRow, Status};

/// The register.
pub const SUBJECT: Subject = Subject {
    part: Part {
        subject: "register",
        schema: include_str!("policy.cedarschema"),
        policy: include_str!("policy.cedar"),
    },
    migration: Migration { name: "2026-11-23-register", text: include_str!("2026-11-23-register.sql") },
    acts: &[ActSpec::of::<find::Find>(), ActSpec::of::<erase::Erase>()],
    router,
};

/// Routes of this subject.
fn router() -> Router<App> {
    import::router()
        .route("/register/find", get(find::page).post(find::post))
        .route("/register/erase", post(erase::ask))
        .route("/register/erase/confirm", post(erase::post))
}

/// A frozen electorate stands on the register: nobody is erased until it is let go. Imports go on (new addresses and
/// objections must come in); who may vote is settled in the contest's own list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Frozen {
    /// The contest whose electorate it is.
    pub contest: String,
    /// Let go again when the contest is over.
    pub let_go: bool,
}

impl Warrant for Frozen {
    const KIND: &'static str = "register_frozen";
    fn key(&self) -> String {
        self.contest.clone()
    }
    fn about(&self) -> String {
        "register".to_owned()
    }
}

/// Youngest age at which a person's data may be offered to campaigns.
pub const ADULT: i16 = 18;

/// Whether a person may be offered to campaigns at all: in good standing, of age as far as we know, neither protected
/// nor objecting, and reachable by at least one channel that they allow. What else a campaign needs, the release asks.
pub fn offerable(row: &MemberRow, today: Date) -> bool {
    let prefs = row.prefs;
    let standing = matches!(row.status, Status::Active | Status::InArrears);
    let child = row.date_of_birth.is_some_and(|born| !of_age(born, today));
    let post = !prefs.no_post && !row.address_1.is_empty();
    let numbered = !(row.mobile.is_empty() && row.landline.is_empty());
    let phone = numbered && !prefs.no_phone && !prefs.tps;
    let email = !prefs.no_email && !row.email.is_empty() && !row.email_consent.is_empty();
    let reachable = post || phone || email;
    standing && !child && !prefs.protected && !prefs.objects_to_disclosure && reachable
}

/// Whether somebody born on this day is an adult on that day.
fn of_age(born: Date, today: Date) -> bool {
    let birthday_passed = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i16::from(!birthday_passed) >= ADULT
}

/// The facts on which this subject's rules decide.
fn facts(look: &mut Look<'_>) -> Result<Json, No> {
    let standing = standing(look, None)?;
    let frozen = look.about::<Frozen>("register")?.iter().any(|f| !f.let_go);
    Ok(json!({
        "offices": standing.offices, "system": standing.system, "fresh": standing.fresh, "frozen": frozen,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> MemberRow {
        MemberRow { address_1: "1 Made-up Street".into(), ..MemberRow::default() }
    }

    #[test]
    fn children_objectors_the_protected_and_the_unreachable_are_not_offered() {
        let today = "2020-02-10".parse().unwrap();
        assert!(offerable(&row(), today));
        let born = |day: &str| MemberRow { date_of_birth: Some(day.parse().unwrap()), ..row() };
        assert!(!offerable(&born("2002-02-11"), today));
        assert!(offerable(&born("2002-02-10"), today));
        for change in [
            |r: &mut MemberRow| r.prefs.objects_to_disclosure = true,
            |r: &mut MemberRow| r.prefs.protected = true,
            |r: &mut MemberRow| r.prefs.no_post = true,
            |r: &mut MemberRow| r.status = Status::Lapsed,
        ] {
            let mut changed = row();
            change(&mut changed);
            assert!(!offerable(&changed, today));
        }
    }

    #[test]
    fn an_address_for_mail_counts_only_with_consent() {
        let today = "2020-02-10".parse().unwrap();
        let mut row = MemberRow { email: "a@example.org".into(), ..MemberRow::default() };
        assert!(!offerable(&row, today));
        row.email_consent = "form 7, 2020-01-02".into();
        assert!(offerable(&row, today));
    }
}
