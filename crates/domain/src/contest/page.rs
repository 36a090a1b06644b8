//! The page of a contest: where it stands, what is missing for the next stage, who stands, who may vote.

mod words;

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use kernel::{Ask, Look, Millis, No, View};
use serde::Deserialize;
use serde_json::json;

use super::{
    Candidate, Condition, Contest, Freeze, Nominations, Stage, StageOf, add_candidate, advance, appoint,
    conditions::{case, facts},
    countersign, freeze, propose, record_nominations, resume,
    scene::{Scene, scene},
    stand_down, suspend,
};
use crate::{
    access::{Office, Role, sign_in::render},
    door::{App, Oops, Visit},
    page::{Chart, Check, Clock, Count, Deed, Moment, Page, Parity, StateStrip},
};

/// Routes of this subject.
pub fn router() -> Router<App> {
    Router::new()
        .route("/contest/{contest}", get(page))
        .route("/contest/{contest}/propose/{to}", post(propose::post))
        .route("/contest/{contest}/advance/{to}", post(advance::post))
        .route("/contest/{contest}/freeze", post(freeze::post))
        .route("/contest/{contest}/countersign/{root}", post(countersign::post))
        .route("/contest/{contest}/suspend", post(suspend::post))
        .route("/contest/{contest}/resume", post(resume::post))
        .route("/contest/{contest}/candidates", post(add_candidate::post))
        .route("/contest/{contest}/nominations", post(record_nominations::post))
        .route("/contest/{contest}/people", post(appoint::post))
        .route("/contest/{contest}/stand-down/{campaign}/{person}/{office}", post(stand_down::post))
}

/// Back to the contest's page, which then says what was done.
pub(super) fn back(contest: &str, done: &str) -> Response {
    Redirect::to(&format!("/contest/{contest}?done={done}")).into_response()
}

const DONE: [(&str, &str); 10] = [
    ("proposed", "You proposed the next stage. Somebody else must now enter it."),
    ("advanced", "The contest has entered its next stage."),
    ("frozen", "Everybody on the register who may vote is taken in, and the fingerprint is published."),
    ("countersigned", "You countersigned the frozen register."),
    ("suspended", "The contest is suspended. Nobody has access to anything."),
    ("resumed", "The contest stands again where it stood."),
    ("registered", "The candidate is registered. Now name who stands, and their head of compliance."),
    ("counted", "The count is recorded."),
    ("appointed", "They belong to the campaign. They see nothing before they have signed for themselves."),
    ("stood_down", "They no longer belong to the campaign."),
];

/// A contest as its page shows it; nothing in it identifies anybody but the candidates.
struct OfContest(String);

struct Seen {
    contest: Contest,
    stage: StageOf,
    /// When each stage was entered last.
    entered: BTreeMap<Stage, Millis>,
    candidates: Vec<Standing>,
    freeze: Option<Freeze>,
    next: Option<(Stage, Vec<Condition>)>,
    may: May,
}

struct Standing {
    candidate: Candidate,
    nominations: Option<Nominations>,
    people: usize,
}

/// What the reader may do here, given a fresh code.
#[derive(Default)]
struct May {
    propose: bool,
    advance: bool,
    freeze: bool,
    countersign: bool,
    suspend: bool,
    resume: bool,
    register: bool,
    count: bool,
    appoint: bool,
}

impl View for OfContest {
    const NAME: &'static str = "contest.page";
    type Out = Seen;

    fn look(&self, look: &mut Look<'_>) -> Result<Seen, No> {
        if look.actor().person().is_none() {
            return Err(No::SignedOut);
        }
        let mut scene = scene(look, &self.0)?;
        scene.standing.fresh = true;
        let case = case(look, &scene)?;
        let next = scene.stage.stage.next();
        let next = next.map(|to| (to, case.conditions(to, look.now())));
        let may = may(look, &scene, next.as_ref(), case.freeze.as_ref());
        let mut entered = BTreeMap::new();
        for version in look.versions::<StageOf>(&self.0)? {
            entered.entry(version.stage).or_insert(version.entered_at);
        }
        let now = look.now();
        let roles = look.about::<Role>(&self.0)?;
        let people =
            |id: &str| roles.iter().filter(|r| r.campaign.as_deref() == Some(id) && r.live(now)).count();
        let candidates = case.candidates.iter().map(|c| Standing {
            candidate: c.clone(),
            nominations: case.nominations.get(&c.id).cloned(),
            people: people(&c.id),
        });
        Ok(Seen {
            stage: scene.stage.fact.clone(),
            entered,
            candidates: candidates.collect(),
            freeze: case.freeze.clone(),
            next,
            may,
            contest: case.contest,
        })
    }
}

fn may(
    look: &Look<'_>,
    scene: &Scene,
    next: Option<&(Stage, Vec<Condition>)>,
    freeze: Option<&Freeze>,
) -> May {
    let would = |act: &str, more| {
        look.would(act, &Ask::on("Contest", &scene.contest.id).facts(scene.facts(more))).allowed
    };
    let officer = scene.standing.campaign.is_none()
        && (scene.standing.is(Office::ReturningOfficer) || scene.standing.is(Office::DeputyReturningOfficer));
    let stage = scene.stage.stage;
    let mut may = May {
        freeze: freeze.is_none()
            && would("contest.freeze", json!({ "due": scene.due(Stage::Frozen, look.now()) })),
        countersign: freeze.is_some_and(|f| f.countersigned_by.is_none())
            && would("contest.countersign", json!({ "due": true })),
        suspend: would("contest.suspend", json!({ "due": true })),
        resume: would("contest.resume", json!({ "own_doing": scene.stage.by == look.actor().person() })),
        register: would("contest.add_candidate", json!({ "due": true })),
        count: officer && (Stage::NominationsOpen..=Stage::Frozen).contains(&stage),
        appoint: (Stage::Announced..=Stage::BallotOpen).contains(&stage)
            && (officer
                || scene.standing.is(Office::Candidate)
                || scene.standing.is(Office::HeadOfCompliance)),
        ..May::default()
    };
    if let Some((to, conditions)) = next {
        let mut more = facts(conditions);
        more["to"] = to.name().into();
        may.advance = would("contest.advance", more);
        may.propose = to.needs_two() && would("contest.propose", json!({ "to": to.name(), "next": true }));
    }
    may
}

#[derive(Template)]
#[template(path = "contest/contest.html")]
struct ContestPage {
    page: Page,
    id: String,
    state: StateStrip,
    name: String,
    deeds: Vec<Deed>,
    stages: Vec<Row>,
    zone: String,
    candidates: Parity,
    choices: Vec<(String, String)>,
    freeze: Option<Frozen>,
    may: May,
}

struct Row {
    name: &'static str,
    standing: &'static str,
    at: Option<Moment>,
    words: &'static str,
    checks: Vec<Check>,
}

struct Frozen {
    at: Moment,
    total: Count,
    classes: Chart,
    fingerprint: String,
    countersigned: bool,
}

#[derive(Deserialize)]
struct Done {
    done: Option<String>,
}

async fn page(
    visit: Visit,
    Path(contest): Path<String>,
    Query(done): Query<Done>,
) -> Result<Html<String>, Oops> {
    let seen = visit.look(OfContest(contest)).await?;
    let clock = visit.clock(&seen.contest.zone);
    let mut page = visit.page(&seen.contest.zone, None);
    page.flash = Visit::flash(done.done.as_deref(), &DONE);
    render(&ContestPage {
        page,
        id: seen.contest.id.clone(),
        state: seen.state(&clock),
        name: seen.contest.name.clone(),
        deeds: seen.deeds(),
        stages: seen.stages(&clock),
        zone: seen.contest.zone.clone(),
        candidates: seen.parity(),
        choices: seen
            .candidates
            .iter()
            .map(|s| (s.candidate.id.clone(), s.candidate.campaign.clone()))
            .collect(),
        freeze: seen.frozen(&clock),
        may: seen.may,
    })
}

fn moment(clock: &Clock, at: Millis) -> Option<Moment> {
    Timestamp::from_millisecond(at).ok().map(|at| clock.moment(at))
}
