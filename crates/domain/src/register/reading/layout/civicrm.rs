//! CiviCRM's exports of a contact search (84 columns) and of a membership search (95).
//!
//! Headings as in CiviCRM's own tests (`CRM/Export/BAO/ExportTest.php`). A flag that is not set is blank there, so
//! here, unlike in our own layout, blank means no. What CiviCRM does not know is taken with care: nobody in its files
//! has been screened against the Telephone Preference Service, so everybody counts as registered with it until a
//! screening says otherwise.

use std::borrow::Cow;

use super::{Draft, Headings};
use crate::register::reading::records::Fields;
use crate::register::reading::{Column, ReadError, Reason};

/// The columns without which a record could not be taken, or would be taken without its preferences.
const NEEDED: [&str; 11] = [
    "Contact ID",
    "Contact Type",
    "First Name",
    "Last Name",
    "Birth Date",
    "Do Not Email",
    "Do Not Phone",
    "Do Not Mail",
    "Do Not Sms",
    "Do Not Trade",
    "No Bulk Emails (User Opt Out)",
];

/// The columns that are used where present.
const USED: [&str; 20] = [
    "Middle Name",
    "Individual Prefix",
    "Nickname",
    "Deceased / Closed",
    "Contact is in Trash",
    "Street Address",
    "Supplemental Address 1",
    "Supplemental Address 2",
    "City",
    "State",
    "Postal Code",
    "Country",
    "Phone",
    "Phone Type",
    "Email",
    "On Hold",
    "Test",
    "Member Since",
    "Membership Type",
    "Membership Status",
];

/// Where the columns stand in the file.
pub(in super::super) struct Civicrm {
    needed: [usize; NEEDED.len()],
    used: [Option<usize>; USED.len()],
    memberships: bool,
}

impl Civicrm {
    pub(super) fn find(headings: &Headings, memberships: bool) -> Result<Self, ReadError> {
        let needed = headings.places(NEEDED)?;
        if memberships {
            headings.places(["Membership Type", "Membership Status"])?;
        }
        Ok(Civicrm { needed, used: USED.map(|name| headings.place(name)), memberships })
    }

    pub(super) fn number_place(&self) -> usize {
        self.needed[0]
    }

    pub(super) fn draft<'a>(&self, fields: &'a Fields) -> Result<Draft<'a>, Reason> {
        let [id, kind, first, last, birth, no_email, no_phone, no_post, no_sms, no_trade, opt_out] =
            self.needed.map(|place| fields.get(place));
        let [
            middle,
            prefix,
            nickname,
            deceased,
            trash,
            street,
            supplement_1,
            supplement_2,
            city,
            state,
            postcode,
            country,
            phone,
            phone_type,
            email,
            on_hold,
            test,
            since,
            class,
            status,
        ] = self.used.map(|place| place.map_or("", |place| fields.get(place)));
        if !kind.trim().is_empty() && !kind.trim().eq_ignore_ascii_case("individual") {
            return Err(Reason::NotAPerson);
        }
        if is_set(test) || is_set(trash) {
            return Err(Reason::NotLive);
        }
        let given =
            if middle.trim().is_empty() { first.into() } else { Cow::Owned(format!("{first} {middle}")) };
        let (mobile, landline) = match phone_type.trim().to_ascii_lowercase().as_str() {
            "mobile" => (phone, ""),
            "fax" | "pager" | "voicemail" => ("", ""),
            _ => ("", phone),
        };
        // "No", blank, or why its e-mail is on hold: the person opted out, or mail came back
        let held_back = !matches!(on_hold.trim().to_ascii_lowercase().as_str(), "" | "0" | "no");
        let mut draft: Draft<'a> = std::array::from_fn(|_| Cow::Borrowed(""));
        let mut set = |column: Column, value: Cow<'a, str>| draft[column as usize] = value;
        set(Column::Number, id.into());
        set(Column::Title, prefix.into());
        set(Column::GivenNames, given);
        set(Column::FamilyName, last.into());
        set(Column::KnownAs, nickname.into());
        set(Column::DateOfBirth, birth.into());
        set(Column::Address1, street.into());
        set(Column::Address2, supplement_1.into());
        set(Column::Address3, if supplement_2.trim().is_empty() { state } else { supplement_2 }.into());
        set(Column::PostTown, city.into());
        set(Column::Postcode, postcode.into());
        set(Column::Country, country.into());
        set(Column::Email, email.into());
        set(Column::Mobile, mobile.into());
        set(Column::Landline, landline.into());
        set(Column::JoinedOn, since.into());
        set(Column::Class, if self.memberships { class_of(class) } else { "member" }.into());
        let status = if self.memberships { status_of(status) } else { "active" };
        set(Column::Status, if is_set(deceased) { "deceased" } else { status }.into());
        set(Column::ArrearsMonths, "0".into());
        set(Column::NoPhone, flag(no_phone));
        set(Column::NoEmail, if held_back || is_set(opt_out) { "1".into() } else { flag(no_email) });
        set(Column::NoPost, flag(no_post));
        set(Column::NoSms, flag(no_sms));
        set(Column::ObjectsToDisclosure, flag(no_trade));
        set(Column::Tps, "1".into());
        set(Column::Protected, "0".into());
        Ok(draft)
    }
}

/// A flag of CiviCRM's: blank is no, anything else is judged like any flag.
fn flag(value: &str) -> Cow<'_, str> {
    if value.trim().is_empty() { "0".into() } else { value.into() }
}

fn is_set(value: &str) -> bool {
    !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "0" | "no" | "n" | "false")
}

/// A membership type says which class; any that names no class of supporters is a member's.
fn class_of(kind: &str) -> &'static str {
    let kind = kind.to_lowercase();
    match () {
        () if kind.trim().is_empty() => "",
        () if kind.contains("affiliat") => "affiliated",
        () if kind.contains("register") || kind.contains("supporter") => "registered",
        () => "member",
    }
}

/// CiviCRM's seven standard statuses in our words; one of the organisation's own is left for a person.
fn status_of(status: &str) -> &str {
    match status.trim() {
        "New" | "Current" => "active",
        "Grace" => "in_arrears",
        "Expired" => "lapsed",
        "Cancelled" => "resigned",
        "Pending" => "pending",
        "Deceased" => "deceased",
        other => other,
    }
}
