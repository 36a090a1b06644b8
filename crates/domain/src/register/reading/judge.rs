//! A record under our column names becomes a row, and everything there is to say about it.

use jiff::civil::Date;

use super::layout::Draft;
use super::values::{Judged, country, date, email, person, phone, postcode, text, words};
use super::{Column, Finding, MemberRow, Reason, Verdict};

/// Read every field. The row is only to be used if no finding holds or rejects the record; its number, names and date
/// of birth are as good as they could be made in any case.
pub(super) fn judge(draft: &Draft<'_>, today: Date) -> (Box<MemberRow>, Vec<Finding>) {
    let mut judge = Judge { draft, findings: Vec::new() };
    let country = judge.text(Column::Country);
    let home = country::read(&country);
    let row = MemberRow {
        number: judge.value(Column::Number, words::number),
        class: judge.value(Column::Class, words::class),
        affiliate: judge.text(Column::Affiliate),
        title: judge.text(Column::Title),
        given_names: judge.text(Column::GivenNames),
        family_name: judge.text(Column::FamilyName),
        known_as: judge.text(Column::KnownAs),
        date_of_birth: judge.value(Column::DateOfBirth, |raw| date::birth(raw, today)),
        address_1: judge.text(Column::Address1),
        address_2: judge.text(Column::Address2),
        address_3: judge.text(Column::Address3),
        post_town: judge.text(Column::PostTown),
        postcode: judge.postcode(home),
        country,
        constituency_code: judge.text(Column::ConstituencyCode),
        constituency: judge.text(Column::Constituency),
        branch: judge.text(Column::Branch),
        email: judge.value(Column::Email, email::read),
        mobile: judge.value(Column::Mobile, |raw| phone::read(raw, home)),
        landline: judge.value(Column::Landline, |raw| phone::read(raw, home)),
        joined_on: judge.value(Column::JoinedOn, |raw| date::joining(raw, today)),
        status: judge.value(Column::Status, words::status),
        arrears_months: judge.value(Column::ArrearsMonths, words::arrears),
        prefs: super::Prefs {
            no_phone: judge.value(Column::NoPhone, words::flag),
            no_email: judge.value(Column::NoEmail, words::flag),
            no_post: judge.value(Column::NoPost, words::flag),
            no_sms: judge.value(Column::NoSms, words::flag),
            tps: judge.value(Column::Tps, words::flag),
            objects_to_disclosure: judge.value(Column::ObjectsToDisclosure, words::flag),
            protected: judge.value(Column::Protected, words::flag),
        },
        email_consent: judge.text(Column::EmailConsent),
        sms_consent: judge.text(Column::SmsConsent),
    };
    judge.person(&row);
    (Box::new(row), judge.findings)
}

struct Judge<'d> {
    draft: &'d Draft<'d>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn note(&mut self, column: Column, reason: Option<Reason>) {
        self.findings.extend(reason.map(|reason| Finding::at(column, reason)));
    }

    /// A field read by the rules of its kind. One that is too long is not read at all.
    fn value<T: Default>(&mut self, column: Column, read: impl FnOnce(&str) -> Judged<T>) -> T {
        let raw: &str = &self.draft[column as usize];
        if raw.len() > column.limit() && raw.trim().chars().count() > column.limit() {
            self.note(column, Some(Reason::FieldTooLong));
            return T::default();
        }
        let (value, reason) = read(raw);
        self.note(column, reason);
        value
    }

    fn text(&mut self, column: Column) -> String {
        let joint = match column {
            Column::Address1 | Column::Address2 | Column::Address3 => ", ",
            _ => " ",
        };
        self.value(column, |raw| {
            let (text, reason) = text::read(raw, joint);
            (text.into_owned(), reason)
        })
    }

    /// A British postcode has its own rules; one from abroad is text, and may hide what any text may.
    fn postcode(&mut self, home: country::Home) -> String {
        if home == country::Home::Uk {
            return self.value(Column::Postcode, postcode::read);
        }
        self.text(Column::Postcode)
    }

    /// Names are judged together, and only once each could be read.
    fn person(&mut self, row: &MemberRow) {
        let unread = |finding: &Finding| {
            matches!(finding.column, Some(Column::GivenNames | Column::FamilyName))
                && finding.reason.verdict() == Verdict::Held
        };
        if !self.findings.iter().any(unread) {
            let reason = person::judge(&row.given_names, &row.family_name);
            self.findings.extend(reason.map(Finding::whole));
        }
    }
}
