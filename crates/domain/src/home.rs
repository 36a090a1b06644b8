//! The first page after signing in: what waits for you, most pressing first, and how things stand.

use askama::Template;
use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use kernel::{Look, Millis, No, PersonId, View, Vouched};

use crate::{
    access::{self, Office, Standing, sign_in::render},
    contest::{self, Candidate, Contest, Freeze, Stage},
    disclosure::{Release, Request},
    door::{App, Oops, Visit},
    page::{Clock, Count, Link, Mark, Page, Reader, Row, StateStrip, Waiting},
    undertaking::{State, Undertaking},
};

/// The route of this page.
pub fn router() -> Router<App> {
    Router::new().route("/", get(page))
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    contests: Vec<Section>,
    desks: Vec<Link>,
}

/// One contest on the page.
struct Section {
    name: String,
    state: StateStrip,
    waiting: Vec<Waiting>,
    numbers: Vec<Row>,
    links: Vec<Link>,
}

async fn page(visit: Visit) -> Result<Response, Oops> {
    if visit.actor.person().is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let zone = visit.app.settings.zone.clone();
    let seen = visit.look(Home).await?;
    let role = words(&seen.standing);
    let reader = Reader { name: capital(&role), role: visit.app.settings.organisation.clone() };
    let contests = seen.contests.iter().map(|c| c.section(&visit.clock(&c.contest.zone))).collect();
    let page = visit.page(&zone, Some(reader));
    let html = render(&HomePage { page, contests, desks: desks(&seen.standing) })?;
    Ok(html.into_response())
}

/// What the signed-in person is shown, contest by contest.
struct Home;

struct Seen {
    standing: Standing,
    contests: Vec<InContest>,
}

struct InContest {
    person: PersonId,
    standing: Standing,
    contest: Contest,
    stage: Stage,
    since: Millis,
    now: Millis,
    candidates: Vec<Vouched<Candidate>>,
    undertakings: Vec<Vouched<Undertaking>>,
    freeze: Option<Freeze>,
    release: Option<Release>,
    asked: bool,
}

impl View for Home {
    const NAME: &'static str = "home.page";
    type Out = Seen;

    fn look(&self, look: &mut Look<'_>) -> Result<Seen, No> {
        let person = look.actor().person().ok_or(No::SignedOut)?;
        let mut all = access::standing(look, None)?;
        let mut contests = Vec::new();
        for contest in look.about::<Contest>("contests")? {
            let standing = access::standing(look, Some(&contest.id))?;
            if standing.offices.is_empty() {
                continue;
            }
            all.offices.extend(&standing.offices);
            contests.push(in_contest(look, person, standing, contest.fact)?);
        }
        Ok(Seen { standing: all, contests })
    }
}

fn in_contest(
    look: &mut Look<'_>,
    person: PersonId,
    standing: Standing,
    contest: Contest,
) -> Result<InContest, No> {
    let stage = contest::stage(look, &contest.id)?;
    let release = look.warrant::<Release>(&contest.id)?.map(|r| r.fact);
    let asked = match (&release, &standing.campaign) {
        (Some(release), Some(campaign)) => {
            look.warrant::<Request>(&format!("{}/{campaign}", release.id()))?.is_some()
        }
        _ => false,
    };
    Ok(InContest {
        person,
        standing,
        stage: stage.stage,
        since: stage.at,
        now: look.now(),
        candidates: contest::candidates(look, &contest.id)?,
        undertakings: look.about::<Undertaking>(&contest.id)?,
        freeze: look.warrant::<Freeze>(&contest.id)?.map(|f| f.fact),
        release,
        asked,
        contest,
    })
}

impl InContest {
    fn section(&self, clock: &Clock) -> Section {
        let id = &self.contest.id;
        let next = self.stage.next().and_then(|s| Some((s, self.contest.hour(s)?)));
        let hour = next.and_then(|(s, at)| {
            Some(clock.countdown(s.words(), jiff::Timestamp::from_millisecond(at).ok()?))
        });
        let state = StateStrip {
            facts: vec![
                ("Contest".to_owned(), self.contest.name.clone()),
                ("Stage".to_owned(), self.stage.words().to_owned()),
            ],
            marks: Vec::<Mark>::new(),
            clock: hour,
        };
        let link = |text: &str, href: String| Link { text: text.to_owned(), href, here: false };
        let mut links = vec![
            link("The contest", format!("/contest/{id}")),
            link("The release: who gets what, and when", format!("/contest/{id}/release")),
        ];
        for candidate in &self.candidates {
            let mine = self.standing.campaign.as_ref() == Some(&candidate.id);
            if mine || self.standing.campaign.is_none() {
                let text = format!("Data agreement of {}", candidate.name);
                links.push(link(&text, format!("/contest/{id}/undertaking/{}", candidate.id)));
            }
        }
        Section {
            name: self.contest.name.clone(),
            state,
            waiting: self.waiting(clock),
            numbers: self.numbers(clock),
            links,
        }
    }

    fn waiting(&self, clock: &Clock) -> Vec<Waiting> {
        let mut waiting = Vec::new();
        for undertaking in &self.undertakings {
            waiting.extend(self.agreement(clock, undertaking));
        }
        waiting.extend(self.release(clock));
        waiting
    }

    /// What an agreement wants of this reader.
    fn agreement(&self, clock: &Clock, u: &Vouched<Undertaking>) -> Option<Waiting> {
        let name = self.candidates.iter().find(|c| c.id == u.campaign).map_or("", |c| c.name.as_str());
        let mine = self.standing.campaign.as_ref() == Some(&u.campaign);
        let officer =
            self.standing.is(Office::ReturningOfficer) || self.standing.is(Office::DeputyReturningOfficer);
        let words = match u.state_at(self.now) {
            State::Signed if officer => format!("Countersign the data agreement of {name}"),
            State::Issued if mine && u.contents.is_none() && self.standing.is(Office::HeadOfCompliance) => {
                "Say where the list will lie and who will see it".to_owned()
            }
            State::Issued if mine && u.contents.is_some() => "Sign your data agreement".to_owned(),
            _ => return None,
        };
        let href = format!("/contest/{}/undertaking/{}", self.contest.id, u.campaign);
        Some(self.wait(clock, words, href, u.at, u.countersign_due))
    }

    /// What the release wants of this reader.
    fn release(&self, clock: &Clock) -> Option<Waiting> {
        let release = self.release.as_ref().filter(|r| r.withdrawn_at.is_none())?;
        let approves = [Office::ReturningOfficer, Office::DeputyReturningOfficer, Office::MembershipOfficer];
        let approver = approves.iter().any(|o| self.standing.is(*o));
        let approved = release.approvals.iter().any(|a| a.person == self.person);
        let head = self.standing.is(Office::HeadOfCompliance);
        let (words, due) = match release.approved_at {
            None if approver && !approved => {
                ("Approve the release, or say why not", Some(release.approve_by))
            }
            None if self.standing.is(Office::Scrutineer) && release.lapsed(self.now) => {
                ("Decide on the release: the officers let their time pass", None)
            }
            None if self.standing.is(Office::DataProtectionOfficer) => {
                ("Advise on the release before it is approved", Some(release.approve_by))
            }
            Some(_) if release.release_at.is_none() && self.standing.is(Office::ReturningOfficer) => {
                ("Fix the common time of the release", None)
            }
            _ if head && !self.asked && release.offered_at.is_none() => {
                ("Ask for your campaign's copies, by name", release.release_at)
            }
            Some(_) if release.offered_at.is_some() && self.standing.campaign.is_some() => {
                ("Collect your copy, if you are named", release.collect_by())
            }
            _ => return None,
        };
        let href = format!("/contest/{}/release", self.contest.id);
        Some(self.wait(clock, words.to_owned(), href, release.opened_at, due))
    }

    fn wait(
        &self,
        clock: &Clock,
        words: String,
        href: String,
        since: Millis,
        due: Option<Millis>,
    ) -> Waiting {
        let instant = |ms: Millis| jiff::Timestamp::from_millisecond(ms).ok();
        Waiting {
            what: Link { text: words, href, here: false },
            owner: Some("you".to_owned()),
            age: instant(since).map(|at| clock.age(at)).unwrap_or_default(),
            due: due.and_then(instant).map(|at| clock.countdown("Due", at)),
        }
    }

    fn numbers(&self, clock: &Clock) -> Vec<Row> {
        let row = |term: &str, value: String| Row { term: term.to_owned(), value, action: None };
        let in_force = self.undertakings.iter().filter(|u| u.in_force(self.now)).count();
        let since = jiff::Timestamp::from_millisecond(self.since).map(|at| clock.moment(at));
        let mut rows = vec![
            row(
                "Stage",
                match since {
                    Ok(at) => format!("{}, since {} at {}", self.stage.words(), at.day, at.minute),
                    Err(_) => self.stage.words().to_owned(),
                },
            ),
            row("Data agreements in force", format!("{in_force} of {}", self.candidates.len())),
        ];
        if let Some(freeze) = &self.freeze {
            let electors = freeze.electors;
            rows.push(row("Electors on the frozen register", Count(electors).to_string()));
        }
        rows
    }
}

/// What else an office may go to.
fn desks(standing: &Standing) -> Vec<Link> {
    let link = |text: &str, href: &str| Link { text: text.to_owned(), href: href.to_owned(), here: false };
    let mut desks = vec![link("The record book: your lines", "/record")];
    if standing.is(Office::MembershipOfficer) {
        desks.push(link("Import the register", "/register/import"));
        desks.push(link("Find a member", "/register/find"));
    }
    desks
}

/// A person's roles in words.
fn words(standing: &Standing) -> String {
    let held: Vec<&str> = Office::ALL.iter().filter(|o| standing.is(**o)).map(|o| o.words()).collect();
    if held.is_empty() { "signed in".to_owned() } else { held.join(", ") }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
