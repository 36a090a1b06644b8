//! Postcodes of the United Kingdom and the Crown dependencies, by the rules of the Royal Mail's address file: the
//! postcode areas, the six shapes of the first half, the letters that the second half never has.

use super::super::Reason;
use super::{Judged, says_nothing};

/// The postcode areas of the United Kingdom and the Crown dependencies.
const AREAS: &str = "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC \
    EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE \
    NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW \
    UB W WA WC WD WF WN WR WS WV YO ZE";

/// For each first letter, the second letters that make an area with it, as bits; bit 26 for none.
const SECOND_LETTERS: [u32; 26] = {
    let areas = AREAS.as_bytes();
    let mut table = [0; 26];
    let mut at = 0;
    while at < areas.len() {
        let two = at + 1 < areas.len() && areas[at + 1] != b' ';
        let second = if two { areas[at + 1] - b'A' } else { 26 };
        table[(areas[at] - b'A') as usize] |= 1 << second;
        at += if two { 3 } else { 2 };
    }
    table
};

/// The postcode in its one form ("SW1A 1AA"), or nothing and why.
pub(in super::super) fn read(raw: &str) -> Judged<String> {
    if says_nothing(raw.trim()) {
        return (String::new(), None);
    }
    let mut code = [0u8; 7];
    let mut len = 0;
    for c in raw.chars().filter(|c| !c.is_whitespace() && !"-.\u{200b}\u{feff}".contains(*c)) {
        if len == 7 || !c.is_ascii_alphanumeric() {
            return (String::new(), Some(Reason::PostcodeDropped));
        }
        code[len] = c.to_ascii_uppercase() as u8;
        len += 1;
    }
    let code = &mut code[..len];
    if is_valid(code) {
        return (spaced(code), None);
    }
    match look_alike(code) {
        Some(mended) => (mended, Some(Reason::PostcodeMended)),
        None => (String::new(), Some(Reason::PostcodeDropped)),
    }
}

fn spaced(code: &[u8]) -> String {
    let mut text: String = code.iter().map(|byte| char::from(*byte)).collect();
    text.insert(text.len() - 3, ' ');
    text
}

fn is_valid(code: &[u8]) -> bool {
    let Some((outward, inward)) = code.len().checked_sub(3).map(|at| code.split_at(at)) else { return false };
    let inward_fits = matches!(inward, [d, a, b] if d.is_ascii_digit()
        && [a, b].iter().all(|c| c.is_ascii_uppercase() && !b"CIKMOV".contains(c)));
    inward_fits && outward_fits(outward)
}

/// A9, A99, A9A, AA9, AA99, AA9A with an area that exists; no district but ten and above begins with more than one figure.
fn outward_fits(outward: &[u8]) -> bool {
    let letters = outward.iter().take_while(|c| c.is_ascii_uppercase()).count();
    let (area, district) = outward.split_at(letters);
    match district {
        [d] if d.is_ascii_digit() => is_area(area),
        [d, e] if d.is_ascii_digit() && *d != b'0' && e.is_ascii_digit() => is_area(area),
        [d, e] if d.is_ascii_digit() && b"ABCDEFGHJKMNPRSTUVWXY".contains(e) => is_area(area),
        _ => false,
    }
}

fn is_area(area: &[u8]) -> bool {
    let (first, second) = match area {
        [first] => (first, 26),
        [first, second] => (first, second - b'A'),
        _ => return false,
    };
    SECOND_LETTERS[usize::from(first - b'A')] >> second & 1 == 1
}

/// The one valid postcode that differs only by O for 0 and I or L for 1, either way round.
fn look_alike(code: &[u8]) -> Option<String> {
    let doubtful: Vec<usize> = (0..code.len()).filter(|at| b"O0I1L".contains(&code[*at])).collect();
    let mut found = None;
    let mut variant = code.to_vec();
    for choice in 1u32..1 << doubtful.len() {
        for (bit, at) in doubtful.iter().enumerate() {
            let other = match code[*at] {
                b'O' => b'0',
                b'0' => b'O',
                b'I' | b'L' => b'1',
                _ => b'I',
            };
            variant[*at] = if choice >> bit & 1 == 1 { other } else { code[*at] };
        }
        if is_valid(&variant) && found.replace(spaced(&variant)).is_some() {
            return None;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_way_of_writing_a_postcode() {
        for (raw, code) in [
            ("HP6 5LA", "HP6 5LA"),
            ("hp65la", "HP6 5LA"),
            ("HP6  5LA", "HP6 5LA"),
            (" HP6 5LA", "HP6 5LA"),
            ("HP6\u{a0}5LA", "HP6 5LA"),
            ("HP6-5LA", "HP6 5LA"),
            ("EC1A 1BB", "EC1A 1BB"),
            ("W1A 0AX", "W1A 0AX"),
            ("M1 1AE", "M1 1AE"),
            ("B33 8TH", "B33 8TH"),
            ("NPT 1AA", ""),
        ] {
            assert_eq!(read(raw).0, code, "{raw:?}");
        }
    }

    #[test]
    fn the_areas_are_all_there() {
        assert_eq!(AREAS.split_whitespace().count(), 124);
        assert!(AREAS.split_whitespace().all(|area| is_area(area.as_bytes())));
        assert_eq!(SECOND_LETTERS.iter().map(|letters| letters.count_ones()).sum::<u32>(), 124);
    }

    #[test]
    fn look_alikes_are_exchanged_only_when_one_reading_fits() {
        for (raw, code) in [
            ("PO13 OFE", "PO13 0FE"),
            ("PO13 0FE", "PO13 0FE"),
            ("POI3 0FE", "PO13 0FE"),
            ("BIO IAA", "B10 1AA"),
            ("W1 OAX", "W1 0AX"),
            ("SOI 2AB", "SO1 2AB"),
        ] {
            let reason = (raw != code).then_some(Reason::PostcodeMended);
            assert_eq!(read(raw), (code.to_owned(), reason), "{raw:?}");
        }
    }

    #[test]
    fn what_is_no_postcode_is_left_out() {
        for raw in ["SW1A 1A", "ZZ99 9ZZ", "B1 1AAA", "12345", "EH1 1Cl", "M1 1A1", "£", "SW1A 1AA, London"]
        {
            assert_eq!(read(raw), (String::new(), Some(Reason::PostcodeDropped)), "{raw:?}");
        }
        for raw in ["", "N/A", "?"] {
            assert_eq!(read(raw), (String::new(), None), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn a_postcode_taken_reads_the_same_again(raw in "[A-Za-z0-9 -]{0,9}") {
            let (code, _) = read(&raw);
            prop_assert_eq!(read(&code), (code, None));
        }
    }
}
