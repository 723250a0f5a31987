//! Settings of `anrop receiver`, which runs at a rescue centre and needs none of the registry's own.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use config::Config;

use super::{faults_of, get, merged, optional};
use crate::token_issuer::{IssuerSettings, ProofSettings};

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
    /// Where the bearer token comes from that it shows the registry.
    pub token: Option<TokenSettings>,
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

/// Where a bearer token comes from.
#[derive(Debug, Clone)]
pub enum TokenSettings {
    /// A file with the token, read anew for each request.
    File(PathBuf),
    /// An issuer that is asked for it.
    Issuer(Box<IssuerSettings>),
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
    let token = token(merged).map_err(|fault| faults.push(fault.to_owned())).ok().flatten();
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
        token,
        identity: path("receiver.identity"),
        roots: path("receiver.roots"),
        readers,
        poll: poll?,
        compare: compare?,
        log_format_json: get(merged, "log.json", faults)?,
    })
}

/// The token, from a file or from an issuer.
fn token(merged: &Config) -> Result<Option<TokenSettings>, &'static str> {
    let text = |key: &str| optional(merged, key);
    let (file, url) = (text("receiver.token"), text("receiver.issuer"));
    let (secret, key) = (text("receiver.client_secret"), text("receiver.client_key"));
    let Some(url) = url else {
        if secret.is_some() || key.is_some() || text("receiver.client_id").is_some() {
            return Err("receiver.issuer: name the token endpoint of the issuer");
        }
        return Ok(file.map(|file| TokenSettings::File(file.into())));
    };
    if file.is_some() {
        return Err("receiver.token: leave it out, or receiver.issuer");
    }
    let is_local = |url: &url::Url| match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let parsed = url::Url::parse(&url).ok();
    if !parsed.is_some_and(|url| url.scheme() == "https" || is_local(&url)) {
        return Err("receiver.issuer: must be an https address, or one of this machine");
    }
    let client = text("receiver.client_id").ok_or("receiver.client_id: name this client")?;
    let is_grant = match text("receiver.grant").as_deref() {
        None | Some("jwt-bearer") => true,
        Some("client-credentials") => false,
        Some(_) => return Err("receiver.grant: must be jwt-bearer or client-credentials"),
    };
    let proof = match (secret, key, text("receiver.client_key_id")) {
        (Some(secret), None, None) => ProofSettings::Secret(secret.into()),
        (None, Some(file), Some(id)) if is_grant => ProofSettings::Key { file: file.into(), id },
        (None, Some(file), Some(id)) => ProofSettings::KeyAsSecret { file: file.into(), id },
        (None, Some(_), None) => {
            return Err("receiver.client_key_id: name the key as the issuer does");
        }
        _ => return Err("receiver.client_secret: give it, or a key with its id, and not both"),
    };
    let scope = text("receiver.scope").unwrap_or_default();
    let (audience, resource) = (text("receiver.audience"), text("receiver.resource"));
    let issuer = IssuerSettings { url, client, proof, scope, audience, resource };
    Ok(Some(TokenSettings::Issuer(Box::new(issuer))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<TokenSettings>, &'static str> {
        let builder = pairs.iter().fold(Config::builder(), |builder, (key, value)| {
            builder.set_override(*key, *value).expect("a key")
        });
        token(&builder.build().expect("settings"))
    }

    const ISSUER: (&str, &str) = ("receiver.issuer", "https://maskinporten.example.no/token");
    const CLIENT: (&str, &str) = ("receiver.client_id", "klient");
    const SECRET: (&str, &str) = ("receiver.client_secret", "/etc/anrop/secret");
    const KEY: (&str, &str) = ("receiver.client_key", "/etc/anrop/key.pem");
    const KEY_ID: (&str, &str) = ("receiver.client_key_id", "k1");

    #[test]
    fn a_token_comes_from_one_place() {
        assert!(read(&[]).expect("sound").is_none());
        let file = read(&[("receiver.token", "/etc/anrop/token")]).expect("sound");
        assert!(matches!(file, Some(TokenSettings::File(_))));
        for proof in [&[SECRET][..], &[KEY, KEY_ID]] {
            let all = [&[ISSUER, CLIENT][..], proof].concat();
            assert!(matches!(read(&all), Ok(Some(TokenSettings::Issuer(_)))));
        }
        for (grant, as_secret) in [("jwt-bearer", false), ("client-credentials", true)] {
            let all = [ISSUER, CLIENT, KEY, KEY_ID, ("receiver.grant", grant)];
            let Ok(Some(TokenSettings::Issuer(issuer))) = read(&all) else { panic!("{grant}") };
            let is_as_secret = matches!(issuer.proof, ProofSettings::KeyAsSecret { .. });
            assert_eq!(is_as_secret, as_secret, "{grant}");
        }
        for (pairs, fault) in [
            (&[ISSUER, CLIENT, KEY, KEY_ID, ("receiver.grant", "x")][..], "receiver.grant"),
            (&[SECRET], "receiver.issuer"),
            (&[ISSUER, CLIENT, SECRET, ("receiver.token", "x")], "receiver.token"),
            (&[ISSUER, SECRET], "receiver.client_id"),
            (&[ISSUER, CLIENT], "receiver.client_secret"),
            (&[ISSUER, CLIENT, SECRET, KEY, KEY_ID], "receiver.client_secret"),
            (&[ISSUER, CLIENT, KEY], "receiver.client_key_id"),
            (&[("receiver.issuer", "http://example.no/token"), CLIENT, SECRET], "receiver.issuer"),
        ] {
            assert!(read(pairs).expect_err("a fault").starts_with(fault), "{fault}");
        }
    }
}
