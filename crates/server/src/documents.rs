//! Generated documents: what the program says of itself, kept under version control and read in review.
//!
//! `evenhand documents` writes them from the list of acts, the policies and the migrations; `--check` fails when a
//! file is not what would be written.

mod acts;
mod matrix;
mod openapi;
mod rules;
mod schema;

use std::{fs, path::PathBuf};

use clap::Args;

use crate::stop::Stop;

/// Write the documents that are made from the acts, the policies and the migrations.
#[derive(Args)]
pub struct Documents {
    /// Write nothing; fail if a document is not current
    #[arg(long)]
    check: bool,
    /// Where they lie
    #[arg(long, value_name = "DIR", default_value = "docs")]
    folder: PathBuf,
}

impl Documents {
    pub fn run(self) -> Result<(), Stop> {
        let acts = rules::read().map_err(Stop::new)?;
        let documents = [
            ("acts.md", acts::page(&acts)),
            ("policy-matrix.txt", matrix::page(&acts).map_err(Stop::new)?),
            ("openapi.json", openapi::document()),
            ("schema.md", schema::page()),
        ];
        let mut stale = Vec::new();
        for (name, text) in documents {
            let file = self.folder.join(name);
            if self.check {
                if fs::read_to_string(&file).ok().as_deref() != Some(&text) {
                    stale.push(name);
                }
            } else {
                fs::write(&file, text).map_err(|e| Stop::file(&file, &e))?;
            }
        }
        match stale.is_empty() {
            true => Ok(()),
            false => Err(Stop::new(format!(
                "{} in {} {} not current. Run `evenhand documents`, and review what changed.",
                stale.join(", "),
                self.folder.display(),
                if stale.len() == 1 { "is" } else { "are" },
            ))),
        }
    }
}
