//! Entering a line in the record book: scopes and commitments for everybody's eyes, openings under keys.

use ledger::{Basis, Commitments, Entry, Hash, ScopeKind, Verb, commit::commit};
use serde_json::{Value as Json, json};
use std::collections::HashSet;

use super::{Desk, Permit};
use crate::{
    actor::PersonId,
    book::{EntryId, Pending, ScopeRef},
    hall::office_of,
    no::No,
    seal::person::LogKey,
    sets::SetFacts,
    warrant::{Warrant, WarrantRow},
};

/// A group of commitments: its name in openings, its number in salts.
#[derive(Clone, Copy)]
pub(crate) struct Group(pub(crate) &'static str, pub(crate) u8);

/// Who did it.
pub(crate) const ACTOR: Group = Group("actor", 1);
/// Whom it is about.
pub(crate) const SUBJECT: Group = Group("subject", 2);
/// Milliseconds, fields, facts, counts.
pub(crate) const DETAIL: Group = Group("detail", 3);

/// A line on its way into the record book.
pub struct Draft {
    pub(super) verb: Verb,
    pub(super) subject: Option<PersonId>,
    pub(super) fields: Vec<&'static str>,
    pub(super) scopes: Vec<ScopeRef>,
    pub(super) campaign: Option<String>,
    pub(super) detail: Json,
    pub(super) plain: Option<Json>,
    set: Option<SetFacts>,
    warrants: Vec<WarrantRow>,
}

impl Draft {
    /// A line with this verb.
    pub fn new(verb: Verb) -> Self {
        Self {
            verb,
            subject: None,
            fields: Vec::new(),
            scopes: Vec::new(),
            campaign: None,
            detail: Json::Null,
            plain: None,
            set: None,
            warrants: Vec::new(),
        }
    }

    /// About this person.
    pub fn about(mut self, person: PersonId) -> Self {
        self.subject = Some(person);
        self
    }

    /// Belongs to the scope of this campaign, besides the permit's own.
    pub fn campaign(mut self, id: &str) -> Self {
        self.campaign = Some(id.to_owned());
        self
    }

    /// Belongs to a scope with this label.
    pub fn scope(mut self, kind: ScopeKind, label: [u8; 16]) -> Self {
        self.scopes.push(ScopeRef(kind, label));
        self
    }

    /// What only the contest's own readers may open: counts, hashes, reasons.
    pub fn detail(mut self, detail: Json) -> Self {
        self.detail = detail;
        self
    }

    /// Facts that identify nobody, for all to read: ASCII text, whole numbers, lists and objects.
    pub fn plain(mut self, facts: Json) -> Self {
        self.plain = Some(facts);
        self
    }

    /// Stands for a set of people at once: in plain its root and count, and a scope that all sets of the log share, so
    /// that a member can be shown every set and be proved in or out of it.
    pub fn set(mut self, facts: SetFacts) -> Self {
        self.set = Some(facts);
        self
    }

    /// Lets this fact grant what it grants, from now on.
    pub fn warrant<W: Warrant>(mut self, warrant: &W) -> Result<Self, No> {
        self.warrants.push(WarrantRow {
            kind: W::KIND.to_owned(),
            key: warrant.key(),
            version: 0,
            at: 0,
            holder: warrant.holder(),
            about: warrant.about(),
            body: serde_json::to_string(warrant)?,
            log: String::new(),
            entry: EntryId([0; 16]),
            salt: [0; 32],
        });
        Ok(self)
    }
}

/// What an entry says of its ground.
pub(crate) struct Ground<'a> {
    pub(crate) rule: &'a str,
    pub(crate) facts_hash: Hash,
    pub(crate) facts: &'a Json,
    pub(crate) log: &'a str,
    pub(crate) campaign: Option<&'a str>,
}

impl Desk<'_> {
    /// Enters a line. Its bytes are final now; its number comes at COMMIT.
    pub fn enter(&mut self, permit: &Permit<'_>, draft: Draft) -> Result<EntryId, No> {
        let ground = Ground {
            rule: &permit.rule,
            facts_hash: permit.facts_hash,
            facts: &permit.facts,
            log: &permit.log,
            campaign: permit.campaign.as_deref(),
        };
        self.write(&ground, draft)
    }

    pub(crate) fn write(&mut self, ground: &Ground<'_>, draft: Draft) -> Result<EntryId, No> {
        let ordinal = self.pending.len() as u32;
        self.write_as(Entry::id_of(&self.actor.name(), &self.request.0, ordinal), ground, draft)
    }

    pub(crate) fn write_as(
        &mut self,
        id: [u8; 16],
        ground: &Ground<'_>,
        mut draft: Draft,
    ) -> Result<EntryId, No> {
        let id = EntryId(id);
        self.settle_set(&mut draft, ground.log)?;
        let (rows, more) = self.settle_warrants(&mut draft, id, ground.log)?;
        let more = (!more.is_empty()).then(|| Draft {
            subject: draft.subject,
            campaign: draft.campaign.clone(),
            warrants: more,
            ..Draft::new(draft.verb)
        });
        let mut openings = Openings { c: Commitments::default(), actor: None, subject: None, detail: None };
        self.commit_actor(&mut openings, &mut draft, id, ground.log)?;
        self.commit_subject(&mut openings, &mut draft, id, ground.log)?;
        self.commit_detail(&mut openings, &draft, id, ground)?;
        for campaign in [ground.campaign, draft.campaign.as_deref()].into_iter().flatten() {
            let label = self.hall.label("campaign", campaign);
            draft.scopes.push(ScopeRef(ScopeKind::Campaign, label));
        }
        draft.scopes.sort_unstable();
        draft.scopes.dedup();
        let s = self.hall.scope_commitments(&id.0, &draft.scopes);
        let entry = Entry {
            id: id.0,
            t: draft.verb,
            at: self.minute,
            basis: Basis {
                act: self.act.to_owned(),
                policy: self.hall.guard.policy_hash(),
                rule: ground.rule.to_owned(),
                facts: ground.facts_hash,
                build: self.hall.build,
            },
            s,
            c: openings.c,
            row: rows.clone(),
            plain: draft.plain.map(ledger::plain::plain).transpose().map_err(No::fault)?,
            sealed_until: None,
        };
        self.pending.push(Pending {
            log: ground.log.to_owned(),
            id,
            at: self.minute,
            leaf: entry.encode().map_err(No::fault)?,
            scopes: draft.scopes,
            actor: openings.actor,
            subject: openings.subject,
            detail: openings.detail,
            about: draft.subject,
            rows,
        });
        if let Some(more) = more {
            self.write(ground, more)?;
        }
        Ok(id)
    }

    fn settle_set(&self, draft: &mut Draft, log: &str) -> Result<(), No> {
        let Some(set) = draft.set.take() else { return Ok(()) };
        if set.log != log {
            return Err(No::Fault("a set's labels belong to another log".to_owned()));
        }
        let plain = draft.plain.get_or_insert_with(|| json!({}));
        match plain.as_object_mut() {
            Some(plain) => plain.insert("set".to_owned(), set.json),
            None => return Err(No::Fault("plain facts are no object".to_owned())),
        };
        draft.scopes.push(ScopeRef(ScopeKind::Set, self.hall.label("set", log)));
        Ok(())
    }

    /// Inserts the rows that this entry lets grant. A scope counts an entry once, so of several rows in one list (two
    /// sessions of one person) the first stays here and the others are returned, for an entry each.
    fn settle_warrants(
        &mut self,
        draft: &mut Draft,
        id: EntryId,
        log: &str,
    ) -> Result<(Vec<Hash>, Vec<WarrantRow>), No> {
        let mut rows = Vec::with_capacity(draft.warrants.len());
        let (mut more, mut counted) = (Vec::new(), HashSet::new());
        for mut row in std::mem::take(&mut draft.warrants) {
            let labels: Vec<[u8; 16]> = row.labels(&self.hall.secret).collect();
            if labels.iter().any(|label| counted.contains(label)) {
                more.push(row);
                continue;
            }
            counted.extend(labels.iter().copied());
            row.entry = id;
            row.log = log.to_owned();
            row.at = self.now;
            row.salt = self.hall.chance.bytes();
            row.version = self.look.next_version(&row.kind, &row.key)?;
            rows.push(row.commitment());
            draft.scopes.extend(labels.into_iter().map(|label| ScopeRef(ScopeKind::Row, label)));
            self.look.insert_warrant(&row)?;
        }
        Ok((rows, more))
    }

    fn commit_actor(
        &mut self,
        out: &mut Openings,
        draft: &mut Draft,
        id: EntryId,
        log: &str,
    ) -> Result<(), No> {
        if let Some(office) = office_of(self.actor) {
            draft.scopes.push(ScopeRef(ScopeKind::Actor, self.hall.label("actor", office)));
            let opening = json!({ "who": office }).to_string();
            out.c.actor = Some(commit("actor", &self.hall.salt(&id, b"actor"), opening.as_bytes()));
            out.actor = Some(opening.into_bytes());
            return Ok(());
        }
        let person = self.actor.person().ok_or(No::SignedOut)?;
        let key = self.actor_key(person)?;
        draft.scopes.push(ScopeRef(ScopeKind::Actor, key.label(log)));
        let opening = json!({ "who": format!("p{person}") }).to_string();
        let (commitment, sealed) = seal_opening(&key, id, ACTOR, opening.as_bytes(), &self.hall.chance)?;
        (out.c.actor, out.actor) = (Some(commitment), Some(sealed));
        Ok(())
    }

    fn commit_subject(
        &mut self,
        out: &mut Openings,
        draft: &mut Draft,
        id: EntryId,
        log: &str,
    ) -> Result<(), No> {
        let Some(person) = draft.subject else { return Ok(()) };
        self.load_log_key(person)?;
        let key = self.log_keys.get(&person).ok_or(No::Absent)?;
        draft.scopes.push(ScopeRef(ScopeKind::Member, key.label(log)));
        let opening = json!({ "fields": draft.fields, "person": person }).to_string();
        let (commitment, sealed) = seal_opening(key, id, SUBJECT, opening.as_bytes(), &self.hall.chance)?;
        (out.c.subject, out.subject) = (Some(commitment), Some(sealed));
        Ok(())
    }

    fn commit_detail(
        &self,
        out: &mut Openings,
        draft: &Draft,
        id: EntryId,
        ground: &Ground<'_>,
    ) -> Result<(), No> {
        let opening = json!({
            "detail": draft.detail, "facts": ground.facts, "fields": draft.fields, "ms": self.now,
        });
        let key = self.hall.detail_key(ground.log);
        let (commitment, sealed) =
            seal_opening(&key, id, DETAIL, opening.to_string().as_bytes(), &self.hall.chance)?;
        (out.c.detail, out.detail) = (Some(commitment), Some(sealed));
        Ok(())
    }
}

struct Openings {
    c: Commitments,
    actor: Option<Vec<u8>>,
    subject: Option<Vec<u8>>,
    detail: Option<Vec<u8>>,
}

/// The commitment to an opening, and the opening under its holder's key.
fn seal_opening(
    key: &LogKey,
    id: EntryId,
    group: Group,
    opening: &[u8],
    chance: &crate::chance::Chance,
) -> Result<(Hash, Vec<u8>), No> {
    let commitment = commit(group.0, &key.salt(&id.0, group.1), opening);
    Ok((commitment, key.seal_opening(&mut chance.fork(), &id.0, group.1, opening)?))
}
