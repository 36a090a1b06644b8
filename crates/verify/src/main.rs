//! `evenhand-verify`: checks an evidence bundle offline and says what it proves, and what it does not.
//!
//! It needs no network, no database and nothing of the organisation's but its public key.

mod json;
mod report;
mod words;

use ledger::VerifierKey;
use ledger::bundle::{self, MAX_ZIP};
use std::fs::File;
use std::io::{self, Read, Write};
use std::process::ExitCode;

const USAGE: &str = "\
evenhand-verify bundle FILE [--vkey KEY] [--json]

Checks an evidence bundle and says in plain English what it proves, and what it does not.
Needs no network.

  FILE         the bundle, a zip
  --vkey KEY   the record book's key as you know it from elsewhere: the text name+hash+key,
               or a file that holds it
  --json       answer in JSON

Ends with 0 if the bundle holds, 1 if it does not, 2 if it could not be checked.
";

/// What was asked on the command line.
struct Asked {
    file: String,
    key: Option<VerifierKey>,
    json: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    let (text, code) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--help" | "-h" | "help"] => (USAGE.to_owned(), 0),
        ["--version" | "-V"] => (format!("evenhand-verify {}\n", env!("CARGO_PKG_VERSION")), 0),
        _ => match asked(&arguments).and_then(|asked| Ok((read(&asked.file)?, asked))) {
            Ok((zip, asked)) => answer(&zip, &asked),
            Err(reason) => {
                eprint!("{reason}");
                return ExitCode::from(2);
            }
        },
    };
    match io::stdout().write_all(text.as_bytes()) {
        // whoever stops reading has read enough
        Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ => ExitCode::from(code),
    }
}

/// Checks the bundle; the text to print and the number to end with.
fn answer(zip: &[u8], asked: &Asked) -> (String, u8) {
    let outcome = bundle::check(zip, asked.key.as_ref());
    let code = u8::from(outcome.is_err());
    let text = match (outcome, asked.json) {
        (Ok(findings), false) => report::findings(&findings),
        (Ok(findings), true) => json::findings(&findings),
        (Err(refusal), false) => report::refusal(&refusal),
        (Err(refusal), true) => json::refusal(&refusal),
    };
    (text, code)
}

/// Reads the command line; the reason has its line end.
fn asked(arguments: &[String]) -> Result<Asked, String> {
    let mut rest = arguments.iter();
    if rest.next().map(String::as_str) != Some("bundle") {
        return Err(USAGE.to_owned());
    }
    let (mut file, mut key, mut json) = (None, None, false);
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--vkey" => key = Some(read_key(rest.next().ok_or(USAGE)?)?),
            option if option.starts_with("--") || file.is_some() => return Err(USAGE.to_owned()),
            name => file = Some(name.to_owned()),
        }
    }
    Ok(Asked { file: file.ok_or(USAGE)?, key, json })
}

/// A key given as text or as a file that holds it.
fn read_key(given: &str) -> Result<VerifierKey, String> {
    let reason =
        "The key after --vkey is neither a verifier key (name+hash+key) nor a file that holds one.\n";
    given
        .parse()
        .or_else(|_| std::fs::read_to_string(given).map_err(|_| reason)?.trim().parse().map_err(|_| reason))
        .map_err(str::to_owned)
}

fn read(name: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(name)
        .and_then(|file| file.take(MAX_ZIP as u64 + 1).read_to_end(&mut bytes))
        .map_err(|fault| format!("The bundle {} cannot be read: {fault}.\n", words::shown(name)))?;
    Ok(bytes)
}
