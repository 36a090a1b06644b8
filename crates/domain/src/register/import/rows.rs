//! One turn of an import: new people inserted, changed people updated with their history kept, one entry.

use kernel::{
    Act, Ask, Desk, Draft, LabelSet, No, PersonId, Plain, Value, Verb,
    seal::{
        cell::{CellAddress, seal_cell},
        person::WrappedKeys,
    },
};
use serde_json::json;

use super::{
    super::{
        facts,
        fields::{self, tags_of},
    },
    record::InPlain,
    tags::retag,
};

const COLUMNS: &[&str] = &[
    "person",
    "run",
    "class",
    "branch",
    "offerable",
    "fingerprint",
    "tags",
    "names",
    "birth",
    "address",
    "email",
    "phones",
    "standing",
];
const KEEP: &str = "
    INSERT INTO member_history (person, run, run_before, class, branch, offerable, fingerprint, tags, names, birth,
           address, email, phones, standing)
    SELECT person, $2, run, class, branch, offerable, fingerprint, tags, names, birth, address, email, phones, standing
      FROM member WHERE person = $1 AND run <> $2
    ON CONFLICT (person, run) DO NOTHING";
const CHANGE: &str = "
    UPDATE member SET run = $2, class = $3, branch = $4, offerable = $5, fingerprint = $6, tags = $7, names = $8,
           birth = $9, address = $10, email = $11, phones = $12, standing = $13
     WHERE person = $1";
const NOW: &str = "SELECT tags, fingerprint FROM member WHERE person = $1";
/// Length of a fingerprint.
pub(super) const PRINT: usize = 16;

/// A turn's rows.
pub struct Rows {
    pub(super) run: i64,
    pub(super) new: Vec<NewRow>,
    pub(super) changed: Vec<ChangedRow>,
    /// Everybody in these rows, by their labels in the house's log.
    pub(super) people: LabelSet,
}

/// A new person, sealed.
pub(super) struct NewRow {
    pub(super) person: PersonId,
    pub(super) plain: InPlain,
    pub(super) fingerprint: [u8; PRINT],
    pub(super) wrapped: WrappedKeys,
    pub(super) cells: Vec<Vec<u8>>,
}

/// A known person whose record changed; sealed in the turn, under their own key.
pub(super) struct ChangedRow {
    pub(super) person: PersonId,
    pub(super) plain: InPlain,
    /// SHA-256 of what the record says.
    pub(super) said: [u8; 32],
    pub(super) groups: fields::Groups,
    pub(super) behind: Behind,
}

/// Which record of the same file stands before the one that counts: its fingerprint is kept behind that one's, so that
/// the same file, imported again, is known to change nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// None.
    Nothing,
    /// The one that the register holds.
    Newest,
    /// The one that stood behind before.
    Older,
}

impl Act for Rows {
    const NAME: &'static str = "register.import_rows";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let keys: Vec<(PersonId, &WrappedKeys)> = self.new.iter().map(|r| (r.person, &r.wrapped)).collect();
        desk.enrol(&keys)?;
        desk.load(fields::TABLE, COLUMNS, &mut self.new.iter().map(|row| row.values(self.run)))?;
        for row in &self.changed {
            row.change(desk, self.run)?;
        }
        let plain = json!({ "run": self.run, "new": self.new.len(), "changed": self.changed.len() });
        let draft = Draft::new(Verb::Processed).plain(plain).set(self.people.facts(fields::ALL));
        desk.enter(&permit, draft)?;
        Ok(Plain(()))
    }
}

impl InPlain {
    /// The first columns of a row.
    fn values(&self, person: PersonId, run: i64, fingerprint: &[u8]) -> Vec<Value> {
        let mut values = Vec::with_capacity(COLUMNS.len());
        values.extend([
            person.into(),
            run.into(),
            self.class.as_str().into(),
            (&self.branch).into(),
            self.offerable.into(),
            fingerprint.into(),
            fields::tag_bytes(&self.tags).into(),
        ]);
        values
    }
}

impl NewRow {
    fn values(&self, run: i64) -> Vec<Value> {
        let mut values = self.plain.values(self.person, run, &self.fingerprint);
        values.extend(self.cells.iter().map(|cell| Value::from(cell.as_slice())));
        values
    }
}

impl ChangedRow {
    fn change(&self, desk: &mut Desk<'_>, run: i64) -> Result<(), No> {
        let now = desk.row(NOW, &[self.person.into()])?.ok_or(No::Absent)?;
        let before = now.bytes("fingerprint")?;
        let mut fingerprint = desk.fingerprint(self.person, fields::whole(self.person), &self.said)?.to_vec();
        fingerprint.extend_from_slice(match self.behind {
            Behind::Nothing => &[],
            Behind::Newest => before.get(..PRINT).unwrap_or_default(),
            Behind::Older => before.get(PRINT..).unwrap_or_default(),
        });
        let mut values = self.plain.values(self.person, run, &fingerprint);
        let key = desk.sealing(self.person)?;
        let mut rng = desk.chance().fork();
        for (group, plain) in (0u8..).zip(self.groups.iter()) {
            let at = CellAddress { table: fields::TABLE, row: self.person, group };
            values.push(seal_cell(&key, &mut rng, at, plain)?.into());
        }
        desk.execute(KEEP, &[self.person.into(), run.into()])?;
        desk.execute(CHANGE, &values)?;
        retag(desk, self.person, &tags_of(now.bytes("tags")?), &self.plain.tags)
    }
}
