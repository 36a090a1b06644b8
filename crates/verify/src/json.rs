//! The answer for programs.

use crate::report::limits;
use crate::words::hex;
use ledger::bundle::{Findings, Proven, Refusal};
use serde_json::{Value, json};

/// What a bundle that holds proves, and what it does not.
pub fn findings(findings: &Findings) -> String {
    let seal = &findings.verified.checkpoint;
    let countersigners = findings.verified.cosignatures.iter();
    printed(&json!({
        "holds": true,
        "manifest": hex(&findings.manifest),
        "key": findings.log_key.to_string(),
        "key_from": if findings.key_from_reader { "reader" } else { "bundle" },
        "origin": seal.origin,
        "size": seal.size,
        "root": hex(&seal.root),
        "countersigned": countersigners.map(|c| json!({ "by": c.name, "time": c.time })).collect::<Vec<_>>(),
        "entries": findings.entries.iter().map(entry).collect::<Vec<_>>(),
        "not_proved": limits(findings),
    }))
}

/// Why a bundle is refused.
pub fn refusal(refusal: &Refusal) -> String {
    let faults: Vec<_> = refusal.faults.iter().map(ToString::to_string).collect();
    printed(&json!({ "holds": false, "faults": faults }))
}

fn entry(Proven { index, entry, openings }: &Proven) -> Value {
    let read = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or(Value::Null);
    json!({
        "index": index,
        "entry": entry.encode().map_or(Value::Null, |bytes| read(&bytes)),
        "openings": read(openings.to_json().as_bytes()),
    })
}

/// JSON in ASCII: what is not, and what steers terminals, stands as `\u` escapes.
fn printed(value: &Value) -> String {
    let mut text = String::new();
    for c in format!("{value:#}\n").chars() {
        if c.is_ascii() && c != '\u{7f}' {
            text.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    text
}
