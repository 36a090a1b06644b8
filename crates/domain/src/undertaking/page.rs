//! The page of a campaign's undertaking, which people know as a data agreement: how it stands, what to do, who signed.

mod words;

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use kernel::{Ask, Look, Millis, No, PersonId, View};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Acknowledgement, State, Text, Undertaking, acknowledge, countersign, fill, find, key, lift,
    propose_revocation, revoke, sign, suspend, withdraw,
};
use crate::{
    access::{Office, Role, sign_in::render},
    contest::{
        self,
        scene::{Scene, scene},
    },
    door::{App, Oops, Visit},
    page::{Clock, Countdown, Deed, Moment, Page, Row, StateStrip},
};

/// Routes of this subject.
pub fn router() -> Router<App> {
    const AT: &str = "/contest/{contest}/undertaking/{campaign}";
    let at = |deed: &str| format!("{AT}/{deed}");
    Router::new()
        .route(AT, get(page))
        .route(&at("fill"), post(fill::post))
        .route(&at("sign/{text}/{contents}"), post(sign::post))
        .route(&at("acknowledge/{text}"), post(acknowledge::post))
        .route(&at("withdraw"), post(withdraw::post))
        .route(&at("countersign/{text}/{contents}"), post(countersign::post))
        .route(&at("suspend"), post(suspend::post))
        .route(&at("lift"), post(lift::post))
        .route(&at("propose-revocation"), post(propose_revocation::post))
        .route(&at("revoke"), post(revoke::post))
}

/// Back to the undertaking's page, which then says what was done.
pub(super) fn back(contest: &str, campaign: &str, done: &str) -> Response {
    Redirect::to(&format!("/contest/{contest}/undertaking/{campaign}?done={done}")).into_response()
}

const DONE: [(&str, &str); 9] = [
    ("filled", "Your answers are recorded. Candidate and head of compliance now sign them with the text."),
    ("signed", "You signed."),
    (
        "acknowledged",
        "You promised to keep the data agreement. You see what it lets you see once it is in force.",
    ),
    ("withdrawn", "You took your promise back. You see nothing any more."),
    ("countersigned", "You countersigned. The data agreement is in force."),
    ("suspended", "The data agreement is suspended. It stands again by itself at the hour below."),
    ("lifted", "The suspension is lifted."),
    ("proposed", "You proposed to revoke it. Somebody else must do it within seven days."),
    ("revoked", "The data agreement is revoked."),
];

/// A campaign's undertaking, for its own people, the officers and the scrutineer.
struct OfCampaign {
    contest: String,
    campaign: String,
}

struct Seen {
    name: String,
    zone: String,
    contest: String,
    undertaking: Undertaking,
    text: Text,
    issued: Millis,
    now: Millis,
    /// The campaign's people, with when they acknowledged this text.
    people: Vec<(Office, PersonId, Option<Millis>)>,
    contents_hash: String,
    me: PersonId,
    /// Roles that the reader may end: others' or, where `true`, their own.
    stand_down: BTreeSet<(Office, bool)>,
    may: May,
}

/// What the reader may do here, given a fresh code.
#[derive(Default)]
struct May {
    fill: bool,
    sign: bool,
    acknowledge: bool,
    withdraw: bool,
    countersign: bool,
    suspend: bool,
    lift: bool,
    propose: bool,
    revoke: bool,
}

impl View for OfCampaign {
    const NAME: &'static str = "undertaking.page";
    type Out = Seen;

    fn look(&self, look: &mut Look<'_>) -> Result<Seen, No> {
        let me = look.actor().person().ok_or(No::SignedOut)?;
        let mut scene = scene(look, &self.contest)?;
        if !reads(&scene, &self.campaign) {
            return Err(No::Absent);
        }
        scene.standing.fresh = true;
        let name = contest::candidate(look, &self.contest, &self.campaign)?.fact.campaign;
        let undertaking = find(look, &self.contest, &self.campaign)?;
        let text = look.warrant::<Text>(&format!("{}/{}", self.contest, undertaking.text_hash))?;
        let text = text.ok_or_else(|| No::fault("an undertaking's text is missing"))?;
        let people = self.people(look, &undertaking.text_hash)?;
        let mine = people.iter().any(|(_, person, at)| *person == me && at.is_some());
        Ok(Seen {
            name,
            zone: scene.contest.zone.clone(),
            contest: self.contest.clone(),
            may: may(look, &scene, &undertaking, mine),
            me,
            stand_down: stand_down(look, &scene, &self.campaign),
            contents_hash: undertaking.contents_hash()?,
            issued: text.at,
            text: text.fact,
            now: look.now(),
            people,
            undertaking: undertaking.fact,
        })
    }
}

/// The organisation's officers read every campaign's undertaking, its own people theirs.
fn reads(scene: &Scene, campaign: &str) -> bool {
    let officers = [
        Office::ReturningOfficer,
        Office::DeputyReturningOfficer,
        Office::DataProtectionOfficer,
        Office::MembershipOfficer,
        Office::Scrutineer,
    ];
    match &scene.standing.campaign {
        Some(own) => own == campaign,
        None => officers.iter().any(|o| scene.standing.is(*o)),
    }
}

impl OfCampaign {
    fn people(&self, look: &mut Look<'_>, text: &str) -> Result<Vec<(Office, PersonId, Option<Millis>)>, No> {
        let now = look.now();
        let promises = look.about::<Acknowledgement>(&key(&self.contest, &self.campaign))?;
        let promised = |person: PersonId| {
            promises.iter().find(|p| p.person == person && p.text_hash == text && !p.withdrawn).map(|p| p.at)
        };
        let roles = look.about::<Role>(&self.contest)?;
        let mut people: Vec<_> = roles
            .iter()
            .filter(|r| r.campaign.as_ref() == Some(&self.campaign) && r.live(now))
            .map(|r| (r.office, r.person, promised(r.person)))
            .collect();
        people.sort();
        Ok(people)
    }
}

fn may(look: &Look<'_>, scene: &Scene, u: &Undertaking, promised: bool) -> May {
    let me = look.actor().person();
    let would = |act: &str, more: Json| {
        let mut facts = scene.facts(json!({
            "of": u.campaign, "state": u.state_at(look.now()).name(), "progress": u.state.name(),
        }));
        if let (Json::Object(all), Json::Object(more)) = (&mut facts, more) {
            all.extend(more);
        }
        look.would(act, &Ask::on("Campaign", &u.campaign).facts(facts)).allowed
    };
    let signed = [u.signed_by_candidate, u.signed_by_head].contains(&me);
    let lapsed = u.countersign_due.is_some_and(|due| due <= look.now());
    let signature = json!({
        "filled": u.contents.is_some(), "current": true, "same": signed, "lapsed": lapsed,
    });
    let own_proposal = u.revocation.as_ref().is_some_and(|p| Some(p.by) == me);
    May {
        fill: would("undertaking.fill", json!({})),
        sign: would("undertaking.sign", signature.clone()),
        acknowledge: !promised && would("undertaking.acknowledge", signature.clone()),
        withdraw: promised,
        countersign: would("undertaking.countersign", signature),
        suspend: would("undertaking.suspend", json!({ "renewal": u.would_renew(look.now()) })),
        lift: would("undertaking.lift", json!({})),
        propose: would("undertaking.propose_revocation", json!({})),
        revoke: would(
            "undertaking.revoke",
            json!({
                "proposed": u.revocation.as_ref().is_some_and(|p| look.now() < p.at + super::PROPOSAL_LIFE),
                "own_proposal": own_proposal,
            }),
        ),
    }
}

fn stand_down(look: &Look<'_>, scene: &Scene, campaign: &str) -> BTreeSet<(Office, bool)> {
    let offices = [Office::Candidate, Office::HeadOfCompliance, Office::Organiser, Office::Volunteer];
    let would = |(office, own): &(Office, bool)| {
        let facts = scene.facts(json!({
            "of": campaign, "office": office.name(), "about_self": own, "elsewhere": false, "officer": false,
            "taken": false, "both": false, "stands": true,
        }));
        look.would("contest.stand_down", &Ask::on("Campaign", campaign).facts(facts)).allowed
    };
    offices.into_iter().flat_map(|o| [(o, false), (o, true)]).filter(would).collect()
}

#[derive(Template)]
#[template(path = "undertaking/undertaking.html")]
struct UndertakingPage {
    page: Page,
    at: String,
    state: StateStrip,
    name: String,
    suspension: Option<Countdown>,
    deeds: Vec<Deed>,
    signatures: Vec<Row>,
    countersign: Option<Countdown>,
    people: Vec<Signatory>,
    answers: Vec<Row>,
    title: String,
    issued: Option<Moment>,
    fingerprint: String,
    clauses: Vec<(String, String)>,
    filled: Filled,
    may: May,
}

struct Signatory {
    role: &'static str,
    number: PersonId,
    signed: Option<Moment>,
    /// Where the reader may end this role, if they may.
    stand_down: Option<String>,
}

/// The answers as the form shows them again.
#[derive(Default)]
struct Filled {
    stored_where: String,
    devices: String,
    people: String,
    processors: String,
    destruction_date: String,
}

#[derive(Deserialize)]
struct Done {
    done: Option<String>,
}

async fn page(
    visit: Visit,
    Path((contest, campaign)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Result<Html<String>, Oops> {
    let seen = visit.look(OfCampaign { contest, campaign }).await?;
    let clock = visit.clock(&seen.zone);
    let mut page = visit.page(&seen.zone, None);
    page.flash = Visit::flash(done.done.as_deref(), &DONE);
    let u = &seen.undertaking;
    let due = u.countersign_due.filter(|_| u.state == State::Signed);
    let signatory = |(office, number, at): &(Office, PersonId, Option<Millis>)| Signatory {
        role: office.words(),
        number: *number,
        signed: at.and_then(|at| moment(&clock, at)),
        stand_down: seen.stand_down.contains(&(*office, *number == seen.me)).then(|| {
            let (contest, campaign) = (&seen.contest, &u.campaign);
            format!("/contest/{contest}/stand-down/{campaign}/{number}/{}", office.name())
        }),
    };
    let suspended = u.suspended_until.filter(|_| u.state_at(seen.now) == State::Suspended);
    render(&UndertakingPage {
        page,
        at: seen.at(),
        state: seen.state(),
        name: seen.name.clone(),
        suspension: suspended.and_then(|until| countdown(&clock, "Ends by itself", until)),
        deeds: seen.deeds(),
        signatures: seen.signatures(),
        countersign: due.and_then(|due| countdown(&clock, "Countersignature due", due)),
        people: seen.people.iter().map(signatory).collect(),
        answers: seen.answers(),
        title: seen.text.title.clone(),
        issued: moment(&clock, seen.issued),
        fingerprint: u.text_hash.clone(),
        clauses: seen.text.clauses.iter().map(|c| (c.heading.clone(), c.words.clone())).collect(),
        filled: seen.filled(),
        may: seen.may,
    })
}

fn moment(clock: &Clock, at: Millis) -> Option<Moment> {
    Timestamp::from_millisecond(at).ok().map(|at| clock.moment(at))
}

fn countdown(clock: &Clock, label: &str, at: Millis) -> Option<Countdown> {
    Timestamp::from_millisecond(at).ok().map(|at| clock.countdown(label, at))
}
