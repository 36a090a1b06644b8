//! What every act of a contest starts from: the contest, where it stands, and who asks.

use kernel::{Look, Millis, No, Vouched};
use serde_json::Value as Json;

use super::{Contest, Stage, StageOf, find, stage};
use crate::access::{Standing, standing};

/// A contest as the acting person meets it.
pub(crate) struct Scene {
    pub(crate) contest: Vouched<Contest>,
    pub(crate) stage: Vouched<StageOf>,
    pub(crate) standing: Standing,
    pub(crate) log: String,
}

/// The scene of the contest `id`.
pub(crate) fn scene(look: &mut Look<'_>, id: &str) -> Result<Scene, No> {
    let contest = find(look, id)?;
    let stage = stage(look, id)?;
    let standing = standing(look, Some(id))?;
    let log = contest.log();
    Ok(Scene { contest, stage, standing, log })
}

impl Scene {
    /// The standing, the stage, and what the act adds.
    pub(crate) fn facts(&self, more: Json) -> Json {
        let mut facts = self.standing.facts();
        if let (Json::Object(all), Json::Object(more)) = (&mut facts, more) {
            all.insert("stage".to_owned(), self.stage.stage.name().into());
            all.extend(more);
        }
        facts
    }

    /// Whether the hour of a stage has come; a stage without an hour waits for none.
    pub(crate) fn due(&self, stage: Stage, now: Millis) -> bool {
        match self.contest.hour(stage) {
            Some(hour) => hour <= now,
            None => !stage.has_hour(),
        }
    }
}
