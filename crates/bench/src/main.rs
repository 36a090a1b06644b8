//! Prints speed as a ratio to a comparator measured in the same run.
//!
//! `cargo run --release -p bench -- NAME [--json] [--quick]`; the lines are fixed so that runs can be compared.

#![expect(clippy::unwrap_used, reason = "a benchmark that meets the unexpected stops, and says where")]

mod audit;
mod house;
mod import;
mod register;
mod release;
mod reveal;

use clap::{Parser, ValueEnum};
use serde_json::{Map, Value, json};

/// Benchmarks of Evenhand beside their comparators.
#[derive(Parser)]
struct Cli {
    /// Which benchmark.
    name: Name,
    /// One JSON object a line on standard output.
    #[arg(long)]
    json: bool,
    /// A small version, to see that it runs.
    #[arg(long)]
    quick: bool,
    /// Another register than the made-up one (import, release, reveal).
    #[arg(long)]
    file: Option<std::path::PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// A register imported, against `sqlite3 .import`.
    Import,
    /// One candidate's sealed file, against `sqlite3 -csv | age`.
    Release,
    /// Single records revealed, against append + fdatasync.
    Reveal,
    /// A log audited offline, against SHA-256 of the same bytes.
    Audit,
}

/// How a benchmark is run.
pub struct Run {
    json: bool,
    /// A small version.
    pub quick: bool,
    /// Another register.
    pub file: Option<std::path::PathBuf>,
}

impl Run {
    /// Prints one result.
    pub fn line(&self, name: &str, fields: Value) {
        let mut line = Map::new();
        line.insert("name".to_owned(), json!(name));
        if let Value::Object(fields) = fields {
            line.extend(fields);
        }
        if self.json {
            println!("{}", Value::Object(line));
        } else {
            println!("{name}");
            line.iter().skip(1).for_each(|(k, v)| println!("  {k:<14} {v}"));
        }
    }

    /// Prints a result that has a comparator.
    pub fn compared(&self, name: &str, unit: &str, ours: f64, comparator: f64, more: Value) {
        let mut fields = json!({
            "ours": round(ours), "comparator": round(comparator), "unit": unit, "ratio": round(ours / comparator),
        });
        if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
            fields.extend(more);
        }
        self.line(name, fields);
    }

    /// Says what is being done, to people.
    pub fn say(&self, words: &str) {
        eprintln!("{words}");
    }
}

fn round(x: f64) -> f64 {
    let scale = if x.abs() >= 100.0 { 1.0 } else { 1000.0 };
    (x * scale).round() / scale
}

fn main() {
    let cli = Cli::parse();
    let run = Run { json: cli.json, quick: cli.quick, file: cli.file };
    match cli.name {
        Name::Import => import::bench(&run),
        Name::Release => release::bench(&run),
        Name::Reveal => reveal::bench(&run),
        Name::Audit => audit::bench(&run),
    }
}
