//! Settings of `anrop receiver`, which runs at a rescue centre and needs none of the registry's own.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use config::Config;

use super::{faults_of, get, merged, optional};

/// All settings of a receiver.
#[derive(Debug, Clone)]
pub struct ReceiverSettings {
    /// Where it takes deliveries and answers look-ups.
    pub listen: SocketAddr,
    /// Address of the registry; without one it lives on deliveries and extracts.
    pub registry: Option<String>,
    /// Its own key.
    pub key: PathBuf,
    /// Folder of its copy.
    pub data: PathBuf,
    /// File of the keys it trusts.
    pub trust: PathBuf,
    /// File with the bearer token it shows the registry; read anew for each request.
    pub token: Option<PathBuf>,
    /// Client certificate and key it shows the registry.
    pub identity: Option<PathBuf>,
    /// Extra root certificates for the registry.
    pub roots: Option<PathBuf>,
    /// File with the bearer tokens that may look things up here, one a line.
    pub readers: Option<PathBuf>,
    /// Time between two catch-ups.
    pub poll: Duration,
    /// Time between two comparisons by digest, besides those a daily digest asks for.
    pub compare: Duration,
    /// Whether the log is written as JSON lines.
    pub log_format_json: bool,
}

/// Reads the settings.
///
/// # Errors
/// Every fault, one line each.
pub fn load(file: Option<&PathBuf>) -> Result<ReceiverSettings, Vec<String>> {
    let merged = merged(file)?;
    let mut faults = faults_of(&merged);
    match read(&merged, &mut faults) {
        Some(settings) if faults.is_empty() => Ok(settings),
        _ => Err(faults),
    }
}

fn read(merged: &Config, faults: &mut Vec<String>) -> Option<ReceiverSettings> {
    let path = |key: &str| optional(merged, key).map(PathBuf::from);
    let listen: Option<SocketAddr> = get(merged, "receiver.listen", faults);
    let readers = path("receiver.readers");
    if readers.is_none() && listen.is_some_and(|address| !address.ip().is_loopback()) {
        faults.push(
            "receiver.readers: name who may look things up before listening to other machines"
                .to_owned(),
        );
    }
    let registry = optional(merged, "receiver.registry");
    if registry.as_deref().is_some_and(|url| {
        url.ends_with('/')
            || !url::Url::parse(url).is_ok_and(|url| url.scheme().starts_with("http"))
    }) {
        faults.push("receiver.registry: must be an address without a slash at the end".to_owned());
    }
    let seconds = |key: &str, faults: &mut Vec<String>| {
        let seconds: Option<u64> = get(merged, key, faults);
        if seconds == Some(0) {
            faults.push(format!("{key}: must be at least 1"));
        }
        seconds.map(Duration::from_secs)
    };
    let poll = seconds("receiver.poll_seconds", faults);
    let compare = seconds("receiver.compare_seconds", faults);
    Some(ReceiverSettings {
        listen: listen?,
        registry,
        key: get(merged, "receiver.key", faults)?,
        data: get(merged, "receiver.data", faults)?,
        trust: get(merged, "receiver.trust", faults)?,
        token: path("receiver.token"),
        identity: path("receiver.identity"),
        roots: path("receiver.roots"),
        readers,
        poll: poll?,
        compare: compare?,
        log_format_json: get(merged, "log.json", faults)?,
    })
}
