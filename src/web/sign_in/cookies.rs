//! The cookies of signing in: how they are called, read and given, and what an answer tells the browser of a
//! session. It must not know what is in them; `identity/session.rs` seals and opens.

use std::sync::{Arc, Mutex, PoisonError};

use poem::{
    Request, Response,
    http::{HeaderValue, header},
};

use crate::{
    app::App,
    identity::{Caller, session::Session},
};

/// A session that was made anew while a page was, which its answer is to carry.
#[derive(Clone, Default)]
pub struct Renewed(Arc<Mutex<Option<Session>>>);

impl Renewed {
    /// Leaves a session for the answer.
    pub(super) fn leave(&self, session: Session) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }

    /// What was left.
    pub fn take(&self) -> Option<Session> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The session a browser carries, if it has not ended.
pub(super) fn session_of(app: &App, request: &Request) -> Option<Session> {
    let text = cookie(request, &name(app, "session"))?;
    let session = Session::open(&app.keys(), text, app.clock().now())?;
    (!app.ended_sessions().holds(&session)).then_some(session)
}

/// Who is signed in, for what every page has in common.
pub fn caller_of(app: &App, request: &Request) -> Option<Caller> {
    session_of(app, request)?.caller(app.national_id_rule())
}

/// The session of a request with its use written down, where that is worth telling the browser.
pub fn used(app: &App, request: &Request) -> Option<Session> {
    session_of(app, request)?.used(app.clock().now())
}

/// Tells the browser of a session's use, with an answer that nobody keeps and that says nothing else of
/// the session.
pub fn keep(app: &App, used: Option<Session>, response: &mut Response) {
    let headers = response.headers();
    let is_kept = headers.get(header::CACHE_CONTROL).is_none_or(|value| value != "no-store");
    let own = format!("{}=", name(app, "session"));
    let says_more = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .any(|value| value.as_bytes().starts_with(own.as_bytes()));
    if let Some(session) = used.filter(|_| !is_kept && !says_more) {
        give(response, app, &session);
    }
}

/// Gives the browser its session.
pub fn give(response: &mut Response, app: &App, session: &Session) {
    let seconds = session.seconds_left(app.clock().now());
    set_cookie(response, app, "session", &session.seal(&app.keys()), seconds);
}

fn is_secure(app: &App) -> bool {
    app.settings().public_url.starts_with("https://")
}

/// A cookie that a browser takes from this host alone and over TLS alone, where there is TLS.
pub(super) fn name(app: &App, what: &str) -> String {
    if is_secure(app) { format!("__Host-anrop-{what}") } else { format!("anrop-{what}") }
}

pub(super) fn set_cookie(
    response: &mut Response,
    app: &App,
    what: &str,
    value: &str,
    seconds: i64,
) {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let name = name(app, what);
    // Lax, not Strict: the browser comes from the provider's address when it is sent back
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

pub(super) fn cookie<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let texts = request.headers().get_all(header::COOKIE).iter();
    texts.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';')).find_map(
        |pair| {
            let (own, value) = pair.trim().split_once('=')?;
            (own == name).then_some(value)
        },
    )
}
