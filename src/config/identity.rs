//! Reads who is trusted to say who somebody is, and how long that is believed.

use super::is_web_address;
use crate::identity::{
    Role,
    client::{ClientProof, Provider},
    key_set::KeySet,
    session::{Length, Lengths},
    token::{IssuerSettings, KeysFrom, Terms},
};

pub(super) fn issuer(line: &str, is_production: bool) -> Result<IssuerSettings, String> {
    let mut parts = line.split('|');
    let (Some(issuer), Some(audience), Some(keys)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err("an entry is not ISSUER|AUDIENCE|KEYS".to_owned());
    };
    let options = Options::read(parts)?;
    if options.key_id.is_some() || options.organisations {
        return Err("an entry has an option that only a sign-in has".to_owned());
    }
    let terms = Terms {
        issuer: issuer.to_owned(),
        audience: audience.to_owned(),
        trusted_roles: options.roles,
        levels: options.levels,
    };
    Ok(IssuerSettings { terms, keys: keys_from(keys, is_production)? })
}

fn keys_from(place: &str, is_production: bool) -> Result<KeysFrom, String> {
    if place.contains("://") {
        return match is_web_address(place, is_production) {
            true => Ok(KeysFrom::Address(place.to_owned())),
            false => Err("the address of keys is not an https address".to_owned()),
        };
    }
    let text =
        std::fs::read_to_string(place).map_err(|_| "a JWKS file cannot be read".to_owned())?;
    let jwks = serde_json::from_str(&text).map_err(|_| "a JWKS file is not a JWKS".to_owned())?;
    let keys = KeySet::read(&jwks)
        .ok_or_else(|| "a JWKS file has no key that signatures can be checked with".to_owned())?;
    Ok(KeysFrom::File(keys))
}

/// What may stand behind the parts every issuer has, in any order.
#[derive(Default)]
struct Options {
    roles: bool,
    organisations: bool,
    levels: Vec<String>,
    key_id: Option<String>,
}

impl Options {
    fn read<'a>(parts: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut options = Self::default();
        for part in parts {
            match part.split_once('=') {
                None if part == "roles" => options.roles = true,
                None if part == "organisations" => options.organisations = true,
                Some(("acr", levels)) if !levels.is_empty() => {
                    options.levels = levels.split(',').map(str::to_owned).collect();
                }
                Some(("key", id)) if !id.is_empty() => options.key_id = Some(id.to_owned()),
                _ => return Err("an entry has an option there is not".to_owned()),
            }
        }
        Ok(options)
    }
}

pub(super) fn provider(line: &str, is_production: bool) -> Result<Provider, String> {
    let parts: Vec<&str> = line.split('|').collect();
    let [name, issuer, client_id, file, ..] = parts[..] else {
        return Err("an entry is not NAME|ISSUER|CLIENT-ID|SECRET-FILE".to_owned());
    };
    if !is_web_address(issuer, is_production) {
        return Err("an issuer is not an https address".to_owned());
    }
    let options = Options::read(parts[4..].iter().copied())?;
    let secret = match file {
        "" => None,
        file => {
            let text = std::fs::read_to_string(file)
                .map_err(|_| "a secret file cannot be read".to_owned())?;
            Some(zeroize::Zeroizing::new(text.trim().to_owned()))
        }
    };
    let proof = match (secret, options.key_id) {
        (Some(pem), Some(id)) => ClientProof::Key { pem, id },
        (Some(secret), None) => ClientProof::Secret(secret),
        (None, None) => ClientProof::None,
        (None, Some(_)) => return Err("an entry names a key and no file with it".to_owned()),
    };
    Ok(Provider {
        name: name.to_owned(),
        issuer: issuer.trim_end_matches('/').to_owned(),
        client_id: client_id.to_owned(),
        proof,
        trusted_roles: options.roles,
        organisations: options.organisations,
        levels: options.levels,
    })
}

/// A number for everybody and numbers for single roles: `8 rescue=13`.
fn by_role(words: &[String]) -> Option<(i64, Vec<(Role, i64)>)> {
    let (mut usual, mut roles) = (None, Vec::new());
    for word in words {
        match word.split_once('=') {
            None if usual.is_none() => usual = Some(word.parse().ok()?),
            None => return None,
            Some((role, number)) => roles.push((Role::from_code(role)?, number.parse().ok()?)),
        }
    }
    Some((usual?, roles))
}

pub(super) fn sessions(hours: &[String], minutes: &[String]) -> Result<Lengths, &'static str> {
    const HOURS: &str = "identity.session_hours: must be hours from 1 to 24, as in `8 rescue=13`";
    const MINUTES: &str = "identity.session_idle_minutes: must be minutes from 5 to 480, of rescue officers to 780, as in `120 rescue=780`";
    let (usual_hours, hours) = by_role(hours).ok_or(HOURS)?;
    let (usual_minutes, minutes) = by_role(minutes).ok_or(MINUTES)?;
    let length = |role: Option<Role>| {
        let own = |all: &[(Role, i64)], usual: i64| {
            all.iter().find(|(named, _)| Some(*named) == role).map_or(usual, |(_, number)| *number)
        };
        let longest = own(&hours, usual_hours);
        if !(1..=24).contains(&longest) {
            return Err(HOURS);
        }
        let idle = own(&minutes, usual_minutes);
        if !(5..=Length::most_idle(role).num_minutes()).contains(&idle) {
            return Err(MINUTES);
        }
        Ok(Length {
            longest: chrono::TimeDelta::hours(longest),
            idle: chrono::TimeDelta::minutes(idle),
        })
    };
    let mut roles = Vec::new();
    for role in Role::ALL {
        if hours.iter().chain(&minutes).any(|(named, _)| *named == role) {
            roles.push((role, length(Some(role))?));
        }
    }
    Ok(Lengths { usual: length(None)?, roles })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_defaults_are_those_of_the_sessions() {
        let read = crate::config::load(None).expect("defaults are sound").sessions;
        let own = Lengths::default();
        for role in Role::ALL {
            assert_eq!(read.of(&[role]), own.of(&[role]), "{role:?}");
        }
    }

    #[test]
    fn no_session_outlives_a_day_or_lies_unused_longer_than_the_policy_says() {
        let read = |hours: &str, minutes: &str| sessions(&words(hours), &words(minutes));
        assert!(read("8", "60").is_ok() && read("24 rescue=13", "480 rescue=780").is_ok());
        for (hours, minutes) in [
            ("0", "60"),
            ("25", "60"),
            ("8", "481"),
            ("8", "60 caseworker=481"),
            ("8", "60 rescue=781"),
            ("8", "4"),
            ("8 9", "60"),
            ("rescue=13", "60"),
            ("8 nobody=3", "60"),
            ("", "60"),
        ] {
            assert!(read(hours, minutes).is_err(), "{hours} | {minutes}");
        }
    }

    #[test]
    fn keys_of_an_issuer_come_from_a_file_or_an_address() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("jwks.json");
        let read = |keys: &str, is_production| {
            issuer(&format!("https://maskinporten.no/|anrop|{keys}|acr=a|roles"), is_production)
        };
        let address = "https://maskinporten.no/.well-known/oauth-authorization-server";
        let entry = read(address, true).expect("sound");
        assert!(matches!(entry.keys, KeysFrom::Address(own) if own == address));
        assert!(entry.terms.trusted_roles && entry.terms.levels == ["a"]);
        assert!(read("http://127.0.0.1:1/jwks", false).is_ok());
        for bad in ["http://maskinporten.no/jwk", "ftp://maskinporten.no/jwk", "https://"] {
            assert!(read(bad, true).is_err(), "{bad}");
        }
        let file_name = file.display().to_string();
        assert!(read(&file_name, true).is_err(), "no file");
        let key = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        for (text, is_sound) in [(key, true), (r#"{"keys":[]}"#, false), ("keys", false)] {
            std::fs::write(&file, text).expect("writes");
            assert_eq!(read(&file_name, true).is_ok(), is_sound, "{text}");
        }
    }

    #[test]
    fn a_sign_in_says_how_it_is_proved_and_what_is_believed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        std::fs::write(&file, "hemmelig\n").expect("writes");
        let line = |rest: &str| format!("people|https://idporten.no/|anrop|{rest}");
        let with_file = |rest: &str| line(&format!("{}{rest}", file.display()));
        let read = provider(&with_file("|acr=a,b|organisations"), true).expect("sound");
        assert_eq!((read.levels, read.organisations), (vec!["a".to_owned(), "b".to_owned()], true));
        assert!(matches!(read.proof, ClientProof::Secret(_)) && !read.trusted_roles);
        let read = provider(&with_file("|key=k1|roles"), true).expect("sound");
        assert!(matches!(read.proof, ClientProof::Key { .. }) && read.trusted_roles);
        assert!(matches!(provider(&line(""), true).expect("sound").proof, ClientProof::None));
        for bad in [line("|key=k1"), line("|rolles"), line("|acr="), line("/nonexistent")] {
            assert!(provider(&bad, true).is_err(), "{bad}");
        }
        let other = "people|http://idporten.no|anrop|";
        assert!(provider(other, true).is_err() && provider(other, false).is_ok());
    }
}
