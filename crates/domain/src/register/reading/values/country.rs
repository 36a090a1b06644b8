//! Countries as people write them, as far as telephone numbers and postcodes depend on them.

use rlibphonenumber::Region;

/// Where an address lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Home {
    /// The United Kingdom or a Crown dependency: its postcodes, its numbers.
    Uk,
    /// A country whose numbers we can read without their country code.
    Abroad(Region),
    /// A country that we do not know: only numbers with their country code can be read.
    Elsewhere,
}

/// The country in a field; a blank one is the United Kingdom.
pub(in super::super) fn read(country: &str) -> Home {
    if country == "United Kingdom" {
        return Home::Uk;
    }
    let name = country.trim_start_matches("The ").trim_start_matches("the ");
    let known = COUNTRIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map_or(Home::Elsewhere, |(_, home)| *home)
}

const COUNTRIES: [(&str, Home); 67] = [
    ("", Home::Uk),
    ("UK", Home::Uk),
    ("U.K.", Home::Uk),
    ("GB", Home::Uk),
    ("GBR", Home::Uk),
    ("Great Britain", Home::Uk),
    ("United Kingdom", Home::Uk),
    ("England", Home::Uk),
    ("Scotland", Home::Uk),
    ("Wales", Home::Uk),
    ("Cymru", Home::Uk),
    ("Northern Ireland", Home::Uk),
    ("Jersey", Home::Uk),
    ("Guernsey", Home::Uk),
    ("Isle of Man", Home::Uk),
    ("Australia", Home::Abroad(Region::AU)),
    ("Austria", Home::Abroad(Region::AT)),
    ("Bangladesh", Home::Abroad(Region::BD)),
    ("Belgium", Home::Abroad(Region::BE)),
    ("Brazil", Home::Abroad(Region::BR)),
    ("Bulgaria", Home::Abroad(Region::BG)),
    ("Canada", Home::Abroad(Region::CA)),
    ("China", Home::Abroad(Region::CN)),
    ("Croatia", Home::Abroad(Region::HR)),
    ("Cyprus", Home::Abroad(Region::CY)),
    ("Czech Republic", Home::Abroad(Region::CZ)),
    ("Czechia", Home::Abroad(Region::CZ)),
    ("Denmark", Home::Abroad(Region::DK)),
    ("Eire", Home::Abroad(Region::IE)),
    ("Finland", Home::Abroad(Region::FI)),
    ("France", Home::Abroad(Region::FR)),
    ("Germany", Home::Abroad(Region::DE)),
    ("Ghana", Home::Abroad(Region::GH)),
    ("Gibraltar", Home::Abroad(Region::GI)),
    ("Greece", Home::Abroad(Region::GR)),
    ("Hong Kong", Home::Abroad(Region::HK)),
    ("Hungary", Home::Abroad(Region::HU)),
    ("India", Home::Abroad(Region::IN)),
    ("Ireland", Home::Abroad(Region::IE)),
    ("Republic of Ireland", Home::Abroad(Region::IE)),
    ("Israel", Home::Abroad(Region::IL)),
    ("Italy", Home::Abroad(Region::IT)),
    ("Jamaica", Home::Abroad(Region::JM)),
    ("Japan", Home::Abroad(Region::JP)),
    ("Kenya", Home::Abroad(Region::KE)),
    ("Luxembourg", Home::Abroad(Region::LU)),
    ("Malta", Home::Abroad(Region::MT)),
    ("Netherlands", Home::Abroad(Region::NL)),
    ("New Zealand", Home::Abroad(Region::NZ)),
    ("Nigeria", Home::Abroad(Region::NG)),
    ("Norway", Home::Abroad(Region::NO)),
    ("Pakistan", Home::Abroad(Region::PK)),
    ("Poland", Home::Abroad(Region::PL)),
    ("Portugal", Home::Abroad(Region::PT)),
    ("Romania", Home::Abroad(Region::RO)),
    ("Singapore", Home::Abroad(Region::SG)),
    ("South Africa", Home::Abroad(Region::ZA)),
    ("Spain", Home::Abroad(Region::ES)),
    ("Sri Lanka", Home::Abroad(Region::LK)),
    ("Sweden", Home::Abroad(Region::SE)),
    ("Switzerland", Home::Abroad(Region::CH)),
    ("Turkey", Home::Abroad(Region::TR)),
    ("United Arab Emirates", Home::Abroad(Region::AE)),
    ("United States", Home::Abroad(Region::US)),
    ("United States of America", Home::Abroad(Region::US)),
    ("US", Home::Abroad(Region::US)),
    ("USA", Home::Abroad(Region::US)),
];
