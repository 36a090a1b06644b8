//! Sealing the copies, by the schedule: one snapshot, each row opened once, poured to every named recipient's own key.
//!
//! A job of three steps. The first act enters what will be processed; only its receipt lets rows be opened; the second
//! act enters what came of it. Plaintext meets nothing but the filter and the recipients' keys. What a crash leaves
//! half done is swept away and done again: copies that no row names were never offered to anybody.

use std::path::Path;

use kernel::{
    Act, Actor, Desk, Draft, Floor, Look, No, PersonId, Plain, SetFacts, Verb, View,
    pour::{Plainly, Pour, Poured, Reader, Source},
};
use serde_json::json;

use super::{
    Copy, RecipientKey, Release, Request,
    case::case,
    check::local_day,
    electorate::AsFrozen,
    entitlement::may_hold,
    leave::Rule,
    schedule::course,
    spool,
    terms::{hex, lasting_fields},
};
use crate::{access::Role, contest, register::fields};

/// Electors of the released classes who may be offered at all.
const PEOPLE: &str = "
    SELECT e.person, k.epoch, k.log_key FROM elector e
      JOIN member m ON m.person = e.person
      JOIN person_key k ON k.person = e.person
     WHERE e.contest = $1 AND m.offerable = 1 AND e.class IN {each $2}";
/// The same, with their sealed groups.
const CELLS: &str = "
    SELECT e.person, k.epoch, k.data_key, m.names, m.birth, m.address, m.email, m.phones, m.standing FROM elector e
      JOIN member m ON m.person = e.person
      JOIN person_key k ON k.person = e.person
     WHERE e.contest = $1 AND m.offerable = 1 AND e.class IN {each $2}";

/// Somebody for whom a copy is to be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recipient {
    campaign: String,
    person: PersonId,
    key: String,
}

/// Whoever was named in a request, has a confirmed key and no copy that is sealed to it.
pub(super) fn pending(look: &mut Look<'_>, release: &Release) -> Result<Vec<Recipient>, No> {
    let copies = look.about::<Copy>(&release.id())?;
    let now = look.now();
    let mut pending = Vec::new();
    for request in look.about::<Request>(&release.id())? {
        let campaign = &request.campaign;
        if !contest::candidate(look, &release.contest, campaign)?.status.stands() {
            continue;
        }
        for person in &request.recipients {
            let roles = look.held::<Role>(&person.to_string())?;
            if !roles.iter().any(|r| may_hold(r, &release.contest, campaign, now)) {
                continue;
            }
            let stored = look.warrant::<RecipientKey>(&format!("{}/{campaign}/{person}", release.contest))?;
            let Some(key) = stored.and_then(|k| k.fact.confirmed) else { continue };
            // Of what has begun to leave, no second copy is ever sealed, whatever became of the first.
            let served = |c: &Copy| c.exported_at.is_some() || (c.void_at.is_none() && c.key == key);
            if !copies.iter().any(|c| c.person == *person && c.campaign == *campaign && served(c)) {
                pending.push(Recipient { campaign: campaign.clone(), person: *person, key });
            }
        }
    }
    Ok(pending)
}

/// What is to be sealed now.
struct Plan {
    contest: String,
}

impl View for Plan {
    const NAME: &'static str = "disclosure.plan";
    type Out = (Release, Vec<Recipient>, jiff::civil::Date);

    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        let case = case(look, &self.contest)?;
        let today = local_day(&case.scene.contest.zone, look.now())?;
        let recipients = pending(look, &case.release)?;
        Ok((case.release.fact, recipients, today))
    }
}

/// Seals the copies that are due, into `spool`. How many.
pub fn prepare(
    floor: &Floor,
    spool: &Path,
    contest: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<usize, No> {
    let system = Actor::system();
    let (release, recipients, today) = floor.look(&system, &Plan { contest: contest.to_owned() })?;
    if recipients.is_empty() {
        return Ok(0);
    }
    spool::make(spool)?;
    let source = Source {
        table: fields::TABLE,
        people: PEOPLE,
        cells: CELLS,
        groups: &[0, 1, 2, 3, 4, 5],
        params: vec![contest.into(), serde_json::to_string(&release.terms.classes)?.into()],
    };
    let gate = Rule::new(&release.terms.channels, today);
    let files: Vec<String> = recipients.iter().map(|_| floor.chance().id()).collect();
    let log = contest::log_of(contest);
    let poured = floor.snapshot(&log, &source, |snapshot| {
        floor.look(&system, &AsFrozen(contest.to_owned()))?;
        let readers = recipients.iter().zip(&files).map(|(recipient, file)| {
            Ok(Reader {
                key: recipient.key.clone(),
                spool: spool::path(spool, file)?,
                // The one place where a recipient's copy may be made their own: a copyist that marks goes here.
                copyist: Box::new(Plainly),
            })
        });
        let readers = readers.collect::<Result<_, No>>()?;
        let pour = Pour { fields: lasting_fields(&release.terms), gate: &gate, readers };
        let begin =
            Prepare { contest: contest.to_owned(), set: snapshot.facts(&pour), copies: recipients.len() };
        let receipt = floor.once(&system, begin)?.receipt;
        snapshot.pour(&receipt, pour, progress)
    })?;
    let sealed = recipients.len();
    let close = PrepareClose { contest: contest.to_owned(), recipients, files, poured };
    floor.once(&system, close)?;
    Ok(sealed)
}

/// Enters what will be processed, before anything is opened.
struct Prepare {
    contest: String,
    set: SetFacts,
    copies: usize,
}

impl Act for Prepare {
    const NAME: &'static str = "disclosure.prepare";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let facts = course(desk, &case)?;
        let permit = case.permit(desk, facts)?;
        let plain = json!({ "copies": self.copies, "release": case.release.number });
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain).set(self.set.clone()))?;
        Ok(Plain(()))
    }
}

/// Enters what came of it: each copy's hashes, committed before anybody can collect.
struct PrepareClose {
    contest: String,
    recipients: Vec<Recipient>,
    files: Vec<String>,
    poured: Poured,
}

impl Act for PrepareClose {
    const NAME: &'static str = "disclosure.prepare_close";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest)?;
        let facts = course(desk, &case)?;
        let permit = case.permit(desk, facts)?;
        let release = &case.release;
        let still = pending(desk, release)?;
        if self.recipients.iter().any(|r| !still.contains(r)) {
            return Err(No::NotNow(
                "The recipients changed while copies were sealed; they are sealed again.".to_owned(),
            ));
        }
        let now = desk.now();
        let plain = json!({
            "copies": self.recipients.len(), "left_out": self.poured.left_out, "release": release.number,
            "rows": self.poured.rows,
        });
        let mut draft = Draft::new(Verb::Processed).plain(plain);
        let mut hashes = Vec::new();
        let sealed = self.recipients.iter().zip(&self.files).zip(&self.poured.copies);
        for ((recipient, file), copied) in sealed {
            let copy = Copy {
                contest: self.contest.clone(),
                release: release.id(),
                campaign: recipient.campaign.clone(),
                person: recipient.person,
                key: recipient.key.clone(),
                file: file.clone(),
                sealed: hex(&copied.sealed),
                plain: hex(&copied.plain),
                bytes: copied.bytes,
                rows: self.poured.rows,
                sealed_at: now,
                exported_at: None,
                received_at: None,
                void_at: None,
                destroy_by: None,
                destroyed: None,
            };
            hashes.push(json!({
                "campaign": copy.campaign, "person": copy.person, "plain": copy.plain, "sealed": copy.sealed,
            }));
            draft = draft.warrant(&copy)?;
        }
        for old in replaced(desk, release, &self.recipients)? {
            draft = draft.warrant(&Copy { void_at: Some(now), ..old })?;
        }
        if release.prepared_at.is_none() {
            draft = draft.warrant(&Release { prepared_at: Some(now), ..release.fact.clone() })?;
        }
        desk.enter(&permit, draft.detail(json!({ "copies": hashes })))?;
        Ok(Plain(()))
    }
}

/// Uncollected copies that were sealed to a key which two people have since replaced.
fn replaced(look: &mut Look<'_>, release: &Release, by: &[Recipient]) -> Result<Vec<Copy>, No> {
    let copies = look.about::<Copy>(&release.id())?;
    let old =
        |c: &Copy| c.void_at.is_none() && by.iter().any(|r| r.person == c.person && r.campaign == c.campaign);
    Ok(copies.into_iter().map(|c| c.fact).filter(old).collect())
}
