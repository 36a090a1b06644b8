//! A small register whose people each have their own reason to be in a list or not.

use domain::register::fields;
use kernel::{
    Act, Ask, Desk, Draft, No, PersonId, Plain, Verb,
    seal::cell::{CellAddress, pack, seal_cell},
};
use serde_json::json;

/// One person of the register: family name, what differs from the ordinary.
pub const PEOPLE: &[(&str, &[(&str, &str)])] = &[
    ("Kopen", &[]),
    ("Kpost", &[("no_phone", "1"), ("email_consent", "")]),
    ("Knewsletter", &[("email_consent", "newsletter, 2018-05-01")]),
    ("Ktps", &[("tps", "1")]),
    ("Kobjector", &[("objects_to_disclosure", "1")]),
    ("Kprotected", &[("protected", "1")]),
    ("Kminor", &[("date_of_birth", "2005-06-07")]),
    ("Klapsed", &[("status", "lapsed"), ("arrears_months", "9")]),
    ("Ksilent", &[("no_phone", "1"), ("no_post", "1"), ("no_email", "1"), ("no_sms", "1")]),
    ("Kaffiliate", &[("class", "affiliated"), ("affiliate", "Union of Lamplighters")]),
    ("Klate", &[]),
];

/// Their file, in our own layout.
pub fn register() -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let ordinary = [
        ("membership_number", ""),
        ("class", "member"),
        ("affiliate", ""),
        ("title", ""),
        ("given_names", "Ada"),
        ("family_name", ""),
        ("known_as", ""),
        ("date_of_birth", "1970-01-02"),
        ("address_1", ""),
        ("address_2", ""),
        ("address_3", ""),
        ("post_town", "Leeds"),
        ("postcode", "LS1 1BA"),
        ("country", "United Kingdom"),
        ("constituency_code", ""),
        ("constituency", "Leeds Central"),
        ("clp", "Leeds"),
        ("email", ""),
        ("mobile", ""),
        ("landline", ""),
        ("joined_on", "2001-02-03"),
        ("status", "active"),
        ("arrears_months", "0"),
        ("no_phone", "0"),
        ("no_email", "0"),
        ("no_post", "0"),
        ("no_sms", "0"),
        ("tps", "0"),
        ("objects_to_disclosure", "0"),
        ("protected", "0"),
        ("email_consent", "form 7, 2019-05-01, candidates"),
        ("sms_consent", ""),
    ];
    csv.write_record(ordinary.map(|(name, _)| name)).unwrap();
    for (i, (family, differs)) in PEOPLE.iter().enumerate() {
        let own = |name: &str| match name {
            "membership_number" => format!("A10000{i:02}"),
            "family_name" => (*family).to_owned(),
            "address_1" => format!("{} {family} Lane", i + 1),
            "email" => format!("{}@example.org", family.to_lowercase()),
            "mobile" => format!("07700 9001{i:02}"),
            _ => String::new(),
        };
        csv.write_record(ordinary.map(|(name, usual)| {
            let differs = differs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            let value = differs.unwrap_or_else(|| own(name));
            if value.is_empty() && !differs_to_nothing(family, name) { usual.to_owned() } else { value }
        }))
        .unwrap();
    }
    csv.into_inner().unwrap()
}

fn differs_to_nothing(family: &str, name: &str) -> bool {
    let person = PEOPLE.iter().find(|(f, _)| *f == family);
    person.is_some_and(|(_, differs)| differs.contains(&(name, "")))
}

/// A member of this family name objects to disclosure: the sealed standing changes, and nothing else, so that only the
/// filter at the snapshot can know.
pub struct Object(pub PersonId);

impl Act for Object {
    const NAME: &'static str = "access.enrol";
    type Out = Plain<()>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = json!({
            "offices": ["returning_officer"], "fresh": true, "system": true, "house_empty": false,
            "about_self": false, "campaigner": false,
        });
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        let key = desk.sealing(self.0)?;
        let at = CellAddress { table: fields::TABLE, row: self.0, group: 5 };
        let group = pack(&[
            "A1000010",
            "",
            "2001-02-03",
            "active",
            "0",
            "0",
            "0",
            "0",
            "0",
            "0",
            "1",
            "0",
            "form 7, 2019-05-01, candidates",
            "",
            "2020-02-10",
        ])?;
        let cell = seal_cell(&key, &mut desk.chance().fork(), at, &group)?;
        desk.execute("UPDATE member SET standing = $2 WHERE person = $1", &[self.0.into(), cell.into()])?;
        desk.enter(&permit, Draft::new(Verb::Processed))?;
        Ok(Plain(()))
    }
}
