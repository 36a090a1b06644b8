//! Reads a register file and prints what was found in it and how fast: `read_register FILE [TODAY]`. No value of any
//! person is printed.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::time::Instant;

use domain::register::reading::{LayoutChoice, Outcome, open};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: read_register FILE [TODAY]")?;
    let today = arguments.next().unwrap_or_else(|| "2020-03-01".to_owned()).parse()?;
    let start = Instant::now();
    let mut reading = open(File::open(file)?, LayoutChoice::Auto, today)?;
    let (mut records, mut lines, mut rows) = (0u64, 0u64, 0u64);
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for record in &mut reading {
        let record = record?;
        records += 1;
        lines += u64::from(record.lines);
        let mut count = |status: &str, code: &str| *found.entry(format!("{status} {code}")).or_default() += 1;
        match record.outcome {
            Outcome::Row(_, findings) => {
                rows += 1;
                findings.iter().for_each(|finding| count("taken", finding.reason.code()));
            }
            Outcome::Held { findings, .. } => {
                findings.iter().for_each(|finding| count("held", finding.reason.code()))
            }
            Outcome::Rejected(reason) => count("rejected", reason.code()),
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = reading.bytes_read() as f64 / 1e6;
    println!("{records} records on {lines} lines, {rows} taken; {megabytes:.1} MB, {:?}", reading.encoding());
    println!("{seconds:.2} s, {:.0} records/s, {:.0} MB/s", records as f64 / seconds, megabytes / seconds);
    found.iter().for_each(|(what, times)| println!("{times:>9} {what}"));
    Ok(())
}
