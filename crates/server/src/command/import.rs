//! `evenhand import`

use std::{
    fs::{self, File},
    io::BufReader,
    net::SocketAddr,
    path::PathBuf,
};

use clap::Args;
use domain::register::{reading::LayoutChoice, report::ImportReport};

use super::{
    reach::{Reach, Reached},
    start_logging,
};
use crate::{
    demo,
    import::{self, Order},
    progress::{CountBytes, Progress},
    stop::Stop,
};

/// Import a register file: CSV of our own 30 columns, or CiviCRM's exports.
///
/// In a demo's folder it acts as the demo's membership officer. In a real house, name yourself with --as.
#[derive(Args)]
pub struct Import {
    #[command(flatten)]
    reach: Reach,
    /// The file
    file: PathBuf,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// auto, ours, civicrm_contacts or civicrm_members
    #[arg(long, default_value = "auto", value_name = "NAME")]
    layout: String,
    /// Write the report here, as JSON: every line that was not plainly imported, with its reason
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Import {
    pub fn run(self) -> Result<(), Stop> {
        start_logging("warn")?;
        let layout =
            self.layout.parse::<LayoutChoice>().map_err(|why| Stop::new(format!("--layout: {why}.")))?;
        let order = Order { layout, dry_run: self.dry_run };
        let reached = self.reach.sign_in(demo::MEMBERSHIP_OFFICER, "/register/import")?;
        let report = match &reached {
            Reached::Here(floor, officer, _) => import::file(floor, officer, &self.file, order),
            Reached::There(address, token) => self.send(*address, token),
        };
        reached.done()?;
        let report = report?;
        if let Some(path) = &self.report {
            let text = serde_json::to_string_pretty(&report).map_err(|e| Stop::new(e.to_string()))?;
            fs::write(path, text).map_err(|e| Stop::file(path, &e))?;
        }
        let dry = if self.dry_run { "Dry run, nothing was changed: " } else { "" };
        println!("{dry}{}", import::summary(&report));
        Ok(())
    }

    /// Sends the file to the server that runs on this machine.
    fn send(&self, address: SocketAddr, token: &str) -> Result<ImportReport, Stop> {
        let path = &self.file;
        let file = File::open(path).map_err(|e| Stop::file(path, &e))?;
        let size = file.metadata().map_err(|e| Stop::file(path, &e))?.len();
        let bar = Progress::bytes(size)?;
        let mut body = CountBytes(BufReader::with_capacity(1 << 20, file), &bar);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let answer = agent
            .post(format!("http://{address}/api/register.import"))
            .query("layout", &self.layout)
            .query("dry_run", self.dry_run.to_string())
            .header("authorization", format!("Bearer {token}"))
            .send(ureq::SendBody::from_reader(&mut body));
        bar.done();
        let lost = |e: ureq::Error| {
            Stop::new(format!(
                "The server at http://{address} did not answer to the end: {e}. Look whether it still runs."
            ))
        };
        let mut answer = answer.map_err(lost)?;
        let good = answer.status().is_success();
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_string().map_err(lost)?;
        match serde_json::from_str(&text) {
            Ok(report) if good => Ok(report),
            _ => Err(Stop::new(text)),
        }
    }
}
