//! `evenhand bundle`

use std::{fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use domain::evidence::bundle::{Order, make};
use serde_json::json;

use super::{
    reach::{Reach, Reached, post},
    start_logging,
};
use crate::{demo, stop::Stop};

/// Write an evidence file: lines of a record book with their proofs, to be checked by `evenhand-verify bundle FILE`.
///
/// In a demo's folder it acts as the demo's scrutineer. In a real house, name yourself with --as.
#[derive(Args)]
pub struct Bundle {
    #[command(flatten)]
    reach: Reach,
    /// The file to write, a zip
    file: PathBuf,
    /// Which record book: house, or contest- and the contest's id
    #[arg(long, default_value = "house")]
    log: String,
    /// Whose lines: all, campaign, about_me or by_me
    #[arg(long, default_value = "all")]
    whose: String,
    /// Which campaign's
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
    /// The first line
    #[arg(long, value_name = "LINE")]
    first: Option<u64>,
    /// The last line
    #[arg(long, value_name = "LINE")]
    last: Option<u64>,
}

impl Bundle {
    pub fn run(self) -> Result<(), Stop> {
        start_logging("warn")?;
        if self.file.exists() {
            return Err(Stop::new(format!(
                "There is a file {} already; name a new one.",
                self.file.display()
            )));
        }
        let order = json!({
            "log": self.log, "whose": self.whose, "campaign": self.campaign, "first": self.first, "last": self.last,
        });
        let asked: Order = serde_json::from_value(order.clone())
            .map_err(|e| Stop::new(format!("This cannot be ordered: {e}.")))?;
        let reached = self.reach.sign_in(demo::SCRUTINEER, "/record")?;
        let made = match &reached {
            Reached::Here(floor, actor, _) => make(floor, actor, floor.new_request(), asked)
                .map(|made| (made.zip, made.lines as u64, made.manifest))
                .map_err(Stop::from),
            Reached::There(address, token) => {
                post(*address, token, "evidence.bundle", &order).and_then(|value| {
                    let answer = &value["answer"];
                    let zip = answer["zip"].as_str().and_then(|zip| STANDARD.decode(zip).ok());
                    let whole = zip.zip(answer["lines"].as_u64()).zip(answer["manifest"].as_str());
                    let ((zip, lines), manifest) =
                        whole.ok_or_else(|| Stop::new("The server's answer is not whole."))?;
                    Ok((zip, lines, manifest.to_owned()))
                })
            }
        };
        reached.done()?;
        let (zip, lines, manifest) = made?;
        fs::write(&self.file, zip).map_err(|e| Stop::file(&self.file, &e))?;
        println!("{}: {lines} lines of {}, manifest {manifest}.", self.file.display(), self.log);
        println!("Anybody checks it offline with: evenhand-verify bundle {}", self.file.display());
        Ok(())
    }
}
