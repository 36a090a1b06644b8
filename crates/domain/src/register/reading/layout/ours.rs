//! Our own layout: thirty columns under the headings of [`Column`], in any order, and two more for evidence of consent.

use std::borrow::Cow;

use super::{Draft, Headings};
use crate::register::reading::records::Fields;
use crate::register::reading::{Column, ReadError};

/// Where each of our columns stands in the file; one that may be absent and is stands beyond its end.
pub(in super::super) struct Ours([usize; Column::COUNT]);

const ABSENT: usize = usize::MAX;

impl Ours {
    pub(super) fn find(headings: &Headings) -> Result<Self, ReadError> {
        const NEEDED: usize = 30;
        let mut needed = [""; NEEDED];
        let columns = Column::ALL.iter().filter(|column| !column.may_be_absent());
        for (name, column) in needed.iter_mut().zip(columns) {
            *name = column.heading();
        }
        headings.places(needed)?;
        let mut places = [ABSENT; Column::COUNT];
        for (place, column) in places.iter_mut().zip(Column::ALL) {
            *place = headings.place(column.heading()).unwrap_or(ABSENT);
        }
        Ok(Ours(places))
    }

    pub(super) fn draft<'a>(&self, fields: &'a Fields) -> Draft<'a> {
        self.0.map(|place| Cow::Borrowed(fields.get(place)))
    }

    pub(super) fn number_place(&self) -> usize {
        self.0[Column::Number as usize]
    }
}
