//! Reads where it is asked whom a person may act for, and how we prove ourselves there.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::is_web_address;
use crate::{
    representation::{client::RepresentationSettings, model::Basis},
    token_issuer::{IssuerSettings, ProofSettings},
};

/// The settings that mean nothing without an address.
const OTHERS: [&str; 7] = [
    "representation.issuer",
    "representation.audience",
    "representation.client_id",
    "representation.client_key",
    "representation.client_key_id",
    "representation.exchange",
    "representation.subscription_key",
];

/// Where it is asked; nowhere when it is off.
pub(super) fn settings(
    optional: &impl Fn(&str) -> Option<String>,
    is_production: bool,
) -> Result<Option<RepresentationSettings>, &'static str> {
    let Some(url) = optional("representation.url") else {
        return match OTHERS.iter().any(|key| optional(key).is_some()) {
            true => Err("representation.url: give the address, or none of the other settings"),
            false => Ok(None),
        };
    };
    if !is_web_address(&url, is_production) {
        return Err("representation.url: must be an https address");
    }
    let words = |key: &str| -> Vec<String> {
        optional(key).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    };
    let basis = Basis {
        roles: words("representation.roles"),
        resources: words("representation.resources"),
    };
    if basis.roles.is_empty() && basis.resources.is_empty() {
        return Err("representation.roles: name a role or a resource that is enough");
    }
    let subscription_key = match optional("representation.subscription_key") {
        Some(file) => Some(
            std::fs::read_to_string(file)
                .map(|text| Zeroizing::new(text.trim().to_owned()))
                .map_err(|_| "representation.subscription_key: the file cannot be read")?,
        ),
        None => None,
    };
    let issuer = issuer(optional, is_production)?;
    let exchange = optional("representation.exchange");
    if exchange.as_deref().is_some_and(|address| !is_web_address(address, is_production)) {
        return Err("representation.exchange: must be an https address");
    }
    Ok(Some(RepresentationSettings { url, issuer, exchange, subscription_key, basis }))
}

/// Who gives the tokens; outside production a stand-in may do without.
fn issuer(
    optional: &impl Fn(&str) -> Option<String>,
    is_production: bool,
) -> Result<Option<IssuerSettings>, &'static str> {
    let client = optional("representation.client_id");
    let key = (optional("representation.client_key"), optional("representation.client_key_id"));
    let Some(url) = optional("representation.issuer") else {
        let is_meant = client.is_some() || key.0.is_some() || key.1.is_some();
        return match is_production || is_meant {
            true => Err("representation.issuer: give the token endpoint of the issuer"),
            false => Ok(None),
        };
    };
    if !is_web_address(&url, is_production) {
        return Err("representation.issuer: must be an https address");
    }
    let client = client.ok_or("representation.client_id: say who we are at the issuer")?;
    let (Some(file), Some(id)) = key else {
        return Err("representation.client_key: give our private key and its id at the issuer");
    };
    let file = PathBuf::from(file);
    // read anew for each token; that it is there is found out now
    std::fs::metadata(&file).map_err(|_| "representation.client_key: the file cannot be read")?;
    Ok(Some(IssuerSettings {
        url,
        client,
        proof: ProofSettings::Key { file, id },
        scope: optional("representation.scope").unwrap_or_default(),
        audience: optional("representation.audience"),
        resource: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        pairs: &[(&str, &str)],
        is_production: bool,
    ) -> Result<Option<RepresentationSettings>, &'static str> {
        let given = |key: &str| {
            let found = pairs.iter().find(|(own, _)| *own == key);
            found.map(|(_, value)| (*value).to_owned())
        };
        settings(&given, is_production)
    }

    const URL: (&str, &str) = ("representation.url", "https://platform.example.no");
    const ROLES: (&str, &str) = ("representation.roles", "DAGL LEDE");
    const ISSUER: (&str, &str) = ("representation.issuer", "https://maskinporten.example.no/token");
    const CLIENT: (&str, &str) = ("representation.client_id", "anrop");
    const KEY_ID: (&str, &str) = ("representation.client_key_id", "k1");

    #[test]
    fn it_is_off_without_an_address_and_whole_with_one() {
        assert!(read(&[ROLES], true).expect("off").is_none());
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, "hemmelig\n").expect("writes");
            path.display().to_string()
        };
        let (pem, subscription) = (file("key.pem"), file("subscription"));
        let key = ("representation.client_key", pem.as_str());
        let own = ("representation.subscription_key", subscription.as_str());
        let all = [URL, ROLES, ISSUER, CLIENT, key, KEY_ID, own];
        let whole = read(&all, true).expect("sound").expect("on");
        assert_eq!(whole.basis.roles, ["DAGL", "LEDE"]);
        assert_eq!(whole.subscription_key.as_ref().map(|key| key.as_str()), Some("hemmelig"));
        let issuer = whole.issuer.as_ref().expect("an issuer");
        assert!(matches!(&issuer.proof, ProofSettings::Key { id, .. } if id == "k1"));
        assert!(!format!("{whole:?}").contains("hemmelig"));
        assert!(whole.exchange.is_none(), "the token is shown as it is unless somebody says else");
        let exchanging = |address, is_production| {
            let mut exchanging = all.to_vec();
            exchanging.push(("representation.exchange", address));
            read(&exchanging, is_production).map(|read| read.and_then(|read| read.exchange))
        };
        let there = "https://platform.example.no/exchange";
        assert_eq!(exchanging(there, true), Ok(Some(there.to_owned())));
        let local = "http://127.0.0.1:1/exchange";
        assert_eq!(exchanging(local, false), Ok(Some(local.to_owned())));
        let told = exchanging(local, true).expect_err("without TLS");
        assert!(told.starts_with("representation.exchange"), "{told}");
        assert!(read(&[("representation.exchange", there)], true).is_err(), "without an address");
        for (left_out, fault) in [
            (URL.0, "representation.url"),
            (ROLES.0, "representation.roles"),
            (ISSUER.0, "representation.issuer"),
            (CLIENT.0, "representation.client_id"),
            (key.0, "representation.client_key"),
            (KEY_ID.0, "representation.client_key"),
        ] {
            let rest: Vec<(&str, &str)> =
                all.iter().copied().filter(|(name, _)| *name != left_out).collect();
            let told = read(&rest, true).expect_err(left_out);
            assert!(told.starts_with(fault), "{left_out}: {told}");
        }
    }

    #[test]
    fn only_a_stand_in_is_asked_without_a_token_or_without_tls() {
        let local = ("representation.url", "http://127.0.0.1:1/stand-in");
        let stand_in = read(&[local, ROLES], false).expect("sound").expect("on");
        assert!(stand_in.issuer.is_none());
        assert!(read(&[local, ROLES], true).is_err() && read(&[URL, ROLES], true).is_err());
        let missing = ("representation.client_key", "/nonexistent/key.pem");
        let told = read(&[URL, ROLES, ISSUER, CLIENT, missing, KEY_ID], true).expect_err("no file");
        assert!(told.starts_with("representation.client_key"), "{told}");
    }

    #[test]
    fn the_usual_roles_are_those_of_the_slice() {
        let read = crate::config::load(None).expect("defaults are sound");
        assert!(read.representation.is_none());
        let usual = crate::config::KEYS.iter().find(|(key, _, _)| *key == ROLES.0);
        let usual: Vec<&str> = usual.expect("a setting").1.split_whitespace().collect();
        assert_eq!(usual, Basis::default().roles);
    }
}
