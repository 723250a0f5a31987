//! Signs tokens of the built-in issuer, for the demo and for tests. It must not be reached in production.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};

use super::{AUDIENCE, Audience, BUILT_IN, Claims, Consumer};
use crate::{failure::Failure, http::access, identity::Role, keys::KeyRing};

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
