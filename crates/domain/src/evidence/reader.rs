//! Who reads, and which slices of a log are open to them.

use std::collections::BTreeSet;

use kernel::{Ask, Look, No, PersonId, floor::Slice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::contest_of;
use crate::access::{Role, standing};

/// Whose lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// All lines of the log, without anybody's name.
    All,
    /// One campaign's.
    Campaign,
    /// Those about the reader.
    AboutMe,
    /// What the reader did.
    ByMe,
}

impl Whose {
    /// The name in policies and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Campaign => "campaign",
            Self::AboutMe => "about_me",
            Self::ByMe => "by_me",
        }
    }
}

/// A slice of one log: whose lines, and of which campaign if a campaign's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whose lines.
    pub whose: Whose,
    /// Which campaign; empty but for [`Whose::Campaign`].
    pub campaign: String,
}

impl Part {
    /// Lines that are no campaign's.
    pub fn of(whose: Whose) -> Self {
        Self { whose, campaign: String::new() }
    }

    /// A campaign's lines.
    pub fn campaign(id: &str) -> Self {
        Self { whose: Whose::Campaign, campaign: id.to_owned() }
    }

    /// The slice as the kernel cuts it, for the reader `person`.
    pub(super) fn slice(&self, person: PersonId) -> Slice<'_> {
        match self.whose {
            Whose::All => Slice::All,
            Whose::Campaign => Slice::Campaign(&self.campaign),
            Whose::AboutMe => Slice::Member(person),
            Whose::ByMe => Slice::Actor(person),
        }
    }
}

/// The acting person, as far as the reading of one log goes.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// The log.
    pub log: String,
    offices: BTreeSet<&'static str>,
    /// The campaigns that they belong to now: in the log's contest, or anywhere if the log is the house's.
    pub campaigns: BTreeSet<String>,
    fresh: bool,
}

impl Reader {
    /// The acting person before the log `log`.
    ///
    /// # Errors
    /// [`No::SignedOut`] if nobody is signed in.
    pub fn of(look: &mut Look<'_>, log: &str) -> Result<Self, No> {
        let person = look.actor().person().ok_or(No::SignedOut)?;
        let (now, contest) = (look.now(), contest_of(log));
        let standing = standing(look, contest)?;
        let roles = look.held::<Role>(&person.to_string())?;
        let here = |r: &Role| r.live(now) && (contest.is_none() || r.contest.as_deref() == contest);
        let campaigns = roles.iter().filter(|r| here(r)).filter_map(|r| r.campaign.clone()).collect();
        Ok(Self { person, log: log.to_owned(), offices: standing.offices, campaigns, fresh: standing.fresh })
    }

    /// The question whether they may read `part`.
    pub(super) fn ask<'a>(&'a self, part: &'a Part) -> Ask<'a> {
        let facts = json!({
            "offices": self.offices, "campaigns": self.campaigns, "fresh": self.fresh,
            "whose": part.whose.name(), "of": part.campaign,
        });
        let ask = match contest_of(&self.log) {
            Some(contest) => Ask::on("Contest", contest),
            None => Ask::on("House", "house"),
        };
        // Whoever asks for a campaign's lines is seen to ask: the answer stands in that campaign's own slice.
        let campaign = (part.whose == Whose::Campaign).then_some(part.campaign.as_str());
        ask.log(&self.log).campaign(campaign).facts(facts)
    }

    /// Whether the rules let them read `part`. What they may not read is not there for them.
    pub fn may(&self, look: &Look<'_>, part: &Part) -> bool {
        look.would("evidence.record_book", &self.ask(part)).allowed
    }

    /// The slices that they may read, the widest first.
    pub fn parts(&self, look: &Look<'_>) -> Vec<Part> {
        let own = self.campaigns.iter().map(|id| Part::campaign(id));
        let all = std::iter::once(Part::of(Whose::All)).chain(own);
        let all = all.chain([Part::of(Whose::AboutMe), Part::of(Whose::ByMe)]);
        all.filter(|part| self.may(look, part)).collect()
    }
}
