//! Which system a file comes from, found from its headings, and the translation of its columns into ours.

mod civicrm;
mod ours;

use std::borrow::Cow;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::records::Fields;
use super::{Column, ReadError, Reason};

/// The layout to expect of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LayoutChoice {
    /// Whichever the headings show.
    #[default]
    Auto,
    /// Our own thirty columns.
    Ours,
    /// CiviCRM's export of a contact search. It says nothing of class or standing: everybody in it counts as an
    /// active member.
    CivicrmContacts,
    /// CiviCRM's export of a membership search.
    CivicrmMembers,
}

impl FromStr for LayoutChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "auto" => Ok(LayoutChoice::Auto),
            "ours" => Ok(LayoutChoice::Ours),
            "civicrm_contacts" => Ok(LayoutChoice::CivicrmContacts),
            "civicrm_members" => Ok(LayoutChoice::CivicrmMembers),
            _ => Err("choose auto, ours, civicrm_contacts or civicrm_members".to_owned()),
        }
    }
}

/// A record under our column names, its values as the file has them.
pub(super) type Draft<'a> = [Cow<'a, str>; Column::COUNT];

/// A layout whose columns have been found in a file's heading.
pub(super) enum Layout {
    Ours(ours::Ours),
    Civicrm(civicrm::Civicrm),
}

impl Layout {
    /// Find the separator and the columns in the heading.
    ///
    /// # Errors
    /// The columns that the layout needs and the heading lacks, by our own names for them.
    pub(super) fn find(heading: &str, choice: LayoutChoice) -> Result<(Layout, u8, Headings), ReadError> {
        let mut closest: Option<ReadError> = None;
        for delimiter in [b',', b';', b'\t', b'|'] {
            let headings = Headings::new(&Fields::of_heading(heading, delimiter));
            match Layout::of(&headings, choice) {
                Ok(layout) => return Ok((layout, delimiter, headings)),
                Err(error)
                    if closest.as_ref().is_none_or(|closest| error.distance() < closest.distance()) =>
                {
                    closest = Some(error);
                }
                Err(_) => {}
            }
        }
        Err(closest.unwrap_or(ReadError::Empty))
    }

    fn of(headings: &Headings, choice: LayoutChoice) -> Result<Layout, ReadError> {
        let choice = match choice {
            LayoutChoice::Auto if headings.has("Contact ID") && headings.has("Membership Status") => {
                LayoutChoice::CivicrmMembers
            }
            LayoutChoice::Auto if headings.has("Contact ID") => LayoutChoice::CivicrmContacts,
            LayoutChoice::Auto => LayoutChoice::Ours,
            chosen => chosen,
        };
        match choice {
            LayoutChoice::CivicrmContacts => civicrm::Civicrm::find(headings, false).map(Layout::Civicrm),
            LayoutChoice::CivicrmMembers => civicrm::Civicrm::find(headings, true).map(Layout::Civicrm),
            LayoutChoice::Auto | LayoutChoice::Ours => ours::Ours::find(headings).map(Layout::Ours),
        }
    }

    /// The record under our column names.
    ///
    /// # Errors
    /// The record is of a kind that is no person's membership.
    pub(super) fn draft<'a>(&self, fields: &'a Fields) -> Result<Draft<'a>, Reason> {
        match self {
            Layout::Ours(ours) => Ok(ours.draft(fields)),
            Layout::Civicrm(civicrm) => civicrm.draft(fields),
        }
    }

    /// The place of the column that identifies a person.
    pub(super) fn number_place(&self) -> usize {
        match self {
            Layout::Ours(ours) => ours.number_place(),
            Layout::Civicrm(civicrm) => civicrm.number_place(),
        }
    }
}

/// A heading's names, folded so that case, spaces and underscores make no difference.
pub(super) struct Headings(Vec<String>);

impl Headings {
    fn new(fields: &Fields) -> Self {
        Headings(fields.iter().map(fold).collect())
    }

    /// How many columns the heading has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    fn place(&self, name: &str) -> Option<usize> {
        let name = fold(name);
        self.0.iter().position(|heading| *heading == name)
    }

    /// The places of named columns.
    ///
    /// # Errors
    /// Those that are missing, or the one that stands twice.
    fn places<const N: usize>(&self, names: [&'static str; N]) -> Result<[usize; N], ReadError> {
        let missing: Vec<&str> = names.into_iter().filter(|name| !self.has(name)).collect();
        if !missing.is_empty() {
            return Err(ReadError::ColumnsMissing { missing, of: N });
        }
        let twice = |name: &&str| self.0.iter().filter(|heading| **heading == fold(name)).count() > 1;
        if let Some(name) = names.iter().find(|name| twice(name)) {
            return Err(ReadError::ColumnTwice(name));
        }
        Ok(names.map(|name| self.place(name).unwrap_or_default()))
    }

    /// Whether a record is this heading once more.
    pub(super) fn are(&self, fields: &Fields) -> bool {
        fields.len() == self.len()
            && fields.iter().zip(&self.0).all(|(field, heading)| fold(field) == *heading)
    }
}

/// Letters and figures only, in lower case.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
