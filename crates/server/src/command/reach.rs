//! Acting from the command line as somebody: in this process, or through the server that runs here.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use domain::access::sign_out::SignOut;
use kernel::{Actor, Floor};

use super::Place;
use crate::{
    demo,
    folder::{Folder, Held, Kind},
    house::House,
    sign_in,
    stop::Stop,
};

/// Where, and as whom.
#[derive(Args)]
pub struct Reach {
    #[command(flatten)]
    place: Place,
    /// Your e-mail address; a code comes by mail. In a demo's folder: whom to act as, without a code
    #[arg(long = "as", value_name = "ADDRESS")]
    address: Option<String>,
}

/// Somebody signed in, where they can act.
pub enum Reached {
    /// In this process, alone in the folder.
    Here(Floor, Actor, Folder),
    /// Through a server on this machine, by a session's token.
    There(SocketAddr, String),
}

impl Reach {
    /// Signs in; in a demo as `demo_role` unless somebody else was named. `page` does the same on the site.
    pub fn sign_in(&self, demo_role: &str, page: &str) -> Result<Reached, Stop> {
        match self.place.kind()? {
            Kind::Demo => self.in_demo(self.address.as_deref().unwrap_or(demo_role)),
            Kind::Serve => self.in_house(page),
        }
    }

    fn in_demo(&self, address: &str) -> Result<Reached, Stop> {
        let data: PathBuf = self.place.data()?;
        match Folder::reach(&data, Kind::Demo)? {
            Held::ByServer(server) => Ok(Reached::There(server.address, server.session(address)?)),
            Held::Alone(folder) => {
                let floor = demo::open(&folder)?;
                let actor = floor.actor(&demo::session(&floor, address)?);
                Ok(Reached::Here(floor, actor, folder))
            }
        }
    }

    fn in_house(&self, page: &str) -> Result<Reached, Stop> {
        let (config, data) = self.place.real()?;
        let address = self.address.as_deref().ok_or_else(|| {
            Stop::new("Who are you? Give your e-mail address with --as; a code comes by mail.")
        })?;
        match Folder::reach(&data, Kind::Serve)? {
            Held::ByServer(_) => Err(Stop::new(format!(
                "Evenhand is running on this folder. Do this on its page, {}{page}, or stop it first.",
                config.base_url
            ))),
            Held::Alone(folder) => {
                let floor = House::of(&config, data).open()?;
                let actor = floor.actor(&sign_in::by_mail(&floor, &config, address)?);
                Ok(Reached::Here(floor, actor, folder))
            }
        }
    }
}

impl Reached {
    /// Signs out.
    pub fn done(self) -> Result<(), Stop> {
        match self {
            Self::Here(floor, actor, _folder) => floor.once(&actor, SignOut {})?,
            Self::There(address, token) => {
                return post(address, &token, "access.sign_out", &serde_json::json!({})).map(drop);
            }
        };
        Ok(())
    }
}

/// Does an act through the API of the server at `address`.
pub fn post(
    address: SocketAddr,
    token: &str,
    act: &str,
    input: &serde_json::Value,
) -> Result<serde_json::Value, Stop> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let lost = |e: ureq::Error| Stop::new(format!("The server at http://{address} did not answer: {e}."));
    let request =
        agent.post(format!("http://{address}/api/{act}")).header("authorization", format!("Bearer {token}"));
    let mut answer = request.send_json(input).map_err(lost)?;
    let good = answer.status().is_success();
    let text = answer.body_mut().with_config().limit(1 << 30).read_to_string().map_err(lost)?;
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|_| Stop::new(text.clone()))?;
    match good {
        true => Ok(value),
        false => Err(Stop::new(value["error"].as_str().unwrap_or(&text))),
    }
}
