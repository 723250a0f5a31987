//! Settings: environment `ANROP__SECTION__KEY` over an optional TOML file over defaults.
//!
//! The only file that reads the environment. Every fault is found before anything starts and all are
//! told at once; no setting's value is repeated in a fault, since it may be a secret.

pub mod receiver;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use config::{Config, Environment, File, FileFormat};
use serde::de::DeserializeOwned;

use crate::identity::token::{IssuerSettings, NationalIdPolicy};

/// Demo, tests and development, or the real thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The built-in issuer and synthetic national ids are allowed.
    Development,
    /// Neither is, and keys must have been made by an operator.
    Production,
}

/// All settings of a process.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Mode.
    pub mode: Mode,
    /// Where the service listens.
    pub listen: SocketAddr,
    /// Where metrics and readiness details are served; loopback.
    pub metrics_listen: SocketAddr,
    /// How the service is reached from outside, for links and QR codes.
    pub public_url: String,
    /// Database address.
    pub database_url: String,
    /// Address past a pooler, for the sealer, leases and migrations.
    pub database_direct_url: Option<String>,
    /// Connections.
    pub database_connections: u32,
    /// Key ring file.
    pub key_ring: PathBuf,
    /// Folder of checkpoints.
    pub checkpoints: PathBuf,
    /// Folder of the look-up spool.
    pub spool: PathBuf,
    /// Whether the built-in issuer signs and is trusted.
    pub built_in_issuer: bool,
    /// Trusted issuers.
    pub issuers: Vec<IssuerSettings>,
    /// First day on which national ids with the check digit of 2032 are taken.
    pub relaxed_national_ids_from: chrono::NaiveDate,
    /// Which national ids are taken.
    pub national_ids: NationalIdPolicy,
    /// Name of the authority on documents.
    pub authority_name: String,
    /// Its contact lines on documents.
    pub authority_contact: Vec<String>,
    /// Targets of deliveries outside the public internet that are allowed.
    pub delivery_allow: Vec<String>,
    /// Extra root certificates for deliveries.
    pub delivery_roots: Option<PathBuf>,
    /// Client certificate and key for deliveries.
    pub delivery_identity: Option<PathBuf>,
    /// Time limit of one attempt.
    pub delivery_timeout: Duration,
    /// Assign from the declared test series instead of the real ones.
    pub test_series: bool,
    /// Whether the log is written as JSON lines.
    pub log_format_json: bool,
}

/// The key of every setting with its default and what it is; `check-config` prints it.
pub const KEYS: &[(&str, &str, &str)] = &[
    ("mode", "development", "`development` or `production`"),
    ("http.listen", "127.0.0.1:8080", "address the service listens on"),
    ("http.metrics_listen", "127.0.0.1:9090", "loopback address of /metrics and /readyz details"),
    ("http.public_url", "http://127.0.0.1:8080", "how the service is reached from outside"),
    ("database.url", "sqlite:./data/anrop.db", "`sqlite:PATH` or `postgres://…`"),
    ("database.direct_url", "", "PostgreSQL address past a pooler"),
    ("database.connections", "16", "size of the pool"),
    ("keys.ring", "./data/keys.toml", "key ring file (mode 0600)"),
    ("seal.checkpoints", "./data/checkpoints", "folder of signed checkpoints"),
    ("rescue.spool", "./data/spool", "folder of the look-up spool, one per process"),
    ("identity.built_in", "false", "trust tokens of the built-in issuer (not in production)"),
    (
        "identity.issuers",
        "",
        "trusted issuers: `ISSUER|AUDIENCE|JWKS-FILE[|roles]`, separated by spaces",
    ),
    (
        "identity.relaxed_national_ids_from",
        "2032-01-01",
        "first day on which national ids with the check digit of 2032 are taken",
    ),
    ("authority.name", "Eksempelmyndigheten", "name of the authority on documents"),
    (
        "authority.contact",
        "Postboks 1, 4791 Lillesand;post@example.no",
        "its contact lines, separated by ;",
    ),
    ("delivery.allow", "", "allowed targets in private networks, separated by spaces"),
    ("delivery.roots", "", "PEM file with extra root certificates"),
    ("delivery.identity", "", "PEM file with client certificate and key"),
    ("delivery.timeout_seconds", "15", "time limit of one attempt"),
    ("register.test_series", "false", "assign call signs of the declared test series"),
    ("log.json", "true", "log as JSON lines"),
    ("receiver.listen", "127.0.0.1:8090", "receiver: address for deliveries and look-ups"),
    ("receiver.registry", "", "receiver: address of the registry"),
    ("receiver.key", "./data/receiver.key", "receiver: its own key (mode 0600)"),
    ("receiver.data", "./data/receiver", "receiver: folder of its copy"),
    ("receiver.trust", "./data/receiver.trust", "receiver: the keys it trusts, one a line"),
    ("receiver.token", "", "receiver: file with the bearer token for the registry"),
    (
        "receiver.identity",
        "",
        "receiver: PEM file with client certificate and key for the registry",
    ),
    ("receiver.roots", "", "receiver: PEM file with extra root certificates for the registry"),
    ("receiver.readers", "", "receiver: file with the bearer tokens that may look things up"),
    ("receiver.poll_seconds", "60", "receiver: time between two catch-ups, at least 1"),
    ("receiver.compare_seconds", "21600", "receiver: time between two comparisons, at least 1"),
];

/// Reads the settings.
///
/// # Errors
/// Every fault, one line each.
pub fn load(file: Option<&PathBuf>) -> Result<Settings, Vec<String>> {
    let merged = merged(file)?;
    let mut faults = faults_of(&merged);
    let settings = read(&merged, &mut faults);
    match settings {
        Some(settings) if faults.is_empty() => Ok(settings),
        _ => Err(faults),
    }
}

/// Environment over file over defaults.
fn merged(file: Option<&PathBuf>) -> Result<Config, Vec<String>> {
    let mut builder = Config::builder();
    for (key, default, _) in KEYS {
        builder = match builder.set_default(*key, *default) {
            Ok(builder) => builder,
            Err(error) => return Err(vec![format!("{key}: {error}")]),
        };
    }
    if let Some(path) = file {
        builder = builder.add_source(File::from(path.clone()).format(FileFormat::Toml));
    }
    let environment = Environment::with_prefix("ANROP").prefix_separator("__").separator("__");
    builder
        .add_source(environment)
        .build()
        .map_err(|_| vec!["the configuration file is missing or not TOML".to_owned()])
}

/// Settings there are not.
fn faults_of(merged: &Config) -> Vec<String> {
    let mut faults = Vec::new();
    unknown_keys(merged, &mut faults);
    faults
}

fn get<T: DeserializeOwned>(merged: &Config, key: &str, faults: &mut Vec<String>) -> Option<T> {
    merged
        .get::<T>(key)
        .map_err(|_| {
            let what = KEYS.iter().find(|(known, _, _)| *known == key).map_or("", |k| k.2);
            faults.push(format!("{key}: must be {what}"));
        })
        .ok()
}

fn optional(merged: &Config, key: &str) -> Option<String> {
    merged.get::<String>(key).ok().filter(|text| !text.is_empty())
}

fn unknown_keys(merged: &Config, faults: &mut Vec<String>) {
    fn walk(prefix: &str, value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    let key =
                        if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                    walk(&key, member, found);
                }
            }
            _ => found.push(prefix.to_owned()),
        }
    }
    let mut found = Vec::new();
    if let Ok(tree) = merged.clone().try_deserialize::<serde_json::Value>() {
        walk("", &tree, &mut found);
    }
    for key in found {
        if !KEYS.iter().any(|(known, _, _)| *known == key) {
            faults.push(format!("{key}: there is no such setting"));
        }
    }
}

fn read(merged: &Config, faults: &mut Vec<String>) -> Option<Settings> {
    let text = |key: &str, faults: &mut Vec<String>| get::<String>(merged, key, faults);
    let optional = |key: &str| optional(merged, key);
    let words = |key: &str| -> Vec<String> {
        optional(key).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    };
    let mode: Option<Mode> = get(merged, "mode", faults);
    let listen = get(merged, "http.listen", faults);
    let metrics_listen: Option<SocketAddr> = get(merged, "http.metrics_listen", faults);
    if metrics_listen.is_some_and(|address| !address.ip().is_loopback()) {
        faults.push("http.metrics_listen: must be a loopback address".to_owned());
    }
    let public_url = text("http.public_url", faults);
    if public_url.as_deref().is_some_and(|url| url::Url::parse(url).is_err() || url.ends_with('/'))
    {
        faults.push("http.public_url: must be an address without a slash at the end".to_owned());
    }
    let database_url = text("database.url", faults);
    if database_url
        .as_deref()
        .is_some_and(|u| !u.starts_with("sqlite:") && !u.starts_with("postgres"))
    {
        faults.push("database.url: must begin with sqlite: or postgres://".to_owned());
    }
    let database_connections: Option<u32> = get(merged, "database.connections", faults);
    if database_connections == Some(0) {
        faults.push("database.connections: must be at least 1".to_owned());
    }
    let built_in_issuer: Option<bool> = get(merged, "identity.built_in", faults);
    if mode == Some(Mode::Production) && built_in_issuer == Some(true) {
        faults
            .push("identity.built_in: the built-in issuer does not exist in production".to_owned());
    }
    let test_series: Option<bool> = get(merged, "register.test_series", faults);
    if mode == Some(Mode::Production) && test_series == Some(true) {
        faults.push(
            "register.test_series: test call signs are not assigned in production".to_owned(),
        );
    }
    let issuers = words("identity.issuers")
        .iter()
        .filter_map(|line| {
            issuer(line).map_err(|fault| faults.push(format!("identity.issuers: {fault}"))).ok()
        })
        .collect();
    let seconds: Option<u64> = get(merged, "delivery.timeout_seconds", faults);
    let delivery_allow = words("delivery.allow");
    if crate::delivery::target::AllowList::parse(&delivery_allow).is_err() {
        faults.push("delivery.allow: an entry is not a network, an address or a host".to_owned());
    }
    Some(Settings {
        mode: mode?,
        listen: listen?,
        metrics_listen: metrics_listen?,
        public_url: public_url?,
        database_url: database_url?,
        database_direct_url: optional("database.direct_url"),
        database_connections: database_connections?,
        key_ring: get(merged, "keys.ring", faults)?,
        checkpoints: get(merged, "seal.checkpoints", faults)?,
        spool: get(merged, "rescue.spool", faults)?,
        built_in_issuer: built_in_issuer?,
        issuers,
        relaxed_national_ids_from: get(merged, "identity.relaxed_national_ids_from", faults)?,
        national_ids: match mode? {
            Mode::Production => NationalIdPolicy::RealOnly,
            Mode::Development => NationalIdPolicy::SyntheticOnly,
        },
        authority_name: text("authority.name", faults)?,
        authority_contact: text("authority.contact", faults)?
            .split(';')
            .map(|line| line.trim().to_owned())
            .collect(),
        delivery_allow,
        delivery_roots: optional("delivery.roots").map(PathBuf::from),
        delivery_identity: optional("delivery.identity").map(PathBuf::from),
        delivery_timeout: Duration::from_secs(seconds?),
        test_series: test_series?,
        log_format_json: get(merged, "log.json", faults)?,
    })
}

fn issuer(line: &str) -> Result<IssuerSettings, String> {
    let mut parts = line.split('|');
    let (Some(issuer), Some(audience), Some(file)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err("an entry is not ISSUER|AUDIENCE|JWKS-FILE".to_owned());
    };
    let trusted_roles = parts.next() == Some("roles");
    let text =
        std::fs::read_to_string(file).map_err(|_| "a JWKS file cannot be read".to_owned())?;
    let jwks = serde_json::from_str(&text).map_err(|_| "a JWKS file is not a JWKS".to_owned())?;
    Ok(IssuerSettings {
        issuer: issuer.to_owned(),
        audience: audience.to_owned(),
        jwks,
        trusted_roles,
    })
}
