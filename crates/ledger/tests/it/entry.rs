//! Entries have one spelling, and nothing else is an entry.

use crate::digest;
use ledger::entry::MAX_LEN;
use ledger::plain::plain;
use ledger::{Basis, Commitments, Entry, EntryError, Verb};
use proptest::prelude::*;
use serde_json::json;

/// An entry with everything in it.
pub fn full() -> Entry {
    let mut s = vec![digest(1), digest(2), digest(3)];
    s.sort();
    Entry {
        id: Entry::id_of("actor-7", &[7; 16], 0),
        t: Verb::Opened,
        at: 26_333_333,
        basis: Basis {
            act: "phonebank.next_call".into(),
            policy: digest(4),
            rule: "callers see who they \"call\"".into(),
            facts: digest(5),
            build: digest(6),
        },
        s,
        c: Commitments { actor: Some(digest(7)), subject: Some(digest(8)), detail: Some(digest(9)) },
        row: vec![digest(10)],
        plain: Some(plain(json!({"count": 2000, "roots": ["a", {"z": 1, "b": 2}], "empty": {}})).unwrap()),
        sealed_until: Some(20_400),
    }
}

#[test]
fn the_bytes_of_an_entry() {
    let mut entry = full();
    entry.c.subject = None;
    let text = String::from_utf8(entry.encode().unwrap()).unwrap();
    let b64 = |n| {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest(n))
    };
    let scopes = {
        let mut s: Vec<_> = (1..=3).map(|n| (digest(n), b64(n))).collect();
        s.sort();
        s.into_iter().map(|(_, text)| format!("\"{text}\"")).collect::<Vec<_>>().join(",")
    };
    let want = format!(
        "{{\"at\":26333333,\"basis\":{{\"act\":\"phonebank.next_call\",\"build\":\"{}\",\"facts\":\"{}\",\
         \"policy\":\"{}\",\"rule\":\"callers see who they \\\"call\\\"\"}},\"c\":{{\"actor\":\"{}\",\
         \"detail\":\"{}\"}},\"id\":\"{}\",\"plain\":{{\"count\":2000,\"empty\":{{}},\"roots\":[\"a\",\
         {{\"b\":2,\"z\":1}}]}},\"row\":[\"{}\"],\"s\":[{scopes}],\"sealed_until\":20400,\"t\":\"opened\",\"v\":1}}",
        b64(6),
        b64(5),
        b64(4),
        b64(7),
        b64(9),
        {
            use base64::Engine;
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(entry.id)
        },
        b64(10),
    );
    assert_eq!(text, want);
    assert_eq!(Entry::decode(text.as_bytes()).unwrap(), entry);
    // any JSON reader with sorted keys and no spaces writes the same bytes
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), text);
}

#[test]
fn ids_depend_on_actor_request_and_ordinal() {
    let id = Entry::id_of("a", &[1; 16], 0);
    assert_eq!(id, Entry::id_of("a", &[1; 16], 0));
    assert_ne!(id, Entry::id_of("b", &[1; 16], 0));
    assert_ne!(id, Entry::id_of("a", &[2; 16], 0));
    assert_ne!(id, Entry::id_of("a", &[1; 16], 1));
}

#[test]
fn every_verb_is_spelt_once() {
    for (i, (verb, text)) in Verb::ALL.iter().enumerate() {
        assert_eq!(*verb as usize, i);
        assert_eq!(Verb::parse(text), Some(*verb));
        assert_eq!(verb.as_str(), *text);
    }
    assert_eq!(Verb::parse("accessed"), None);
}

#[test]
fn what_has_no_canonical_bytes_is_not_encoded() {
    let refused = |change: fn(&mut Entry)| {
        let mut entry = full();
        change(&mut entry);
        entry.encode().unwrap_err()
    };
    assert_eq!(refused(|e| e.basis.act = "caf\u{e9}".into()), EntryError::Text);
    assert_eq!(refused(|e| e.basis.rule = "a\nb".into()), EntryError::Text);
    assert_eq!(refused(|e| e.at = 1 << 53), EntryError::Number);
    assert_eq!(refused(|e| e.sealed_until = Some(1 << 53)), EntryError::Number);
    assert_eq!(refused(|e| e.s.reverse()), EntryError::ScopeOrder);
    assert_eq!(refused(|e| e.s[1] = e.s[0]), EntryError::ScopeOrder);
    assert_eq!(refused(|e| e.plain = Some(Default::default())), EntryError::EmptyPlain);
    assert_eq!(refused(|e| e.basis.rule = "x".repeat(MAX_LEN)), EntryError::TooLong);
    assert_eq!(plain(json!({"a": null})), Err(EntryError::Kind));
    assert_eq!(plain(json!({"a": 1.5})), Err(EntryError::Number));
    assert_eq!(plain(json!(["a"])), Err(EntryError::Kind));
    let deep = (0..9).fold(json!(1), |inner, _| json!({ "a": inner }));
    let mut entry = full();
    entry.plain = Some(plain(deep).unwrap());
    assert_eq!(entry.encode(), Err(EntryError::Depth));
}

#[test]
fn other_spellings_are_refused() {
    let text = String::from_utf8(full().encode().unwrap()).unwrap();
    for (from, to) in [
        ("{\"at\"", "{ \"at\""),
        ("\"at\":26333333", "\"at\":26333333.0"),
        ("\"at\":26333333", "\"at\":-1"),
        ("\"at\":26333333", "\"at\":026333333"),
        ("\"v\":1", "\"v\":2"),
        ("\"v\":1", "\"v\":1,\"v\":1"),
        ("\"v\":1", "\"v\":1,\"w\":1"),
        ("\"opened\"", "\"accessed\""),
        ("\"opened\"", "\"\\u006fpened\""),
        ("phonebank", "ph\u{f6}nebank"),
        ("\"count\":2000", "\"count\":null"),
        ("\"count\":2000", "\"count\":true"),
        ("\"count\":2000", "\"count\":2000,\"count\":2000"),
        ("\"count\":2000", "\"count\":9007199254740992"),
        ("\"empty\":{}", "\"empty\":{},\"a\":1"),
        ("\"empty\":{}", "\"empty\":{ }"),
        ("\"row\":[", "\"row\":[],\"row\":["),
        ("\\\"call", "\\u0022call"),
        ("\\\"call", "\\/call"),
        ("phonebank", "phone\tbank"),
        ("\"sealed_until\":20400", "\"sealed_until\":null"),
        (",\"sealed_until\":20400", ""),
    ] {
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        let outcome = Entry::decode(changed.as_bytes());
        if to.is_empty() {
            assert_eq!(outcome.unwrap().sealed_until, None, "an absent member is simply absent");
        } else {
            assert!(outcome.is_err(), "{from} -> {to}");
        }
    }
    let mut bare = full();
    (bare.row, bare.plain, bare.s, bare.c) = (vec![], None, vec![], Commitments::default());
    let text_of_bare = String::from_utf8(bare.encode().unwrap()).unwrap();
    assert_eq!(Entry::decode(text_of_bare.as_bytes()).unwrap(), bare);
    for (from, to) in [
        (",\"s\":[]", ",\"row\":[],\"s\":[]"),
        (",\"s\":[]", ",\"plain\":{},\"s\":[]"),
        (",\"s\":[]", ""),
        ("\"c\":{}", "\"c\":{,}"),
    ] {
        let changed = text_of_bare.replacen(from, to, 1);
        assert!(changed != text_of_bare && Entry::decode(changed.as_bytes()).is_err(), "{from} -> {to}");
    }
    assert!(Entry::decode(format!("{text}\n").as_bytes()).is_err());
    assert!(Entry::decode(&text.as_bytes()[..text.len() - 1]).is_err());
    assert!(Entry::decode(&vec![b' '; MAX_LEN + 1]).is_err());
    // a digest whose unused last bits are set decodes to the same bytes, and is refused
    let last = text.find("\"c\":{\"actor\":\"").unwrap() + "\"c\":{\"actor\":\"".len() + 42;
    let mut odd = text.clone().into_bytes();
    odd[last] += 1;
    assert!(Entry::decode(&odd).is_err());
}

prop_compose! {
    fn any_entry()(
        id: [u8; 16], verb in 0..Verb::ALL.len(), at in 0u64..1 << 53, act in "[ -~]{0,40}", rule in "[ -~]{0,40}",
        hashes: [[u8; 32]; 3], s in proptest::collection::btree_set(any::<[u8; 32]>(), 0..5),
        actor: Option<[u8; 32]>, subject: Option<[u8; 32]>, detail: Option<[u8; 32]>,
        row in proptest::collection::vec(any::<[u8; 32]>(), 0..3),
        facts in proptest::collection::btree_map("[ -~]{0,9}", 0u64..1 << 53, 0..4),
        sealed_until in proptest::option::of(0u64..1 << 53),
    ) -> Entry {
        let facts: ledger::plain::Plain =
            facts.into_iter().map(|(name, n)| (name, ledger::plain::Item::Number(n))).collect();
        Entry {
            id, t: Verb::ALL[verb].0, at,
            basis: Basis { act, policy: hashes[0], rule, facts: hashes[1], build: hashes[2] },
            s: s.into_iter().collect(),
            c: Commitments { actor, subject, detail },
            row,
            plain: (!facts.is_empty()).then_some(facts),
            sealed_until,
        }
    }
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(entry in any_entry()) {
        let bytes = entry.encode().unwrap();
        prop_assert_eq!(Entry::decode(&bytes).unwrap(), entry);
    }

    #[test]
    fn one_changed_byte_never_reads_as_the_same_entry(entry in any_entry(), at: usize, to: u8) {
        let mut bytes = entry.encode().unwrap();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        if let Ok(other) = Entry::decode(&bytes) {
            prop_assert_ne!(&other, &entry);
            prop_assert_eq!(other.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fall(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Entry::decode(&bytes).is_err());
    }
}
