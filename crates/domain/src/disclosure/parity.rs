//! Who got what, when: equal columns for all campaigns. Each sees its own in full, its rivals' as far as they were offered
//! something; officers and the scrutineer see all.

use kernel::{Look, Millis, No, View};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Copy, Offer, Release, Request, is_officer};
use crate::{access::standing, contest};

/// One campaign's column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Column {
    /// The campaign.
    pub campaign: String,
    /// The candidate's name.
    pub name: String,
    /// When it could first ask: the same instant for all.
    pub invited_at: Millis,
    /// When the release was offered to it: the same instant for all.
    pub offered_at: Option<Millis>,
    /// The rest, where the reader may see it.
    pub own: Option<Own>,
}

/// What a campaign did, and what it was given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Own {
    /// When it asked.
    pub asked_at: Option<Millis>,
    /// When its asking was answered: at once where the release was approved before.
    pub answered_at: Option<Millis>,
    /// When the first byte of its first copy left.
    pub delivered_at: Option<Millis>,
    /// When the last of its receipts was signed, once all are.
    pub received_at: Option<Millis>,
    /// Copies that were sealed for it.
    pub copies: u64,
    /// Copies of which something left and that are not certified destroyed.
    pub out: u64,
}

/// Looks it up for a contest's present release.
pub struct WhoGotWhat {
    /// Of which contest.
    pub contest: String,
}

impl View for WhoGotWhat {
    const NAME: &'static str = "disclosure.parity";
    type Out = Vec<Column>;

    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        look.actor().person().ok_or(No::SignedOut)?;
        let release = look.warrant::<Release>(&self.contest)?.ok_or(No::Absent)?.fact;
        columns(look, &release)
    }
}

/// The columns, in the order of the ballot paper.
pub(super) fn columns(look: &mut Look<'_>, release: &Release) -> Result<Vec<Column>, No> {
    let standing = standing(look, Some(&release.contest))?;
    let all = is_officer(&standing);
    let copies = look.about::<Copy>(&release.id())?;
    let requests = look.about::<Request>(&release.id())?;
    let offers = look.about::<Offer>(&release.id())?;
    let candidates = contest::candidates(look, &release.contest)?;
    let taking_part =
        candidates.iter().filter(|c| c.status.stands() || offers.iter().any(|o| o.campaign == c.id));
    let column = |c: &contest::Candidate| {
        let shown = all || standing.campaign.as_deref() == Some(c.id.as_str());
        let asked_at = requests.iter().find(|r| r.campaign == c.id).map(|r| r.asked_at);
        let theirs: Vec<&Copy> = copies.iter().map(|v| &v.fact).filter(|v| v.campaign == c.id).collect();
        Column {
            campaign: c.id.clone(),
            name: c.name.clone(),
            invited_at: release.opened_at,
            offered_at: offers.iter().find(|o| o.campaign == c.id).map(|o| o.at),
            own: shown.then(|| own(release, asked_at, &theirs)),
        }
    };
    Ok(taking_part.map(|c| column(&c.fact)).collect())
}

fn own(release: &Release, asked_at: Option<Millis>, copies: &[&Copy]) -> Own {
    let live: Vec<&&Copy> =
        copies.iter().filter(|c| c.void_at.is_none() || c.exported_at.is_some()).collect();
    let received: Option<Vec<Millis>> = live.iter().map(|c| c.received_at).collect();
    Own {
        asked_at,
        answered_at: asked_at.zip(release.approved_at).map(|(asked, approved)| asked.max(approved)),
        delivered_at: copies.iter().filter_map(|c| c.exported_at).min(),
        received_at: received.and_then(|all| all.into_iter().max()),
        copies: live.len() as u64,
        out: copies.iter().filter(|c| c.is_out()).count() as u64,
    }
}
