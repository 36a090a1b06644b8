//! The data protection officer advises on record. They can stop the clock once, for three days; they decide nothing.

use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{
    Advice, Effect, Release, STOP_LIFE, Stop,
    case::{Case, case},
};

/// The longest advice, in characters; longer ones go into a document.
const LONGEST: usize = 2_000;

/// Advises on a contest's release.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Advise {
    /// Of which contest.
    pub contest: String,
    /// The advice. It names nobody.
    pub words: String,
    /// What it does to the clock.
    pub effect: Effect,
}

impl Act for Advise {
    const NAME: &'static str = "disclosure.advise";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let now = desk.now();
        let permit = case.permit(desk, facts(&case, self.effect))?;
        let words = self.words.trim();
        if words.is_empty() || words.chars().count() > LONGEST || words.contains('@') {
            return Err(No::Invalid(format!(
                "Write the advice in 1 to {LONGEST} characters, without names or addresses of people."
            )));
        }
        let release = after(&case.release.fact, self.effect, now);
        let advice = Advice { release: release.id(), words: words.to_owned(), effect: self.effect };
        let verb = if self.effect == Effect::None { Verb::Signed } else { Verb::Held };
        let mut draft = Draft::new(verb)
            .plain(json!({ "effect": self.effect.name(), "release": release.number }))
            .detail(json!({ "words": words }))
            .warrant(&advice)?;
        if self.effect != Effect::None {
            draft = draft.warrant(&release)?;
        }
        desk.enter(&permit, draft)?;
        Ok(Plain(()))
    }
}

/// The facts of advising.
pub(super) fn facts(case: &Case, effect: Effect) -> Json {
    json!({ "effect": effect.name(), "stopped_before": case.release.stop.is_some() })
}

/// The release after the advice. While the clock stands, the officers' time for approving stands too.
fn after(release: &Release, effect: Effect, now: kernel::Millis) -> Release {
    let mut release = release.clone();
    match (effect, &mut release.stop) {
        (Effect::Stop, stop) => {
            *stop = Some(Stop { at: now, until: now + STOP_LIFE });
            if release.approve_by > now {
                release.approve_by += STOP_LIFE;
            }
        }
        (Effect::Lift, Some(stop)) if stop.until > now => {
            if release.approve_by > now {
                release.approve_by -= stop.until - now;
            }
            stop.until = now;
        }
        _ => {}
    }
    release
}
