//! The watch for leaks: what a register says of a member stands in no answer over HTTP, unless the record book has a
//! line that opened that field of that member for that reader.
//!
//! It looks for values that nothing else can be: addresses, numbers, full names. It reads bodies as they are sent, so
//! it sees nothing in files that are sealed or compressed.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use axum::{Router, routing::get};
use domain::{
    access::Office,
    register::{find::Find, import::import, reading::membership_number},
};
use kernel::{
    Actor, Floor, Look, No, PersonId, Verb, View,
    floor::{BookLine, Slice},
    seal::index::Kind,
};

use crate::{
    register, roll,
    site::Site,
    world::{Somebody, World},
};

/// Lines of a slice that are looked through.
const MOST: usize = 100_000;

/// A member's value as it is looked for, and the fields that a line must name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Value {
    form: Form,
    text: String,
}

/// How a value may stand in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// In any case of letters.
    Email,
    Number,
    /// With or without spaces and the country's code.
    Mobile,
    /// Given and family names, either first, with anything but letters and digits between.
    Name,
}

impl Form {
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["email"],
            Self::Number => &["membership_number"],
            Self::Mobile => &["mobile"],
            Self::Name => &["given_names", "family_name"],
        }
    }
}

/// What the imported registers say, and whose it is: membership numbers.
#[derive(Default)]
pub struct Watch(Mutex<BTreeMap<Value, BTreeSet<String>>>);

impl Watch {
    /// Remembers the people of a file in our own layout.
    pub fn remember(&self, file: &[u8]) {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let Ok(header) = reader.headers().cloned() else { return };
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for record in reader.records().filter_map(Result::ok) {
            let get = |column: &str| {
                header.iter().position(|name| name == column).and_then(|i| record.get(i)).unwrap_or_default()
            };
            let Some(number) = membership_number(get("membership_number")) else { continue };
            let name = words(&format!("{} {}", get("given_names"), get("family_name")));
            let reversed = words(&format!("{} {}", get("family_name"), get("given_names")));
            let digits = digits(get("mobile"));
            for (form, text) in [
                (Form::Email, get("email").to_lowercase()),
                (Form::Number, number.to_lowercase()),
                (Form::Mobile, digits.get(digits.len().saturating_sub(10)..).unwrap_or_default().to_owned()),
                (Form::Name, name),
                (Form::Name, reversed),
            ] {
                if text.len() > 5 {
                    values.entry(Value { form, text }).or_default().insert(number.clone());
                }
            }
        }
    }

    /// Reads what somebody was sent.
    ///
    /// # Panics
    /// It holds a member's value, and no line opened it for this reader.
    pub fn read(&self, floor: &Floor, reader: Option<PersonId>, body: &[u8]) {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if values.is_empty() {
            return;
        }
        let text = unescaped(&String::from_utf8_lossy(body)).to_lowercase();
        let (seen, numbers) = (words(&text) + &words(&without_tags(&text)), digits(&text));
        for (Value { form, text: value }, members) in values.iter() {
            let said = match form {
                Form::Email | Form::Number => text.contains(value.as_str()),
                Form::Mobile => numbers.contains(value.as_str()),
                Form::Name => seen.contains(value.as_str()),
            };
            let opened = |reader: PersonId| {
                let opened = Opened { reader, members, fields: form.fields(), logs: &floor.logs() };
                floor.look(&Actor::system(), &opened).unwrap()
            };
            assert!(
                !said || reader.is_some_and(opened),
                "a leak: an answer to {reader:?} holds the {form:?} of a member, and no line opened it for them"
            );
        }
    }
}

/// Whether a line about one of these members names these fields for this reader.
struct Opened<'a> {
    reader: PersonId,
    members: &'a BTreeSet<String>,
    fields: &'static [&'static str],
    logs: &'a [String],
}

impl View for Opened<'_> {
    const NAME: &'static str = "test.opened";
    type Out = bool;

    fn look(&self, look: &mut Look<'_>) -> Result<bool, No> {
        const WHO: &str = "SELECT person FROM member_tag WHERE tag = $1";
        let mut people = Vec::new();
        for number in self.members {
            let tag = look.tagger().tag(Kind::MemberNumber, number, 0);
            people.extend(look.row(WHO, &[tag.into()])?.map(|row| row.int("person")).transpose()?);
        }
        for log in self.logs {
            let did = look.slice(log, Slice::Actor(self.reader), 0..u64::MAX, MOST)?;
            let did: HashSet<u64> = did.iter().map(|line| line.index).collect();
            for person in &people {
                let lines = look.slice(log, Slice::Member(*person), 0..u64::MAX, MOST)?;
                if lines.iter().any(|line| did.contains(&line.index) && self.named(line)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

impl Opened<'_> {
    fn named(&self, line: &BookLine) -> bool {
        let subject = line.subject.as_ref().map(|opened| opened.json()).unwrap_or_default();
        let named =
            |field: &&str| subject["fields"].as_array().is_some_and(|all| all.iter().any(|f| f == field));
        matches!(line.entry.t, Verb::Opened | Verb::Exported) && self.fields.iter().all(named)
    }
}

/// Words in lower case with one space around each.
fn words(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" ")).to_lowercase()
}

/// Without what may stand between the digits of a telephone number.
fn digits(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}')).collect()
}

fn without_tags(text: &str) -> String {
    let mut inside = false;
    let text = text.chars().map(|c| {
        let was_inside = inside;
        inside = if was_inside { c != '>' } else { c == '<' };
        if was_inside || inside { ' ' } else { c }
    });
    text.collect()
}

/// As a browser reads what a page has escaped.
fn unescaped(text: &str) -> String {
    let pairs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

#[test]
fn what_a_handler_lets_slip_is_found_and_what_a_line_opened_for_the_reader_is_not() {
    let (mut world, ro) = World::new();
    let officer = world.officer(&ro, "mo@example.org", Office::MembershipOfficer);
    let file = roll::register();
    world.watch.remember(&file);
    import(world.floor(), &officer.actor, file.as_slice(), register::order(), &|_, _| {}).unwrap();
    let slip = |text: &'static str| get(move || async move { text });
    let more = Router::new()
        .route("/slip/name", slip("<td>Ada</td><td>Kopen</td>"))
        .route("/slip/reversed", slip("KOPEN, Ada"))
        .route("/slip/number", slip("a1000000"))
        .route("/slip/email", slip("<a href=\"mailto:Kopen@example.org\">write</a>"))
        .route("/slip/mobile", slip("+44 7700 900-100"))
        .route("/slip/nothing", slip("Ada, and somewhere else Kopen; 07700 900"));
    let site = Site::open_with(&mut world, more);
    let leaks = |what: &str, who: Option<&Somebody>| {
        let path = format!("/slip/{what}");
        let read = || who.map_or_else(|| site.get(&path, None), |who| site.page(&path, who));
        catch_unwind(AssertUnwindSafe(read)).is_err()
    };
    assert!(!leaks("nothing", None) && !leaks("nothing", Some(&ro)));
    for what in ["name", "reversed", "number", "email", "mobile"] {
        assert!(leaks(what, None) && leaks(what, Some(&ro)) && leaks(what, Some(&officer)), "{what}");
    }
    site.app.floor.once(&officer.actor, Find { number: "A1000000".to_owned() }).unwrap();
    for what in ["name", "reversed", "number"] {
        assert!(!leaks(what, Some(&officer)), "{what} was opened for the officer");
        assert!(leaks(what, None) && leaks(what, Some(&ro)), "{what} was opened for nobody else");
    }
    for what in ["email", "mobile"] {
        assert!(leaks(what, Some(&officer)), "the line does not name {what}");
    }
}
