//! The register's columns as sealed fields: five groups of personal data, and how the person stands.

use kernel::{
    Field, No,
    seal::{
        cell::{CellAddress, pack},
        index::Kind,
    },
};

use super::reading::MemberRow;

/// Name of the table, as bound into every cell.
pub const TABLE: &str = "member";

macro_rules! fields {
    ($($group:literal $column:literal: $($name:ident $text:literal),*;)*) => {
        fields!(@ $( $group $(, $name $text)* );*);
    };
    (@ $( $group:literal $(, $name:ident $text:literal)* );*) => {
        $( fields!(@@ $group 0, $($name $text),*); )*
    };
    (@@ $group:literal $place:expr, ) => {};
    (@@ $group:literal $place:expr, $name:ident $text:literal $(, $more:ident $words:literal)*) => {
        #[doc = concat!("The column `", $text, "`.")]
        pub const $name: Field = Field { name: $text, group: $group, place: $place };
        fields!(@@ $group $place + 1, $($more $words),*);
    };
}

fields! {
    0 "names": TITLE "title", GIVEN_NAMES "given_names", FAMILY_NAME "family_name", KNOWN_AS "known_as";
    1 "birth": DATE_OF_BIRTH "date_of_birth";
    2 "address": ADDRESS_1 "address_1", ADDRESS_2 "address_2", ADDRESS_3 "address_3", POST_TOWN "post_town",
        POSTCODE "postcode", COUNTRY "country", CONSTITUENCY_CODE "constituency_code", CONSTITUENCY "constituency";
    3 "email": EMAIL "email";
    4 "phones": MOBILE "mobile", LANDLINE "landline";
    5 "standing": NUMBER "membership_number", AFFILIATE "affiliate", JOINED_ON "joined_on", STATUS "status",
        ARREARS_MONTHS "arrears_months", NO_PHONE "no_phone", NO_EMAIL "no_email", NO_POST "no_post",
        NO_SMS "no_sms", TPS "tps", OBJECTS_TO_DISCLOSURE "objects_to_disclosure", PROTECTED "protected",
        EMAIL_CONSENT "email_consent", SMS_CONSENT "sms_consent", SCREENED_ON "screened_on";
}

/// Every field of a member.
pub const ALL: &[Field] = &[
    TITLE,
    GIVEN_NAMES,
    FAMILY_NAME,
    KNOWN_AS,
    DATE_OF_BIRTH,
    ADDRESS_1,
    ADDRESS_2,
    ADDRESS_3,
    POST_TOWN,
    POSTCODE,
    COUNTRY,
    CONSTITUENCY_CODE,
    CONSTITUENCY,
    EMAIL,
    MOBILE,
    LANDLINE,
    NUMBER,
    AFFILIATE,
    JOINED_ON,
    STATUS,
    ARREARS_MONTHS,
    NO_PHONE,
    NO_EMAIL,
    NO_POST,
    NO_SMS,
    TPS,
    OBJECTS_TO_DISCLOSURE,
    PROTECTED,
    EMAIL_CONSENT,
    SMS_CONSENT,
    SCREENED_ON,
];

/// Columns of the table, in the order of the groups' numbers.
pub const GROUPS: [&str; 6] = ["names", "birth", "address", "email", "phones", "standing"];

/// The groups of one row before they are sealed.
pub type Groups = [zeroize::Zeroizing<Vec<u8>>; 6];

/// The groups of one row, packed and ready to be sealed, in the order of their numbers. `screened_on` is the day on
/// which the file's telephone preference marks were made: the day of the import.
pub fn groups(row: &MemberRow, screened_on: &str) -> Result<Groups, No> {
    let date = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    let flag = |set: bool| if set { "1" } else { "0" };
    let prefs = row.prefs;
    Ok([
        pack(&[&row.title, &row.given_names, &row.family_name, &row.known_as])?,
        pack(&[&date(row.date_of_birth)])?,
        pack(&[
            &row.address_1,
            &row.address_2,
            &row.address_3,
            &row.post_town,
            &row.postcode,
            &row.country,
            &row.constituency_code,
            &row.constituency,
        ])?,
        pack(&[&row.email])?,
        pack(&[&row.mobile, &row.landline])?,
        pack(&[
            &row.number,
            &row.affiliate,
            &date(row.joined_on),
            row.status.as_str(),
            &row.arrears_months.to_string(),
            flag(prefs.no_phone),
            flag(prefs.no_email),
            flag(prefs.no_post),
            flag(prefs.no_sms),
            flag(prefs.tps),
            flag(prefs.objects_to_disclosure),
            flag(prefs.protected),
            &row.email_consent,
            &row.sms_consent,
            screened_on,
        ])?,
    ])
}

/// The address of a row as a whole, for its fingerprint.
pub fn whole(person: kernel::PersonId) -> CellAddress {
    CellAddress { table: TABLE, row: person, group: u8::MAX }
}

/// Everything that an import may change, in one piece, to be fingerprinted. The day of screening is left out: a file
/// that says the same on another day changes nothing.
pub fn joined(row: &MemberRow, groups: &Groups) -> zeroize::Zeroizing<Vec<u8>> {
    let grouped: usize = groups.iter().map(|group| group.len()).sum();
    let mut out = zeroize::Zeroizing::new(Vec::with_capacity(grouped + row.branch.len() + 64));
    out.extend_from_slice(row.class.as_str().as_bytes());
    out.push(0);
    out.extend_from_slice(row.branch.as_bytes());
    out.push(0);
    for group in groups.iter().take(5) {
        out.extend_from_slice(group);
    }
    for part in
        [row.number.as_str(), &row.affiliate, row.status.as_str(), &row.email_consent, &row.sms_consent]
    {
        out.extend_from_slice(part.as_bytes());
        out.push(0);
    }
    out.extend_from_slice(row.joined_on.map(|d| d.to_string()).unwrap_or_default().as_bytes());
    out.extend_from_slice(&row.arrears_months.to_be_bytes());
    out.push(row.prefs.bits());
    out
}

/// A row's first tags as they lie in the column `tags`: kind and tag, nine bytes each.
pub fn tag_bytes(tags: &[(Kind, i64)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(9 * tags.len());
    for (kind, tag) in tags {
        out.push(*kind as u8);
        out.extend_from_slice(&tag.to_be_bytes());
    }
    out
}

/// What [`tag_bytes`] wrote.
pub fn tags_of(bytes: &[u8]) -> Vec<(Kind, i64)> {
    const KINDS: [Kind; 5] = [Kind::MemberNumber, Kind::Email, Kind::Phone, Kind::NameDistrict, Kind::Erased];
    let tag = |chunk: &[u8]| {
        let (kind, tag) = chunk.split_first()?;
        let kind = KINDS.into_iter().find(|k| *k as u8 == *kind)?;
        Some((kind, i64::from_be_bytes(tag.try_into().ok()?)))
    };
    bytes.chunks_exact(9).filter_map(tag).collect()
}
