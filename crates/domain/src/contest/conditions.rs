//! What must hold before a contest enters a stage, in words for the page and as facts for the policy.

use std::collections::BTreeMap;

use kernel::{Look, Millis, No, PersonId};
use serde_json::{Map, Value as Json};

use super::{
    Candidate, Contest, Freeze, Nominations, Stage, StageOf, candidates, propose::StageProposal, scene::Scene,
};
use crate::access::{Office, standing_of};

/// How long a proposal waits for the second person.
pub(super) const PROPOSAL_LIFE: Millis = 7 * 24 * 3_600_000;

/// One thing that must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The fact's name in the policy.
    pub name: &'static str,
    /// What it is and how it stands.
    pub words: String,
    /// Whether it holds.
    pub met: bool,
}

/// Everything on which the conditions rest.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) contest: Contest,
    pub(super) stage: StageOf,
    pub(super) candidates: Vec<Candidate>,
    pub(super) nominations: BTreeMap<String, Nominations>,
    pub(super) freeze: Option<Freeze>,
    /// Who proposed the step, and whether they are the scrutineer, if the proposal still counts.
    pub(super) proposer: Option<(PersonId, bool)>,
    /// Who would be the second person, and whether they are the scrutineer.
    pub(super) second: Option<(PersonId, bool)>,
}

/// Reads the case for the next step of a contest.
pub(super) fn case(look: &mut Look<'_>, scene: &Scene) -> Result<Case, No> {
    let id = &scene.contest.id;
    let candidates = candidates(look, id)?.into_iter().map(|c| c.fact).collect();
    let nominations = look.about::<Nominations>(id)?.into_iter();
    let nominations = nominations.map(|n| (n.candidate.clone(), n.fact)).collect();
    let freeze = look.warrant::<Freeze>(id)?.map(|f| f.fact);
    let person = look.actor().person();
    Ok(Case {
        contest: scene.contest.fact.clone(),
        stage: scene.stage.fact.clone(),
        candidates,
        nominations,
        freeze,
        proposer: proposer(look, scene)?,
        second: person.map(|p| (p, scene.standing.is(Office::Scrutineer))),
    })
}

/// Who proposed the next step: not before the present stage began, not long ago, and in office still.
fn proposer(look: &mut Look<'_>, scene: &Scene) -> Result<Option<(PersonId, bool)>, No> {
    let Some(proposal) = look.warrant::<StageProposal>(&scene.contest.id)? else { return Ok(None) };
    let current = Some(proposal.to) == scene.stage.stage.next()
        && proposal.at >= scene.stage.entered_at
        && look.now() < proposal.at + PROPOSAL_LIFE;
    let standing = standing_of(look, proposal.by, Some(&scene.contest.id))?;
    let offices = [Office::ReturningOfficer, Office::DeputyReturningOfficer, Office::Scrutineer];
    let in_office = standing.campaign.is_none() && offices.iter().any(|o| standing.is(*o));
    Ok((current && in_office).then(|| (proposal.by, standing.is(Office::Scrutineer))))
}

impl Case {
    /// Everything that must hold before `to` is entered at `now`; only what applies to it.
    pub(super) fn conditions(&self, to: Stage, now: Millis) -> Vec<Condition> {
        let mut all = Vec::new();
        let mut must = |name, met, words: String| all.push(Condition { name, words, met });
        let next = self.stage.stage.next();
        must(
            "next",
            next == Some(to),
            match next {
                Some(next) => format!("The next stage is: {}.", next.words()),
                None => "No stage follows now.".to_owned(),
            },
        );
        if let Some(step) = self.contest.timetable.iter().find(|s| s.stage == to) {
            let due = self.contest.hour(to).is_some_and(|hour| hour <= now);
            must(
                "due",
                due,
                format!("Its hour is {} in {}.", step.at_local.replace('T', " at "), self.contest.zone),
            );
        }
        if self.contest.threshold(to).is_some() {
            self.threshold_conditions(to, &mut must);
        }
        if to == Stage::Frozen {
            must("frozen", self.freeze.is_some(), "The register of electors is taken in whole.".to_owned());
        }
        if to == Stage::BallotOpen {
            let signed = self.freeze.as_ref().is_some_and(|f| f.countersigned_by.is_some());
            must("countersigned", signed, "The scrutineer has countersigned the frozen register.".to_owned());
            let one_is = [self.proposer, self.second].into_iter().flatten().any(|(_, scrutineer)| scrutineer);
            must("scrutineer", one_is, "The scrutineer is one of the two who open the ballot.".to_owned());
        }
        if to.needs_two() {
            let (met, words) = self.seconded();
            must("seconded", met, words.to_owned());
        }
        all
    }

    fn threshold_conditions(&self, to: Stage, must: &mut impl FnMut(&'static str, bool, String)) {
        let open: Vec<&str> =
            self.standing().filter(|c| self.final_count(c, to).is_none()).map(|c| c.name.as_str()).collect();
        must(
            "settled",
            open.is_empty(),
            match open.is_empty() {
                true => "Each candidate's count is final.".to_owned(),
                false => format!("Each candidate's count is final. Still open: {}.", open.join(", ")),
            },
        );
        let passed = self.standing().filter(|c| self.passes(c, to)).count();
        let rule = self.contest.threshold(to).map(|r| r.words(&self.contest.totals)).unwrap_or_default();
        must(
            "enough",
            passed > 0,
            format!("At least one candidate has {rule}. Candidates who have: {passed}."),
        );
    }

    fn seconded(&self) -> (bool, &'static str) {
        match (self.proposer, self.second) {
            (None, _) => (false, "Two people do this together: one proposes it first."),
            (Some((by, _)), Some((second, _))) if by == second => {
                (false, "You have proposed it; somebody else must do it.")
            }
            (Some(_), _) => (true, "It is proposed; a second person may do it."),
        }
    }

    /// Candidates who are still in.
    pub(super) fn standing(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|c| c.status.stands())
    }

    /// Whether a candidate's final count meets the rule that guards `to`; without a rule, always.
    pub(super) fn passes(&self, candidate: &Candidate, to: Stage) -> bool {
        match (self.contest.threshold(to), self.final_count(candidate, to)) {
            (None, _) => true,
            (Some(rule), Some(count)) => rule.met(&count.received, &self.contest.totals),
            (Some(_), None) => false,
        }
    }

    fn final_count(&self, candidate: &Candidate, to: Stage) -> Option<&Nominations> {
        self.nominations.get(&candidate.id).filter(|n| n.settles == Some(to))
    }
}

/// The conditions as the policy's facts: true unless an unmet condition bears the name.
pub(super) fn facts(conditions: &[Condition]) -> Json {
    const NAMES: [&str; 8] =
        ["next", "due", "seconded", "scrutineer", "settled", "enough", "frozen", "countersigned"];
    let holds = |name: &str| conditions.iter().all(|c| c.name != name || c.met);
    Json::Object(NAMES.iter().map(|n| ((*n).to_owned(), holds(n).into())).collect::<Map<_, _>>())
}
