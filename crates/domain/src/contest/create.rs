//! Setting up a contest: its rules, its timetable and its log.

use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{AccessRule, Contest, Counts, Stage, StageOf, Step, preset, timetable};
use crate::access::standing;

/// Makes a contest from the party preset. What is left out is the preset's.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Create {
    /// 1 to 32 small letters, digits and hyphens: `leader-2026`. Names the contest's log.
    pub id: String,
    /// "Leader 2026".
    pub name: String,
    /// Whose contest.
    pub organisation: String,
    /// IANA name of the zone of all times: `Europe/London`.
    pub zone: String,
    /// Local civil times of the stages that have an hour.
    pub timetable: Vec<Step>,
    /// How many there are who may nominate.
    pub totals: Option<Counts>,
    /// What campaigns may do when.
    pub access: Option<Vec<AccessRule>>,
}

impl Act for Create {
    const NAME: &'static str = "contest.create";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = standing(desk, None)?.facts();
        // Asked twice: a refusal is recorded in the house's log, for the contest's own does not exist yet.
        desk.permit(Ask::on("House", "house").facts(facts.clone()))?;
        let contest = self.contest()?;
        if desk.warrant::<Contest>(&contest.id)?.is_some() {
            return Err(No::Invalid(format!(
                "There is a contest `{}` already; choose another id.",
                contest.id
            )));
        }
        let log = contest.log();
        desk.open_log(&log)?;
        let permit = desk.permit(Ask::on("House", "house").log(&log).facts(facts))?;
        let stage = StageOf {
            contest: contest.id.clone(),
            stage: Stage::Draft,
            entered_at: desk.now(),
            by: desk.actor().person(),
            resumes: None,
        };
        let rules = serde_json::to_value(&contest)?;
        let draft = Draft::new(Verb::Stage).plain(json!({ "to": "draft" })).detail(rules);
        desk.enter(&permit, draft.warrant(&contest)?.warrant(&stage)?)?;
        Ok(Plain(()))
    }
}

impl Create {
    /// The contest, or what is wrong with its rules.
    fn contest(&self) -> Result<Contest, No> {
        let invalid = |why: String| Err(No::Invalid(why));
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.id.is_empty() || self.id.len() > 32 || !self.id.bytes().all(letters) {
            return invalid("A contest's id has 1 to 32 small letters, digits and hyphens.".to_owned());
        }
        if self.name.trim().is_empty() || self.organisation.trim().is_empty() {
            return invalid("A contest has a name, and an organisation whose contest it is.".to_owned());
        }
        let faults = timetable::faults(&self.zone, &self.timetable);
        if !faults.is_empty() {
            return invalid(format!("The timetable cannot be taken. {}", faults.join(" ")));
        }
        let contest = Contest {
            id: self.id.clone(),
            name: self.name.trim().to_owned(),
            organisation: self.organisation.trim().to_owned(),
            zone: self.zone.clone(),
            classes: preset::party_classes(),
            timetable: self.timetable.clone(),
            thresholds: preset::party_thresholds(),
            totals: self.totals.clone().unwrap_or_else(preset::party_totals),
            access: self.access.clone().unwrap_or_else(preset::party_access),
            preset: preset::PARTY.to_owned(),
        };
        if !contest.thresholds.iter().all(|t| t.rule.sound(&contest.totals)) {
            return invalid(
                "A threshold takes a share of those of whom there are none; give all totals.".to_owned(),
            );
        }
        let known = |rule: &AccessRule| contest.classes.iter().any(|c| c.class == rule.class);
        if let Some(rule) = contest.access.iter().find(|rule| !known(rule)) {
            return invalid(format!("`{}` is no class of electors of this contest.", rule.class));
        }
        Ok(contest)
    }
}
