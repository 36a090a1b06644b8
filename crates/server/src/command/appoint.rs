//! `evenhand appoint`

use clap::Args;
use domain::access::{self, Office, enrol::Enrol};
use kernel::Actor;

use super::Place;
use crate::{
    folder::{Folder, Kind},
    house::House,
    stop::Stop,
};

/// Give a new house its first returning officer.
///
/// Whoever they are, they enrol everybody else; a house that has a returning officer takes no other one from here.
#[derive(Args)]
pub struct Appoint {
    #[command(flatten)]
    place: Place,
    /// Their name
    #[arg(long)]
    name: String,
    /// Their e-mail address, where codes for signing in go
    #[arg(long)]
    email: String,
}

impl Appoint {
    pub fn run(self) -> Result<(), Stop> {
        let (config, data) = self.place.real()?;
        let mut folder = Folder::make(&data, Kind::Serve)?;
        let floor = House::of(&config, data).open()?;
        folder.set_ready()?;
        let system = Actor::system();
        let enrolled = floor.once(&system, Enrol { name: self.name, email: self.email })?.value;
        let office = Office::ReturningOfficer;
        floor.once(&system, access::appoint::Appoint { person: enrolled.person, office, until: None })?;
        println!(
            "Done. Start `evenhand serve`; the returning officer signs in at {}/sign-in.",
            config.base_url
        );
        Ok(())
    }
}
