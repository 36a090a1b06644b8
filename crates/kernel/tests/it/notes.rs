//! A small subject for the tests: people with sealed names, and keys to a cupboard.

use kernel::{
    seal::cell::{CellAddress, pack, seal_cell},
    world::House,
    *,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const NAME: Field = Field { name: "name", group: 0, place: 0 };
pub const EMAIL: Field = Field { name: "email", group: 0, place: 1 };

const SCHEMA: &str = r#"
    entity Person;
    entity Cupboard;
    action "notes.enrol", "notes.give", "notes.seal", "notes.erase" appliesTo { principal: [Person], resource: [Cupboard], context: {} };
    action "notes.read" appliesTo { principal: [Person], resource: [Cupboard], context: { key: Bool } };
"#;
const POLICY: &str = r#"
    @id("notes-1 Anybody may enrol somebody")
    permit (principal, action in [Action::"notes.enrol", Action::"notes.give", Action::"notes.seal", Action::"notes.erase"], resource);
    @id("notes-2 Whoever holds a key may read")
    permit (principal, action == Action::"notes.read", resource);
    @id("notes-3 Reading needs a key that is held now")
    forbid (principal, action == Action::"notes.read", resource) unless { context.key };
"#;
const TABLE: &str = "CREATE TABLE note (person {int} PRIMARY KEY, names {bytes} NOT NULL) {strict}";

pub fn house() -> House {
    let part = Part { subject: "notes", schema: SCHEMA, policy: POLICY };
    House::new(vec![part], vec![Migration { name: "2026-11-23-notes", text: TABLE }])
}

/// Enrols one person with a name and an address.
pub struct Enrol(pub &'static str, pub &'static str);

impl Act for Enrol {
    const NAME: &'static str = "notes.enrol";
    type Out = Plain<PersonId>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Plain<PersonId>, No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        let person = desk.reserve_people(1)?;
        let minted = desk.mint(&[person])?.pop().ok_or(No::Absent)?;
        let at = CellAddress { table: "note", row: person, group: 0 };
        let cell = seal_cell(&minted.sealing, &mut desk.chance().fork(), at, &pack(&[self.0, self.1])?)?;
        desk.enrol(&[(person, &minted.wrapped)])?;
        desk.execute("INSERT INTO note (person, names) VALUES ($1, $2)", &[person.into(), cell.into()])?;
        desk.enter(&permit, Draft::new(Verb::Processed).plain(json!({ "people": 1 })))?;
        Ok(Plain(person))
    }
}

/// Enrols many people at once: `p0`, `p1`, … with addresses.
pub struct EnrolMany(pub usize);

impl Act for EnrolMany {
    const NAME: &'static str = "notes.enrol";
    type Out = Plain<PersonId>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Plain<PersonId>, No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        let first = desk.reserve_people(self.0 as i64)?;
        let people: Vec<PersonId> = (first..first + self.0 as i64).collect();
        let minted = desk.mint(&people)?;
        let mut rows = Vec::new();
        for (i, (person, minted)) in people.iter().zip(&minted).enumerate() {
            let at = CellAddress { table: "note", row: *person, group: 0 };
            let packed = pack(&[&format!("p{i}"), &format!("p{i}@example.org")])?;
            let cell = seal_cell(&minted.sealing, &mut desk.chance().fork(), at, &packed)?;
            rows.push(vec![(*person).into(), cell.into()]);
        }
        let keys: Vec<_> = people.iter().zip(&minted).map(|(p, m)| (*p, &m.wrapped)).collect();
        desk.enrol(&keys)?;
        desk.load("note", &["person", "names"], &mut rows.into_iter())?;
        desk.enter(&permit, Draft::new(Verb::Processed).plain(json!({ "people": self.0 })))?;
        Ok(Plain(first))
    }
}

/// Enters what will be done with a set of people.
pub struct Seal(pub Verb, pub Option<SetFacts>);

impl Act for Seal {
    const NAME: &'static str = "notes.seal";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        let draft = Draft::new(self.0);
        desk.enter(&permit, self.1.iter().cloned().fold(draft, Draft::set))?;
        Ok(())
    }
}

/// Erases somebody, and then fails if so told.
pub struct Erase(pub PersonId, pub bool);

impl Act for Erase {
    const NAME: &'static str = "notes.erase";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        desk.erase_person(&permit, self.0)?;
        match self.1 {
            true => Err(No::Invalid("told to fail".to_owned())),
            false => Ok(()),
        }
    }
}

/// Signs somebody in with a token.
pub struct SignIn(pub PersonId, pub &'static str);

impl Act for SignIn {
    const NAME: &'static str = "notes.give";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        let until = desk.now() + 3_600_000;
        let token_hash = Session::key_of(self.1);
        let session = Session { token_hash, person: self.0, until, fresh_until: until, ended: false };
        desk.enter(&permit, Draft::new(Verb::Granted).warrant(&session)?)?;
        Ok(())
    }
}

/// A key to the cupboard.
#[derive(Debug, Serialize, Deserialize)]
pub struct Key {
    pub name: String,
    pub held: bool,
}

impl Warrant for Key {
    const KIND: &'static str = "key";
    fn key(&self) -> String {
        self.name.clone()
    }
    fn about(&self) -> String {
        "keys".to_owned()
    }
}

/// Gives or takes back a key.
pub struct Give(pub &'static str, pub bool);

impl Act for Give {
    const NAME: &'static str = "notes.give";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        let key = Key { name: self.0.to_owned(), held: self.1 };
        desk.enter(&permit, Draft::new(Verb::Granted).warrant(&key)?)?;
        Ok(())
    }
}

/// Gives two keys in one breath.
pub struct GiveTwo(pub &'static str, pub &'static str);

impl Act for GiveTwo {
    const NAME: &'static str = "notes.give";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({})))?;
        let keys = [self.0, self.1].map(|name| Key { name: name.to_owned(), held: true });
        desk.enter(&permit, Draft::new(Verb::Granted).warrant(&keys[0])?.warrant(&keys[1])?)?;
        Ok(())
    }
}

/// Only the name.
pub struct NameCard(pub String);

impl Card for NameCard {
    const FIELDS: &'static [Field] = &[NAME];
    fn read(fields: &mut Fields<'_>) -> Result<Self, No> {
        Ok(Self(fields.get(NAME)?.to_owned()))
    }
}

/// A card that reads more than its entry names.
pub struct GreedyCard;

impl Card for GreedyCard {
    const FIELDS: &'static [Field] = &[NAME];
    fn read(fields: &mut Fields<'_>) -> Result<Self, No> {
        fields.get(EMAIL).map(|_| Self)
    }
}

/// Opens one person's name with a key.
pub struct Read(pub PersonId);

impl Act for Read {
    const NAME: &'static str = "notes.read";
    type Out = Sealed<NameCard>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let (permit, row) = find(desk, self.0)?;
        desk.show::<NameCard>(&permit, row)
    }
}

/// The same, with the greedy card.
pub struct ReadGreedily(pub PersonId);

impl Act for ReadGreedily {
    const NAME: &'static str = "notes.read";
    type Out = Sealed<GreedyCard>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let (permit, row) = find(desk, self.0)?;
        desk.show::<GreedyCard>(&permit, row)
    }
}

pub fn find<'t>(desk: &mut Desk<'t>, person: PersonId) -> Result<(desk::Permit<'t>, SealedRow), No> {
    let held = desk.warrant::<Key>("red")?.is_some_and(|k| k.held);
    let permit = desk.permit(Ask::on("Cupboard", "c").facts(json!({ "key": held })))?;
    let row = desk.row("SELECT names FROM note WHERE person = $1", &[person.into()])?.ok_or(No::Absent)?;
    let cells = vec![(0, row.bytes("names")?.to_vec())];
    Ok((permit, SealedRow { person, table: "note", cells }))
}
