//! `evenhand import`

use std::{
    fs::{self, File},
    io::BufReader,
    net::SocketAddr,
    path::PathBuf,
};

use clap::Args;
use domain::{
    access::sign_out::SignOut,
    register::{reading::LayoutChoice, report::ImportReport},
};

use super::{Place, start_logging};
use crate::{
    demo,
    folder::{Folder, Held, Kind},
    house::House,
    import::{self, Order},
    progress::{CountBytes, Progress},
    sign_in,
    stop::Stop,
};

/// Import a register file: CSV of our own 30 columns, or CiviCRM's exports.
///
/// In a demo's folder it acts as the demo's membership officer. In a real house, name yourself with --as; a code
/// comes by mail.
#[derive(Args)]
pub struct Import {
    #[command(flatten)]
    place: Place,
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
    /// Your e-mail address, as a membership officer of a real house
    #[arg(long = "as", value_name = "ADDRESS")]
    address: Option<String>,
}

impl Import {
    pub fn run(self) -> Result<(), Stop> {
        start_logging("warn")?;
        let layout =
            self.layout.parse::<LayoutChoice>().map_err(|why| Stop::new(format!("--layout: {why}.")))?;
        let order = Order { layout, dry_run: self.dry_run };
        let report = match self.place.kind()? {
            Kind::Demo => self.into_demo(order)?,
            Kind::Serve => self.into_house(order)?,
        };
        if let Some(path) = &self.report {
            let text = serde_json::to_string_pretty(&report).map_err(|e| Stop::new(e.to_string()))?;
            fs::write(path, text).map_err(|e| Stop::file(path, &e))?;
        }
        println!(
            "{}{}",
            if self.dry_run { "Dry run, nothing was changed: " } else { "" },
            import::summary(&report)
        );
        Ok(())
    }

    fn into_demo(&self, order: Order) -> Result<ImportReport, Stop> {
        let data = self.place.data()?;
        match Folder::reach(&data, Kind::Demo)? {
            Held::Alone(folder) => {
                let floor = demo::open(&folder)?;
                let officer = floor.actor(&demo::session(&floor, demo::MEMBERSHIP_OFFICER)?);
                let report = import::file(&floor, &officer, &self.file, order);
                floor.once(&officer, SignOut {})?;
                report
            }
            Held::ByServer(server) => self.send(server.address, &demo::credential(&data)?),
        }
    }

    fn into_house(&self, order: Order) -> Result<ImportReport, Stop> {
        let (config, data) = self.place.real()?;
        let address = self.address.as_deref().ok_or_else(|| {
            Stop::new("Who imports? Name yourself with --as and your e-mail address; a code comes by mail.")
        })?;
        let folder = match Folder::reach(&data, Kind::Serve)? {
            Held::Alone(folder) => folder,
            Held::ByServer(_) => {
                return Err(Stop::new(format!(
                    "Evenhand is running on this folder. Import on its page, {}/register/import, or stop it first.",
                    config.base_url
                )));
            }
        };
        let floor = House::of(&config, folder.path().to_owned()).open()?;
        let officer = floor.actor(&sign_in::by_mail(&floor, &config, address)?);
        let report = import::file(&floor, &officer, &self.file, order);
        floor.once(&officer, SignOut {})?;
        report
    }

    /// Sends the file to the server that runs on this machine.
    fn send(&self, at: SocketAddr, credential: &str) -> Result<ImportReport, Stop> {
        let path = &self.file;
        let file = File::open(path).map_err(|e| Stop::file(path, &e))?;
        let size = file.metadata().map_err(|e| Stop::file(path, &e))?.len();
        let bar = Progress::bytes(size)?;
        let mut body = CountBytes(BufReader::with_capacity(1 << 20, file), &bar);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let answer = agent
            .post(format!("http://{at}/api/register.import"))
            .query("layout", &self.layout)
            .query("dry_run", self.dry_run.to_string())
            .header("authorization", format!("Bearer {credential}"))
            .send(ureq::SendBody::from_reader(&mut body));
        bar.done();
        let lost = |e: ureq::Error| {
            Stop::new(format!(
                "The server at http://{at} did not answer to the end: {e}. Look whether it still runs."
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
