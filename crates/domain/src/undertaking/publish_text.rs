//! Publishing a version of the text that campaigns sign.

use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Clause, Text, text_hash};
use crate::contest::scene::scene;

/// Publishes a text for one contest. It binds nobody until it is issued and signed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct PublishText {
    /// For which contest.
    pub contest: String,
    /// Its title.
    pub title: String,
    /// Its clauses in order.
    pub clauses: Vec<Clause>,
}

/// The published text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Published {
    /// SHA-256 of the text, in hex: what signatories sign.
    pub hash: String,
}

impl Act for PublishText {
    const NAME: &'static str = "undertaking.publish_text";
    type Out = Plain<Published>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let scene = scene(desk, &self.contest)?;
        let facts = scene.facts(json!({}));
        let permit = desk.permit(Ask::on("Contest", &self.contest).log(&scene.log).facts(facts))?;
        let empty = |text: &str| text.trim().is_empty();
        if empty(&self.title)
            || self.clauses.is_empty()
            || self.clauses.iter().any(|c| empty(&c.heading) || empty(&c.words))
        {
            return Err(No::Invalid(
                "A text has a title and clauses, each with a heading and words.".to_owned(),
            ));
        }
        let hash = text_hash(&self.title, &self.clauses)?;
        let text = Text {
            contest: self.contest.clone(),
            hash: hash.clone(),
            title: self.title.clone(),
            clauses: self.clauses.clone(),
        };
        let draft = Draft::new(Verb::Granted).plain(json!({ "text": hash }));
        desk.enter(&permit, draft.warrant(&text)?)?;
        Ok(Plain(Published { hash }))
    }
}
