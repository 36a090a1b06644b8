//! What the office gets back after an import: the count of everything, and a line for whatever needs its eye.

use serde::{Deserialize, Serialize};

use super::reading::{Finding, Reason, Told};

/// What became of a record in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// A person new to the register.
    Imported,
    /// A person whom the register already held, now changed.
    Updated,
    /// A person whom the register already held, just so.
    Unchanged,
    /// Set aside until a person decides.
    Held,
    /// Not a record that can be taken.
    Rejected,
}

/// A record that the office should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReportRow {
    /// The physical line on which it starts; the first line of the file is 1.
    pub line: u64,
    /// What became of it.
    pub status: RowStatus,
    /// The gravest reason.
    #[schemars(with = "Told")]
    pub reason: Finding,
    /// Further reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Told>")]
    pub also: Vec<Finding>,
}

/// The report of an import. Every record is counted in exactly one of the five statuses, and every physical line after
/// the heading in `physical_rows`: a record over three lines is one record and three physical rows. No value of any
/// person stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ImportReport {
    /// Physical lines after the heading; what follows the last line end is a line only if there is something on it.
    pub physical_rows: u64,
    /// Records, blank lines and footers among them.
    pub records: u64,
    /// People new to the register.
    pub imported: u64,
    /// People changed.
    pub updated: u64,
    /// People found as they were.
    pub unchanged: u64,
    /// Records for a person to decide.
    pub held: u64,
    /// Records that cannot be taken.
    pub rejected: u64,
    /// Every record but those imported or unchanged of which there is nothing to say.
    pub rows: Vec<ReportRow>,
}

impl ImportReport {
    /// The report as it is handed out; the record book names the SHA-256 of these bytes.
    ///
    /// # Errors
    /// Never in practice: a report holds nothing that JSON does not know.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }

    /// Count a record that starts on `line`, takes up `lines`, and came to `status` with these findings, the gravest
    /// first.
    pub fn add(&mut self, line: u64, lines: u32, status: RowStatus, mut findings: Vec<Finding>) {
        self.physical_rows += u64::from(lines);
        self.records += 1;
        match status {
            RowStatus::Imported => self.imported += 1,
            RowStatus::Updated => self.updated += 1,
            RowStatus::Unchanged => self.unchanged += 1,
            RowStatus::Held => self.held += 1,
            RowStatus::Rejected => self.rejected += 1,
        }
        if findings.is_empty() && status == RowStatus::Updated {
            findings.push(Finding::whole(Reason::RecordChanged));
        }
        if !findings.is_empty() {
            let reason = findings.remove(0);
            self.rows.push(ReportRow { line, status, reason, also: findings });
        }
    }

    /// Whether every record stands in exactly one status and every held or rejected one in the list with its reason.
    pub fn adds_up(&self) -> bool {
        let listed = |status| self.rows.iter().filter(|row| row.status == status).count() as u64;
        self.records == self.imported + self.updated + self.unchanged + self.held + self.rejected
            && self.physical_rows >= self.records
            && self.held == listed(RowStatus::Held)
            && self.rejected == listed(RowStatus::Rejected)
            && self.rows.windows(2).all(|pair| pair[0].line < pair[1].line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::reading::Column;

    #[test]
    fn a_report_counts_lists_and_adds_up() {
        let mut report = ImportReport::default();
        report.add(2, 1, RowStatus::Imported, Vec::new());
        report.add(3, 2, RowStatus::Held, vec![Finding::whole(Reason::QuoteUnclosed)]);
        report.add(5, 1, RowStatus::Updated, Vec::new());
        let two =
            vec![Finding::at(Column::Email, Reason::EmailDropped), Finding::whole(Reason::QuoteRemoved)];
        report.add(6, 1, RowStatus::Unchanged, two);
        assert_eq!((report.physical_rows, report.records, report.rows.len()), (5, 4, 3));
        assert!(report.adds_up());
        let text = serde_json::to_string(&report).unwrap();
        assert!(
            text.contains(
                r#"{"line":3,"status":"held","reason":{"code":"quote_unclosed","sentence":"A quot"#
            ),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<ImportReport>(&text).unwrap(), report);
    }

    #[test]
    fn a_record_that_is_counted_twice_or_unlisted_shows() {
        let mut report = ImportReport::default();
        report.add(2, 1, RowStatus::Rejected, vec![Finding::whole(Reason::BlankLine)]);
        let mut doubled = report.clone();
        doubled.imported += 1;
        assert!(!doubled.adds_up());
        report.rows.clear();
        assert!(!report.adds_up());
    }
}
