//! What a provider says of sessions that have ended there. It must not end any.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{SKEW, Terms, refused};
use crate::{failure::Failure, identity::key_set::KeySet};

/// What a logout token says (OpenID Connect Back-Channel Logout 1.0 section 2.4).
#[derive(Deserialize)]
struct LogoutClaims {
    #[serde(default)]
    exp: Option<i64>,
    iat: i64,
    events: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    sid: Option<String>,
    #[serde(default)]
    sub: Option<String>,
}

/// What has ended at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndedThere {
    /// One session, as the provider calls it.
    Session(String),
    /// Every session of somebody, as the provider calls them.
    Subject(String),
}

const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Oldest logout token without an end of its own that is taken.
const LOGOUT_SECONDS: i64 = 120;

/// What a logout token says has ended: the session it names, or else every session of its subject.
///
/// # Errors
/// 401 when it is no logout token of this provider for us, names neither, or is too old.
pub fn ended_session(
    (terms, keys): (&Terms, &KeySet),
    token: &str,
    now: DateTime<Utc>,
) -> Result<EndedThere, Failure> {
    let claims = terms
        .read::<LogoutClaims>(keys, token)
        .filter(|claims| claims.events.contains_key(LOGOUT_EVENT) && claims.nonce.is_none())
        .ok_or_else(|| refused("It is no logout token for this service."))?;
    let now = now.timestamp();
    let ends = claims.exp.unwrap_or(claims.iat + LOGOUT_SECONDS);
    if ends <= now - SKEW || claims.iat > now + SKEW {
        return Err(refused("It has expired, or is not valid yet."));
    }
    let named = |name: Option<String>| name.filter(|name| !name.is_empty());
    let session = named(claims.sid).map(EndedThere::Session);
    session
        .or_else(|| named(claims.sub).map(EndedThere::Subject))
        .ok_or_else(|| refused("It says of nothing that it has ended."))
}
