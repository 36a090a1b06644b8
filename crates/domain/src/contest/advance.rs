//! Moving a contest to its next stage, once everything holds that must hold before it.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Candidate, CandidateStatus, Stage, StageOf,
    conditions::{Case, case, facts},
    page,
    scene::scene,
};
use crate::{
    door::{Nothing, Oops, Signed, Visit},
    register::Frozen,
};

/// Enters a stage. Candidates who do not meet the threshold that guards it are out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Advance {
    /// Which contest.
    pub contest: String,
    /// The stage to enter: the next one.
    pub to: Stage,
}

impl Act for Advance {
    const NAME: &'static str = "contest.advance";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let case = case(desk, &scene)?;
        let conditions = case.conditions(self.to, desk.now());
        let mut more = facts(&conditions);
        more["to"] = self.to.name().into();
        let ask = Ask::on("Contest", &self.contest).log(&scene.log).facts(scene.facts(more));
        let permit = desk.permit(ask)?;
        let stage = StageOf {
            contest: self.contest.clone(),
            stage: self.to,
            entered_at: desk.now(),
            by: desk.actor().person(),
            resumes: None,
        };
        let mut draft = Draft::new(Verb::Stage).plain(self.public(&case)).warrant(&stage)?;
        if self.to == Stage::Closed && case.freeze.is_some() {
            draft = draft.warrant(&Frozen { contest: self.contest.clone(), let_go: true })?;
        }
        for changed in self.settle(&case, desk) {
            draft = draft.warrant(&changed)?;
        }
        desk.enter(&permit, draft)?;
        Ok(Plain(()))
    }
}

impl Advance {
    /// What everybody may read in the entry: from where to where, and with the announcement the timetable.
    fn public(&self, case: &Case) -> Json {
        let mut facts = json!({ "from": case.stage.stage.name(), "to": self.to.name() });
        if self.to == Stage::Announced {
            let hour = |s: &super::Step| json!({ "stage": s.stage.name(), "at": s.at_local });
            facts["zone"] = case.contest.zone.clone().into();
            facts["timetable"] = case.contest.timetable.iter().map(hour).collect();
        }
        facts
    }

    /// The candidates whose standing changes: passed or out, and for the ballot paper an order drawn by lot.
    fn settle(&self, case: &Case, desk: &Desk<'_>) -> Vec<Candidate> {
        let passed = match self.to {
            Stage::SupportingNominations => CandidateStatus::Nominated,
            Stage::Qualified => CandidateStatus::Qualified,
            _ => return Vec::new(),
        };
        let mut drawn: Vec<([u8; 16], Candidate)> =
            case.standing().map(|c| (desk.chance().bytes(), c.clone())).collect();
        drawn.sort_by_key(|(lot, _)| *lot);
        let mut place = 0;
        let settle = |(_, mut candidate): (_, Candidate)| {
            candidate.status =
                if case.passes(&candidate, self.to) { passed } else { CandidateStatus::Eliminated };
            if candidate.status == CandidateStatus::Qualified {
                place += 1;
                candidate.place = Some(place);
            }
            candidate
        };
        drawn.into_iter().map(settle).collect()
    }
}

pub(super) async fn post(
    visit: Visit,
    Path((contest, to)): Path<(String, Stage)>,
    form: Signed<Nothing>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "advanced");
    visit.done(form.request, Advance { contest, to }).await.map(|()| back)
}
