//! Settings: environment `ANROP__SECTION__KEY` over an optional TOML file over defaults.
//!
//! The only file that reads the environment. Every fault is found before anything starts and all are
//! told at once; no setting's value is repeated in a fault, since it may be a secret.

mod identity;
mod mail;
pub mod receiver;
mod representation;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use config::{Config, Environment, File, FileFormat};
use serde::de::DeserializeOwned;

use crate::{
    http::address::TrustedProxies,
    identity::{
        client::Provider,
        session::Lengths,
        token::{IssuerSettings, NationalIdPolicy},
    },
    notification::{client::GatewaySettings, email::client::MailSettings},
    representation::client::RepresentationSettings,
    values::{account_number::AccountNumber, organisation_number::OrganisationNumber},
};

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
    /// Proxies in front of it, whose word is taken for where requests come from.
    pub trusted_proxies: TrustedProxies,
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
    /// Folder of the documents sent into cases; they lie in the database when none is set.
    pub attachments: Option<PathBuf>,
    /// Whether the built-in issuer signs and is trusted.
    pub built_in_issuer: bool,
    /// Trusted issuers.
    pub issuers: Vec<IssuerSettings>,
    /// Providers at which people sign in to the pages.
    pub sign_in: Vec<Provider>,
    /// How long sessions of the pages last.
    pub sessions: Lengths,
    /// First day on which national ids with the check digit of 2032 are taken.
    pub relaxed_national_ids_from: chrono::NaiveDate,
    /// Which national ids are taken.
    pub national_ids: NationalIdPolicy,
    /// Name of the authority on documents.
    pub authority_name: String,
    /// Its contact lines on documents.
    pub authority_contact: Vec<String>,
    /// Its organisation number, for electronic invoices.
    pub authority_number: Option<OrganisationNumber>,
    /// Account that fees are paid to; nothing is invoiced without.
    pub fee_account: Option<AccountNumber>,
    /// Targets of deliveries outside the public internet that are allowed.
    pub delivery_allow: Vec<String>,
    /// Extra root certificates for deliveries.
    pub delivery_roots: Option<PathBuf>,
    /// Client certificate and key for deliveries.
    pub delivery_identity: Option<PathBuf>,
    /// Time limit of one attempt.
    pub delivery_timeout: Duration,
    /// Where text messages to holders and emergency contacts are handed over; none when off.
    pub gateway: Option<GatewaySettings>,
    /// Where notices by e-mail are handed over; none when off.
    pub mail: Option<MailSettings>,
    /// Where the register of units is asked; nowhere when off.
    pub unit_register: Option<String>,
    /// Where it is asked whom a person may act for; nowhere when off.
    pub representation: Option<RepresentationSettings>,
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
    (
        "http.trusted_proxies",
        "",
        "networks of the proxies whose `Forwarded` or `X-Forwarded-For` is believed, separated by spaces",
    ),
    ("database.url", "sqlite:./data/anrop.db", "`sqlite:PATH` or `postgres://…`"),
    ("database.direct_url", "", "PostgreSQL address past a pooler"),
    (
        "database.connections",
        "8",
        "size of the pool; about four for each processor of the database",
    ),
    ("keys.ring", "./data/keys.toml", "key ring file (mode 0600)"),
    ("seal.checkpoints", "./data/checkpoints", "folder of signed checkpoints"),
    ("rescue.spool", "./data/spool", "folder of the look-up spool, one per process"),
    (
        "attachments.folder",
        "",
        "folder of documents sent into cases, shared by all processes; in the database when empty",
    ),
    ("identity.built_in", "false", "trust tokens of the built-in issuer (not in production)"),
    (
        "identity.issuers",
        "",
        "trusted issuers: `ISSUER|AUDIENCE|KEYS[|roles][|acr=LEVEL,…]`, separated by spaces; KEYS is a JWKS file, or the https address of the JWKS or of a discovery document that names it",
    ),
    (
        "identity.sign_in",
        "",
        "sign-in of the pages: `NAME|ISSUER|CLIENT-ID|SECRET-FILE[|roles][|organisations][|acr=LEVEL,…][|key=ID]`, separated by spaces",
    ),
    (
        "identity.session_hours",
        "8 rescue=13",
        "longest session of the pages in hours, 1 to 24; `ROLE=HOURS` for a role of its own",
    ),
    (
        "identity.session_idle_minutes",
        "120 rescue=780",
        "longest time without a page in minutes, 5 to 480, of rescue officers 780; `ROLE=MINUTES` for a role of its own",
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
    (
        "authority.organisation_number",
        "",
        "its organisation number, for electronic invoices; a made-up one outside production",
    ),
    (
        "fees.account",
        "",
        "bank account that fees are paid to; outside production a made-up one, in production nothing is invoiced without",
    ),
    ("delivery.allow", "", "allowed targets in private networks, separated by spaces"),
    ("delivery.roots", "", "PEM file with extra root certificates"),
    ("delivery.identity", "", "PEM file with client certificate and key"),
    ("delivery.timeout_seconds", "15", "time limit of one attempt"),
    (
        "notification.sms_url",
        "",
        "gateway for text messages: an https address, or `off`; must be given in production",
    ),
    ("notification.sms_token", "", "file with the bearer token of the gateway"),
    ("notification.sms_sender", "anrop", "sender that the telephone shows"),
    (
        "notification.smtp_url",
        "",
        "mail server for notices: `smtps://HOST[:PORT]`, or `smtp://HOST[:PORT]` with STARTTLS that may not be left out; `smtp+plain://` to this machine only; off when empty",
    ),
    ("notification.smtp_user", "", "name at the mail server"),
    ("notification.smtp_password", "", "file with the password there"),
    ("notification.smtp_roots", "", "PEM file with extra root certificates for the mail server"),
    ("notification.mail_from", "", "address that notices come from"),
    (
        "unit_register.url",
        "",
        "open interface of the register of units, e.g. https://data.brreg.no/enhetsregisteret/api; off when empty",
    ),
    (
        "representation.url",
        "",
        "Altinn's platform, which says whom a person may act for, e.g. https://platform.altinn.no; off when empty",
    ),
    (
        "representation.issuer",
        "",
        "token endpoint of the issuer of tokens for it, e.g. https://maskinporten.no/token; must be given in production",
    ),
    (
        "representation.audience",
        "",
        "audience of the assertions shown there, e.g. https://maskinporten.no/; the token endpoint when left out",
    ),
    ("representation.client_id", "", "who we are at that issuer"),
    ("representation.client_key", "", "PEM file with our private key there"),
    ("representation.client_key_id", "", "id (`kid`) of that key at the issuer"),
    ("representation.scope", crate::representation::client::SCOPE, "scope of the tokens"),
    (
        "representation.exchange",
        "",
        "where Altinn gives its own token for that of the issuer, e.g. https://platform.altinn.no/authentication/api/v1/exchange/maskinporten; that of the issuer is shown when left out",
    ),
    (
        "representation.subscription_key",
        "",
        "file with the key of the subscription (`Ocp-Apim-Subscription-Key`)",
    ),
    (
        "representation.roles",
        crate::representation::model::USUAL_ROLES,
        "roles in an organisation that are enough to act for it, separated by spaces",
    ),
    (
        "representation.resources",
        "",
        "resources in Altinn that are enough, besides the roles, separated by spaces",
    ),
    ("register.test_series", "false", "assign call signs of the declared test series"),
    ("log.json", "true", "log as JSON lines"),
    ("receiver.listen", "127.0.0.1:8090", "receiver: address for deliveries and look-ups"),
    ("receiver.registry", "", "receiver: address of the registry"),
    ("receiver.key", "./data/receiver.key", "receiver: its own key (mode 0600)"),
    ("receiver.data", "./data/receiver", "receiver: folder of its copy"),
    ("receiver.trust", "./data/receiver.trust", "receiver: the keys it trusts, one a line"),
    ("receiver.token", "", "receiver: file with the bearer token for the registry"),
    (
        "receiver.issuer",
        "",
        "receiver: token endpoint of an OAuth 2.0 issuer, instead of receiver.token",
    ),
    ("receiver.client_id", "", "receiver: its name at the issuer"),
    ("receiver.client_secret", "", "receiver: file with its secret at the issuer"),
    ("receiver.client_key", "", "receiver: PEM file with its private key, instead of a secret"),
    ("receiver.client_key_id", "", "receiver: id (`kid`) of that key at the issuer"),
    (
        "receiver.grant",
        "jwt-bearer",
        "receiver: what the signed assertion is: the grant itself (`jwt-bearer`, as Maskinporten wants it) or the client's proof (`client-credentials`)",
    ),
    ("receiver.scope", "anrop:rescue.read", "receiver: scopes it asks for, separated by spaces"),
    (
        "receiver.audience",
        "",
        "receiver: audience of its assertions; the token endpoint when left out",
    ),
    (
        "receiver.resource",
        "",
        "receiver: audience its tokens are limited to, where the issuer does that",
    ),
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
            identity::issuer(line, mode == Some(Mode::Production))
                .map_err(|fault| faults.push(format!("identity.issuers: {fault}")))
                .ok()
        })
        .collect();
    let sign_in = words("identity.sign_in")
        .iter()
        .filter_map(|line| {
            identity::provider(line, mode == Some(Mode::Production))
                .map_err(|fault| faults.push(format!("identity.sign_in: {fault}")))
                .ok()
        })
        .collect();
    let sessions = identity::sessions(
        &words("identity.session_hours"),
        &words("identity.session_idle_minutes"),
    )
    .map_err(|fault| faults.push(fault.to_owned()))
    .ok();
    let is_production = mode == Some(Mode::Production);
    let gateway = gateway(&optional, is_production)
        .map_err(|fault| faults.push(format!("notification.sms_url: {fault}")))
        .ok()
        .flatten();
    let mail =
        mail::settings(&optional).map_err(|fault| faults.push(fault.to_owned())).ok().flatten();
    let unit_register = optional("unit_register.url");
    if unit_register.as_deref().is_some_and(|url| !is_web_address(url, is_production)) {
        faults.push("unit_register.url: must be an https address".to_owned());
    }
    let representation = representation::settings(&optional, is_production)
        .map_err(|fault| faults.push(fault.to_owned()))
        .ok()
        .flatten();
    // where nothing is given, made-up ones stand in outside production
    let made_up = |key: &str, stand_in: &str| {
        optional(key).or_else(|| (!is_production).then(|| stand_in.to_owned()))
    };
    let fee_account =
        made_up("fees.account", "12345678903").map(|text| AccountNumber::parse(&text));
    if matches!(fee_account, Some(Err(_))) {
        faults.push("fees.account: must be an account number of eleven digits".to_owned());
    }
    let authority_number = made_up("authority.organisation_number", "312345676")
        .map(|text| OrganisationNumber::parse(&text));
    if matches!(authority_number, Some(Err(_))) {
        faults.push("authority.organisation_number: must be an organisation number".to_owned());
    }
    let trusted_proxies = TrustedProxies::parse(words("http.trusted_proxies"));
    if trusted_proxies.is_none() {
        faults.push("http.trusted_proxies: an entry is not a network or an address".to_owned());
    }
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
        trusted_proxies: trusted_proxies?,
        database_url: database_url?,
        database_direct_url: optional("database.direct_url"),
        database_connections: database_connections?,
        key_ring: get(merged, "keys.ring", faults)?,
        checkpoints: get(merged, "seal.checkpoints", faults)?,
        spool: get(merged, "rescue.spool", faults)?,
        attachments: optional("attachments.folder").map(PathBuf::from),
        built_in_issuer: built_in_issuer?,
        issuers,
        sign_in,
        sessions: sessions?,
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
        authority_number: authority_number.and_then(Result::ok),
        fee_account: fee_account.and_then(Result::ok),
        delivery_allow,
        delivery_roots: optional("delivery.roots").map(PathBuf::from),
        delivery_identity: optional("delivery.identity").map(PathBuf::from),
        delivery_timeout: Duration::from_secs(seconds?),
        gateway,
        mail,
        unit_register,
        representation,
        test_series: test_series?,
        log_format_json: get(merged, "log.json", faults)?,
    })
}

/// An address of the web; without TLS outside production only.
fn is_web_address(text: &str, is_production: bool) -> bool {
    url::Url::parse(text)
        .is_ok_and(|url| url.scheme() == "https" || (url.scheme() == "http" && !is_production))
}

/// Off only when it says so: emergency contacts must be told that they are listed (GDPR Article 14).
fn gateway(
    optional: &impl Fn(&str) -> Option<String>,
    is_production: bool,
) -> Result<Option<GatewaySettings>, String> {
    let url = match optional("notification.sms_url").as_deref() {
        None if is_production => return Err("give the gateway, or `off`".to_owned()),
        None | Some("off") => return Ok(None),
        Some(url) => url.to_owned(),
    };
    if !is_web_address(&url, is_production) {
        return Err("must be an https address".to_owned());
    }
    let token = match optional("notification.sms_token") {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|_| "the file with its token cannot be read".to_owned())?;
            Some(zeroize::Zeroizing::new(text.trim().to_owned()))
        }
        None => None,
    };
    let sender = optional("notification.sms_sender").unwrap_or_default();
    Ok(Some(GatewaySettings { url, token, sender }))
}
