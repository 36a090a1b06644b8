//! Whatever the bytes: no panic, no line lost, no good record lost to a bad neighbour.

use proptest::prelude::*;

use super::*;

proptest! {
    /// Any bytes whatever after a good heading: no panic, no line lost.
    #[test]
    fn any_bytes_are_accounted_for(tail in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = format!("{HEADING}\n").into_bytes();
        bytes.extend(tail);
        accounted(&bytes);
    }

    /// Likely trouble: quotes, separators, line ends and whole records thrown together.
    #[test]
    fn any_jumble_is_accounted_for(parts in proptest::collection::vec(0usize..12, 0..40)) {
        let good = line("M1", "Ashdown", "0");
        let pieces = ["\"", ",", "\n", "\r\n", "\r", "x", "\"\"", ",\"", "\",", "\u{fc}", &good, "\n\n"];
        let text: String = parts.into_iter().map(|part| pieces[part]).collect();
        accounted(format!("{HEADING}\n{text}").as_bytes());
    }

    /// Good records stay readable whatever single line stands between them, unless that line opens a value that a
    /// good record's own text could close.
    #[test]
    fn a_bad_line_leaves_the_next_but_one_alone(middle in "[^\n\r]{0,60}") {
        let text = format!("{HEADING}\n{}\n{middle}\n{}\n", line("M1", "Ashdown", "0"), line("M2", "Birch", "0"));
        let (records, _) = read(text.as_bytes(), &text, TODAY);
        let taken = |number: &str| records.iter().any(|r| matches!(&r.outcome, Outcome::Row(row, _) if row.number == number));
        prop_assert!(taken("M1") && taken("M2"));
    }
}

/// Every line end but those of the heading belongs to one record, and lines follow each other without a gap.
fn accounted(bytes: &[u8]) {
    let records: Vec<Record> = open(bytes, LayoutChoice::Auto, TODAY).unwrap().map(Result::unwrap).collect();
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let lines = if bytes.ends_with(b"\n") { ends } else { ends + 1 };
    let mut next = 2;
    for record in &records {
        assert_eq!(record.line, next);
        next += u64::from(record.lines);
    }
    assert_eq!(next - 1, lines);
}
