//! What the page of a release needs, gathered in one look.

use kernel::{Look, Millis, No, PersonId, View};

use super::{
    Advice, Copy, RecipientKey, Release,
    check::{Condition, of_campaign, of_release},
    entitlement::{Answer, Question, answer, may_hold, request},
    is_officer,
    may::May,
    parity::{Column, columns},
    terms::Purpose,
};
use crate::{
    access::{Role, Standing, standing},
    contest::{self, Contest, Stage},
};

/// Everything that the page shows.
pub(super) struct Scenery {
    pub(super) contest: Contest,
    pub(super) stage: Stage,
    pub(super) me: PersonId,
    pub(super) release: Option<Present>,
    pub(super) keys: Vec<RecipientKey>,
    pub(super) people: Vec<Role>,
    pub(super) may: May,
}

/// The present release, as the reader may see it.
pub(super) struct Present {
    pub(super) release: Release,
    pub(super) columns: Vec<Column>,
    pub(super) conditions: Vec<Condition>,
    pub(super) answer: Option<Answer>,
    pub(super) recipients: Vec<PersonId>,
    /// The copies that the reader may see: all, the campaign's, or none.
    pub(super) copies: Vec<Copy>,
    pub(super) advice: Vec<(Millis, Advice)>,
}

/// Looks at the release of a contest.
pub(super) struct Gather(pub(super) String);

impl View for Gather {
    const NAME: &'static str = "disclosure.page";
    type Out = Scenery;

    fn look(&self, look: &mut Look<'_>) -> Result<Scenery, No> {
        let me = look.actor().person().ok_or(No::SignedOut)?;
        let contest = contest::find(look, &self.0)?.fact;
        let stage = contest::stage(look, &self.0)?.stage;
        let standing = standing(look, Some(&self.0))?;
        let officer = is_officer(&standing);
        let release = match look.warrant::<Release>(&self.0)? {
            Some(release) => Some(present(look, release.fact, &standing, officer, me)?),
            None => None,
        };
        let (mut keys, mut people) = (Vec::new(), Vec::new());
        if let Some(campaign) = &standing.campaign {
            let now = look.now();
            keys = look.about::<RecipientKey>(&format!("{}/{campaign}", self.0))?;
            people = look.about::<Role>(&self.0)?;
            people.retain(|r| may_hold(r, &self.0, campaign, now));
        }
        let keys: Vec<RecipientKey> = keys.into_iter().map(|k| k.fact).collect();
        Ok(Scenery {
            may: May::of(look, &self.0, &keys)?,
            contest,
            stage,
            me,
            release,
            keys,
            people: people.into_iter().map(|r| r.fact).collect(),
        })
    }
}

fn present(
    look: &mut Look<'_>,
    release: Release,
    standing: &Standing,
    officer: bool,
    me: PersonId,
) -> Result<Present, No> {
    let mut conditions = of_release(look, &release)?;
    let mut copies = look.about::<Copy>(&release.id())?;
    copies.retain(|c| officer || standing.campaign.as_deref() == Some(c.campaign.as_str()));
    let (mut recipients, mut own) = (Vec::new(), None);
    if let Some(campaign) = &standing.campaign {
        conditions.extend(of_campaign(look, &release, campaign, Some(me))?);
        recipients = request(look, &release, campaign)?.map(|r| r.fact.recipients).unwrap_or_default();
        let contest = release.contest.clone();
        let question =
            Question { contest, campaign: campaign.clone(), person: me, purpose: Purpose::ThisContest };
        own = Some(answer(look, &question, None)?);
    }
    let mut advice = Vec::new();
    if officer {
        advice = look.versions::<Advice>(&release.id())?.into_iter().map(|a| (a.at, a.fact)).collect();
    }
    Ok(Present {
        columns: columns(look, &release)?,
        release,
        conditions,
        answer: own,
        recipients,
        copies: copies.into_iter().map(|c| c.fact).collect(),
        advice,
    })
}
