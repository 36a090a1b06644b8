//! The command line: for the people who run the machine.

mod appoint;
mod backup;
mod bundle;
mod fsck;
mod generate;
mod import;
mod reach;
mod restore;
mod serve;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::{
    config::Config,
    demo, documents,
    folder::{self, Kind},
    house::House,
    stop::Stop,
};

/// Keeps a member register through a contested election, and the evidence of who saw what.
#[derive(Parser)]
#[command(version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try everything: a made-up party in the middle of its leadership contest
    Demo(demo::Demo),
    /// Serve a real house
    Serve(serve::Serve),
    /// Give a new house its first returning officer
    Appoint(appoint::Appoint),
    /// Import a register file
    Import(import::Import),
    /// Write an evidence file, to be checked offline
    Bundle(bundle::Bundle),
    /// Check the data against its own record book; changes nothing
    Fsck(fsck::Fsck),
    /// Copy the data, while work goes on
    Backup(backup::Backup),
    /// Put a backup back: a fork of the record book, declared by two people
    Restore(restore::Restore),
    /// Write a fictional register, to try the real scale
    Generate(generate::Generate),
    /// Write docs/ from the acts, the policies and the migrations
    #[command(hide = true)]
    Documents(documents::Documents),
}

/// Which house a command works on.
#[derive(Args)]
struct Place {
    /// The configuration file; config.sample.toml explains it. A demo's folder needs none
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder [default: the configuration's; else ./evenhand-data or, where there is none, ./evenhand-demo]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
    /// What the data folder is for.
    fn kind(&self) -> Result<Kind, Stop> {
        let data = self.data()?;
        folder::kind_of(&data)?.ok_or_else(|| {
            Stop::new(format!(
                "There is no Evenhand data in {}. Name its folder with --data.",
                data.display()
            ))
        })
    }

    /// The data folder.
    fn data(&self) -> Result<PathBuf, Stop> {
        if let Some(data) = &self.data {
            return Ok(data.clone());
        }
        if let Some(file) = &self.config {
            return Ok(Config::load(file)?.data);
        }
        let real = Path::new("./evenhand-data");
        Ok(if real.exists() { real } else { Path::new(demo::FOLDER) }.to_owned())
    }

    /// What the data folder is for, and the house in it.
    fn house(&self) -> Result<(Kind, House), Stop> {
        match self.kind()? {
            Kind::Demo => Ok((Kind::Demo, demo::house(&self.data()?))),
            Kind::Serve => self.real().map(|(config, data)| (Kind::Serve, House::of(&config, data))),
        }
    }

    /// The configuration of a real house and its data folder.
    fn real(&self) -> Result<(Config, PathBuf), Stop> {
        let file = self.config.as_deref().ok_or_else(|| {
            Stop::new("Which house? Name its configuration with --config; config.sample.toml explains every setting.")
        })?;
        let config = Config::load(file)?;
        let data = self.data.clone().unwrap_or_else(|| config.data.clone());
        Ok((config, data))
    }
}

impl Cli {
    /// Does what was asked.
    pub fn run(self) -> Result<(), Stop> {
        match self.command {
            Command::Demo(demo) => demo.run(),
            Command::Serve(serve) => serve.run(),
            Command::Appoint(appoint) => appoint.run(),
            Command::Import(import) => import.run(),
            Command::Bundle(bundle) => bundle.run(),
            Command::Fsck(fsck) => fsck.run(),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
            Command::Generate(generate) => generate.run(),
            Command::Documents(documents) => documents.run(),
        }
    }
}

/// Log lines go to stderr. They hold no personal data.
pub fn start_logging(filter: &str) -> Result<(), Stop> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .map_err(|e| Stop::new(format!("log is {filter}, which is no log filter: {e}.")))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(())
}
