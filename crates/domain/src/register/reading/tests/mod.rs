//! Reading whole files: every physical line accounted for, whatever the bytes; every kind of damage with its own end.

mod files;
mod jumble;
mod records;

use jiff::civil::date;

use super::*;
use crate::register::report::{ImportReport, RowStatus};

const TODAY: Date = date(2020, 3, 1);

const HEADING: &str = "membership_number,class,affiliate,title,given_names,family_name,known_as,date_of_birth,address_1,\
    address_2,address_3,post_town,postcode,country,constituency_code,constituency,clp,email,mobile,landline,joined_on,\
    status,arrears_months,no_phone,no_email,no_post,no_sms,tps,objects_to_disclosure,protected";

fn line(number: &str, family: &str, no_post: &str) -> String {
    format!(
        "{number},member,,Ms,Ann,{family},,1971-04-05,5 Orchard Road,,,Hemel Hempstead,HP6 5LA,United Kingdom,,,Dacorum,\
         ann@example.org,07700 900123,,2008-02-02,active,0,0,0,{no_post},0,0,0,0"
    )
}

/// Read everything, and check that every line after the heading belongs to exactly one record and every record to
/// exactly one status. Line ends are counted here by another way than the reader's.
fn read(bytes: &[u8], text: &str, today: Date) -> (Vec<Record>, ImportReport) {
    let records: Vec<Record> = open(bytes, LayoutChoice::Auto, today).unwrap().map(Result::unwrap).collect();
    let mut report = ImportReport::default();
    let mut next = records.first().map_or(2, |record| record.line);
    for record in &records {
        assert_eq!(record.line, next, "a line was lost or read twice");
        next += u64::from(record.lines);
        let (status, findings) = match &record.outcome {
            Outcome::Row(_, findings) => (RowStatus::Imported, findings.clone()),
            Outcome::Held { findings, .. } => (RowStatus::Held, findings.clone()),
            Outcome::Rejected(reason) => (RowStatus::Rejected, vec![Finding::whole(*reason)]),
        };
        report.add(record.line, record.lines, status, findings);
    }
    let text = text.replace("\r\n", "\n");
    let lines = text.strip_suffix('\n').unwrap_or(&text).split('\n').count() as u64;
    assert_eq!(report.physical_rows, lines - 1);
    assert!(report.adds_up());
    (records, report)
}

fn reasons(record: &Record) -> Vec<Reason> {
    match &record.outcome {
        Outcome::Row(_, findings) | Outcome::Held { findings, .. } => {
            findings.iter().map(|f| f.reason).collect()
        }
        Outcome::Rejected(reason) => vec![*reason],
    }
}
