//! The page of a contest: where it stands, what is missing for the next stage, who stands, who may vote.

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
    Candidate, CandidateStatus, Condition, Contest, Freeze, Nominations, Nominator, Stage, StageOf,
    add_candidate, advance, appoint,
    conditions::{case, facts},
    countersign, freeze, propose, record_nominations, resume,
    scene::{Scene, scene},
    stand_down, suspend,
};
use crate::{
    access::{Office, Role, sign_in::render},
    door::{App, Oops, Visit},
    page::{
        Cell, Chart, Check, Clock, Count, Deed, Mark, Moment, Page, Parity, ParityRow, Series, StateStrip,
    },
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

impl Seen {
    fn state(&self, clock: &Clock) -> StateStrip {
        let next = self.next.as_ref().and_then(|(to, _)| Some((*to, self.contest.hour(*to)?)));
        let countdown = next.and_then(|(to, hour)| {
            Timestamp::from_millisecond(hour).ok().map(|hour| clock.countdown(to.words(), hour))
        });
        let mut marks = Vec::new();
        if self.stage.stage == Stage::Suspended {
            marks.push(Mark::Held);
        }
        StateStrip {
            facts: vec![
                ("Contest".to_owned(), self.contest.name.clone()),
                ("Stage".to_owned(), self.stage.stage.words().to_owned()),
            ],
            marks,
            clock: countdown,
        }
    }

    fn stages(&self, clock: &Clock) -> Vec<Row> {
        let here = self.stage.resumes.unwrap_or(self.stage.stage);
        let row = |stage: Stage| Row {
            name: stage.words(),
            standing: match stage.cmp(&here) {
                std::cmp::Ordering::Less => "past",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "to-come",
            },
            at: match stage <= here {
                true => self.entered.get(&stage).and_then(|at| moment(clock, *at)),
                false => self.contest.hour(stage).and_then(|at| moment(clock, at)),
            },
            words: stage.meaning(),
            checks: self.checks(stage),
        };
        Stage::ALL.into_iter().filter(|s| *s != Stage::Suspended).map(row).collect()
    }

    /// What must hold before the next stage; nothing for the others.
    fn checks(&self, stage: Stage) -> Vec<Check> {
        let conditions =
            self.next.iter().filter(|(to, _)| *to == stage).flat_map(|(_, conditions)| conditions);
        conditions
            .filter(|c| c.name != "next")
            .map(|c| Check { met: c.met, words: c.words.clone() })
            .collect()
    }

    fn deeds(&self) -> Vec<Deed> {
        let id = &self.contest.id;
        let mut deeds = Vec::new();
        let mut offer = |may: bool, action: String, name, words: &str, button: String| {
            if may {
                let (words, primary) = (words.to_owned(), deeds.is_empty());
                deeds.push(Deed { action, name, words, promise: None, button, primary });
            }
        };
        if let Some((to, _)) = &self.next {
            let (stage, words) = (to.name(), to.words());
            let enter = format!("Enter the stage \u{201c}{words}\u{201d}");
            offer(self.may.advance, format!("/contest/{id}/advance/{stage}"), "advance", to.meaning(), enter);
            let both =
                "Two people do this together. You propose it; somebody else enters it within seven days.";
            let proposal = format!("Propose the stage \u{201c}{words}\u{201d}");
            let propose = self.may.propose && !self.may.advance;
            offer(propose, format!("/contest/{id}/propose/{stage}"), "propose", both, proposal);
        }
        let settle =
            "Takes in everybody on the register who may vote, and publishes how many, and a fingerprint.";
        offer(
            self.may.freeze,
            format!("/contest/{id}/freeze"),
            "freeze",
            settle,
            "Freeze the register".to_owned(),
        );
        if let Some(freeze) = &self.freeze {
            let words =
                format!("You sign for {} electors and the fingerprint below.", Count(freeze.electors));
            let action = format!("/contest/{id}/countersign/{}", freeze.root);
            let button = "Countersign the frozen register".to_owned();
            offer(self.may.countersign, action, "countersign", &words, button);
        }
        let ends = "The contest stands again where it stood, and access is what it was.";
        offer(
            self.may.resume,
            format!("/contest/{id}/resume"),
            "resume",
            ends,
            "Resume the contest".to_owned(),
        );
        deeds
    }

    fn parity(&self) -> Parity {
        let row = |label: &str, cell: &dyn Fn(&Standing) -> Cell| ParityRow {
            label: label.to_owned(),
            together: false,
            cells: self.candidates.iter().map(cell).collect(),
        };
        let mut rows = vec![
            row("Standing", &|s| match s.candidate.status {
                CandidateStatus::Qualified => Cell::Marked(Mark::Met, "on the ballot paper".to_owned()),
                CandidateStatus::Nominated => Cell::Marked(Mark::Met, "nominated".to_owned()),
                CandidateStatus::Aspiring => Cell::Words("registered".to_owned()),
                CandidateStatus::Eliminated => {
                    Cell::Marked(Mark::Unmet, "did not pass a threshold".to_owned())
                }
            }),
            row("Campaign", &|s| Cell::Words(s.candidate.campaign.clone())),
            row("People of the campaign", &|s| Cell::Words(Count(s.people as u64).to_string())),
        ];
        for nominator in Nominator::ALL {
            let received =
                |s: &Standing| s.nominations.as_ref().and_then(|n| n.received.get(&nominator).copied());
            if self.candidates.iter().any(|s| received(s).is_some()) {
                let label = format!("Nominated by: {}", nominator.words());
                rows.push(row(&label, &|s| match received(s) {
                    Some(n) => Cell::Words(Count(n).to_string()),
                    None => Cell::NotYet,
                }));
            }
        }
        rows.push(row("Count", &|s| match s.nominations.as_ref().map(|n| n.settles) {
            Some(Some(_)) => Cell::Marked(Mark::Met, "final".to_owned()),
            Some(None) => Cell::Words("open".to_owned()),
            None => Cell::NotYet,
        }));
        Parity {
            caption: "In the order of the ballot paper; by name until it is drawn".to_owned(),
            columns: self.candidates.iter().map(|s| s.candidate.name.clone()).collect(),
            rows,
        }
    }

    fn frozen(&self, clock: &Clock) -> Option<Frozen> {
        let freeze = self.freeze.as_ref()?;
        let called = |class: &String| {
            let rule = self.contest.classes.iter().find(|c| c.class == *class);
            rule.map_or_else(|| class.clone(), |c| c.called.clone())
        };
        let labels =
            freeze.counts.iter().map(|c| c.classes.iter().map(called).collect::<Vec<_>>().join(" and "));
        let values = freeze.counts.iter().map(|c| c.electors).collect();
        Some(Frozen {
            at: moment(clock, freeze.at)?,
            total: Count(freeze.electors),
            classes: Chart {
                title: "Who may vote".to_owned(),
                along: "Type of voter".to_owned(),
                labels: labels.collect(),
                series: vec![Series { name: "People".to_owned(), values }],
            },
            fingerprint: freeze.root.clone(),
            countersigned: freeze.countersigned_by.is_some(),
        })
    }
}
