//! The register's columns as sealed fields: five groups of personal data, and how the person stands.

use kernel::{
    Field, No,
    seal::{
        cell::{CellAddress, pack},
        index::Kind,
    },
};

use sha2::{Digest, Sha256};

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

/// The groups of one row, packed and not yet sealed: one piece of memory, because they go from thread to thread.
pub struct Groups {
    packed: zeroize::Zeroizing<Vec<u8>>,
    ends: [usize; GROUPS.len()],
}

impl Groups {
    /// One by one, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| self.packed.get(*start..*end).unwrap_or_default())
    }
}

/// The groups of one row. `screened_on` is the day on which the file's telephone preference marks were made: the day of
/// the import.
pub fn groups(row: &MemberRow, screened_on: &str) -> Result<Groups, No> {
    let date = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    let flag = |set: bool| if set { "1" } else { "0" };
    let prefs = row.prefs;
    let (born, joined_on, arrears) =
        (date(row.date_of_birth), date(row.joined_on), row.arrears_months.to_string());
    let fields: [&[&str]; GROUPS.len()] = [
        &[&row.title, &row.given_names, &row.family_name, &row.known_as],
        &[&born],
        &[
            &row.address_1,
            &row.address_2,
            &row.address_3,
            &row.post_town,
            &row.postcode,
            &row.country,
            &row.constituency_code,
            &row.constituency,
        ],
        &[&row.email],
        &[&row.mobile, &row.landline],
        &[
            &row.number,
            &row.affiliate,
            &joined_on,
            row.status.as_str(),
            &arrears,
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
        ],
    ];
    let pieces = fields.map(pack);
    let mut groups = Groups { packed: zeroize::Zeroizing::default(), ends: [0; GROUPS.len()] };
    groups.packed.reserve_exact(pieces.iter().flatten().map(|piece| piece.len()).sum());
    for (piece, end) in pieces.into_iter().zip(&mut groups.ends) {
        groups.packed.extend_from_slice(&piece?);
        *end = groups.packed.len();
    }
    Ok(groups)
}

/// The address of a row as a whole, for its fingerprint.
pub fn whole(person: kernel::PersonId) -> CellAddress {
    CellAddress { table: TABLE, row: person, group: u8::MAX }
}

/// SHA-256 of everything that an import may change: what is fingerprinted. The day of screening is left out: a file
/// that says the same on another day changes nothing.
pub fn said(row: &MemberRow, groups: &Groups) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [row.class.as_str(), &row.branch, row.status.as_str()] {
        hash.update(part);
        hash.update([0]);
    }
    groups.iter().take(GROUPS.len() - 1).for_each(|group| hash.update(group)); // of the standing, its parts
    for part in [&row.number, &row.affiliate, &row.email_consent, &row.sms_consent] {
        hash.update(part);
        hash.update([0]);
    }
    let joined_on = row.joined_on.map_or([0; 4], |d| {
        let [year_1, year_2] = d.year().to_be_bytes();
        [year_1, year_2, d.month().to_be_bytes()[0], d.day().to_be_bytes()[0]]
    });
    hash.update(joined_on);
    hash.update(row.arrears_months.to_be_bytes());
    hash.update([row.prefs.bits()]);
    hash.finalize().into()
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
