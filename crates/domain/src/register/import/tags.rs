//! The blind index: which values are indexed, and how equal values get unequal tags.
//!
//! The first holder of a value takes its first tag; the next ones take tags that follow from the first one, so that
//! whoever holds the first tag and the key finds the others, and nobody else sees that they belong together. The tags
//! of a value are a row without gaps: when a holder leaves, the last one moves into the place.

use kernel::{
    Act, Actor, Ask, Desk, Draft, Floor, Look, No, PersonId, Plain, Value, Verb,
    seal::index::{Kind, Tagger},
};

use super::super::{facts, reading::MemberRow};

/// Tags inserted in one turn of the writer.
const TURN: usize = 10_000;

const TAKE: &str = "INSERT INTO member_tag (tag, person) VALUES ($1, $2) ON CONFLICT (tag) DO NOTHING";
const WHOSE: &str = "SELECT person FROM member_tag WHERE tag = $1";
const MOVE: &str = "UPDATE member_tag SET person = $2 WHERE tag = $1";
const FREE: &str = "DELETE FROM member_tag WHERE tag = $1";

/// A value that is indexed: its kind and its first tag.
pub(in super::super) type Indexed = (Kind, i64);

/// The first tag of a membership number.
pub(super) fn number_tag(tagger: &Tagger, number: &str) -> i64 {
    tagger.tag(Kind::MemberNumber, number, 0)
}

/// The first tag of each value of a row that is indexed, and last the tag that outlives an erasure. `number` is the
/// first tag of its membership number.
pub(super) fn first_tags(tagger: &Tagger, number: i64, row: &MemberRow) -> Vec<Indexed> {
    let mut tags = Vec::with_capacity(6);
    tags.push((Kind::MemberNumber, number));
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
    tags.push((Kind::Erased, tagger.tag(Kind::Erased, &row.number, 0)));
    tags
}

/// A row's tags that lie in the index; the one that outlives an erasure does not.
pub(super) fn in_index(tags: &[Indexed]) -> impl Iterator<Item = Indexed> {
    tags.iter().copied().filter(|(kind, _)| *kind != Kind::Erased)
}

/// The `i`-th tag of the value whose first tag is `first`.
fn chain(tagger: &Tagger, (kind, first): Indexed, i: u32) -> i64 {
    match i {
        0 => first,
        _ => tagger.tag(kind, &format!("{first:016x}"), i),
    }
}

/// A new person's value on its way into the index.
#[derive(Clone, Copy)]
pub(super) struct NewTag {
    pub(super) value: Indexed,
    pub(super) person: PersonId,
}

/// Inserts the tags of new people, in the order of the tags, so that the index grows at its end. `bulk`: nothing was
/// in the index before.
pub(super) fn insert(floor: &Floor, actor: &Actor, mut tags: Vec<NewTag>, bulk: bool) -> Result<(), No> {
    tags.sort_unstable_by_key(|t| (t.value.1, t.person));
    if bulk {
        for equal in tags.chunk_by_mut(|a, b| a.value.1 == b.value.1) {
            for (i, tag) in (0u32..).zip(equal).skip(1) {
                tag.value.1 = chain(floor.tagger(), tag.value, i);
            }
        }
        tags.sort_by_key(|t| t.value.1); // all but sorted
    }
    for turn in tags.chunks(TURN) {
        floor.once(actor, InsertTags { tags: turn.to_vec(), bulk })?;
    }
    Ok(())
}

struct InsertTags {
    tags: Vec<NewTag>,
    bulk: bool,
}

impl Act for InsertTags {
    const NAME: &'static str = "register.import_rows";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        if self.bulk {
            let mut rows =
                self.tags.iter().map(|t| -> Vec<Value> { vec![t.value.1.into(), t.person.into()] });
            desk.load("member_tag", &["tag", "person"], &mut rows)?;
        } else {
            for tag in &self.tags {
                take(desk, tag.person, tag.value)?;
            }
        }
        let plain = serde_json::json!({ "tags": self.tags.len() });
        desk.enter(&permit, Draft::new(Verb::Processed).plain(plain))?;
        Ok(Plain(()))
    }
}

/// The people who hold a value.
pub(in super::super) fn holders(look: &mut Look<'_>, value: Indexed) -> Result<Vec<PersonId>, No> {
    let mut people = Vec::new();
    for i in 0..u32::MAX {
        let tag = chain(look.tagger(), value, i);
        match look.row(WHOSE, &[tag.into()])? {
            Some(row) => people.push(row.int("person")?),
            None => break,
        }
    }
    Ok(people)
}

/// Gives back the tags of values that a person no longer has, and takes those of new ones.
pub(in super::super) fn retag(
    desk: &mut Desk<'_>,
    person: PersonId,
    before: &[Indexed],
    after: &[Indexed],
) -> Result<(), No> {
    for value in in_index(before).filter(|value| !after.contains(value)) {
        release(desk, person, value)?;
    }
    for value in in_index(after).filter(|value| !before.contains(value)) {
        take(desk, person, value)?;
    }
    Ok(())
}

/// Takes the value's first free tag.
fn take(desk: &mut Desk<'_>, person: PersonId, value: Indexed) -> Result<(), No> {
    for i in 0..u32::MAX {
        let next = chain(desk.tagger(), value, i);
        if desk.execute(TAKE, &[next.into(), person.into()])? == 1 {
            return Ok(());
        }
    }
    Err(No::Fault("no free tag".to_owned()))
}

/// Gives a person's tag of the value to its last holder, whose own tag becomes free.
fn release(desk: &mut Desk<'_>, person: PersonId, value: Indexed) -> Result<(), No> {
    let held = holders(desk, value)?;
    let (Some(mine), Some(last)) = (held.iter().position(|p| *p == person), held.len().checked_sub(1)) else {
        return Ok(()); // a new person's tags come at the end of an import, and this one was cut short before
    };
    let place = |i: usize| u32::try_from(i).map_err(No::fault);
    let [mine, last_tag] = [place(mine)?, place(last)?].map(|i| chain(desk.tagger(), value, i));
    if let Some(holder) = held.last().filter(|_| mine != last_tag) {
        desk.execute(MOVE, &[mine.into(), (*holder).into()])?;
    }
    desk.execute(FREE, &[last_tag.into()])?;
    Ok(())
}
