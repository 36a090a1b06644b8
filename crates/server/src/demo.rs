//! The demo: a made-up party in the middle of its leadership contest, on this machine alone.

mod cast;
mod clock;
mod play;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use domain::{
    access::print_link::PrintLink,
    door::{App, Settings},
    evidence::enrol_mirror::EnrolMirror,
};
use kernel::{Actor, Database, Floor};

use crate::{
    command::start_logging,
    config,
    folder::{Folder, Kind},
    house::House,
    http,
    mail::Outbox,
    stop::Stop,
};
use clock::DemoClock;

pub use cast::{MEMBERSHIP_OFFICER, SCRUTINEER};
pub use play::session;

/// Where a demo lies unless somebody says otherwise.
pub const FOLDER: &str = "./evenhand-demo";

/// Whose contest it is.
const PARTY: &str = "The Example Party";
const ZONE: &str = "Europe/London";
/// Host part of a demo's record books.
const HOST: &str = "demo.invalid";
/// Says in the key folder that its keys are a demo's.
const KEYS_NOTE: &str = "README.txt";

/// Try everything: a made-up party in the middle of its leadership contest.
#[derive(Args)]
pub struct Demo {
    /// A register to import instead of a made-up one
    #[arg(long, value_name = "FILE")]
    pub register: Option<PathBuf>,
    /// How many people to make up
    #[arg(long, value_name = "N", default_value_t = 5_000, conflicts_with = "register")]
    pub people: u64,
    /// Make the folder and exit
    #[arg(long)]
    setup_only: bool,
    /// The demo's folder; its keys lie beside it, in DIR.keys
    #[arg(long, value_name = "DIR", default_value = FOLDER)]
    pub data: PathBuf,
    /// The address to listen on, on this machine
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8440")]
    listen: String,
}

impl Demo {
    pub fn run(self) -> Result<(), Stop> {
        let listen = config::address(&self.listen)?;
        if !listen.ip().is_loopback() {
            return Err(Stop::new(format!(
                "The demo prints keys to every office, so it listens on this machine only, not on {listen}. Use \
                 --listen 127.0.0.1:8440."
            )));
        }
        start_logging("warn")?;
        let mut folder = Folder::make(&self.data, Kind::Demo)?;
        let clock = Arc::new(DemoClock::default());
        let floor = match folder.ready() {
            true if self.register.is_some() => {
                return Err(Stop::new(format!(
                    "The demo in {} has its register already. Add the file with `evenhand import`, or name a new \
                     folder with --data.",
                    self.data.display()
                )));
            }
            true => open_at(&folder, clock)?,
            false => self.set_up(&mut folder, clock)?,
        };
        if self.setup_only {
            println!("The demo is ready in {}. Start it with `evenhand demo`.", self.data.display());
            return Ok(());
        }
        let outbox = Outbox::default();
        let settings = Settings {
            organisation: PARTY.to_owned(),
            demo: true,
            zone: ZONE.to_owned(),
            secure: false,
            base_url: format!("http://localhost:{}", listen.port()),
            trusted_proxies: Vec::new(),
            telephone: "020 7946 0000".to_owned(),
            spool: self.data.join("spool"),
        };
        let app = App::new(floor, Box::new(outbox.clone()), settings);
        let site = http::Site {
            extra: outbox.router(app.clone()),
            upload_bytes: 1 << 30,
            request_time: Duration::from_secs(600),
        };
        http::serve(app.clone(), site, listen, |server| {
            folder.announce(server)?;
            let base = format!("http://localhost:{}", server.address.port());
            print_links(&app.floor, &base)?;
            print_mirror(&app.floor, &base)?;
            println!(
                "Each head of compliance has an age key of their own, made for you: {}. In a real house the secret half \
                 stays with them; the page takes its public half.\nOpen a collected list with: age -d -i KEY FILE\n",
                keys_of(folder.path()).join("recipients").display()
            );
            Ok(())
        })?;
        println!("Stopped. Start it again, and everything is as you left it.");
        Ok(())
    }

    /// Makes the folder from nothing, or again if it was left unfinished.
    fn set_up(&self, folder: &mut Folder, clock: Arc<DemoClock>) -> Result<Floor, Stop> {
        folder.clear()?;
        let keys = keys_of(folder.path());
        clear_keys(&keys)?;
        let times = play::Times::before(clock.today()?)?;
        clock.set(times.first()?);
        let floor = open_at(folder, clock.clone())?;
        let note = "These are a demo's keys. Everyone in the demo is made up.\n";
        fs::write(keys.join(KEYS_NOTE), note).map_err(|e| Stop::file(&keys, &e))?;
        play::play(&floor, &clock, &times, self)?;
        clock.follow_the_machine();
        floor.beat(true)?;
        folder.set_ready()?;
        Ok(floor)
    }
}

/// Opens a demo that was set up, at the machine's time.
pub fn open(folder: &Folder) -> Result<Floor, Stop> {
    match folder.ready() {
        true => open_at(folder, Arc::new(DemoClock::default())),
        false => Err(Stop::new(format!(
            "The demo in {} is not finished. Start `evenhand demo` once.",
            folder.path().display()
        ))),
    }
}

fn open_at(folder: &Folder, clock: Arc<DemoClock>) -> Result<Floor, Stop> {
    House { clock, ..house(folder.path()) }.open()
}

/// The demo in `data`, at the machine's time.
pub fn house(data: &Path) -> House {
    House {
        data: data.to_owned(),
        keys: keys_of(data),
        database: Database::Sqlite,
        host: HOST.to_owned(),
        clock: Arc::new(DemoClock::default()),
        config: [0; 32],
    }
}

/// The demo's keys lie beside its data, never within.
fn keys_of(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    while name.as_encoded_bytes().ends_with(b"/") {
        let text = name.to_string_lossy().trim_end_matches('/').to_owned();
        name = text.into();
    }
    name.push(".keys");
    name.into()
}

/// Removes the keys of a demo whose data is gone or unfinished; nobody else's.
fn clear_keys(keys: &Path) -> Result<(), Stop> {
    if !keys.exists() {
        return Ok(());
    }
    if !keys.join(KEYS_NOTE).exists() {
        return Err(Stop::new(format!(
            "{keys} holds keys that are not known to be a demo's. Name another folder with --data; or, if they are \
             from a demo that was cut off, remove {keys}.",
            keys = keys.display()
        )));
    }
    fs::remove_dir_all(keys).map_err(|e| Stop::file(keys, &e))
}

fn print_links(floor: &Floor, base: &str) -> Result<(), Stop> {
    println!("\n{PARTY}, a DEMO: everyone here is made up. It runs on {base}; Ctrl-C stops it.");
    println!("Codes that would go by mail are printed here, and shown on {base}/outbox.\n");
    println!(
        "One sign-in link for each role. A link works once, within a day; open each in a private window.\n"
    );
    for part in cast::CAST.iter().filter(|p| !p.try_this.is_empty()) {
        let link = floor.once(&Actor::system(), PrintLink { email: part.email.to_owned() })?.value;
        println!("{} ({})", part.role, part.name);
        println!("  {}", part.try_this);
        println!("  {base}/sign-in/with/{}/{}\n", link.ticket, link.code);
    }
    Ok(())
}

/// Enrols the scrutineer's mirror anew: its token is stored nowhere.
fn print_mirror(floor: &Floor, base: &str) -> Result<(), Stop> {
    let scrutineer = floor.actor(&session(floor, cast::SCRUTINEER)?).person();
    let person = scrutineer.ok_or_else(|| Stop::new("The demo's scrutineer cannot sign in."))?;
    let token = floor.once(&Actor::system(), EnrolMirror { person })?.value.token;
    println!(
        "Anybody's program can check the record books under {base}/log/house and {base}/log/contest-leader."
    );
    println!("For the entries themselves it sends the scrutineer's token, Authorization: Bearer {token}\n");
    Ok(())
}
