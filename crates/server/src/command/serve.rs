//! `evenhand serve`

use std::path::PathBuf;

use axum::Router;
use clap::Args;
use domain::door::{App, Settings};

use super::start_logging;
use crate::{
    config::{self, Config},
    folder::{Folder, Kind},
    house::House,
    http,
    mail::SmtpPost,
    stop::Stop,
};

/// Serve a real house.
#[derive(Args)]
pub struct Serve {
    /// The configuration file; config.sample.toml explains it
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The data folder, in place of the configuration's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The address to listen on, in place of the configuration's
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

impl Serve {
    pub fn run(self) -> Result<(), Stop> {
        let config = Config::load(&self.config)?;
        let data = self.data.unwrap_or_else(|| config.data.clone());
        let listen = self.listen.as_deref().map_or(Ok(config.listen), config::address)?;
        config.check_proxy(listen)?;
        start_logging(&config.log)?;
        let mut folder = Folder::make(&data, Kind::Serve)?;
        let floor = House::of(&config, data.clone()).open()?;
        folder.set_ready()?;
        let post = SmtpPost::start(&config.mail)?;
        let settings = Settings {
            organisation: config.organisation,
            demo: false,
            zone: config.zone,
            secure: config.base_url.starts_with("https://"),
            base_url: config.base_url.clone(),
            trusted_proxies: config.trusted_proxies,
            telephone: config.telephone,
            spool: data.join("spool"),
        };
        let site = http::Site {
            extra: Router::new(),
            upload_bytes: config.upload_bytes,
            request_time: config.request_time,
        };
        http::serve(App::new(floor, Box::new(post), settings), site, listen, |server| {
            folder.announce(server)?;
            println!("Serving {} on http://{}. Ctrl-C stops it.", config.base_url, server.address);
            Ok(())
        })?;
        println!("Stopped.");
        Ok(())
    }
}
