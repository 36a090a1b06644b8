//! The configuration file as it is written, with what the environment puts in its place.

use std::{net::IpAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::stop::Stop;

/// Every setting of the file. Each is explained in `config.sample.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    pub organisation: String,
    pub base_url: String,
    pub log_host: Option<String>,
    #[serde(default = "default::zone")]
    pub zone: String,
    #[serde(default)]
    pub telephone: String,
    #[serde(default = "default::listen")]
    pub listen: String,
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    #[serde(default = "default::data")]
    pub data: PathBuf,
    pub keys: PathBuf,
    #[serde(default = "default::log")]
    pub log: String,
    #[serde(default)]
    pub database: Database,
    pub mail: Mail,
    #[serde(default)]
    pub limits: Limits,
}

/// `[database]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    pub url: String,
    pub password_file: Option<PathBuf>,
    pub connections: usize,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite".to_owned(), password_file: None, connections: 16 }
    }
}

/// `[mail]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub server: String,
    #[serde(default = "default::port")]
    pub port: u16,
    #[serde(default)]
    pub security: Security,
    pub user: Option<String>,
    pub password_file: Option<PathBuf>,
    pub from: String,
    #[serde(default = "default::mail_timeout")]
    pub timeout_seconds: u64,
}

/// How the way to the mail server is kept private.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Begins in the clear and must change to TLS before anything is said.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// In the clear; only to a mail server on this very machine.
    None,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub upload_mb: usize,
    pub request_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { upload_mb: 1024, request_seconds: 600 }
    }
}

mod default {
    use std::path::PathBuf;

    pub fn zone() -> String {
        "Europe/London".to_owned()
    }
    pub fn listen() -> String {
        "127.0.0.1:8440".to_owned()
    }
    pub fn data() -> PathBuf {
        PathBuf::from("./evenhand-data")
    }
    pub fn log() -> String {
        "info".to_owned()
    }
    pub fn port() -> u16 {
        587
    }
    pub fn mail_timeout() -> u64 {
        20
    }
}

const PREFIX: &str = "EVENHAND_";

impl Raw {
    /// Reads the text of the file; `environment` replaces settings: `EVENHAND_MAIL__SERVER` stands for `server` in `[mail]`.
    pub fn read(text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self, Stop> {
        let mut table: toml::Table = text.parse().map_err(|e| explain(&e))?;
        for (name, value) in environment {
            if let Some(setting) = name.strip_prefix(PREFIX) {
                replace(&mut table, &setting.to_lowercase(), &value)?;
            }
        }
        table.try_into().map_err(|e: toml::de::Error| explain(&e))
    }
}

/// What is wrong, without the line itself: somebody may have written a password where none belongs.
fn explain(e: &toml::de::Error) -> Stop {
    Stop::new(format!(
        "The configuration cannot be used: {}. Every setting is explained in config.sample.toml.",
        e.message().trim_end_matches(['\n', '.'])
    ))
}

fn replace(table: &mut toml::Table, setting: &str, value: &str) -> Result<(), Stop> {
    let (within, last) = match setting.split_once("__") {
        Some((section, key)) => {
            let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
            let section = section.as_table_mut().ok_or_else(|| {
                Stop::new(format!(
                    "{PREFIX}{} names no section of the configuration.",
                    setting.to_uppercase()
                ))
            })?;
            (section, key)
        }
        None => (table, setting),
    };
    // A number, a switch or a list is written as in the file; anything else is text.
    let written = format!("value = {value}").parse::<toml::Table>().ok();
    let parsed = written.and_then(|mut t| t.remove("value")).unwrap_or_else(|| value.into());
    within.insert(last.to_owned(), parsed);
    Ok(())
}
