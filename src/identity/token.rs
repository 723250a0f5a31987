//! Bearer tokens: verification, and the built-in issuer of demo and tests.
//!
//! Signatures are checked against keys known beforehand, with algorithms fixed per issuer: what the
//! token's header says is only ever compared, never believed. No token is logged.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::JwkSet,
};
use serde::{Deserialize, Serialize};

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
    aud: String,
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
        })
    }

    /// What a token says, if this issuer signed it for this audience.
    fn read(&self, token: &str) -> Option<Claims> {
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
            decode::<Claims>(token, key, &validation).ok().map(|data| data.claims)
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
            if let Some(claims) = issuer.read(token) {
                check_times(&claims, now)?;
                return self.caller(issuer, claims, now);
            }
        }
        Err(refused("It is not signed by an issuer trusted here, or is meant for another service."))
    }

    /// Who an identity token of a sign-in provider stands for (OpenID Connect Core section 3.1.3.7).
    ///
    /// # Errors
    /// As [`verify`](Self::verify); also when it was not made for this sign-in.
    pub fn verify_identity(
        &self,
        settings: &IssuerSettings,
        token: &str,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<Caller, Failure> {
        let issuer = Issuer::of(settings)?;
        let claims = issuer
            .read(token)
            .filter(|claims| claims.nonce.as_deref() == Some(nonce))
            .ok_or_else(|| refused("It was not made for this sign-in."))?;
        check_times(&claims, now)?;
        self.caller(&issuer, claims, now)
    }

    fn caller(
        &self,
        issuer: &Issuer,
        claims: Claims,
        now: DateTime<Utc>,
    ) -> Result<Caller, Failure> {
        let scopes: Vec<String> = claims.scope.split_whitespace().map(str::to_owned).collect();
        let roles: Vec<Role> = if issuer.trusted_roles {
            claims.roles.iter().filter_map(|code| Role::from_code(code)).collect()
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
                OrganisationNumber::parse(consumer.id.strip_prefix("0192:").unwrap_or(&consumer.id))
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
        aud: audience.to_owned(),
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
