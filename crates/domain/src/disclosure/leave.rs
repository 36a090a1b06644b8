//! What may leave of one person: the filter that stands between the register's rows and a campaign's copy.
//!
//! E-mail and texts need evidence of consent that covers candidates (PECR reg. 22); calls need that the person has not
//! objected and was screened against the Telephone Preference Service within 28 days (reg. 21); post, that they have
//! not objected. Who has no way left does not stand in the list at all.

use jiff::{ToSpan, civil::Date};
use kernel::{Field, FieldSet, Fields, No, pour::Gate};

use super::terms::Channel;
use crate::register::fields;

/// Days for which a screening against the Telephone Preference Service counts.
pub const SCREEN_DAYS: i32 = 28;
/// Age from which a member may stand in a list.
const ADULT: i16 = 18;

/// What the register says of a person, as far as it decides what may leave. Flags are "1", or anything else for no.
#[derive(Debug, Clone, Copy, Default)]
pub struct Person<'a> {
    /// Date of birth, empty if unknown.
    pub birth: &'a str,
    /// Standing; `active` and `in_arrears` are good.
    pub status: &'a str,
    /// Must never be disclosed.
    pub protected: &'a str,
    /// Objects to being disclosed.
    pub objects: &'a str,
    /// Objects to post, e-mail, calls, texts: in the order of [`Channel::ALL`].
    pub no: [&'a str; 4],
    /// On the Telephone Preference Service.
    pub tps: &'a str,
    /// The day of the last screening.
    pub screened_on: &'a str,
    /// Evidence of consent to e-mail and to texts.
    pub consent: [&'a str; 2],
    /// What there is to reach them by, in the order of [`Channel::ALL`]: nothing, or anything.
    pub reach: [&'a str; 4],
}

/// What leaves by which channels on one day. Made once for a release, asked for each person.
pub struct Rule {
    channels: Vec<Channel>,
    /// The fields that may leave, by which of [`Channel::ALL`] are open: the first is bit 0.
    by_open: [FieldSet; 16],
    /// Who was born later is under 18. Days are compared as they are written, year first.
    born_by: String,
    /// A screening of an earlier day is too old.
    screened_from: String,
    today: String,
}

impl Rule {
    /// The rule for these channels on the day `today`.
    pub fn new(channels: &[Channel], today: Date) -> Self {
        let screened_from = today.checked_sub(SCREEN_DAYS.days()).unwrap_or(Date::MIN);
        let (year, month, day) = (today.year() - ADULT, today.month(), today.day());
        Self {
            channels: channels.to_vec(),
            by_open: std::array::from_fn(fields_by),
            born_by: format!("{year:04}-{month:02}-{day:02}"),
            screened_from: screened_from.to_string(),
            today: today.to_string(),
        }
    }

    /// The fields of this person that may leave; [`FieldSet::NONE`] if they may not stand in the list.
    pub fn may_leave(&self, person: &Person<'_>) -> FieldSet {
        let barred = [person.protected, person.objects].contains(&"1");
        if barred || !["active", "in_arrears"].contains(&person.status) || self.is_minor(person.birth) {
            return FieldSet::NONE;
        }
        let (mut open, mut reachable) = (0, false);
        for (bit, channel) in Channel::ALL.into_iter().enumerate() {
            if self.channels.contains(&channel) && self.permits(person, channel) {
                open |= 1 << bit;
                reachable |= person.reach.get(bit).is_some_and(|way| !way.is_empty());
            }
        }
        let fields = self.by_open.get(open).copied().unwrap_or(FieldSet::NONE);
        if reachable { fields } else { FieldSet::NONE }
    }

    /// Whether the person may be reached in this way.
    fn permits(&self, person: &Person<'_>, channel: Channel) -> bool {
        let [post, email, call, text] = person.no.map(|flag| flag == "1");
        let [to_email, to_text] = person.consent;
        match channel {
            Channel::Post => !post,
            Channel::Email => !email && covers_candidates(to_email),
            Channel::Call => !call && person.tps != "1" && self.is_fresh(person.screened_on),
            Channel::Text => !text && covers_candidates(to_text),
        }
    }

    fn is_fresh(&self, screened_on: &str) -> bool {
        *self.screened_from <= *screened_on && *screened_on <= *self.today
    }

    /// Whether the person is known to be under 18. Born on 29 February, one is of age on 1 March.
    fn is_minor(&self, birth: &str) -> bool {
        *self.born_by < *birth
    }
}

/// The fields that may leave where these channels are open: those that no channel needs, and those that an open one does.
fn fields_by(open: usize) -> FieldSet {
    let is_open = |bit: usize| open >> bit & 1 == 1;
    let carried = |field: &Field| {
        Channel::ALL.iter().enumerate().any(|(bit, c)| is_open(bit) && c.fields().contains(field))
    };
    let all = Channel::ALL.iter().flat_map(|channel| channel.fields());
    let kept_back: Vec<Field> = all.filter(|field| !carried(field)).copied().collect();
    FieldSet::ALL.without(&kept_back)
}

/// Evidence counts if it says that it covers candidates: consent to the organisation's own mail is not enough.
fn covers_candidates(evidence: &str) -> bool {
    evidence.as_bytes().windows(9).any(|w| w.eq_ignore_ascii_case(b"candidate"))
}

impl Gate for Rule {
    fn reads(&self) -> &'static [Field] {
        &[
            fields::DATE_OF_BIRTH,
            fields::STATUS,
            fields::PROTECTED,
            fields::OBJECTS_TO_DISCLOSURE,
            fields::NO_POST,
            fields::NO_EMAIL,
            fields::NO_PHONE,
            fields::NO_SMS,
            fields::TPS,
            fields::SCREENED_ON,
            fields::EMAIL_CONSENT,
            fields::SMS_CONSENT,
            fields::ADDRESS_1,
            fields::EMAIL,
            fields::MOBILE,
            fields::LANDLINE,
        ]
    }

    fn pass(&self, f: &Fields<'_>) -> Result<FieldSet, No> {
        let mobile = f.get(fields::MOBILE)?;
        let landline = f.get(fields::LANDLINE)?;
        let person = Person {
            birth: f.get(fields::DATE_OF_BIRTH)?,
            status: f.get(fields::STATUS)?,
            protected: f.get(fields::PROTECTED)?,
            objects: f.get(fields::OBJECTS_TO_DISCLOSURE)?,
            no: [
                f.get(fields::NO_POST)?,
                f.get(fields::NO_EMAIL)?,
                f.get(fields::NO_PHONE)?,
                f.get(fields::NO_SMS)?,
            ],
            tps: f.get(fields::TPS)?,
            screened_on: f.get(fields::SCREENED_ON)?,
            consent: [f.get(fields::EMAIL_CONSENT)?, f.get(fields::SMS_CONSENT)?],
            reach: [
                f.get(fields::ADDRESS_1)?,
                f.get(fields::EMAIL)?,
                if mobile.is_empty() { landline } else { mobile },
                mobile,
            ],
        };
        Ok(self.may_leave(&person))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2020, 2, 14);
    const ALL: [Channel; 3] = [Channel::Post, Channel::Email, Channel::Call];

    fn person() -> Person<'static> {
        Person {
            birth: "1970-01-01",
            status: "active",
            screened_on: "2020-01-20",
            consent: ["form 7, 2019-05-01, candidates", "form 7, 2019-05-01, candidates"],
            reach: ["1 Mill Lane", "a@example.org", "+447700900123", "+447700900123"],
            tps: "0",
            ..Person::default()
        }
    }

    fn leaves(person: Person<'_>, channels: &[Channel]) -> Vec<&'static str> {
        let set = Rule::new(channels, TODAY).may_leave(&person);
        let of_interest =
            [fields::FAMILY_NAME, fields::POSTCODE, fields::EMAIL, fields::MOBILE, fields::LANDLINE];
        of_interest.into_iter().filter(|f| set.has(*f)).map(|f| f.name).collect()
    }

    #[test]
    fn all_that_is_permitted_leaves() {
        assert_eq!(leaves(person(), &ALL), ["family_name", "postcode", "email", "mobile", "landline"]);
        assert_eq!(leaves(person(), &[Channel::Post]), ["family_name", "postcode"]);
        assert_eq!(leaves(person(), &[Channel::Text]), ["family_name", "mobile"]);
    }

    #[test]
    fn each_objection_takes_its_channel() {
        for (i, gone) in [&["postcode"][..], &["email"], &["mobile", "landline"]].into_iter().enumerate() {
            let mut no = [""; 4];
            no[i] = "1";
            let left = leaves(Person { no, ..person() }, &ALL);
            assert!(gone.iter().all(|f| !left.contains(f)) && left.contains(&"family_name"), "{i} {left:?}");
        }
    }

    #[test]
    fn who_has_no_way_left_is_not_in_the_list() {
        assert!(leaves(Person { no: ["1"; 4], ..person() }, &ALL).is_empty());
        assert!(leaves(Person { reach: [""; 4], ..person() }, &ALL).is_empty());
        assert!(
            leaves(Person { reach: ["1 Mill Lane", "", "", ""], ..person() }, &[Channel::Email]).is_empty()
        );
    }

    #[test]
    fn the_protected_objectors_minors_and_those_not_in_good_standing_are_out() {
        assert!(leaves(Person { protected: "1", ..person() }, &ALL).is_empty());
        assert!(leaves(Person { objects: "1", ..person() }, &ALL).is_empty());
        for status in ["pending", "lapsed", "deceased", "suspended", ""] {
            assert!(leaves(Person { status, ..person() }, &ALL).is_empty(), "{status}");
        }
        assert!(leaves(Person { birth: "2002-02-15", ..person() }, &ALL).is_empty());
        assert!(!leaves(Person { birth: "2002-02-14", ..person() }, &ALL).is_empty());
        assert!(!leaves(Person { birth: "", ..person() }, &ALL).is_empty());
        let on = |today| Rule::new(&ALL, today);
        assert!(on(date(2022, 2, 28)).is_minor("2004-02-29"));
        assert!(!on(date(2022, 3, 1)).is_minor("2004-02-29"));
        assert!(
            !on(date(2020, 2, 29)).is_minor("2002-02-28") && on(date(2020, 2, 29)).is_minor("2002-03-01")
        );
    }

    #[test]
    fn mail_and_texts_need_evidence_that_covers_candidates() {
        for evidence in ["", "form 7, 2019-05-01", "newsletter"] {
            let left = leaves(Person { consent: [evidence; 2], ..person() }, &ALL);
            assert_eq!(left, ["family_name", "postcode", "mobile", "landline"], "{evidence}");
            assert!(leaves(Person { consent: [evidence; 2], ..person() }, &[Channel::Text]).is_empty());
        }
    }

    #[test]
    fn calls_need_a_screening_of_the_last_28_days() {
        let numbers =
            |screened_on, tps| leaves(Person { screened_on, tps, ..person() }, &ALL).contains(&"mobile");
        assert!(numbers("2020-01-17", "0") && numbers("2020-02-14", "0"));
        for stale in ["2020-01-16", "2020-02-15", "", "yesterday"] {
            assert!(!numbers(stale, "0"), "{stale}");
        }
        assert!(!numbers("2020-02-01", "1"));
    }
}
