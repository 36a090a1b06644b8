//! The blind index: which values are indexed, and how equal values get unequal tags.
//!
//! The first holder of a value takes its first tag; the next ones take tags that follow from the first one, so that
//! whoever holds the first tag and the key finds the others, and nobody else sees that they belong together.

use kernel::{
    Act, Actor, Ask, Desk, Draft, Floor, Look, No, PersonId, Plain, Value, Verb, View,
    seal::index::{Kind, Tagger},
};

use super::super::{facts, reading::MemberRow};

/// Tags inserted in one turn of the writer.
const TURN: usize = 10_000;
/// How many tags of one value may be missing (erased people) before a look-up gives up.
pub(in super::super) const GAP: u32 = 4;

const TAKE: &str = "INSERT INTO member_tag (tag, person) VALUES ($1, $2) ON CONFLICT (tag) DO NOTHING";

/// The first tag of each value of a row that is indexed, and last the tag that outlives an erasure.
pub(in super::super) fn first_tags(tagger: &Tagger, row: &MemberRow) -> (Vec<(Kind, i64)>, i64) {
    let mut tags = vec![(Kind::MemberNumber, tagger.tag(Kind::MemberNumber, &row.number, 0))];
    if !row.email.is_empty() {
        tags.push((Kind::Email, tagger.tag(Kind::Email, &row.email, 0)));
    }
    for phone in [&row.mobile, &row.landline].into_iter().filter(|p| !p.is_empty()) {
        tags.push((Kind::Phone, tagger.tag(Kind::Phone, phone, 0)));
    }
    if let Some((district, _)) = row.postcode.split_once(' ')
        && !row.family_name.is_empty()
    {
        let value = format!("{}|{district}", row.family_name.to_lowercase());
        tags.push((Kind::NameDistrict, tagger.tag(Kind::NameDistrict, &value, 0)));
    }
    tags.dedup();
    (tags, tagger.tag(Kind::Erased, &row.number, 0))
}

/// The `i`-th tag of the value whose first tag is `first`.
pub(in super::super) fn chain(tagger: &Tagger, kind: Kind, first: i64, i: u32) -> i64 {
    match i {
        0 => first,
        _ => tagger.tag(kind, &format!("{first:016x}"), i),
    }
}

/// A new person's tag on its way into the index.
#[derive(Clone, Copy)]
pub(super) struct NewTag {
    pub(super) kind: Kind,
    /// The first tag of the value; once `chain`ed, the tag that this person takes.
    pub(super) first: i64,
    pub(super) person: PersonId,
}

/// Inserts the tags of new people, in the order of the tags, so that the index grows at its end.
pub(super) fn insert(floor: &Floor, actor: &Actor, run: i64, mut tags: Vec<NewTag>) -> Result<(), No> {
    let empty = floor.look(actor, &IndexIsEmpty {})?;
    tags.sort_unstable_by_key(|t| (t.first, t.person));
    if empty {
        for equal in tags.chunk_by_mut(|a, b| a.first == b.first) {
            for (i, tag) in (0u32..).zip(equal).skip(1) {
                tag.first = chain(floor.tagger(), tag.kind, tag.first, i);
            }
        }
        tags.sort_unstable_by_key(|t| t.first);
    }
    for turn in tags.chunks(TURN) {
        floor.once(actor, InsertTags { run, tags: turn.to_vec(), empty })?;
    }
    Ok(())
}

struct IndexIsEmpty {}

impl View for IndexIsEmpty {
    const NAME: &'static str = "register.import";
    type Out = bool;
    fn look(&self, look: &mut Look<'_>) -> Result<bool, No> {
        const ANY: &str = "SELECT tag FROM member_tag ORDER BY tag LIMIT 1 -- scan: one row";
        Ok(look.row(ANY, &[])?.is_none())
    }
}

struct InsertTags {
    run: i64,
    tags: Vec<NewTag>,
    empty: bool,
}

impl Act for InsertTags {
    const NAME: &'static str = "register.import_rows";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        if self.empty {
            let mut rows = self.tags.iter().map(|t| -> Vec<Value> { vec![t.first.into(), t.person.into()] });
            desk.load("member_tag", &["tag", "person"], &mut rows)?;
        } else {
            for tag in &self.tags {
                take(desk, tag)?;
            }
        }
        let plain = serde_json::json!({ "run": self.run, "tags": self.tags.len() });
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain))?;
        Ok(Plain(()))
    }
}

/// Takes the value's first free tag: it may have other holders already.
pub(super) fn take(desk: &mut Desk<'_>, tag: &NewTag) -> Result<(), No> {
    for i in 0..u32::MAX {
        let next = chain(desk.tagger(), tag.kind, tag.first, i);
        if desk.execute(TAKE, &[next.into(), tag.person.into()])? == 1 {
            return Ok(());
        }
    }
    Err(No::Fault("no free tag".to_owned()))
}

/// The people who hold a value, by its first tag.
pub(in super::super) fn holders(look: &mut Look<'_>, kind: Kind, first: i64) -> Result<Vec<PersonId>, No> {
    const WHO: &str = "SELECT person FROM member_tag WHERE tag = $1";
    let (mut people, mut missing) = (Vec::new(), 0);
    for i in 0..u32::MAX {
        let tag = chain(look.tagger(), kind, first, i);
        match look.row(WHO, &[tag.into()])? {
            Some(row) => people.push(row.int("person")?),
            None => missing += 1,
        }
        if missing > GAP || (i == 0 && missing == 1 && kind == Kind::MemberNumber) {
            break;
        }
    }
    Ok(people)
}
