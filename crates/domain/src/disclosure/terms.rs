//! What may be released at all, on what ground, and what is wrong with terms that may not.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use kernel::{Field, No};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Terms;
use crate::register::fields;

/// Columns that a release may hold. Dates of birth, standing, preferences and protection never leave.
pub const RELEASABLE: &[Field] = &[
    fields::NUMBER,
    fields::TITLE,
    fields::GIVEN_NAMES,
    fields::FAMILY_NAME,
    fields::KNOWN_AS,
    fields::CONSTITUENCY,
    fields::CONSTITUENCY_CODE,
    fields::ADDRESS_1,
    fields::ADDRESS_2,
    fields::ADDRESS_3,
    fields::POST_TOWN,
    fields::POSTCODE,
    fields::COUNTRY,
    fields::EMAIL,
    fields::MOBILE,
    fields::LANDLINE,
];

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Letters.
    Post,
    /// E-mail.
    Email,
    /// Live calls.
    Call,
    /// Text messages.
    Text,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Post, Self::Email, Self::Call, Self::Text];

    /// The name in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Email => "email",
            Self::Call => "call",
            Self::Text => "text",
        }
    }

    /// Who may be reached by it, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Post => "by post: whoever has not objected",
            Self::Email => {
                "by e-mail: whoever agreed to mail from candidates, with evidence, and has not objected"
            }
            Self::Call => {
                "by telephone: whoever has not objected and is not on the Telephone Preference Service, screened within \
                 28 days"
            }
            Self::Text => {
                "by text: whoever agreed to texts from candidates, with evidence, and has not objected"
            }
        }
    }

    /// The columns that it needs.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Post => &[
                fields::ADDRESS_1,
                fields::ADDRESS_2,
                fields::ADDRESS_3,
                fields::POST_TOWN,
                fields::POSTCODE,
                fields::COUNTRY,
            ],
            Self::Email => &[fields::EMAIL],
            Self::Call => &[fields::MOBILE, fields::LANDLINE],
            Self::Text => &[fields::MOBILE],
        }
    }
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal $words:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $(#[doc = $words] $variant,)*
        }
        impl $name {
            /// All of them, to choose from.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The name in forms, policies and entries.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            /// For people.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

named! {
    /// For what data is used.
    Purpose {
        ThisContest "this_contest" "campaigning in this contest, and nothing else",
        Other "other" "anything else",
    }
}
named! {
    /// Lawful bases of UK GDPR Art. 6(1) that can carry a release.
    Basis {
        Consent "consent" "consent (Art. 6(1)(a))",
        LegalObligation "legal_obligation" "a legal obligation (Art. 6(1)(c))",
        LegitimateInterests "legitimate_interests" "legitimate interests, weighed on paper (Art. 6(1)(f))",
    }
}
named! {
    /// Conditions of UK GDPR Art. 9(2) that can carry it.
    Art9 {
        ExplicitConsent "explicit_consent" "explicit consent (Art. 9(2)(a))",
        WithinTheBody "within_the_body" "processing within a not-for-profit body (Art. 9(2)(d))",
        SubstantialPublicInterest "substantial_public_interest" "substantial public interest (Art. 9(2)(g))",
    }
}
named! {
    /// What campaigns are in law.
    Campaigns {
        PartOfTheBody "part_of_the_body" "part of the organisation and under its authority",
        OwnControllers "own_controllers" "controllers of their own, outside the organisation",
    }
}

/// The fields of the terms, in the order of [`RELEASABLE`].
pub fn fields_of(terms: &Terms) -> Vec<Field> {
    RELEASABLE.iter().filter(|f| terms.fields.iter().any(|name| name == f.name)).copied().collect()
}

/// The same as the pour wants them. Each selection is kept once for as long as the program runs.
pub(super) fn lasting_fields(terms: &Terms) -> &'static [Field] {
    static KNOWN: OnceLock<Mutex<BTreeMap<Vec<&'static str>, &'static [Field]>>> = OnceLock::new();
    let fields = fields_of(terms);
    let names: Vec<&'static str> = fields.iter().map(|f| f.name).collect();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(names).or_insert_with(|| Box::leak(fields.into_boxed_slice()))
}

/// SHA-256 of the terms as JSON, in hex.
pub fn terms_hash(terms: &Terms) -> Result<String, No> {
    Ok(hex(&Sha256::digest(serde_json::to_vec(terms)?)))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Whether this is a SHA-256 in hex.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// What is wrong with the terms, in sentences; empty if nothing. `classes` are the contest's.
pub fn faults(terms: &Terms, classes: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(name) = terms.fields.iter().find(|n| !RELEASABLE.iter().any(|f| f.name == **n)) {
        faults.push(format!("`{name}` is no column that may be released."));
    }
    if let Some(class) = terms.classes.iter().find(|c| !classes.contains(&c.as_str())) {
        faults.push(format!("`{class}` is no type of voter of this contest."));
    }
    for (what, missing) in [
        ("column", terms.fields.is_empty()),
        ("type of voter", terms.classes.is_empty()),
        ("way to reach people", terms.channels.is_empty()),
    ] {
        if missing {
            faults.push(format!("Choose at least one {what}."));
        }
    }
    let has = |channel: &Channel| terms.channels.contains(channel);
    let asked = fields_of(terms);
    for channel in Channel::ALL.iter().filter(|c| has(c)) {
        if !channel.fields().iter().any(|f| asked.contains(f)) {
            faults.push(format!("Nobody can be reached by {} without its columns.", channel.name()));
        }
    }
    let carried = |field: &Field| {
        let needing: Vec<Channel> = Channel::ALL.into_iter().filter(|c| c.fields().contains(field)).collect();
        needing.is_empty() || needing.iter().any(has)
    };
    if let Some(field) = asked.iter().find(|f| !carried(f)) {
        faults.push(format!("`{}` leaves only with a way to reach people that needs it.", field.name));
    }
    if has(&Channel::Call) && has(&Channel::Text) {
        faults.push(
            "Take calls or texts: in one file a number to ring cannot be told from one to text.".to_owned(),
        );
    }
    faults
}
