//! The command line: for the people who run the machine.

mod appoint;
mod generate;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{config::Config, demo, stop::Stop};

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
    /// Write a fictional register, to try the real scale
    Generate(generate::Generate),
}

/// Which house a command works on.
#[derive(Args)]
struct Place {
    /// The configuration file; config.sample.toml explains it. A demo's folder needs none
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder [default: the configuration's, else ./evenhand-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Place {
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
            Command::Generate(generate) => generate.run(),
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
