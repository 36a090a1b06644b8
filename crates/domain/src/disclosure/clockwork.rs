//! What happens to releases by itself: sealing and offering at the common time, lapsing, demanding destruction.

use std::{collections::BTreeSet, path::Path};

use kernel::{Actor, Floor, Look, No, View};

use super::{
    Copy, Release,
    case::case,
    destruction_due::{DestructionDue, demanded},
    entitlement::mode_covers,
    lapse::{Lapse, lapsed},
    offer::Offer,
    prepare, spool,
};
use crate::contest::Contest;

/// Does whatever is due in all contests, and clears the spool of what no longer waits there. To be called often, from one
/// place at a time. One contest's fault does not keep another waiting; the first is returned.
pub fn keep_time(floor: &Floor, spool: &Path) -> Result<(), No> {
    let system = Actor::system();
    let mut outcome = Ok(());
    let mut waiting = BTreeSet::new();
    for contest in floor.look(&system, &Contests)? {
        if let Err(no) = contest_due(floor, spool, &contest) {
            tracing::error!(%contest, %no, "what was due to a release did not happen");
            outcome = outcome.and(Err(no));
        }
        waiting.extend(floor.look(&system, &Waiting(contest))?);
    }
    spool::sweep(spool, &waiting)?;
    outcome
}

fn contest_due(floor: &Floor, spool: &Path, contest: &str) -> Result<(), No> {
    let system = Actor::system();
    let name = || contest.to_owned();
    let Some(due) = floor.look(&system, &Due(name()))? else { return Ok(()) };
    if due.seal {
        prepare::prepare(floor, spool, contest, &mut |_| {})?;
    }
    if due.offer {
        floor.once(&system, Offer { contest: name() })?;
    }
    if due.lapse {
        floor.once(&system, Lapse { contest: name() })?;
    }
    if due.destroy {
        floor.once(&system, DestructionDue { contest: name() })?;
    }
    Ok(())
}

struct Contests;

impl View for Contests {
    const NAME: &'static str = "disclosure.contests";
    type Out = Vec<String>;
    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        Ok(look.about::<Contest>("contests")?.into_iter().map(|c| c.fact.id).collect())
    }
}

/// What is due in one contest.
struct Due(String);

struct DueNow {
    seal: bool,
    offer: bool,
    lapse: bool,
    destroy: bool,
}

impl View for Due {
    const NAME: &'static str = "disclosure.due";
    type Out = Option<DueNow>;
    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        if look.warrant::<Release>(&self.0)?.is_none() {
            return Ok(None);
        }
        let case = case(look, &self.0)?;
        let release = &case.release;
        let now = look.now();
        let covers = mode_covers(&case.scene.contest, case.scene.stage.stage, release);
        let runs = release.withdrawn_at.is_none() && release.approved_at.is_some() && !release.stopped(now);
        let come = runs && covers && release.due(now);
        let open = release.collect_by().is_none_or(|by| now < by);
        Ok(Some(DueNow {
            seal: come && open,
            offer: come && release.offered_at.is_none(),
            lapse: !lapsed(look, release)?.is_empty(),
            destroy: !demanded(look, release)?.is_empty(),
        }))
    }
}

/// Files that wait in the spool for one contest's release.
struct Waiting(String);

impl View for Waiting {
    const NAME: &'static str = "disclosure.waiting";
    type Out = Vec<String>;
    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        let Some(release) = look.warrant::<Release>(&self.0)? else { return Ok(Vec::new()) };
        let copies = look.about::<Copy>(&release.id())?;
        Ok(copies.into_iter().filter(|c| c.waits()).map(|c| c.fact.file).collect())
    }
}
