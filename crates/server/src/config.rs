//! Configuration: one TOML file, environment overrides, secrets by file path only, unknown settings refused.

mod raw;
#[cfg(test)]
mod tests;

use std::{
    fs,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use kernel::Database;
use sha2::{Digest, Sha256};

use crate::stop::Stop;
use raw::Raw;
pub use raw::Security;

/// What the settings mean, checked.
pub struct Config {
    /// Whose register it is.
    pub organisation: String,
    /// How the site is reached, without a slash at the end.
    pub base_url: String,
    /// Host part of the record book's origins.
    pub log_host: String,
    /// IANA zone in which pages show times.
    pub zone: String,
    /// The office's telephone number, for those without e-mail.
    pub telephone: String,
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Proxies whose word on addresses is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The data folder.
    pub data: PathBuf,
    /// The key folder.
    pub keys: PathBuf,
    /// How much is logged: a `tracing` filter.
    pub log: String,
    /// Which database.
    pub database: Database,
    /// How mail goes out.
    pub mail: Smtp,
    /// The largest body of a request, in bytes.
    pub upload_bytes: usize,
    /// How long a request may take.
    pub request_time: Duration,
    /// SHA-256 of the settings in force, for the entry `service.started`.
    pub hash: [u8; 32],
}

/// A mail server that takes our mail.
pub struct Smtp {
    /// Host name, for TLS too.
    pub server: String,
    /// Port.
    pub port: u16,
    /// How the way there is kept private.
    pub security: Security,
    /// Name and password, where the server asks for them.
    pub login: Option<(String, Password)>,
    /// The sender, as in `Membership office <office@example.org>`.
    pub from: String,
    /// How long one attempt may take.
    pub timeout: Duration,
}

/// A password. It has no Debug, so that it is never printed.
pub struct Password(String);

impl Password {
    /// Reads it from a file that only its owner can read.
    fn read(path: &Path) -> Result<Self, Stop> {
        let mode = fs::metadata(path).map_err(|e| Stop::file(path, &e))?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Stop::new(format!(
                "{path} holds a password and others can read it (mode {mode:04o}); run `chmod 0400 {path}`.",
                path = path.display()
            )));
        }
        let text = fs::read_to_string(path).map_err(|e| Stop::file(path, &e))?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The password itself, for whoever it is for.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Config {
    /// Reads the file at `path` and what the environment puts in its place.
    pub fn load(path: &Path) -> Result<Self, Stop> {
        let text = fs::read_to_string(path).map_err(|e| Stop::file(path, &e))?;
        Self::checked(Raw::read(&text, std::env::vars())?)
    }

    /// Refuses to serve behind a proxy that is not named: all visitors would share one address's limits.
    pub fn check_proxy(&self, listen: SocketAddr) -> Result<(), Stop> {
        let behind = self.base_url.starts_with("https://") && listen.ip().is_loopback();
        match behind && self.trusted_proxies.is_empty() {
            true => Err(Stop::new(format!(
                "base_url is {} and listen is {listen}, so a proxy on this machine forwards to Evenhand, but \
                 trusted_proxies names none. All visitors would seem to come from one address, and share its limits. \
                 Write trusted_proxies = [\"{}\"].",
                self.base_url,
                listen.ip()
            ))),
            false => Ok(()),
        }
    }

    fn checked(raw: Raw) -> Result<Self, Stop> {
        let text = toml::to_string(&raw).map_err(|e| Stop::new(e.to_string()))?;
        let hash = Sha256::digest(text.as_bytes()).into();
        let base_url = raw.base_url.trim_end_matches('/').to_owned();
        let host =
            base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://")).map(host_of);
        let host = host.filter(|h| !h.is_empty()).ok_or_else(|| {
            Stop::new(format!("base_url is {base_url}; write it like https://register.example.org."))
        })?;
        if base_url.starts_with("http://") && !is_local(&host) {
            return Err(Stop::new(format!(
                "base_url is {base_url}, without TLS. Put a proxy that speaks TLS in front and write https://. Only \
                 http://localhost may do without."
            )));
        }
        if jiff::tz::TimeZone::get(&raw.zone).is_err() {
            return Err(Stop::new(format!(
                "zone is {}, which is no time zone; write one like Europe/London.",
                raw.zone
            )));
        }
        Ok(Self {
            log_host: raw.log_host.clone().unwrap_or(host),
            listen: address(&raw.listen)?,
            database: database(&raw.database)?,
            mail: smtp(&raw.mail)?,
            organisation: raw.organisation,
            base_url,
            zone: raw.zone,
            telephone: raw.telephone,
            trusted_proxies: raw.trusted_proxies,
            data: raw.data,
            keys: raw.keys,
            log: raw.log,
            upload_bytes: raw.limits.upload_mb << 20,
            request_time: Duration::from_secs(raw.limits.request_seconds),
            hash,
        })
    }
}

/// The address that a setting or an option names.
pub fn address(text: &str) -> Result<SocketAddr, Stop> {
    let found = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    found.ok_or_else(|| {
        Stop::new(format!("{text} is no address to listen on; write one like 127.0.0.1:8440."))
    })
}

fn host_of(rest: &str) -> String {
    rest.split(['/', ':']).next().unwrap_or_default().to_owned()
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn database(raw: &raw::Database) -> Result<Database, Stop> {
    if raw.url == "sqlite" {
        return Ok(Database::Sqlite);
    }
    let rest = raw
        .url
        .strip_prefix("postgres://")
        .ok_or_else(|| Stop::new("database.url is neither \"sqlite\" nor begins with postgres://."))?;
    let (user, at) = rest.split_once('@').unwrap_or(("", rest));
    if user.contains(':') || at.contains("password=") {
        return Err(Stop::new(
            "database.url holds a password. Write the password alone into a file of mode 0400 and name that file in \
             database.password_file.",
        ));
    }
    let url = match &raw.password_file {
        None => raw.url.clone(),
        Some(_) if user.is_empty() => {
            return Err(Stop::new(
                "database.password_file is set, but database.url names no user: postgres://user@host/name.",
            ));
        }
        Some(file) => format!("postgres://{user}:{}@{at}", percent(Password::read(file)?.expose())),
    };
    Ok(Database::Postgres { url, connections: raw.connections })
}

/// Percent-encodes all but letters and digits (RFC 3986, 2.1).
fn percent(text: &str) -> String {
    let plain =
        |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(plain).collect()
}

fn smtp(raw: &raw::Mail) -> Result<Smtp, Stop> {
    if raw.security == Security::None && !is_local(&raw.server) {
        return Err(Stop::new(
            "mail.security is \"none\", but the mail server is another machine: codes would travel in the clear. Use \
             \"starttls\" or \"tls\".",
        ));
    }
    raw.from.parse::<lettre::message::Mailbox>().map_err(|_| {
        Stop::new("mail.from is no address; write it like \"Membership office <office@example.org>\".")
    })?;
    let login = match (&raw.user, &raw.password_file) {
        (Some(user), Some(file)) => Some((user.clone(), Password::read(file)?)),
        (None, None) => None,
        _ => return Err(Stop::new("mail.user and mail.password_file go together; set both or neither.")),
    };
    Ok(Smtp {
        server: raw.server.clone(),
        port: raw.port,
        security: raw.security,
        login,
        from: raw.from.clone(),
        timeout: Duration::from_secs(raw.timeout_seconds),
    })
}
