//! One turn of an import: new people inserted, changed people updated with their history kept, one entry.

use jiff::civil::Date;
use kernel::{
    Act, Ask, Desk, Draft, No, PersonId, Plain, Value, Verb,
    seal::{
        cell::{CellAddress, seal_cell},
        index::Kind,
        person::WrappedKeys,
    },
};
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    super::{facts, fields, offerable, reading::Class},
    MemberRow,
    tags::{GAP, NewTag, chain, take},
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
    INSERT INTO member_history (person, run, class, branch, offerable, fingerprint, tags, names, birth, address, email,
           phones, standing)
    SELECT person, $2, class, branch, offerable, fingerprint, tags, names, birth, address, email, phones, standing
      FROM member WHERE person = $1
    ON CONFLICT (person, run) DO NOTHING";
const CHANGE: &str = "
    UPDATE member SET run = $2, class = $3, branch = $4, offerable = $5, fingerprint = $6, tags = $7, names = $8,
           birth = $9, address = $10, email = $11, phones = $12, standing = $13
     WHERE person = $1";
const TAGS: &str = "SELECT tags FROM member WHERE person = $1";
const WHOSE: &str = "SELECT person FROM member_tag WHERE tag = $1";
const UNTAG: &str = "DELETE FROM member_tag WHERE tag = $1";

/// A turn's rows.
#[derive(Default)]
pub struct Rows {
    pub(super) run: i64,
    pub(super) new: Vec<NewRow>,
    pub(super) known: Vec<KnownRow>,
    /// Root over the sorted labels of the new people.
    pub(super) root: [u8; 32],
}

/// A new person, sealed.
pub(super) struct NewRow {
    pub(super) person: PersonId,
    pub(super) class: Class,
    pub(super) branch: String,
    pub(super) offerable: bool,
    pub(super) fingerprint: [u8; 16],
    pub(super) label: [u8; 16],
    pub(super) tags: Vec<u8>,
    pub(super) wrapped: WrappedKeys,
    pub(super) cells: Vec<Vec<u8>>,
}

/// A known person whose record changed; sealed in the turn, under their own key.
pub(super) struct KnownRow {
    person: PersonId,
    class: Class,
    branch: String,
    offerable: bool,
    joined: Zeroizing<Vec<u8>>,
    tags: Vec<(Kind, i64)>,
    erased: i64,
    groups: [Zeroizing<Vec<u8>>; 6],
}

impl KnownRow {
    pub(super) fn new(
        person: PersonId,
        row: &MemberRow,
        groups: [Zeroizing<Vec<u8>>; 6],
        tags: Vec<(Kind, i64)>,
        erased: i64,
        today: Date,
    ) -> Self {
        Self {
            person,
            class: row.class,
            branch: row.branch.clone(),
            offerable: offerable(row, today),
            joined: fields::joined(row, &groups),
            tags,
            erased,
            groups,
        }
    }
}

impl Rows {
    pub(super) fn is_empty(&self) -> bool {
        self.new.is_empty() && self.known.is_empty()
    }
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
        for row in &self.known {
            row.change(desk, self.run)?;
        }
        let plain = json!({
            "run": self.run, "new": self.new.len(), "changed": self.known.len(), "root": hex(&self.root),
        });
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain))?;
        Ok(Plain(()))
    }
}

impl NewRow {
    fn values(&self, run: i64) -> Vec<Value> {
        let mut values: Vec<Value> = vec![
            self.person.into(),
            run.into(),
            self.class.as_str().into(),
            (&self.branch).into(),
            self.offerable.into(),
            self.fingerprint.into(),
            self.tags.as_slice().into(),
        ];
        values.extend(self.cells.iter().map(|cell| Value::from(cell.as_slice())));
        values
    }
}

impl KnownRow {
    fn change(&self, desk: &mut Desk<'_>, run: i64) -> Result<(), No> {
        let key = desk.sealing(self.person)?;
        let mut rng = desk.chance().fork();
        let mut values: Vec<Value> = vec![
            self.person.into(),
            run.into(),
            self.class.as_str().into(),
            (&self.branch).into(),
            self.offerable.into(),
            desk.fingerprint(self.person, fields::whole(self.person), &self.joined)?.into(),
            fields::tag_bytes(&self.tags, self.erased).into(),
        ];
        for (group, plain) in (0u8..).zip(&self.groups) {
            let at = CellAddress { table: fields::TABLE, row: self.person, group };
            values.push(seal_cell(&key, &mut rng, at, plain)?.into());
        }
        let before = desk.row(TAGS, &[self.person.into()])?.ok_or(No::Absent)?;
        let before = fields::tags_of(before.bytes("tags")?);
        desk.execute(KEEP, &[self.person.into(), run.into()])?;
        desk.execute(CHANGE, &values)?;
        for (kind, first) in before.iter().filter(|t| t.0 != Kind::Erased && !self.tags.contains(t)) {
            untag(desk, self.person, *kind, *first)?;
        }
        for (kind, first) in self.tags.iter().filter(|t| !before.contains(t)) {
            take(desk, &NewTag { kind: *kind, first: *first, person: self.person })?;
        }
        Ok(())
    }
}

/// Gives back the tag of a value that this person no longer has.
pub(in super::super) fn untag(
    desk: &mut Desk<'_>,
    person: PersonId,
    kind: Kind,
    first: i64,
) -> Result<(), No> {
    let mut missing = 0;
    for i in 0..u32::MAX {
        let tag = chain(desk.tagger(), kind, first, i);
        match desk.row(WHOSE, &[tag.into()])? {
            Some(row) if row.int("person")? == person => {
                desk.execute(UNTAG, &[tag.into()])?;
                return Ok(());
            }
            Some(_) => {}
            None if missing == GAP => return Ok(()),
            None => missing += 1,
        }
    }
    Ok(())
}

/// Gives back all tags of a row.
pub(in super::super) fn untag_all(desk: &mut Desk<'_>, person: PersonId, tags: &[u8]) -> Result<(), No> {
    let tags = fields::tags_of(tags).into_iter().filter(|(kind, _)| *kind != Kind::Erased);
    tags.map(|(kind, first)| untag(desk, person, kind, first)).collect()
}

/// Takes all tags of a row again.
pub(super) fn tag_all(desk: &mut Desk<'_>, person: PersonId, tags: &[u8]) -> Result<(), No> {
    let tags = fields::tags_of(tags).into_iter().filter(|(kind, _)| *kind != Kind::Erased);
    tags.map(|(kind, first)| take(desk, &NewTag { kind, first, person })).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
