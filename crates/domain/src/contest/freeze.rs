//! Freezing the register: who may vote, taken in turns of at most 2,000 people, so that nothing else waits long.
//!
//! First the members are gathered in the order of their numbers; then their labels are read in the order of the
//! labels, and the root over them grows leaf by leaf. Each turn is durable and the next goes on where it ended. A
//! change of the register counts if it comes before its person's turn.

use std::collections::BTreeMap;

use axum::{extract::Path, response::Response};
use kernel::{Act, Actor, Ask, Desk, Draft, Floor, No, PersonId, Plain, Row, Value, Verb};
use ledger::{Frontier, merkle::leaf_hash};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Freeze, Stage, page, publishable,
    scene::{Scene, scene},
};
use crate::{
    door::{Nothing, Oops, Signed, Visit, blocking},
    register::Frozen,
};

/// People a turn.
const TURN: i64 = 2_000;
/// Labels a turn: hashing one is a small part of taking in a person.
const WEAVE: i64 = 10_000;

const BEGIN: &str = "
    INSERT INTO freeze_job (contest, last_person, electors, by_class, gathered, last_label, frontier)
    VALUES ($1, 0, 0, $2, 0, $3, $4) ON CONFLICT (contest) DO NOTHING";
const JOB: &str = "
    SELECT last_person, electors, by_class, gathered, last_label, frontier FROM freeze_job
     WHERE contest = $1 {for_update}";
const IMPORTING: &str = "SELECT run FROM import_run WHERE closed IS NULL -- scan: one row an import";
const MEMBERS: &str = "SELECT person, class FROM member WHERE person > $1 ORDER BY person LIMIT $2";
const LABELS: &str = "
    SELECT label FROM elector_label WHERE contest = $1 AND label > $2 ORDER BY label LIMIT $3";
const GATHERED: &str = "
    UPDATE freeze_job SET last_person = $2, electors = $3, by_class = $4, gathered = $5 WHERE contest = $1";
const WOVEN: &str = "UPDATE freeze_job SET last_label = $2, frontier = $3 WHERE contest = $1";

/// Takes one turn of the freeze. Call it until it is done, see [`freeze`].
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct FreezeTurn {
    /// Of which contest.
    pub contest: String,
}

/// How far the freeze has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FreezeProgress {
    /// Electors taken in.
    pub electors: u64,
    /// Whether all are, and the root is published.
    pub done: bool,
}

impl Act for FreezeTurn {
    const NAME: &'static str = "contest.freeze";
    type Out = Plain<FreezeProgress>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let facts = scene.facts(json!({ "due": scene.due(Stage::Frozen, desk.now()) }));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        if desk.warrant::<Freeze>(&self.contest)?.is_some() {
            return Err(No::NotNow("The register of this contest is frozen already.".to_owned()));
        }
        if desk.row(IMPORTING, &[])?.is_some() {
            return Err(No::NotNow(
                "An import is running; the register is frozen when it has ended.".to_owned(),
            ));
        }
        let mut job = Job::take(desk, &self.contest)?;
        let draft = match job.gathered {
            false => job.gather(desk, &scene)?,
            true => job.weave(desk, &scene)?,
        };
        desk.enter(&permit, draft)?;
        Ok(Plain(FreezeProgress { electors: job.electors, done: job.done }))
    }
}

/// Takes all turns that are left; `told` hears of each.
pub fn freeze(
    floor: &Floor,
    actor: &Actor,
    contest: &str,
    mut told: impl FnMut(&FreezeProgress),
) -> Result<FreezeProgress, No> {
    loop {
        let progress = floor.once(actor, FreezeTurn { contest: contest.to_owned() })?.value;
        told(&progress);
        if progress.done {
            return Ok(progress);
        }
    }
}

struct Job {
    last_person: PersonId,
    electors: u64,
    by_class: BTreeMap<String, u64>,
    gathered: bool,
    last_label: Vec<u8>,
    frontier: Frontier,
    done: bool,
}

impl Job {
    fn take(desk: &mut Desk<'_>, contest: &str) -> Result<Self, No> {
        let nothing: &[u8] = &[];
        let empty = Frontier::default().to_bytes();
        desk.execute(BEGIN, &[contest.into(), "{}".into(), nothing.into(), empty.into()])?;
        let row = desk.row(JOB, &[contest.into()])?.ok_or(No::Absent)?;
        Ok(Self {
            last_person: row.int("last_person")?,
            electors: u64::try_from(row.int("electors")?).map_err(No::fault)?,
            by_class: serde_json::from_str(row.text("by_class")?)?,
            gathered: row.flag("gathered")?,
            last_label: row.bytes("last_label")?.to_vec(),
            frontier: Frontier::from_bytes(row.bytes("frontier")?).map_err(No::fault)?,
            done: false,
        })
    }

    /// Takes in the next people whose class may vote.
    fn gather(&mut self, desk: &mut Desk<'_>, scene: &Scene) -> Result<Draft, No> {
        let rows = desk.query(MEMBERS, &[self.last_person.into(), TURN.into()])?;
        let mut class_of: BTreeMap<PersonId, String> = BTreeMap::new();
        for row in &rows {
            self.last_person = row.int("person")?;
            let class = row.text("class")?;
            if scene.contest.classes.iter().any(|c| c.class == class) {
                class_of.insert(self.last_person, class.to_owned());
            }
        }
        let people: Vec<PersonId> = class_of.keys().copied().collect();
        let labels = desk.labels(&people, &scene.log)?;
        for (person, _) in &labels {
            *self.by_class.entry(class_of[person].clone()).or_default() += 1;
        }
        self.electors += labels.len() as u64;
        self.gathered = rows.len() < usize::try_from(TURN).map_err(No::fault)?;
        let contest = &scene.contest.id;
        let mut electors = labels
            .iter()
            .map(|(person, _)| vec![contest.into(), (*person).into(), class_of[person].as_str().into()]);
        desk.load("elector", &["contest", "person", "class"], &mut electors)?;
        let mut of_set = labels.iter().map(|(_, label)| vec![contest.into(), label.into()]);
        desk.load("elector_label", &["contest", "label"], &mut of_set)?;
        let by_class = serde_json::to_string(&self.by_class)?;
        let electors = i64::try_from(self.electors).map_err(No::fault)?;
        let values: [Value; 5] =
            [contest.into(), self.last_person.into(), electors.into(), by_class.into(), self.gathered.into()];
        desk.execute(GATHERED, &values)?;
        Ok(Draft::new(Verb::Processed).plain(json!({ "taken_in": labels.len() })))
    }

    /// Reads the next labels into the root; the last turn publishes it.
    fn weave(&mut self, desk: &mut Desk<'_>, scene: &Scene) -> Result<Draft, No> {
        let contest = &scene.contest.id;
        let after = self.last_label.as_slice();
        let rows: Vec<Row> = desk.query(LABELS, &[contest.into(), after.into(), WEAVE.into()])?;
        for row in &rows {
            let label = row.bytes("label")?;
            self.frontier.push(leaf_hash(label));
            self.last_label = label.to_vec();
        }
        let values: [Value; 3] =
            [contest.into(), self.last_label.as_slice().into(), self.frontier.to_bytes().into()];
        desk.execute(WOVEN, &values)?;
        if rows.len() == usize::try_from(WEAVE).map_err(No::fault)? {
            return Ok(Draft::new(Verb::Processed).plain(json!({ "labels": rows.len() })));
        }
        self.publish(desk, scene)
    }

    fn publish(&mut self, desk: &mut Desk<'_>, scene: &Scene) -> Result<Draft, No> {
        if self.frontier.size() != self.electors {
            return Err(No::Fault("the frozen register has fewer labels than electors".to_owned()));
        }
        self.done = true;
        let freeze = Freeze {
            contest: scene.contest.id.clone(),
            at: desk.now(),
            electors: self.electors,
            counts: publishable(&self.by_class),
            by_class: self.by_class.clone(),
            root: self.frontier.root().iter().map(|b| format!("{b:02x}")).collect(),
            countersigned_by: None,
        };
        let plain = json!({ "electors": freeze.electors, "counts": freeze.counts, "root": freeze.root });
        let hold = Frozen { contest: freeze.contest.clone(), let_go: false };
        Draft::new(Verb::Processed).plain(plain).warrant(&freeze)?.warrant(&hold)
    }
}

pub(super) async fn post(
    visit: Visit,
    Path(contest): Path<String>,
    _form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "frozen");
    let (app, actor) = (visit.app.clone(), visit.actor.clone());
    let all = move || freeze(&app.floor, &actor, &contest, |_| {});
    blocking(all).await.map_err(|no| visit.oops(no)).map(|_| back)
}
