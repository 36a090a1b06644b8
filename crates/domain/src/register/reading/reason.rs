//! Why a record was mended, held or rejected: a closed list, in words that a membership officer understands.

use serde::{Deserialize, Serialize};

use super::Column;

/// What becomes of a record that has a given [`Reason`]. The gravest of its reasons decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Taken, and something was put right or left out on the way.
    Mended,
    /// Kept aside until a person decides.
    Held,
    /// Not a record that can be taken.
    Rejected,
}

macro_rules! reasons {
    ($($name:ident $verdict:ident $code:literal $sentence:literal;)*) => {
        /// Why. No reason ever holds or quotes a value from the file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $(#[doc = $sentence] $name,)*
        }

        impl Reason {
            /// The whole list.
            pub const ALL: &[Reason] = &[$(Reason::$name,)*];

            /// The short name that programs read; it never changes.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$name => $code,)* }
            }

            /// The sentence that people read.
            pub const fn sentence(self) -> &'static str {
                match self { $(Reason::$name => $sentence,)* }
            }

            /// What it does to the record.
            pub const fn verdict(self) -> Verdict {
                match self { $(Reason::$name => Verdict::$verdict,)* }
            }
        }
    };
}

reasons! {
    BlankLine Rejected "blank_line" "The line is empty.";
    HeaderAgain Rejected "header_again" "The column headings are repeated here.";
    NotARecord Rejected "not_a_record" "This line is a total, a note or a title, not a person.";
    NumberMissing Rejected "number_missing" "There is no membership number, so we cannot tell whose record this is. Add the number and send the record again.";
    NotAPerson Rejected "not_a_person" "This is an organisation or a household, not a person.";
    NotLive Rejected "not_live" "The system it came from marks this record as a test or as thrown away.";
    LineTooLong Rejected "line_too_long" "The line is longer than a megabyte. Look for a damaged export.";

    ColumnsMissing Held "columns_missing" "The record has fewer columns than the heading. We cannot tell which are missing.";
    ColumnsExtra Held "columns_extra" "The record has more columns than the heading. Perhaps a value contains the separator without quotes.";
    QuoteUnclosed Held "quote_unclosed" "A quotation mark is opened and never closed, so the columns cannot be told apart.";
    EncodingUnclear Held "encoding_unclear" "Some letters are in another character set than the file, and we cannot tell which.";
    CharacterUnreadable Held "character_unreadable" "A letter was lost before the file reached us; a question mark or a box stands in its place. Look it up at the source.";
    ControlCharacter Held "control_character" "There is an invisible control character in the middle; a letter may be missing.";
    BidiControl Held "bidi_control" "It contains an invisible character that turns the reading direction round.";
    FormulaLead Held "formula_lead" "It begins with a character that a spreadsheet would run as a formula.";
    FieldTooLong Held "field_too_long" "It is longer than such a value can be.";
    NameMissing Held "name_missing" "There is neither a given name nor a family name.";
    NameUnlikely Held "name_unlikely" "It contains signs that no name has.";
    PlaceholderPerson Held "placeholder_person" "This looks like a made-up entry or a note, not a person.";
    NumberUnclear Held "number_unclear" "The membership number contains signs that no membership number has.";
    NumberReused Held "number_reused" "An earlier record in this file has the same membership number and is another person. Find out whose number it is.";
    Erased Held "erased" "This person was erased at their own request. They come back only if they ask to; take them out of the system the file comes from.";
    ClassUnknown Held "class_unknown" "We do not know this class of elector. It decides who may vote, so a person must say which it is.";
    StatusUnknown Held "status_unknown" "We do not know this standing. It decides who may vote, so a person must say which it is.";
    ArrearsUnclear Held "arrears_unclear" "The number of months in arrears cannot be read.";
    DateUnclear Held "date_unclear" "The date cannot be read with certainty.";
    DateFuture Held "date_future" "The date lies in the future.";
    AgeUnlikely Held "age_unlikely" "By this date of birth the person would be under 7 or over 110.";

    EncodingMended Mended "encoding_mended" "Letters in the character set of older Windows programs were put right.";
    DoubleEncoding Mended "double_encoding" "Letters that had been garbled by an earlier conversion were put right.";
    QuoteRemoved Mended "quote_removed" "A stray quotation mark was removed.";
    EmptyColumnsDropped Mended "empty_columns_dropped" "Empty columns beyond the heading were left out.";
    LineBreakJoined Mended "line_break_joined" "A line break inside the value was joined up.";
    ControlRemoved Mended "control_removed" "An invisible control character at the end was removed.";
    InvisibleRemoved Mended "invisible_removed" "An invisible character was removed.";
    PostcodeMended Mended "postcode_mended" "A letter and a figure that look alike were exchanged in the postcode.";
    PostcodeDropped Mended "postcode_dropped" "It is not a postcode; the record was taken without it.";
    PhoneMended Mended "phone_mended" "A slip of the keyboard or the spreadsheet was put right in the number.";
    PhoneDropped Mended "phone_dropped" "It is not a telephone number that can be rung; the record was taken without it.";
    PhoneDigitsLost Mended "phone_digits_lost" "A spreadsheet has rounded the number and its last figures are lost; the record was taken without it.";
    PhoneSeveral Mended "phone_several" "There is more than one number, and we cannot tell which to use; the record was taken without it.";
    PhoneCountryUnclear Mended "phone_country_unclear" "We cannot tell which country the number belongs to; the record was taken without it. Write it with + and the country's code.";
    EmailMended Mended "email_mended" "Brackets or a stop around the address were removed.";
    EmailDropped Mended "email_dropped" "It is not an e-mail address that can be written to; the record was taken without it.";
    EmailSeveral Mended "email_several" "There is more than one address, and we cannot tell whose the others are; the record was taken without it.";
    DateDropped Mended "date_dropped" "It is a stand-in for an unknown date; the record was taken without it.";
    DateSerial Mended "date_serial" "A spreadsheet's day number was read as a date. Check one against the source.";
    DateShortYear Mended "date_short_year" "The year had two figures; we took the only century that fits.";
    FlagUnclear Mended "flag_unclear" "It is neither yes nor no, so we took the more careful of the two.";
    NumberRepeated Mended "number_repeated" "The same person stands earlier in this file. The later record counts, with the stricter preferences of the two.";
    RecordChanged Mended "record_changed" "The file differs from what the register held, and the register now follows the file.";
}

/// A reason and the column it is about, if it is about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Told", try_from = "Told")]
pub struct Finding {
    /// Why.
    pub reason: Reason,
    /// Where in the record.
    pub column: Option<Column>,
}

impl Finding {
    /// A finding about the record as a whole.
    pub const fn whole(reason: Reason) -> Self {
        Finding { reason, column: None }
    }

    /// A finding about one column.
    pub const fn at(column: Column, reason: Reason) -> Self {
        Finding { reason, column: Some(column) }
    }

    /// The sentence with the column before it: "Mobile: It is not a telephone number …".
    pub fn sentence(self) -> String {
        match self.column {
            Some(column) => format!("{}: {}", column.label(), self.reason.sentence()),
            None => self.reason.sentence().to_owned(),
        }
    }
}

/// A finding as the report tells it.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "ImportReason")]
pub(crate) struct Told {
    /// One of the closed list of codes.
    code: String,
    /// The column it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<Column>,
    /// The same in words.
    #[serde(default)]
    sentence: String,
}

impl From<Finding> for Told {
    fn from(finding: Finding) -> Self {
        Told { code: finding.reason.code().to_owned(), column: finding.column, sentence: finding.sentence() }
    }
}

impl TryFrom<Told> for Finding {
    type Error = String;

    fn try_from(told: Told) -> Result<Self, Self::Error> {
        let reason = Reason::ALL.iter().find(|reason| reason.code() == told.code);
        let reason = reason.ok_or("this report has a reason that this version does not know")?;
        Ok(Finding { reason: *reason, column: told.column })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_distinct_and_sentences_are_sentences() {
        let codes: HashSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            assert!(reason.sentence().ends_with('.'), "{}", reason.code());
        }
    }

    #[test]
    fn a_finding_survives_the_report() {
        let finding = Finding::at(Column::Mobile, Reason::PhoneDropped);
        let told = serde_json::to_string(&finding).unwrap();
        assert!(told.contains("\"sentence\":\"Mobile: It is not"), "{told}");
        assert_eq!(serde_json::from_str::<Finding>(&told).unwrap(), finding);
    }
}
