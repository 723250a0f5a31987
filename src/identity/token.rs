//! Bearer tokens: verification, and the built-in issuer of demo and tests.
//!
//! Signatures are checked against keys known beforehand, with algorithms fixed per issuer: what the
//! token's header says is only ever compared, never believed. No token is logged.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::JwkSet,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Caller, Role};
use crate::{
    failure::{Failure, Problem},
    http::access,
    keys::KeyRing,
    values::{
        calendar::oslo_date,
        national_id::{NationalId, NationalIdRule},
        organisation_number::OrganisationNumber,
    },
};

/// Issuer of the built-in tokens.
pub const BUILT_IN: &str = "anrop-built-in";
/// Audience of every token meant for this service.
pub const AUDIENCE: &str = "anrop";

/// What a token says. Members that are not ours are ignored, as RFC 7519 § 4 asks.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    azp: Option<String>,
    sub: String,
    exp: i64,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consumer: Option<Consumer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

/// One audience or several (RFC 7519 section 4.1.3).
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// The organisation behind a machine token, as Maskinporten writes it (ISO 6523, `0192:NNNNNNNNN`).
#[derive(Debug, Serialize, Deserialize)]
struct Consumer {
    authority: String,
    #[serde(rename = "ID")]
    id: String,
}

/// One trusted issuer.
struct Issuer {
    name: String,
    audience: String,
    keys: Vec<(Option<String>, Algorithm, DecodingKey)>,
    /// Only our own issuer and the staff provider may say `roles`; others get them from scopes.
    trusted_roles: bool,
    /// Levels of assurance that a person's token must name one of; any when there are none.
    levels: Vec<String>,
}

/// The issuers this process trusts.
pub struct Issuers {
    issuers: Vec<Issuer>,
    national_ids: NationalIdPolicy,
    relaxed_from: NaiveDate,
}

/// Which national ids sign-in takes: production refuses synthetic ones, test systems real ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NationalIdPolicy {
    /// Production.
    RealOnly,
    /// Demo and tests.
    SyntheticOnly,
}

/// An issuer as configured.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// Value of `iss`.
    pub issuer: String,
    /// Value of `aud`.
    pub audience: String,
    /// The issuer's JWKS, read at start.
    pub jwks: JwkSet,
    /// Whether `roles` in its tokens is believed.
    pub trusted_roles: bool,
    /// Levels of assurance (`acr`) that a person's token must name one of; any when there are none.
    pub levels: Vec<String>,
}

/// What an identity token must be made for.
#[derive(Debug, Clone, Copy)]
pub struct Meant<'a> {
    /// The nonce of the sign-in it belongs to.
    pub nonce: &'a str,
    /// Whether the organisation it names is one that the person acts for.
    pub organisations: bool,
}

/// Who has signed in at a provider.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Who it is.
    pub caller: Caller,
    /// What the provider calls its own session.
    pub session: Option<String>,
}

/// What the built-in issuer is asked to sign.
#[derive(Debug, Clone, Default)]
pub struct Ticket {
    /// Subject.
    pub subject: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Synthetic national id of a person.
    pub national_id: Option<String>,
    /// Organisation number.
    pub organisation: Option<String>,
    /// Scopes; all of the roles' when none are named.
    pub scopes: Option<Vec<String>>,
}

impl Issuer {
    fn of(settings: &IssuerSettings) -> Result<Self, Failure> {
        let mut keys = Vec::new();
        for key in &settings.jwks.keys {
            let algorithm = key
                .common
                .key_algorithm
                .and_then(|name| name.to_string().parse().ok())
                .filter(|algorithm| is_asymmetric(*algorithm))
                .ok_or_else(|| {
                    Failure::internal("a key of the JWKS names no asymmetric algorithm")
                })?;
            let decoding = DecodingKey::from_jwk(key).map_err(Failure::internal)?;
            keys.push((key.common.key_id.clone(), algorithm, decoding));
        }
        Ok(Self {
            name: settings.issuer.clone(),
            audience: settings.audience.clone(),
            keys,
            trusted_roles: settings.trusted_roles,
            levels: settings.levels.clone(),
        })
    }

    /// What a token says, if this issuer signed it for this audience.
    fn read<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        let header = decode_header(token).ok()?;
        self.keys.iter().find_map(|(key_id, algorithm, key)| {
            if *algorithm != header.alg || (key_id.is_some() && *key_id != header.kid) {
                return None;
            }
            let mut validation = Validation::new(*algorithm);
            validation.set_issuer(&[&self.name]);
            validation.set_audience(&[&self.audience]);
            // times are checked against the injected clock
            validation.validate_exp = false;
            validation.validate_nbf = false;
            validation.required_spec_claims.clear();
            decode::<T>(token, key, &validation).ok().map(|data| data.claims)
        })
    }
}

impl Issuers {
    /// The built-in issuer (if `built_in`) and those configured.
    ///
    /// # Errors
    /// When a key of a JWKS is of no supported algorithm.
    pub fn new(
        ring: &KeyRing,
        built_in: bool,
        configured: &[IssuerSettings],
        national_ids: NationalIdPolicy,
        relaxed_from: NaiveDate,
    ) -> Result<Self, Failure> {
        let mut issuers = Vec::new();
        if built_in {
            let public = ring.token_issuer_key().verifying_key();
            issuers.push(Issuer {
                name: BUILT_IN.to_owned(),
                audience: AUDIENCE.to_owned(),
                keys: vec![(None, Algorithm::EdDSA, DecodingKey::from_ed_der(public.as_bytes()))],
                trusted_roles: true,
                levels: Vec::new(),
            });
        }
        for settings in configured {
            issuers.push(Issuer::of(settings)?);
        }
        Ok(Self { issuers, national_ids, relaxed_from })
    }

    /// The caller a token stands for.
    ///
    /// # Errors
    /// 401 for a token that is expired, not signed by a trusted issuer or meant for somebody else.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Caller, Failure> {
        decode_header(token).map_err(|_| refused("It is not a token."))?;
        for issuer in &self.issuers {
            if let Some(claims) = issuer.read::<Claims>(token) {
                check_times(&claims, now)?;
                check_level(issuer, &claims)?;
                return self.caller(issuer, claims, false, now);
            }
        }
        Err(refused("It is not signed by an issuer trusted here, or is meant for another service."))
    }

    /// Who an identity token of a sign-in provider stands for (OpenID Connect Core section 3.1.3.7).
    ///
    /// # Errors
    /// As [`verify`](Self::verify); also when it was not made for this sign-in, and 403 when its level of
    /// assurance is too low.
    pub fn verify_identity(
        &self,
        settings: &IssuerSettings,
        token: &str,
        meant: Meant<'_>,
        now: DateTime<Utc>,
    ) -> Result<Identity, Failure> {
        let issuer = Issuer::of(settings)?;
        let claims = issuer
            .read::<Claims>(token)
            .filter(|claims| claims.nonce.as_deref() == Some(meant.nonce))
            .filter(|claims| is_for_us(claims, &settings.audience))
            .ok_or_else(|| refused("It was not made for this sign-in."))?;
        check_times(&claims, now)?;
        check_level(&issuer, &claims)?;
        let session = claims.sid.clone();
        let caller = self.caller(&issuer, claims, meant.organisations, now)?;
        Ok(Identity { caller, session })
    }

    fn caller(
        &self,
        issuer: &Issuer,
        claims: Claims,
        organisations: bool,
        now: DateTime<Utc>,
    ) -> Result<Caller, Failure> {
        let scopes: Vec<String> = claims.scope.split_whitespace().map(str::to_owned).collect();
        let roles: Vec<Role> = if issuer.trusted_roles {
            claims.roles.iter().filter_map(|code| Role::from_code(code)).collect()
        } else if claims.pid.is_some() && claims.consumer.is_some() && organisations {
            vec![Role::Person, Role::Representative]
        } else if claims.pid.is_some() {
            vec![Role::Person]
        } else {
            access::machine_roles(&scopes)
        };
        let scopes = if scopes.is_empty() { access::scopes_of(&roles) } else { scopes };
        let rule = NationalIdRule::on(oslo_date(now), self.relaxed_from);
        let national_id = claims
            .pid
            .map(|pid| NationalId::parse(&pid, rule))
            .transpose()
            .map_err(|_| refused("Its national id is not valid."))?;
        if let Some(id) = &national_id
            && id.is_synthetic() != (self.national_ids == NationalIdPolicy::SyntheticOnly)
        {
            return Err(refused("Its national id is of a kind that is not taken here."));
        }
        let organisation = claims
            .consumer
            .map(|consumer| {
                let number = consumer.id.strip_prefix("0192:").unwrap_or_default();
                OrganisationNumber::parse(number)
            })
            .transpose()
            .map_err(|_| refused("Its organisation number is not valid."))?;
        Ok(Caller { subject: claims.sub, roles, scopes, national_id, organisation })
    }
}

fn is_asymmetric(algorithm: Algorithm) -> bool {
    !matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512)
}

/// Ten seconds of clock skew, as Maskinporten allows.
const SKEW: i64 = 10;

fn check_times(claims: &Claims, now: DateTime<Utc>) -> Result<(), Failure> {
    let now = now.timestamp();
    if claims.exp <= now - SKEW {
        return Err(refused("It has expired. Fetch a new one."));
    }
    if claims.iat > now + SKEW || claims.nbf.is_some_and(|nbf| nbf > now + SKEW) {
        return Err(refused("It is not valid yet."));
    }
    Ok(())
}

/// A person's token must name a level that is enough; machines have none.
fn check_level(issuer: &Issuer, claims: &Claims) -> Result<(), Failure> {
    let is_named = claims.acr.as_ref().is_some_and(|level| issuer.levels.contains(level));
    if issuer.levels.is_empty() || claims.pid.is_none() || is_named {
        return Ok(());
    }
    let detail = "The sign-in is of a lower level of assurance than this service needs.";
    Err(Failure::new(Problem::NotAllowed, detail))
}

/// An identity token for several audiences must be made out to us, and one that is made out to somebody
/// must be made out to us.
fn is_for_us(claims: &Claims, client: &str) -> bool {
    match (&claims.azp, &claims.aud) {
        (Some(azp), _) => azp == client,
        (None, Audience::One(_)) => true,
        (None, Audience::Several(all)) => all.len() == 1,
    }
}

/// What a logout token says (OpenID Connect Back-Channel Logout 1.0 section 2.4).
#[derive(Deserialize)]
struct LogoutClaims {
    #[serde(default)]
    exp: Option<i64>,
    iat: i64,
    events: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    nonce: Option<String>,
    sid: String,
}

const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Oldest logout token without an end of its own that is taken.
const LOGOUT_SECONDS: i64 = 120;

/// Which session of a provider a logout token says has ended.
///
/// # Errors
/// 401 when it is no logout token of this provider for us, or too old.
pub fn ended_session(
    settings: &IssuerSettings,
    token: &str,
    now: DateTime<Utc>,
) -> Result<String, Failure> {
    let claims = Issuer::of(settings)?
        .read::<LogoutClaims>(token)
        .filter(|claims| claims.events.contains_key(LOGOUT_EVENT) && claims.nonce.is_none())
        .ok_or_else(|| refused("It is no logout token for this service."))?;
    let now = now.timestamp();
    let ends = claims.exp.unwrap_or(claims.iat + LOGOUT_SECONDS);
    if ends <= now - SKEW || claims.iat > now + SKEW {
        return Err(refused("It has expired, or is not valid yet."));
    }
    Ok(claims.sid)
}

fn refused(detail: &'static str) -> Failure {
    Failure::new(Problem::InvalidToken, format!("The bearer token is refused. {detail}"))
}

/// Signs a token of the built-in issuer.
///
/// # Errors
/// When the key ring's issuer key cannot sign.
pub fn issue(
    ring: &KeyRing,
    ticket: &Ticket,
    now: DateTime<Utc>,
    lifetime: TimeDelta,
) -> Result<String, Failure> {
    sign(ring, ticket, (BUILT_IN, AUDIENCE, None), now, lifetime)
}

/// Signs an identity token of the built-in issuer, for whoever signs in at its page.
///
/// # Errors
/// When the key ring's issuer key cannot sign.
pub fn issue_identity(
    ring: &KeyRing,
    ticket: &Ticket,
    (issuer, audience, nonce): (&str, &str, &str),
    now: DateTime<Utc>,
    lifetime: TimeDelta,
) -> Result<String, Failure> {
    sign(ring, ticket, (issuer, audience, Some(nonce)), now, lifetime)
}

fn sign(
    ring: &KeyRing,
    ticket: &Ticket,
    (issuer, audience, nonce): (&str, &str, Option<&str>),
    now: DateTime<Utc>,
    lifetime: TimeDelta,
) -> Result<String, Failure> {
    let scopes = ticket.scopes.clone().unwrap_or_else(|| access::scopes_of(&ticket.roles));
    let claims = Claims {
        iss: issuer.to_owned(),
        aud: Audience::One(audience.to_owned()),
        azp: None,
        acr: None,
        sid: None,
        nonce: nonce.map(str::to_owned),
        sub: ticket.subject.clone(),
        exp: (now + lifetime).timestamp(),
        iat: now.timestamp(),
        nbf: None,
        roles: ticket.roles.iter().map(|role| role.code().to_owned()).collect(),
        scope: scopes.join(" "),
        pid: ticket.national_id.clone(),
        consumer: ticket.organisation.as_ref().map(|number| Consumer {
            authority: "iso6523-actorid-upis".to_owned(),
            id: format!("0192:{number}"),
        }),
    };
    let key = EncodingKey::from_ed_der(&ring.token_issuer_pkcs8());
    encode(&Header::new(Algorithm::EdDSA), &claims, &key).map_err(Failure::internal)
}
