//! Counting a candidate's support. Counts change until one is final; the final one meets the threshold or does not.

use axum::{extract::Path, response::Response};
use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Counts, Nominations, Nominator, Stage, candidate, page, scene::scene};
use crate::door::{Oops, Signed, Visit};

/// Records what support a candidate has in all, in place of what was recorded before.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RecordNominations {
    /// In which contest.
    pub contest: String,
    /// Whose.
    pub candidate: String,
    /// Counts by nominator.
    pub received: Counts,
    /// Whether this is the final count, on which the next threshold is applied.
    pub is_final: bool,
}

impl Act for RecordNominations {
    const NAME: &'static str = "contest.record_nominations";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let stands = candidate(desk, &self.contest, &self.candidate)?.status.stands();
        let settles = settled_by(scene.stage.stage);
        let over =
            settles.is_some_and(|next| next == Stage::SupportingNominations || scene.due(next, desk.now()));
        let facts = scene.facts(json!({ "stands": stands, "final": self.is_final, "over": over }));
        let ask = Ask::on("Campaign", &self.candidate).log(&scene.log).campaign(Some(&self.candidate));
        let permit = desk.permit(ask.facts(facts))?;
        self.check(&scene.contest.totals)?;
        let nominations = Nominations {
            contest: self.contest.clone(),
            candidate: self.candidate.clone(),
            received: self.received.clone(),
            settles: settles.filter(|_| self.is_final),
        };
        let plain = json!({
            "candidate": self.candidate, "received": self.received, "final": u8::from(self.is_final),
        });
        desk.enter(&permit, Draft::new(Verb::Granted).plain(plain).warrant(&nominations)?)?;
        Ok(Plain(()))
    }
}

impl RecordNominations {
    fn check(&self, totals: &Counts) -> Result<(), No> {
        for (nominator, n) in &self.received {
            let all = totals.get(nominator).copied().unwrap_or(0);
            if *n > all {
                let words = nominator.words();
                return Err(No::Invalid(format!(
                    "There are {all} {words} in all; {n} cannot have nominated."
                )));
            }
        }
        let of = |nominator| self.received.get(&nominator).copied().unwrap_or(0);
        match of(Nominator::Unions) > of(Nominator::Affiliates) {
            true => {
                Err(No::Invalid("Trade unions count among the affiliates too; raise that count.".to_owned()))
            }
            false => Ok(()),
        }
    }
}

/// The stage whose threshold a final count in this stage would settle.
fn settled_by(stage: Stage) -> Option<Stage> {
    match stage {
        Stage::NominationsClosed => Some(Stage::SupportingNominations),
        Stage::Frozen => Some(Stage::Qualified),
        _ => None,
    }
}

#[derive(Deserialize)]
pub(super) struct Form {
    candidate: String,
    mps: u64,
    units: u64,
    affiliates: u64,
    unions: u64,
    affiliated_members: u64,
    is_final: Option<String>,
}

pub(super) async fn post(
    visit: Visit,
    Path(contest): Path<String>,
    form: Signed<Form>,
) -> Result<Response, Oops> {
    let back = page::back(&contest, "counted");
    let f = form.form;
    let received = Counts::from([
        (Nominator::Mps, f.mps),
        (Nominator::Units, f.units),
        (Nominator::Affiliates, f.affiliates),
        (Nominator::Unions, f.unions),
        (Nominator::AffiliatedMembers, f.affiliated_members),
    ]);
    let act = RecordNominations { contest, candidate: f.candidate, received, is_final: f.is_final.is_some() };
    visit.done(form.request, act).await.map(|()| back)
}
