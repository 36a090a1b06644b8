//! Evenhand: keeps an organisation's member register through a contested election, and the evidence of who saw what.

mod command;
mod config;
mod demo;
mod documents;
mod folder;
mod house;
mod http;
mod import;
mod local;
mod mail;
mod progress;
mod schedule;
mod sign_in;
mod stop;
mod upload;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match command::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("{stop}");
            ExitCode::FAILURE
        }
    }
}
