//! Who may do what at which stage, as the policies really decide, every other condition being met where it can be.

use std::{collections::BTreeMap, fmt::Write};

use domain::{access::Office, contest::Stage};
use kernel::guard::{Guard, Question};
use serde_json::{Value as Json, json};

use super::rules::{ActRules, Fact};

/// The campaign that the asking person belongs to, and that everything is about.
const OWN: &str = "own";

/// Somebody who asks.
struct Asker {
    title: &'static str,
    office: Option<Office>,
    system: bool,
}

const HEAD: &str = "\
Who may do what, at which stage
===============================
Made by asking the policies, not by reading them: for each act and role, is there any state of the other facts in which
it is allowed? Roles that are not named never may. Stages are named where it depends on them. An officer here belongs to
no campaign, and whoever belongs to one acts on their own.
";

/// The document.
pub fn page(acts: &[ActRules]) -> Result<String, String> {
    let parts: Vec<_> = domain::subjects().iter().map(|s| s.part).collect();
    let guard = Guard::load(&parts).map_err(|e| e.to_string())?;
    let mut page = HEAD.to_owned();
    for act in acts {
        let _infallible = write!(page, "\n{}\n", act.name);
        for (answer, titles) in answers(&guard, act) {
            let _infallible = writeln!(page, "    {answer}: {}", titles.join(", "));
        }
    }
    Ok(page)
}

/// When an act is allowed, and to whom, in the order in which the answers first come.
fn answers(guard: &Guard, act: &ActRules) -> Vec<(String, Vec<&'static str>)> {
    let mut answers: Vec<(String, Vec<&'static str>)> = Vec::new();
    for asker in askers() {
        let Some(answer) = answer(guard, act, &asker) else { continue };
        match answers.iter_mut().find(|(known, _)| *known == answer) {
            Some((_, titles)) => titles.push(asker.title),
            None => answers.push((answer, vec![asker.title])),
        }
    }
    answers
}

/// When the asker may; nothing if never.
fn answer(guard: &Guard, act: &ActRules, asker: &Asker) -> Option<String> {
    let found = search(guard, act, asker, None)?;
    let Some(place) = act.facts.keys().find(|path| last(path) == "stage") else {
        return Some("may".to_owned());
    };
    let at = |stage: &Stage| {
        let mut same = found.clone();
        same.insert(place.clone(), json!(stage.name()));
        score(guard, act, &same) == ALLOWED || search(guard, act, asker, Some(*stage)).is_some()
    };
    if Stage::ALL.iter().all(at) {
        return Some("may".to_owned());
    }
    let stages: Vec<&str> = Stage::ALL.iter().filter(|stage| at(stage)).map(|stage| stage.name()).collect();
    Some(format!("may at {}", stages.join(", ")))
}

/// Facts by path.
type Facts = BTreeMap<String, Json>;

/// The fact's own name, without the records that it lies in.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Facts as the policies take them: `entitlement.stage` lies in the record `entitlement`.
fn nested(facts: &Facts) -> Json {
    let mut root = json!({});
    for (path, value) in facts {
        let place = path.split('.').fold(&mut root, |record, name| &mut record[name]);
        *place = value.clone();
    }
    root
}

/// How far facts are from being allowed: rules that refuse, or one if merely none permits.
fn score(guard: &Guard, act: &ActRules, facts: &Facts) -> usize {
    let facts = nested(facts);
    let question = Question {
        action: &act.name,
        principal: ("Person", "somebody"),
        resource: (&act.resource, OWN),
        facts: &facts,
    };
    let decision = guard.decide(&question);
    if decision.allowed { ALLOWED } else { 2 * decision.rules.len() + 1 }
}

const ALLOWED: usize = 0;

/// Looks for facts in which the asker is allowed: from the most willing facts, always the best change of one fact, or
/// at last of two.
fn search(guard: &Guard, act: &ActRules, asker: &Asker, stage: Option<Stage>) -> Option<Facts> {
    let mut facts = willing(act, asker, stage);
    let free = choices(act, asker, stage);
    let mut reached = score(guard, act, &facts);
    while reached != ALLOWED {
        let singles = free.iter().map(|choice| vec![choice]);
        let better = best(guard, act, &facts, singles, reached).or_else(|| {
            let pairs =
                free.iter().enumerate().flat_map(|(i, a)| free[i + 1..].iter().map(move |b| vec![a, b]));
            best(guard, act, &facts, pairs, reached)
        });
        (facts, reached) = better?;
    }
    Some(facts)
}

type Choice = (String, Json);

fn best<'c>(
    guard: &Guard,
    act: &ActRules,
    facts: &Facts,
    changes: impl Iterator<Item = Vec<&'c Choice>>,
    reached: usize,
) -> Option<(Facts, usize)> {
    let tried = changes.map(|change| {
        let mut facts = facts.clone();
        facts.extend(change.into_iter().cloned());
        let reached = score(guard, act, &facts);
        (facts, reached)
    });
    tried.filter(|(_, new)| *new < reached).min_by_key(|(_, new)| *new)
}

/// Who asks stands fast; all else is as one would wish: every truth a yes, every text the asker's own campaign.
fn willing(act: &ActRules, asker: &Asker, stage: Option<Stage>) -> Facts {
    let wish = |fact| match fact {
        Fact::Truth => json!(true),
        Fact::Number => json!(0),
        Fact::Text => json!(OWN),
        Fact::Texts => json!([]),
    };
    let value = |path: &str, fact| match last(path) {
        "stage" => json!(stage.unwrap_or(Stage::BallotOpen).name()),
        name => asker.fact(name, fact).unwrap_or_else(|| wish(fact)),
    };
    act.facts.iter().map(|(path, fact)| (path.clone(), value(path, *fact))).collect()
}

impl Asker {
    /// What a fact is for this asker, if it says who asks.
    fn fact(&self, name: &str, fact: Fact) -> Option<Json> {
        let campaigner = self.office.is_some_and(Office::is_campaign);
        match name {
            "offices" => Some(json!(self.office.iter().map(|o| o.name()).collect::<Vec<_>>())),
            "campaign" => Some(json!(if campaigner { OWN } else { "" })),
            "campaigns" if fact == Fact::Texts => Some(json!(campaigner.then_some(OWN).as_slice())),
            "member_of_campaign" => Some(json!(campaigner)),
            "system" => Some(json!(self.system)),
            _ => None,
        }
    }
}

/// Every change of one fact that could matter.
fn choices(act: &ActRules, asker: &Asker, stage: Option<Stage>) -> Vec<Choice> {
    let fixed = |path: &str, fact| {
        asker.fact(last(path), fact).is_some() || (last(path) == "stage" && stage.is_some())
    };
    let words = || act.words.iter().map(|word| json!(word));
    let mut choices = Vec::new();
    for (path, fact) in act.facts.iter().filter(|(path, fact)| !fixed(path, **fact)) {
        let values: Vec<Json> = match fact {
            Fact::Truth => vec![json!(false), json!(true)],
            Fact::Number => vec![json!(1), json!(2), json!(1_000_000)],
            Fact::Text => words().filter(|word| word != "").chain([json!(OWN)]).collect(),
            Fact::Texts => words().map(|word| json!([word])).collect(),
        };
        choices.extend(values.into_iter().map(|value| (path.clone(), value)));
    }
    choices
}

fn askers() -> Vec<Asker> {
    let offices =
        Office::ALL.map(|office| Asker { title: office.words(), office: Some(office), system: false });
    let others = [("anybody else", false), ("the schedule", true)];
    let others = others.map(|(title, system)| Asker { title, office: None, system });
    offices.into_iter().chain(others).collect()
}
