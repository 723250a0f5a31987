//! What a browser carries while somebody is signed in, and while they are on their way to the sign-in
//! provider and back: two texts sealed under the key ring, so that nobody can read or make them. It
//! must not know HTTP: `web/sign_in.rs` puts them into cookies.
//!
//! A session is not kept: what is kept is that one was ended before its time (`ended.rs`). It ends by
//! itself when it has lasted, or lain unused, as long as [`Lengths`] allows its roles; what it may do is
//! decided by the roles the provider named at sign-in, and by whom it acts for (`acting.rs`). The cookie of
//! a choice is another one, so nothing a browser carried before has gained by it; its id stays, so that
//! signing out ends every cookie of the session.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    Caller, Role,
    acting::{Acting, Mandate},
};
use crate::{
    http::access,
    keys::{KeyRing, Place, random},
    values::{
        national_id::{NationalId, NationalIdRule},
        organisation_number::OrganisationNumber,
    },
};

/// Longest time at the sign-in provider.
pub const MINUTES_AWAY: i64 = 15;

/// How long a browser carries what was typed when a session was over.
pub const MINUTES_LEFT: i64 = 30;

/// Longest cookie of what was typed, in bytes: with its name and attributes a browser takes 4096 of it (RFC 6265 section 6.1).
const LONGEST_LEFT: usize = 3800;

/// No session lasts longer, whatever is configured.
pub const LONGEST: TimeDelta = TimeDelta::days(1);

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// From the sign-in, however much it is used.
    pub longest: TimeDelta,
    /// From the last page that was opened.
    pub idle: TimeDelta,
}

impl Length {
    /// Of everybody who has no length of their own: a working day, two hours without a page.
    pub const USUAL: Length = Length { longest: TimeDelta::hours(8), idle: TimeDelta::hours(2) };
    /// Of an officer on a twelve-hour watch with its handover: who sits through a quiet night must not be
    /// asked to sign in when the alert comes.
    pub const WATCH: Length = Length { longest: TimeDelta::hours(13), idle: TimeDelta::hours(13) };

    /// Longest that a session of this role may lie unused: what the policy says is destroyed then.
    pub const fn most_idle(role: Option<Role>) -> TimeDelta {
        match role {
            Some(Role::Rescue) => TimeDelta::hours(13),
            _ => TimeDelta::hours(8),
        }
    }
}

/// How long sessions last: of everybody, and of roles that have a length of their own.
#[derive(Debug, Clone)]
pub struct Lengths {
    /// Of everybody else.
    pub usual: Length,
    /// Of single roles.
    pub roles: Vec<(Role, Length)>,
}

impl Default for Lengths {
    fn default() -> Self {
        Self { usual: Length::USUAL, roles: vec![(Role::Rescue, Length::WATCH)] }
    }
}

impl Lengths {
    /// The shortest of those of somebody's roles: a longer one is given for what one role does.
    pub fn of(&self, roles: &[Role]) -> Length {
        let own = |role: &Role| {
            let found = self.roles.iter().find(|(named, _)| named == role);
            found.map_or(self.usual, |(_, length)| *length)
        };
        let shortest = |a: Length, b: Length| Length {
            longest: a.longest.min(b.longest),
            idle: a.idle.min(b.idle),
        };
        roles.iter().map(own).reduce(shortest).unwrap_or(self.usual)
    }
}

const SESSION: Place = Place { table: "session", column: "session", row: Uuid::nil() };
const ATTEMPT: Place = Place { table: "session", column: "attempt", row: Uuid::nil() };
const LEFT: Place = Place { table: "session", column: "left", row: Uuid::nil() };

/// Somebody who is signed in in a browser.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    /// Of this session alone; only its hash is ever kept.
    id: String,
    /// Name of the provider it was begun at.
    provider: String,
    /// What the provider calls its own session.
    #[serde(default)]
    provider_session: Option<String>,
    subject: String,
    /// When they signed in; none in cookies of before this was written down.
    #[serde(default)]
    begun: Option<DateTime<Utc>>,
    roles: Vec<Role>,
    scopes: Vec<String>,
    national_id: Option<String>,
    organisation: Option<String>,
    /// Whom somebody acts for who has chosen.
    #[serde(default)]
    acting: Option<Acting>,
    /// Goes into every form, so that no other site can send one: a secret and, behind a dot, whom the session
    /// acts for, so that what was shown to one is not sent as another.
    csrf: String,
    /// Its end, however much it is used.
    until: DateTime<Utc>,
    /// Its end, if it is not used.
    idle_until: DateTime<Utc>,
    idle_seconds: i64,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("roles", &self.roles).finish_non_exhaustive()
    }
}

impl Session {
    /// The session of somebody who has just signed in, of the usual length. Everything in it is new, so
    /// nothing a browser carried before it can name it.
    pub fn begin(caller: &Caller, now: DateTime<Utc>) -> Self {
        Self {
            id: unguessable(),
            provider: String::new(),
            provider_session: None,
            subject: caller.subject.clone(),
            begun: Some(now),
            roles: caller.roles.clone(),
            scopes: caller.scopes.clone(),
            national_id: caller.national_id.as_ref().map(NationalId::reveal),
            organisation: caller.organisation.as_ref().map(ToString::to_string),
            acting: None,
            csrf: unguessable(),
            until: now,
            idle_until: now,
            idle_seconds: 0,
        }
        .lasting(Length::USUAL, now)
    }

    /// The same session, of this length from now.
    #[must_use]
    pub fn lasting(mut self, length: Length, now: DateTime<Utc>) -> Self {
        self.until = now + length.longest;
        self.idle_seconds = length.idle.num_seconds();
        self.idle_until = now + length.idle;
        self
    }

    /// The same session, begun at this provider, which calls its own so.
    #[must_use]
    pub fn begun_at(mut self, provider: &str, provider_session: Option<String>) -> Self {
        provider.clone_into(&mut self.provider);
        self.provider_session = provider_session;
        self
    }

    /// Name of the provider it was begun at.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The same session used now, if that is worth telling the browser.
    pub fn used(mut self, now: DateTime<Utc>) -> Option<Self> {
        let idle = TimeDelta::seconds(self.idle_seconds);
        let last = self.idle_until - idle;
        if now - last < idle / 16 {
            return None;
        }
        self.idle_until = now + idle;
        Some(self)
    }

    /// What is kept of it when it is ended before its time: its own mark, and the one of the provider's
    /// session. Nobody comes from a mark to the session.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        let provider = self.provider_session.as_deref();
        let provider = provider.map(|session| mark_of_provider(&self.provider, session));
        std::iter::once(mark(&["own", &self.id])).chain(provider)
    }

    /// The mark of all sessions of whoever is signed in.
    pub fn mark_of_subject(&self) -> Mark {
        mark_of_subject(&self.provider, &self.subject)
    }

    /// True if it had begun by then.
    pub fn had_begun(&self, by: DateTime<Utc>) -> bool {
        self.begun.is_none_or(|begun| begun <= by)
    }

    /// When it ends at the latest.
    pub const fn until(&self) -> DateTime<Utc> {
        self.until
    }

    /// The session as a cookie carries it.
    pub fn seal(&self, keys: &KeyRing) -> String {
        seal(keys, SESSION, self)
    }

    /// Reads [`seal`](Self::seal); nothing when it is not ours or has ended.
    pub fn open(keys: &KeyRing, text: &str, now: DateTime<Utc>) -> Option<Self> {
        open(keys, SESSION, text)
            .filter(|session: &Self| now < session.until && now < session.idle_until)
    }

    /// Who is signed in.
    pub fn caller(&self, rule: NationalIdRule) -> Option<Caller> {
        let national_id = match &self.national_id {
            Some(text) => Some(NationalId::parse(text, rule).ok()?),
            None => None,
        };
        let organisation = match (self.mandate(), &self.organisation) {
            (Some(mandate), _) => Some(mandate.number),
            (None, Some(text)) => Some(OrganisationNumber::parse(text).ok()?),
            (None, None) => None,
        };
        let (roles, scopes) = self.rights();
        Some(Caller { subject: self.subject.clone(), roles, scopes, national_id, organisation })
    }

    /// Roles and scopes, by whom the session acts for.
    fn rights(&self) -> (Vec<Role>, Vec<String>) {
        let put_aside = match &self.acting {
            Some(Acting::Mandate(_)) => Some(Role::Person),
            Some(Acting::Person) if self.may_choose() => Some(Role::Representative),
            Some(Acting::Representative) if self.may_choose() => Some(Role::Person),
            _ => None,
        };
        let kept = self.roles.iter().copied().filter(|role| Some(*role) != put_aside);
        let mut roles: Vec<Role> = kept.collect();
        let mut scopes = self.scopes.clone();
        if self.mandate().is_some() {
            if !roles.contains(&Role::Representative) {
                roles.push(Role::Representative);
            }
            // what persons have no use for; what their token leaves out stays left out
            let of_persons = access::scopes_of(&[Role::Person]);
            let more = access::scopes_of(&[Role::Representative]);
            scopes.extend(more.into_iter().filter(|scope| !of_persons.contains(scope)));
        }
        (roles, scopes)
    }

    /// True for somebody who may act for themselves and for the organisation their token names.
    pub fn may_choose(&self) -> bool {
        [Role::Person, Role::Representative].iter().all(|role| self.roles.contains(role))
            && self.national_id.is_some()
            && self.organisation.is_some()
    }

    /// The organisation that the token names, of somebody who may act for it and for themselves.
    pub fn named_organisation(&self) -> Option<OrganisationNumber> {
        let text = self.organisation.as_ref().filter(|_| self.may_choose())?;
        OrganisationNumber::parse(text).ok()
    }

    /// True for a natural person, whomever they act for at the moment.
    pub fn is_of_person(&self) -> bool {
        self.national_id.is_some() && self.roles.contains(&Role::Person)
    }

    /// The natural person who is signed in, whomever they act for.
    pub fn person(&self, rule: NationalIdRule) -> Option<NationalId> {
        let text = self.national_id.as_ref().filter(|_| self.is_of_person())?;
        NationalId::parse(text, rule).ok()
    }

    /// What the provider calls whoever is signed in.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The organisation that was chosen.
    pub const fn mandate(&self) -> Option<&Mandate> {
        match &self.acting {
            Some(Acting::Mandate(mandate)) => Some(mandate),
            _ => None,
        }
    }

    /// The same session, acting so from now on. Forms of before are not of it any more.
    #[must_use]
    pub fn acting_as(mut self, acting: Option<Acting>) -> Self {
        let secret = secret_of(&self.csrf);
        self.csrf = match &acting {
            Some(acting) => format!("{secret}.{}", acting.code()),
            None => secret.to_owned(),
        };
        self.acting = acting;
        self
    }

    /// The same session, acting for the person themselves from now on.
    #[must_use]
    pub fn acting_as_self(self) -> Self {
        let acting = self.may_choose().then_some(Acting::Person);
        self.acting_as(acting)
    }

    /// How long it lasts yet, if it is not used.
    pub fn seconds_left(&self, now: DateTime<Utc>) -> i64 {
        (self.until.min(self.idle_until) - now).num_seconds().max(0)
    }

    /// The token of this session's forms.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether a form was made for this session and whom it acts for. Takes as long for every wrong token.
    pub fn is_own_form(&self, token: &str) -> bool {
        is_same(token, &self.csrf)
    }

    /// Whether a form was made for this session, whomever it acted for then: enough to sign out.
    pub fn is_form_of_before(&self, token: &str) -> bool {
        is_same(secret_of(token), secret_of(&self.csrf))
    }
}

fn is_same(token: &str, own: &str) -> bool {
    Sha256::digest(token.as_bytes()) == Sha256::digest(own.as_bytes())
}

/// What of a form's token nobody can guess.
fn secret_of(token: &str) -> &str {
    token.split_once('.').map_or(token, |(secret, _)| secret)
}

/// Somebody on the way to a sign-in provider and back (OpenID Connect Core section 3.1, RFC 7636).
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    /// Name of the provider.
    pub provider: String,
    /// Comes back in the address, so that an answer nobody asked for is not taken.
    pub state: String,
    /// Comes back in the identity token.
    pub nonce: String,
    /// Proves to the provider that whoever redeems the code is who asked for it.
    pub verifier: String,
    /// Page to go on to; a path of ours.
    pub to: String,
    until: DateTime<Utc>,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl Attempt {
    /// A new attempt.
    pub fn begin(provider: &str, to: &str, now: DateTime<Utc>) -> Self {
        Self {
            provider: provider.to_owned(),
            state: unguessable(),
            nonce: unguessable(),
            verifier: format!("{}{}", unguessable(), unguessable()),
            to: to.to_owned(),
            until: now + TimeDelta::minutes(MINUTES_AWAY),
        }
    }

    /// What the provider is given instead of the verifier (method `S256`).
    pub fn challenge(&self) -> String {
        challenge_of(&self.verifier)
    }

    /// The attempt as a cookie carries it.
    pub fn seal(&self, keys: &KeyRing) -> String {
        seal(keys, ATTEMPT, self)
    }

    /// Reads [`seal`](Self::seal); nothing when it is not ours or too old.
    pub fn open(keys: &KeyRing, text: &str, now: DateTime<Utc>) -> Option<Self> {
        open(keys, ATTEMPT, text).filter(|attempt: &Self| now < attempt.until)
    }
}

/// What somebody had typed on a page whose session was over, on its way past the sign-in.
#[derive(Serialize, Deserialize)]
pub struct Left {
    /// The page; a path of ours.
    pub page: String,
    /// Names and values, in their order.
    pub fields: Vec<(String, String)>,
    until: DateTime<Utc>,
}

impl std::fmt::Debug for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Left").finish_non_exhaustive()
    }
}

impl Left {
    /// What is to stand on a page again.
    pub fn on(page: &str, fields: Vec<(String, String)>, now: DateTime<Utc>) -> Self {
        Self { page: page.to_owned(), fields, until: now + TimeDelta::minutes(MINUTES_LEFT) }
    }

    /// As a cookie carries it; nothing when it is too long for one.
    pub fn seal(&self, keys: &KeyRing) -> Option<String> {
        Some(seal(keys, LEFT, self)).filter(|text| text.len() <= LONGEST_LEFT)
    }

    /// Reads [`seal`](Self::seal); nothing when it is not ours or too old.
    pub fn open(keys: &KeyRing, text: &str, now: DateTime<Utc>) -> Option<Self> {
        open(keys, LEFT, text).filter(|left: &Self| now < left.until)
    }
}

/// The challenge of a verifier (RFC 7636 section 4.2).
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// A hash by which an ended session is known again.
pub type Mark = [u8; 32];

/// The mark of every session that was begun in one session of a provider.
pub fn mark_of_provider(provider: &str, session: &str) -> Mark {
    mark(&["provider", provider, session])
}

/// The mark of every session of somebody, as a provider calls them.
pub fn mark_of_subject(provider: &str, subject: &str) -> Mark {
    mark(&["subject", provider, subject])
}

fn mark(parts: &[&str]) -> Mark {
    Sha256::digest(parts.join("\n")).into()
}

/// 256 random bits, fit for addresses.
fn unguessable() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

fn seal(keys: &KeyRing, place: Place, value: &impl Serialize) -> String {
    let bytes = zeroize::Zeroizing::new(serde_json::to_vec(value).unwrap_or_default());
    URL_SAFE_NO_PAD.encode(keys.seal(place, &bytes))
}

fn open<T: DeserializeOwned>(keys: &KeyRing, place: Place, text: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&zeroize::Zeroizing::new(keys.open(place, &bytes).ok()?)).ok()
}

#[cfg(test)]
mod tests;
