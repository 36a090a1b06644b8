//! One person's record after reading: every value normalised, nothing of the file's layout left.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// In which capacity a person votes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A full member.
    #[default]
    Member,
    /// A supporter through an affiliated organisation.
    Affiliated,
    /// A supporter registered for this contest alone.
    Registered,
}

impl Class {
    /// The word in the file and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Class::Member => "member",
            Class::Affiliated => "affiliated",
            Class::Registered => "registered",
        }
    }
}

/// How a membership stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words are the office's own")]
pub enum Status {
    #[default]
    Active,
    InArrears,
    Lapsed,
    Resigned,
    Suspended,
    Expelled,
    Pending,
    Deceased,
}

impl Status {
    /// Every standing.
    pub const ALL: [Status; 8] = [
        Status::Active,
        Status::InArrears,
        Status::Lapsed,
        Status::Resigned,
        Status::Suspended,
        Status::Expelled,
        Status::Pending,
        Status::Deceased,
    ];

    /// The word in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::InArrears => "in_arrears",
            Status::Lapsed => "lapsed",
            Status::Resigned => "resigned",
            Status::Suspended => "suspended",
            Status::Expelled => "expelled",
            Status::Pending => "pending",
            Status::Deceased => "deceased",
        }
    }
}

/// What a person does not want, and what protects them. `true` always forbids something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Prefs {
    /// No telephone calls.
    pub no_phone: bool,
    /// No e-mail.
    pub no_email: bool,
    /// No post.
    pub no_post: bool,
    /// No text messages.
    pub no_sms: bool,
    /// On the Telephone Preference Service, or never screened against it.
    pub tps: bool,
    /// Objects to being disclosed to campaigns.
    pub objects_to_disclosure: bool,
    /// Must never be disclosed to anybody.
    pub protected: bool,
}

impl Prefs {
    /// What holds when two records of one person disagree: whatever either forbids is forbidden.
    #[must_use]
    pub fn stricter(self, other: Prefs) -> Prefs {
        Prefs::from_bits(self.bits() | other.bits())
    }

    /// The seven answers as bits, `no_phone` lowest.
    pub fn bits(self) -> u8 {
        let answers = [
            self.no_phone,
            self.no_email,
            self.no_post,
            self.no_sms,
            self.tps,
            self.objects_to_disclosure,
            self.protected,
        ];
        answers.iter().rev().fold(0, |bits, answer| bits << 1 | u8::from(*answer))
    }

    /// The answers that [`Prefs::bits`] wrote; the eighth bit says nothing.
    pub fn from_bits(bits: u8) -> Prefs {
        let answer = |place: u8| bits >> place & 1 == 1;
        Prefs {
            no_phone: answer(0),
            no_email: answer(1),
            no_post: answer(2),
            no_sms: answer(3),
            tps: answer(4),
            objects_to_disclosure: answer(5),
            protected: answer(6),
        }
    }
}

/// A person's record, normalised: text in Unicode NFC without stray spaces, phones in E.164, e-mail in lower case.
/// A text is empty, and a date absent, where the file says nothing or what it says could not be used.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the register, under their own names")]
pub struct MemberRow {
    pub number: String,
    pub class: Class,
    pub affiliate: String,
    pub title: String,
    pub given_names: String,
    pub family_name: String,
    pub known_as: String,
    pub date_of_birth: Option<Date>,
    pub address_1: String,
    pub address_2: String,
    pub address_3: String,
    pub post_town: String,
    /// In the United Kingdom with its one space ("SW1A 1AA"); abroad as written there.
    pub postcode: String,
    pub country: String,
    pub constituency_code: String,
    pub constituency: String,
    /// The local branch (`clp` in our layout).
    pub branch: String,
    pub email: String,
    /// E.164 ("+447700900123").
    pub mobile: String,
    /// E.164.
    pub landline: String,
    pub joined_on: Option<Date>,
    pub status: Status,
    pub arrears_months: u16,
    pub prefs: Prefs,
    /// What shows that the person agreed to e-mail from candidates, in the office's words.
    pub email_consent: String,
    /// The same for text messages.
    pub sms_consent: String,
}

impl std::fmt::Debug for MemberRow {
    /// Says nothing of the person: rows end up in logs and in failing tests.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemberRow")
            .field("class", &self.class)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_preference_wins_whichever_comes_first() {
        for a in 0..128 {
            assert_eq!(Prefs::from_bits(a).bits(), a);
            for b in 0..128 {
                let both = Prefs::from_bits(a).stricter(Prefs::from_bits(b));
                assert_eq!(both, Prefs::from_bits(b).stricter(Prefs::from_bits(a)));
                assert_eq!(both.no_post, Prefs::from_bits(a).no_post || Prefs::from_bits(b).no_post);
                assert_eq!(both.protected, Prefs::from_bits(a).protected || Prefs::from_bits(b).protected);
            }
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let row = MemberRow {
            family_name: "Ashdown".into(),
            email: "a@example.org".into(),
            ..MemberRow::default()
        };
        let shown = format!("{row:?}");
        assert!(!shown.contains("Ashdown") && !shown.contains("example.org"));
    }
}
