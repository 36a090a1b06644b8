//! Single records between good neighbours: what is mended, what is held, what is rejected, and on which line.

use super::*;

fn outcomes(lines: &[&str]) -> Vec<Record> {
    let text = [&[HEADING], lines].concat().join("\n");
    read(text.as_bytes(), &text, TODAY).0
}

#[test]
fn one_stray_quote_does_not_swallow_its_neighbours() {
    let (good, other) = (line("M1", "Ashdown", "0"), line("M2", "Birch", "0"));
    let unclosed = line("M3", "Cedar", "0").replace("member", "\"member");
    let last = line("M4", "Dale", "\"0").replace(",\"0", ",0").replace(",0,0,0", ",0,0,\"0");
    let records = outcomes(&[&good, &unclosed, &other, &last, &good]);
    assert_eq!(records.len(), 5);
    assert_eq!(reasons(&records[1]), [Reason::QuoteRemoved]);
    assert_eq!(reasons(&records[3]), [Reason::QuoteRemoved]);
    assert!(matches!(&records[2].outcome, Outcome::Row(row, _) if row.family_name == "Birch"));
}

#[test]
fn a_quote_that_cannot_be_resolved_costs_its_own_record_only() {
    let (good, other) = (line("M1", "Ashdown", "0"), line("M2", "Birch", "0"));
    let broken = line("M3", "Cedar", "0").replace("member", "\"member, full");
    let records = outcomes(&[&good, &broken, &other]);
    assert_eq!(reasons(&records[1]), [Reason::QuoteUnclosed]);
    assert!(matches!(&records[2].outcome, Outcome::Row(row, _) if row.number == "M2"));
}

#[test]
fn two_stray_quotes_do_not_swallow_what_stands_between() {
    let opened = line("M1", "Ashdown", "0").replace("member", "\"member");
    let closed = line("M3", "Cedar", "0").replace("member", "member\"");
    let records = outcomes(&[&opened, &line("M2", "Birch", "0"), &closed]);
    assert_eq!(records.len(), 3);
    assert!(matches!(&records[1].outcome, Outcome::Row(row, _) if row.number == "M2"));
}

#[test]
fn the_gravest_finding_decides_wherever_it_stands() {
    let mended_first = line("M1", "ZoÃ«", "0").replace(",active,", ",paused,");
    assert_eq!(reasons(&outcomes(&[&mended_first])[0]), [Reason::StatusUnknown, Reason::DoubleEncoding]);
    let records = outcomes(&[&mended_first.replacen("M1", "", 1)]);
    assert!(matches!(records[0].outcome, Outcome::Rejected(Reason::NumberMissing)));
}

#[test]
fn a_value_over_several_lines_is_one_record() {
    let broken = line("M1", "Ashdown", "0").replace("5 Orchard Road", "\"5 Orchard Road\nThe Green\n\"");
    let records = outcomes(&[&broken, &line("M2", "Birch", "0")]);
    assert_eq!((records[0].line, records[0].lines, records[1].line), (2, 3, 5));
    assert!(
        matches!(&records[0].outcome, Outcome::Row(row, _) if row.address_1 == "5 Orchard Road, The Green")
    );
}

#[test]
fn a_number_used_twice_is_the_same_person_or_a_question() {
    let lines = [line("M1", "Ashdown", "1"), line("M1", "ASHDOWN", "0"), line("M1", "Birch", "0")];
    let records = outcomes(&lines.each_ref().map(String::as_str));
    assert_eq!(reasons(&records[1]), [Reason::NumberRepeated]);
    assert!(matches!(&records[1].outcome, Outcome::Row(row, _) if row.prefs.no_post), "the stricter wins");
    assert_eq!(reasons(&records[2]), [Reason::NumberReused]);
}

#[test]
fn a_record_shortened_or_padded_is_told_from_a_footer() {
    let good = line("M1", "Ashdown", "0");
    let short = good.rsplit_once(',').unwrap().0;
    let records = outcomes(&[
        short,
        &format!("{good},"),
        &format!("{good},x"),
        "",
        ",,,",
        "Total records: 2",
        HEADING,
        &format!("Total: 2{}", ",".repeat(29)),
    ]);
    let found: Vec<_> = records.iter().map(|record| reasons(record)[0]).collect();
    let expected = [
        Reason::ColumnsMissing,
        Reason::EmptyColumnsDropped,
        Reason::ColumnsExtra,
        Reason::BlankLine,
        Reason::BlankLine,
        Reason::NotARecord,
        Reason::HeaderAgain,
        Reason::NotARecord,
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_held_record_keeps_its_text_for_the_person_who_decides() {
    let records = outcomes(&[&line("M1", "=1+1", "0")]);
    assert!(matches!(&records[0].outcome, Outcome::Held { text, .. } if text.contains("\u{1f}=1+1\u{1f}")));
}

#[test]
fn a_heading_that_does_not_fit_is_refused_by_our_own_names_only() {
    let refused = |text: &str| open(text.as_bytes(), LayoutChoice::Auto, TODAY).err().unwrap().to_string();
    let told = refused(&HEADING.replace("no_sms,", "secret value,"));
    assert!(told.contains("no_sms") && !told.contains("secret"), "{told}");
    let told = refused(&HEADING.replace("affiliate,", "clp,"));
    assert!(told.contains("affiliate"), "{told}");
    assert!(refused(&format!("{HEADING},clp")).contains("twice"));
    assert!(matches!(open("\n\n".as_bytes(), LayoutChoice::Auto, TODAY), Err(ReadError::Empty)));
    let endless = "x".repeat(3 << 20);
    assert!(matches!(open(endless.as_bytes(), LayoutChoice::Auto, TODAY), Err(ReadError::NotText)));
}

#[test]
fn headings_in_other_dress_and_order_are_found() {
    let mut names: Vec<String> =
        HEADING.split(',').map(|name| name.to_uppercase().replace('_', " ")).collect();
    let mut values: Vec<String> = line("M1", "Ashdown", "1").split(',').map(str::to_owned).collect();
    names.reverse();
    values.reverse();
    let text = format!("sep=;\n\n{}\n{}\n", names.join(";"), values.join(";"));
    let mut records = open(text.as_bytes(), LayoutChoice::Auto, TODAY).unwrap();
    let record = records.next().unwrap().unwrap();
    assert_eq!(record.line, 4);
    assert!(matches!(record.outcome, Outcome::Row(row, _) if row.number == "M1" && row.prefs.no_post));
}

#[test]
fn a_file_that_breaks_off_says_so_once() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let text = format!("{HEADING}\n{}\n", line("M1", "Ashdown", "0").repeat(4000));
    let mut records = open(text.as_bytes().chain(Broken), LayoutChoice::Auto, TODAY);
    // the sample is a megabyte, so what breaks off within it is an error at once
    assert!(matches!(&mut records, Err(ReadError::Io(_))) == (text.len() < 1 << 20));
    let long = format!("{HEADING}\n{}", format!("{}\n", line("M1", "Ashdown", "0")).repeat(8000));
    let read: Vec<_> = open(long.as_bytes().chain(Broken), LayoutChoice::Auto, TODAY).unwrap().collect();
    assert_eq!(read.iter().filter(|record| record.is_err()).count(), 1);
    assert!(read.len() > 1 && read.last().unwrap().is_err());
}
