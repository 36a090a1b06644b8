//! The columns of a register, whatever the file calls them.

use serde::{Deserialize, Serialize};

macro_rules! columns {
    ($($name:ident $heading:literal $label:literal $limit:literal;)*) => {
        /// One fact that a register keeps about a person. Every layout is translated into these.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        pub enum Column {
            $(#[doc = $label] $name,)*
        }

        impl Column {
            /// Every column, in the order of our own layout; the two evidence columns, which a file may leave out, last.
            pub const ALL: &[Column] = &[$(Column::$name,)*];

            /// The heading in our own layout.
            pub const fn heading(self) -> &'static str {
                match self { $(Column::$name => $heading,)* }
            }

            /// The name that a membership officer knows it by.
            pub const fn label(self) -> &'static str {
                match self { $(Column::$name => $label,)* }
            }

            /// The longest value taken, in characters; a longer one is held.
            pub const fn limit(self) -> usize {
                match self { $(Column::$name => $limit,)* }
            }
        }
    };
}

columns! {
    Number "membership_number" "Membership number" 32;
    Class "class" "Class of elector" 40;
    Affiliate "affiliate" "Affiliated organisation" 150;
    Title "title" "Title" 40;
    GivenNames "given_names" "Given names" 100;
    FamilyName "family_name" "Family name" 100;
    KnownAs "known_as" "Known as" 100;
    DateOfBirth "date_of_birth" "Date of birth" 40;
    Address1 "address_1" "Address, line 1" 150;
    Address2 "address_2" "Address, line 2" 150;
    Address3 "address_3" "Address, line 3" 150;
    PostTown "post_town" "Post town" 80;
    Postcode "postcode" "Postcode" 20;
    Country "country" "Country" 60;
    ConstituencyCode "constituency_code" "Constituency code" 20;
    Constituency "constituency" "Constituency" 100;
    Branch "clp" "Branch" 120;
    Email "email" "E-mail" 254;
    Mobile "mobile" "Mobile" 60;
    Landline "landline" "Landline" 60;
    JoinedOn "joined_on" "Date of joining" 40;
    Status "status" "Standing" 40;
    ArrearsMonths "arrears_months" "Months in arrears" 10;
    NoPhone "no_phone" "No telephone calls" 40;
    NoEmail "no_email" "No e-mail" 40;
    NoPost "no_post" "No post" 40;
    NoSms "no_sms" "No text messages" 40;
    Tps "tps" "Telephone Preference Service" 40;
    ObjectsToDisclosure "objects_to_disclosure" "Objects to disclosure" 40;
    Protected "protected" "Protected person" 40;
    EmailConsent "email_consent" "Evidence of consent to e-mail" 200;
    SmsConsent "sms_consent" "Evidence of consent to text messages" 200;
}

impl Column {
    /// How many columns there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Whether a file in our own layout may leave the column out.
    pub const fn may_be_absent(self) -> bool {
        matches!(self, Column::EmailConsent | Column::SmsConsent)
    }
}
