//! Bearer tokens: verification, and the built-in issuer of demo and tests.
//!
//! Signatures are checked against keys of issuers named in the settings, with algorithms fixed per key:
//! what the token's header says is only ever compared, never believed. No token is logged.

mod issue;
mod logout;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use jsonwebtoken::{dangerous::insecure_decode_claims, decode_header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::sync::Notify;

use super::{
    Caller, Role,
    key_set::{KeySet, is_asymmetric},
    published::{PAUSE, Published},
};
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

pub use issue::{Ticket, issue, issue_identity};
pub use logout::{EndedThere, ended_session};

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
    terms: Terms,
    keys: Keys,
}

/// Where an issuer's keys are.
enum Keys {
    Given(KeySet),
    Published(Arc<Published>),
}

/// The issuers this process trusts.
pub struct Issuers {
    issuers: Vec<Issuer>,
    /// Those that are asked for their keys, each once.
    published: Vec<Arc<Published>>,
    changed: Arc<Notify>,
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
    /// What its tokens are believed on.
    pub terms: Terms,
    /// Its keys.
    pub keys: KeysFrom,
}

/// Where an issuer's keys come from.
#[derive(Debug, Clone)]
pub enum KeysFrom {
    /// A file, read at the start.
    File(KeySet),
    /// The address of its JWKS, or of what it says of itself (OpenID Connect Discovery, RFC 8414).
    Address(String),
}

/// What tokens of an issuer are believed on.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Value of `iss`.
    pub issuer: String,
    /// Value of `aud`.
    pub audience: String,
    /// Whether `roles` in its tokens is believed: of our own issuer and the staff's provider only; others
    /// get them from scopes.
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

/// Who says that they signed a token. Nothing is known of whether they did.
#[derive(Deserialize)]
struct Named {
    iss: String,
}

impl Terms {
    fn read<T: DeserializeOwned>(&self, keys: &KeySet, token: &str) -> Option<T> {
        keys.claims(token, &self.issuer, &self.audience)
    }
}

impl Issuer {
    /// What a token says, if this issuer signed it for this audience with a key that is known.
    fn read(&self, token: &str) -> Option<Claims> {
        match &self.keys {
            Keys::Given(keys) => self.terms.read(keys, token),
            Keys::Published(published) => self.terms.read(&published.known()?.keys, token),
        }
    }
}

impl Issuers {
    /// The built-in issuer (if `built_in`) and those configured. Opens no connection.
    ///
    /// # Errors
    /// When no client can be made on this system.
    pub fn new(
        ring: &KeyRing,
        built_in: bool,
        configured: &[IssuerSettings],
        national_ids: NationalIdPolicy,
        relaxed_from: NaiveDate,
    ) -> Result<Self, Failure> {
        let changed = Arc::new(Notify::new());
        let (mut issuers, mut all) = (Vec::new(), Vec::<Arc<Published>>::new());
        if built_in {
            let public = ring.token_issuer_key().verifying_key();
            let terms = Terms {
                issuer: BUILT_IN.to_owned(),
                audience: AUDIENCE.to_owned(),
                trusted_roles: true,
                levels: Vec::new(),
            };
            let keys = Keys::Given(KeySet::ed25519(public.as_bytes()));
            issuers.push(Issuer { terms, keys });
        }
        for IssuerSettings { terms, keys } in configured {
            let keys = match keys {
                KeysFrom::File(keys) => Keys::Given(keys.clone()),
                KeysFrom::Address(address) => {
                    let is_it = |one: &&Arc<Published>| {
                        one.issuer() == terms.issuer && one.address() == address
                    };
                    Keys::Published(match all.iter().find(is_it) {
                        Some(published) => Arc::clone(published),
                        None => {
                            let told = Arc::clone(&changed);
                            let published = Published::new(&terms.issuer, address, told)?;
                            all.push(Arc::clone(&published));
                            published
                        }
                    })
                }
            };
            issuers.push(Issuer { terms: terms.clone(), keys });
        }
        Ok(Self { issuers, published: all, changed, national_ids, relaxed_from })
    }

    /// The issuers that are asked for their keys.
    pub fn published(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.published.iter()
    }

    /// Told when keys were read.
    pub fn changed(&self) -> &Notify {
        &self.changed
    }

    /// The caller a token stands for.
    ///
    /// # Errors
    /// 401 for a token that is expired, not signed by a trusted issuer or meant for somebody else, 503 if
    /// its issuer has never told its keys.
    pub async fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Caller, Failure> {
        let header = decode_header(token).map_err(|_| refused("It is not a token."))?;
        if let Some((issuer, claims)) = self.read(token) {
            return self.accept(&issuer.terms, claims, now);
        }
        // it may be signed with a key that is newer than what is known
        let named = insecure_decode_claims::<Named>(token).map_or(String::new(), |named| named.iss);
        for published in self.published().filter(|_| is_asymmetric(header.alg)) {
            let before = published.known();
            let is_known = |id: &String| before.as_ref().is_some_and(|one| one.keys.names(id));
            if published.issuer() != named || header.kid.as_ref().is_some_and(is_known) {
                continue;
            }
            if published.read(now, PAUSE).await.is_none() {
                let cause = format!("the issuer {named} has not told its keys");
                return Err(Failure::unavailable(cause));
            }
            if let Some((issuer, claims)) = self.read(token) {
                return self.accept(&issuer.terms, claims, now);
            }
        }
        Err(refused("It is not signed by an issuer trusted here, or is meant for another service."))
    }

    /// The issuer that signed a token, as far as its keys are known, and what the token says.
    fn read(&self, token: &str) -> Option<(&Issuer, Claims)> {
        self.issuers.iter().find_map(|issuer| Some((issuer, issuer.read(token)?)))
    }

    fn accept(&self, terms: &Terms, claims: Claims, now: DateTime<Utc>) -> Result<Caller, Failure> {
        check_times(&claims, now)?;
        check_level(terms, &claims)?;
        self.caller(terms, claims, false, now)
    }

    /// Who an identity token of a sign-in provider stands for (OpenID Connect Core section 3.1.3.7).
    ///
    /// # Errors
    /// As [`verify`](Self::verify); also when it was not made for this sign-in, and 403 when its level of
    /// assurance is too low.
    pub fn verify_identity(
        &self,
        (terms, keys): (&Terms, &KeySet),
        token: &str,
        meant: Meant<'_>,
        now: DateTime<Utc>,
    ) -> Result<Identity, Failure> {
        let claims = terms
            .read::<Claims>(keys, token)
            .filter(|claims| claims.nonce.as_deref() == Some(meant.nonce))
            .filter(|claims| is_for_us(claims, &terms.audience))
            .ok_or_else(|| refused("It was not made for this sign-in."))?;
        check_times(&claims, now)?;
        check_level(terms, &claims)?;
        let session = claims.sid.clone();
        let caller = self.caller(terms, claims, meant.organisations, now)?;
        Ok(Identity { caller, session })
    }

    fn caller(
        &self,
        terms: &Terms,
        claims: Claims,
        organisations: bool,
        now: DateTime<Utc>,
    ) -> Result<Caller, Failure> {
        let scopes: Vec<String> = claims.scope.split_whitespace().map(str::to_owned).collect();
        let roles: Vec<Role> = if terms.trusted_roles {
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
fn check_level(terms: &Terms, claims: &Claims) -> Result<(), Failure> {
    let is_named = claims.acr.as_ref().is_some_and(|level| terms.levels.contains(level));
    if terms.levels.is_empty() || claims.pid.is_none() || is_named {
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

fn refused(detail: &'static str) -> Failure {
    Failure::new(Problem::InvalidToken, format!("The bearer token is refused. {detail}"))
}
