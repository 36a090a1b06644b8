//! What may leave of one person: the filter that stands between the register's rows and a campaign's copy.
//!
//! E-mail and texts need evidence of consent that covers candidates (PECR reg. 22); calls need that the person has not
//! objected and was screened against the Telephone Preference Service within 28 days (reg. 21); post, that they have
//! not objected. Who has no way left does not stand in the list at all.

use jiff::civil::Date;
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

/// The fields of this person that may leave on `today`; [`FieldSet::NONE`] if the person may not stand in the list.
pub fn may_leave(person: &Person<'_>, channels: &[Channel], today: Date) -> FieldSet {
    let barred = [person.protected, person.objects].contains(&"1")
        || !["active", "in_arrears"].contains(&person.status);
    if barred || is_minor(person.birth, today) {
        return FieldSet::NONE;
    }
    let open: Vec<Channel> =
        channels.iter().copied().filter(|channel| permits(person, *channel, today)).collect();
    let reachable =
        Channel::ALL.into_iter().zip(person.reach).any(|(c, reach)| open.contains(&c) && !reach.is_empty());
    if !reachable {
        return FieldSet::NONE;
    }
    let carried = |field: &Field| open.iter().any(|channel| channel.fields().contains(field));
    let all = Channel::ALL.iter().flat_map(|channel| channel.fields());
    let kept_back: Vec<Field> = all.filter(|field| !carried(field)).copied().collect();
    FieldSet::ALL.without(&kept_back)
}

/// Whether the person may be reached in this way.
fn permits(person: &Person<'_>, channel: Channel, today: Date) -> bool {
    let [post, email, call, text] = person.no.map(|flag| flag == "1");
    let [to_email, to_text] = person.consent.map(covers_candidates);
    match channel {
        Channel::Post => !post,
        Channel::Email => !email && to_email,
        Channel::Call => !call && person.tps != "1" && is_fresh(person.screened_on, today),
        Channel::Text => !text && to_text,
    }
}

/// Evidence counts if it says that it covers candidates: consent to the organisation's own mail is not enough.
fn covers_candidates(evidence: &str) -> bool {
    evidence.as_bytes().windows(9).any(|w| w.eq_ignore_ascii_case(b"candidate"))
}

fn is_fresh(screened_on: &str, today: Date) -> bool {
    let screened: Option<Date> = screened_on.parse().ok();
    screened
        .and_then(|day| today.since(day).ok())
        .is_some_and(|age| (0..=SCREEN_DAYS).contains(&age.get_days()))
}

/// Whether the person is known to be under 18. Born on 29 February, one is of age on 1 March.
fn is_minor(birth: &str, today: Date) -> bool {
    let born: Option<Date> = birth.parse().ok();
    born.is_some_and(|b| (today.year() - ADULT, today.month(), today.day()) < (b.year(), b.month(), b.day()))
}

/// The filter as the pour asks it.
pub struct ChannelGate {
    /// The ways by which campaigns may reach people.
    pub channels: Vec<Channel>,
    /// The day, in the contest's zone.
    pub today: Date,
}

impl Gate for ChannelGate {
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
        Ok(may_leave(&person, &self.channels, self.today))
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
        let set = may_leave(&person, channels, TODAY);
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
        assert!(is_minor("2004-02-29", date(2022, 2, 28)));
        assert!(!is_minor("2004-02-29", date(2022, 3, 1)));
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
