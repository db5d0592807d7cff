//! The settings: `config/default.toml` compiled in, a file over it, the environment over both.
//!
//! A wrong key or value stops the start with one line that names the place, the key and what is allowed.

mod accounts;
mod oversight;
mod supervision;

pub use accounts::{Accounts, PasswordPreset};
pub use oversight::Oversight;
pub use supervision::Supervision;

use crate::db;
use crate::domain::file_type::FileType;
use crate::mail;
use crate::objects::S3;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use ipnet::IpNet;
use serde::Deserialize;
use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

const DEFAULT: &str = include_str!("../config/default.toml");

/// The folder the demo's own database lies in.
pub const DEMO_FOLDER: &str = "demo";

/// The demo's own database.
pub const DEMO_DATABASE: &str = "sqlite:demo/onedoor.db";

/// The demo's own attachments.
pub const DEMO_ATTACHMENTS: &str = "demo/attachments";

/// Every setting, checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The HTTP server.
    pub server: Server,
    /// The database.
    pub database: db::Settings,
    /// Logging.
    pub log: Log,
    /// Persons, companies, sessions.
    pub people: People,
    /// Accounts under attack.
    pub accounts: Accounts,
    /// Working time.
    pub working_time: WorkingTime,
    /// Letters.
    pub mail: mail::Settings,
    /// Requests.
    pub requests: Requests,
    /// Who looks at the lights.
    pub oversight: Oversight,
    /// Acts sent more than once.
    pub retries: Retries,
    /// The security log.
    pub security_log: SecurityLog,
    /// What one caller and one connection may ask of the process.
    pub limits: Limits,
    /// Numbers for Prometheus.
    pub metrics: Metrics,
    /// Files, and where they lie.
    pub attachments: Attachments,
    /// Supervision orders.
    pub supervision: Supervision,
}

/// The HTTP server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where people reach the service: what links in letters begin with.
    pub base_url: String,
    /// Threads that serve.
    pub workers: usize,
    /// The largest JSON body, in bytes.
    pub body_limit: usize,
    /// Seconds given to requests under way at a stop.
    pub shutdown_seconds: u64,
    /// The proxies whose word about the caller's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Which header those proxies write that word into.
    pub forwarded_header: ForwardedHeader,
}

/// Which header tells the caller's address. One is named, for a proxy that writes the one passes the other on as its
/// caller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which most proxies write.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Logging.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For whom.
    pub format: LogFormat,
    /// Which events, as tracing filters.
    pub level: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Persons, companies, sessions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// How a company that registers itself begins.
    pub registration: Registration,
    /// The least length of a password, in characters.
    pub password_least: usize,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: u32,
    /// Hours after which a session ends.
    pub session_hours: u32,
}

/// How a company that registers itself begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Active at once.
    Open,
    /// Pending until the office approves.
    Approval,
}

/// Working time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingTime {
    /// The calendar of company-facing clocks and of the office.
    pub calendar: String,
}

/// Requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    /// How many request numbers a process takes at a time.
    pub number_block: i32,
    /// Whether the signer must be another person than the one who drafted.
    pub separate_signer: bool,
}

/// Acts sent more than once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retries {
    /// The longest wait for a rival with the same `Idempotency-Key`, in milliseconds.
    pub wait_milliseconds: u64,
}

/// The security log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityLog {
    /// The most entries kept.
    pub most_entries: i64,
}

/// What one caller and one connection may ask of the process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The longest address of a request, in bytes.
    pub url_bytes: usize,
    /// The largest header section, in bytes of names and values.
    pub header_bytes: usize,
    /// The most header fields.
    pub header_fields: usize,
    /// How long the head of a request may take to come, in milliseconds.
    pub header_milliseconds: u64,
    /// How long a body may take to come, in milliseconds, beside what its length earns it.
    pub body_milliseconds: u64,
    /// The bytes of a body that earn it one more second.
    pub body_bytes_per_second: u64,
    /// The most open connections of each serving thread.
    pub connections: usize,
    /// Seconds after which a connection nobody uses is closed.
    pub keep_alive_seconds: u64,
    /// Requests a second of one person; 0 is no limit.
    pub person_per_second: u32,
    /// Requests of one person at once.
    pub person_burst: u32,
    /// Requests a second of all who stand for one company; 0 is no limit.
    pub company_per_second: u32,
    /// Requests of one company at once.
    pub company_burst: u32,
    /// Requests a second of one address, of those whom no token makes known; 0 is no limit.
    pub address_per_second: u32,
    /// Requests of one address at once.
    pub address_burst: u32,
    /// Seconds for which browsers are told to use HTTPS alone; 0 tells them nothing.
    pub strict_transport_seconds: u32,
    /// The origins whose pages may read answers; none by default.
    pub cors_origins: Vec<String>,
}

/// Numbers for Prometheus.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Where `/metrics` is served; empty is nowhere.
    #[serde(deserialize_with = "address_or_none")]
    pub listen: Option<SocketAddr>,
    /// Seconds for which what is counted in the database is remembered.
    pub cache_seconds: u32,
}

fn address_or_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(from)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| serde::de::Error::custom("an address with a port, or nothing, is allowed"))
}

/// Files, and where they lie.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// The most files of one upload, and of one act.
    pub files: usize,
    /// The most files of one request.
    pub request_files: usize,
    /// The most bytes of all files of one request.
    pub request_bytes: u64,
    /// The most uploads a person may hold that are attached to nothing yet.
    pub drafts: usize,
    /// Hours such an upload is kept.
    pub draft_hours: u32,
    /// The longest an upload may take, in seconds.
    pub upload_seconds: u64,
    /// Uploads taken at the same time.
    pub uploads: usize,
    /// The types taken.
    pub types: Vec<FileType>,
    /// The largest picture of which a small one is made, in pixels.
    pub thumbnail_pixels: u64,
    /// The most memory that may take, in bytes.
    pub thumbnail_bytes: u64,
    /// The folder the files lie in, where no bucket is named.
    pub folder: PathBuf,
    /// The bucket they lie in.
    pub s3: S3,
}

/// Why the settings cannot be used, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// The settings of the defaults, of the file at `path` (or `./onedoor.toml` where there is one), and of the
/// environment. Fails when the file named is not there, and for any wrong key or value.
pub fn load(path: Option<&Path>) -> Result<Config, ConfigError> {
    let mut layers = Figment::from(Toml::string(DEFAULT));
    let file = path.unwrap_or(Path::new("onedoor.toml"));
    if path.is_some() && !file.is_file() {
        return Err(ConfigError(format!("{}: there is no such file", file.display())));
    }
    if file.is_file() {
        layers = layers.merge(Toml::file_exact(file));
    }
    let keys = |key: &figment::value::UncasedStr| key.as_str().contains("__");
    layers = layers.merge(Env::prefixed("ONEDOOR_").filter(keys).split("__"));
    extracted(&layers)
}

/// The settings of the defaults and of `text`, a file of settings. Fails for any wrong key or value.
pub fn parse(text: &str) -> Result<Config, ConfigError> {
    extracted(&Figment::from(Toml::string(DEFAULT)).merge(Toml::string(text)))
}

fn extracted(layers: &Figment) -> Result<Config, ConfigError> {
    let config: Config = layers.extract().map_err(located)?;
    check(&config).map_err(|(key, detail)| {
        let place = layers.find_metadata(key).map_or_else(|| "the settings".to_owned(), place_of);
        ConfigError(format!("{place}: {key}: {detail}"))
    })?;
    Ok(config)
}

fn place_of(metadata: &figment::Metadata) -> String {
    match metadata.source.as_ref().and_then(figment::Source::file_path) {
        Some(path) => path.display().to_string(),
        None if metadata.name.contains("environment") => "environment".to_owned(),
        None => "default.toml".to_owned(),
    }
}

fn located(error: figment::Error) -> ConfigError {
    let place = error.metadata.as_ref().map_or_else(|| "the settings".to_owned(), place_of);
    ConfigError(format!("{place}: {}: {}", error.path.join("."), error.kind))
}

fn check(config: &Config) -> Result<(), (&'static str, String)> {
    let base = &config.server.base_url;
    if !base.starts_with("http://") && !base.starts_with("https://") {
        return Err(("server.base_url", "it begins with http:// or https://".to_owned()));
    }
    within("server.workers", config.server.workers, 1..=64)?;
    within("server.body_limit", config.server.body_limit, 1024..=1_048_576)?;
    within("server.shutdown_seconds", config.server.shutdown_seconds, 1..=300)?;
    within("database.readers", config.database.readers, 1..=256)?;
    within("database.writers", config.database.writers, 1..=256)?;
    within("database.queue", config.database.queue, 1..=65_536)?;
    within("database.wait_milliseconds", config.database.wait_milliseconds, 1..=60_000)?;
    within("database.busy_timeout_milliseconds", config.database.busy_timeout_milliseconds, 0..=60_000)?;
    within("people.password_least", config.people.password_least, 8..=64)?;
    within("people.session_idle_minutes", config.people.session_idle_minutes, 1..=43_200)?;
    within("people.session_hours", config.people.session_hours, 1..=2160)?;
    accounts::check(&config.accounts)?;
    supervision::check(&config.supervision)?;
    within("requests.number_block", config.requests.number_block, 1..=1000)?;
    oversight::check(&config.oversight)?;
    within("retries.wait_milliseconds", config.retries.wait_milliseconds, 1..=30_000)?;
    within("security_log.most_entries", config.security_log.most_entries, 1000..=100_000_000)?;
    check_limits(&config.limits)?;
    within("metrics.cache_seconds", config.metrics.cache_seconds, 0..=3600)?;
    within("mail.timeout_milliseconds", config.mail.timeout_milliseconds, 100..=600_000)?;
    within("mail.per_minute", config.mail.per_minute, 12..=6000)?;
    mail::check(&config.mail)?;
    let attachments = &config.attachments;
    within("attachments.file_bytes", attachments.file_bytes, 1024..=104_857_600)?;
    within("attachments.files", attachments.files, 1..=50)?;
    within("attachments.request_files", attachments.request_files, 1..=1000)?;
    within("attachments.request_bytes", attachments.request_bytes, 1024..=10_737_418_240)?;
    within("attachments.drafts", attachments.drafts, 1..=1000)?;
    within("attachments.draft_hours", attachments.draft_hours, 1..=720)?;
    within("attachments.upload_seconds", attachments.upload_seconds, 5..=3600)?;
    within("attachments.uploads", attachments.uploads, 1..=256)?;
    within("attachments.thumbnail_pixels", attachments.thumbnail_pixels, 10_000..=200_000_000)?;
    within("attachments.thumbnail_bytes", attachments.thumbnail_bytes, 1_048_576..=2_147_483_648)?;
    db::check_url(&config.database.url).map_err(|detail| ("database.url", detail))
}

fn check_limits(limits: &Limits) -> Result<(), (&'static str, String)> {
    const MOST: u32 = 1_000_000;
    within("limits.url_bytes", limits.url_bytes, 256..=32_768)?;
    within("limits.header_bytes", limits.header_bytes, 1024..=65_536)?;
    within("limits.header_fields", limits.header_fields, 16..=96)?;
    within("limits.header_milliseconds", limits.header_milliseconds, 100..=60_000)?;
    within("limits.body_milliseconds", limits.body_milliseconds, 100..=600_000)?;
    within("limits.body_bytes_per_second", limits.body_bytes_per_second, 1..=1_073_741_824)?;
    within("limits.connections", limits.connections, 1..=65_536)?;
    within("limits.keep_alive_seconds", limits.keep_alive_seconds, 1..=600)?;
    within("limits.person_per_second", limits.person_per_second, 0..=MOST)?;
    within("limits.person_burst", limits.person_burst, 1..=MOST)?;
    within("limits.company_per_second", limits.company_per_second, 0..=MOST)?;
    within("limits.company_burst", limits.company_burst, 1..=MOST)?;
    within("limits.address_per_second", limits.address_per_second, 0..=MOST)?;
    within("limits.address_burst", limits.address_burst, 1..=MOST)?;
    within("limits.strict_transport_seconds", limits.strict_transport_seconds, 0..=63_072_000)?;
    let is_origin = |origin: &String| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| {
            let is_of_host = |byte: u8| byte.is_ascii_graphic() && !b"/*?#@,".contains(&byte);
            !host.is_empty() && host.bytes().all(is_of_host)
        })
    };
    match limits.cors_origins.iter().find(|origin| !is_origin(origin)) {
        Some(origin) => {
            Err(("limits.cors_origins", format!("{origin:?} is no origin such as https://example.org")))
        }
        None => Ok(()),
    }
}

fn within<T: PartialOrd + fmt::Display>(
    key: &'static str,
    value: T,
    allowed: RangeInclusive<T>,
) -> Result<(), (&'static str, String)> {
    if allowed.contains(&value) {
        return Ok(());
    }
    Err((key, format!("{value} is outside {} to {}", allowed.start(), allowed.end())))
}
