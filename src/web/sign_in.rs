//! Signing in and out of the pages: OpenID Connect with one of the configured providers. What is known
//! of who is signed in is a sealed cookie that scripts cannot read and other sites cannot send along
//! with a form (`identity/session.rs`). Signing out ends the session for good (`identity/ended.rs`) and
//! goes on to the provider, which ends its own.
//!
//! A page asks for a [`Visitor`] and names the roles it is for; somebody else is shown the way to the
//! sign-in, or that the page is not for them.

use askama::Template;
use poem::{
    FromRequest, IntoResponse as _, Request, RequestBody, Response, handler,
    http::{HeaderValue, StatusCode, header},
    web::Data,
};

use super::{
    form::Form,
    frame::{self, Frame, Reader},
    own_pages, problems,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{
        Caller, Role, ended,
        session::{self, Attempt, Session},
    },
};

/// Where sign-in begins; `to` is the page to go on to.
pub const PATH: &str = "/sign-in";
/// Where the provider sends the browser back to.
pub const BACK_PATH: &str = "/sign-in/callback";
/// Where a provider tells that a session has ended there.
pub const TOLD_OUT_PATH: &str = "/sign-out/back-channel";
/// Where a form signs out.
pub const OUT_PATH: &str = "/sign-out";
/// Where somebody with both possibilities says whom they act for.
pub const ACT_PATH: &str = "/act-as";
/// Longest path to go on to.
const LONGEST_PATH: usize = 200;

super::texts::texts! {
    sign_in: "Logg inn", "Logg inn", "Sign in";
    sign_out: "Logg ut", "Logg ut", "Sign out";
    signed_in_as: "Innlogget:", "Innlogga:", "Signed in:";
    sign_in_where: "Velg hvor du vil logge inn", "Vel kvar du vil logge inn", "Choose where to sign in";
    sign_in_people: "ID-porten (privatpersoner og bedrifter)", "ID-porten (privatpersonar og verksemder)", "ID-porten (people and businesses)";
    sign_in_staff: "Ansatte og samarbeidspartnere", "Tilsette og samarbeidspartnarar", "Staff and partners";
    act_as: "Du handler for", "Du handlar for", "You act for";
    act_as_self: "deg selv", "deg sjølv", "yourself";
    act_as_organisation(number): "organisasjon {number}", "organisasjon {number}", "organisation {number}";
    sign_in_failed: "Innloggingen lyktes ikke", "Innlogginga lukkast ikkje", "The sign-in did not succeed";
    sign_in_again: "Prøv en gang til. Hjelper det ikke, gå tilbake til siden du ville til, og begynn derfra.", "Prøv ein gong til. Hjelper det ikkje, gå tilbake til sida du ville til, og byrj derifrå.", "Try once more. If that does not help, go back to the page you wanted and begin from there.";
    sign_in_too_low: "Tjenesten krever et høyere sikkerhetsnivå enn det du logget inn med. Logg inn på nytt og velg en sterkere innlogging, for eksempel BankID.", "Tenesta krev eit høgare tryggingsnivå enn det du logga inn med. Logg inn på nytt og vel ei sterkare innlogging, til dømes BankID.", "This service needs a higher level of assurance than you signed in with. Sign in again and choose a stronger sign-in, such as BankID.";
    sign_in_stopped: "Innloggingen ble avbrutt. Du kan begynne på nytt når du vil.", "Innlogginga vart avbroten. Du kan byrje på nytt når du vil.", "The sign-in was broken off. You can begin again whenever you want.";
    signed_out: "Du er logget ut", "Du er logga ut", "You are signed out";
    signed_out_here: "Du er logget ut her. Du blir nå sendt videre for å logge ut av innloggingstjenesten også.", "Du er logga ut her. Du blir no send vidare for å logge ut av innloggingstenesta òg.", "You are signed out here. You are now being sent on to sign out of the sign-in service too.";
    sign_out_there: "Logg ut av innloggingstjenesten", "Logg ut av innloggingstenesta", "Sign out of the sign-in service";
    sign_in_away: "Innloggingstjenesten svarer ikke akkurat nå. Vent litt og prøv igjen.", "Innloggingstenesta svarer ikkje akkurat no. Vent litt og prøv igjen.", "The sign-in service does not answer right now. Wait a little and try again.";
    not_for_you: "Siden er ikke for deg", "Sida er ikkje for deg", "This page is not for you";
    not_for_you_text: "Du er logget inn, men rollen din har ikke tilgang til denne siden. Gå til din egen, eller logg ut og inn igjen som en annen hvis du har flere roller.", "Du er logga inn, men rolla di har ikkje tilgang til denne sida. Gå til di eiga, eller logg ut og inn att som ein annan om du har fleire roller.", "You are signed in, but your role has no access to this page. Go to your own, or sign out and in again as another if you have several roles.";
    old_form: "Siden var for gammel", "Sida var for gammal", "The page was too old";
    old_form_text: "Du har logget inn på nytt siden siden ble hentet. Gå tilbake, last den på nytt og gjør det en gang til. Ingenting er lagret.", "Du har logga inn på nytt sidan sida vart henta. Gå tilbake, last henne på nytt og gjer det ein gong til. Ingenting er lagra.", "You have signed in again since the page was fetched. Go back, load it again and do it once more. Nothing was saved.";
}

/// Whoever opens a page, signed in or not.
pub struct Visitor {
    /// The reader of the page.
    pub reader: Reader,
    session: Option<(Session, Caller)>,
    path: String,
}

/// Somebody who is signed in and may see the page.
pub struct SignedIn {
    /// The reader of the page.
    pub reader: Reader,
    /// Who it is.
    pub caller: Caller,
    /// Token of the forms.
    pub csrf: String,
    /// Could act for themselves and for an organisation.
    pub may_choose: bool,
    session: Session,
}

impl<'a> FromRequest<'a> for Visitor {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let app = request.data::<App>().ok_or_else(|| Failure::internal("a page has no app"))?;
        let session = session_of(app, request)
            .and_then(|session| Some((session.clone(), session.caller(app.national_id_rule())?)));
        let path = request.uri().path().to_owned();
        Ok(Self { reader: Reader::of(app, request), session, path })
    }
}

/// The session a browser carries, if it has not ended.
fn session_of(app: &App, request: &Request) -> Option<Session> {
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
fn give(response: &mut Response, app: &App, session: &Session) {
    let seconds = session.seconds_left(app.clock().now());
    set_cookie(response, app, "session", &session.seal(&app.keys()), seconds);
}

impl Visitor {
    /// True for staff, who fill in forms for others.
    pub fn files_for_others(&self) -> bool {
        self.session.as_ref().is_some_and(|(_, caller)| caller.files_for_others())
    }

    /// Somebody with one of these roles and this scope; anybody else gets the answer that is the failure.
    ///
    /// # Errors
    /// The way to the sign-in, or that the page is not for them.
    pub fn needs(self, roles: &[Role], scope: &str) -> poem::Result<SignedIn> {
        let Some((session, caller)) = self.session else {
            let to: String = url::form_urlencoded::byte_serialize(self.path.as_bytes()).collect();
            return Err(poem::Error::from_response(see(&format!("{PATH}?to={to}"))));
        };
        if !roles.iter().any(|role| caller.is(*role)) || !caller.has_scope(scope) {
            let words = self.reader.words;
            let (title, text) = (words.not_for_you(), words.not_for_you_text());
            let page = SignInPage {
                choices: own_pages::of(&self.reader, &caller),
                ..SignInPage::notice(&self.reader, title, text, Some(session.csrf()))
            };
            let answer = frame::answer(StatusCode::FORBIDDEN, &page.frame, &page);
            return Err(poem::Error::from_response(answer));
        }
        let csrf = session.csrf().to_owned();
        let may_choose = session.may_choose();
        Ok(SignedIn { reader: self.reader, caller, csrf, may_choose, session })
    }
}

impl SignedIn {
    /// Makes sure that a form is of this session.
    ///
    /// # Errors
    /// The page that says so.
    pub fn own(&self, form: &Form) -> poem::Result<()> {
        if self.session.is_own_form(form.get("csrf")) {
            return Ok(());
        }
        let words = self.reader.words;
        let page = SignInPage::notice(&self.reader, words.old_form(), words.old_form_text(), None);
        let answer = frame::answer(StatusCode::FORBIDDEN, &page.frame, &page);
        Err(poem::Error::from_response(answer))
    }
}

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/web/askama.toml")]
struct SignInPage {
    frame: Frame,
    text: &'static str,
    /// Where to go from here, providers or pages: address and name.
    choices: Vec<(String, String)>,
    csrf: Option<String>,
    /// Where the browser goes on to by itself.
    on: Option<String>,
}

impl SignInPage {
    fn notice(
        reader: &Reader,
        title: &'static str,
        text: &'static str,
        csrf: Option<&str>,
    ) -> Self {
        let frame = reader.frame(title).about_persons();
        Self { frame, text, choices: Vec::new(), csrf: csrf.map(str::to_owned), on: None }
    }
}

/// Begins the sign-in: on to the provider, or the choice between several.
#[handler]
pub async fn begin(reader: Reader, Data(app): Data<&App>) -> Response {
    let to = reader.query.get("to").and_then(own_path).unwrap_or("/").to_owned();
    let providers = app.sign_in().providers();
    let provider = match (reader.query.get("provider"), providers) {
        (Some(name), _) => app.sign_in().provider(name),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let Some(provider) = provider else {
        let words = reader.words;
        let choices = providers.iter().map(|provider| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("provider", &provider.name)
                .append_pair("to", &to)
                .finish();
            let name = match provider.name.as_str() {
                "people" => words.sign_in_people().to_owned(),
                "staff" => words.sign_in_staff().to_owned(),
                other => other.to_owned(),
            };
            (format!("{PATH}?{query}"), name)
        });
        let page = SignInPage {
            choices: choices.collect(),
            ..SignInPage::notice(&reader, words.sign_in(), words.sign_in_where(), None)
        };
        return frame::answer(StatusCode::OK, &page.frame, &page);
    };
    let now = app.clock().now();
    let attempt = Attempt::begin(&provider.name, &to, now);
    let language = reader.language().code();
    let address = app.sign_in().address(provider, &attempt, &back(app), language, now).await;
    match address {
        Ok(address) => {
            let mut response = see(address.as_str());
            let text = attempt.seal(&app.keys());
            set_cookie(&mut response, app, "sign-in", &text, session::MINUTES_AWAY * 60);
            response
        }
        Err(failure) => failed(&reader, failure),
    }
}

/// Takes the browser back from the provider.
#[handler]
pub async fn come_back(request: &Request, reader: Reader, Data(app): Data<&App>) -> Response {
    match redeem(request, &reader, app).await {
        Ok((session, to)) => {
            let mut response = see(&to);
            give(&mut response, app, &session);
            set_cookie(&mut response, app, "sign-in", "", 0);
            response
        }
        Err(failure) => failed(&reader, failure),
    }
}

async fn redeem(
    request: &Request,
    reader: &Reader,
    app: &App,
) -> Result<(Session, String), Failure> {
    let refused = || Failure::new(Problem::InvalidToken, "This sign-in was not begun here.");
    let now = app.clock().now();
    let attempt = cookie(request, &name(app, "sign-in"))
        .and_then(|text| Attempt::open(&app.keys(), text, now))
        .filter(|attempt| reader.query.get("state") == Some(&*attempt.state))
        .ok_or_else(refused)?;
    let sign_in = app.sign_in();
    let provider = sign_in.provider(&attempt.provider).ok_or_else(refused)?;
    if reader.query.get("error").is_some() {
        return Err(Failure::new(Problem::NotSignedIn, "The sign-in was broken off."));
    }
    let code = reader.query.get("code").ok_or_else(refused)?;
    let answer = (code, reader.query.get("iss"));
    let signed = sign_in.redeem(app.issuers(), provider, &attempt, answer, &back(app), now).await?;
    let length = app.settings().sessions.of(&signed.caller.roles);
    let session = Session::begin(&signed.caller, now)
        .lasting(length, now)
        .begun_at(&provider.name, signed.session);
    Ok((session, attempt.to))
}

fn failed(reader: &Reader, failure: Failure) -> Response {
    let words = reader.words;
    let (status, text) = match failure.problem() {
        Problem::InvalidToken => (StatusCode::UNAUTHORIZED, words.sign_in_again()),
        Problem::NotSignedIn => (StatusCode::UNAUTHORIZED, words.sign_in_stopped()),
        Problem::NotAllowed => (StatusCode::FORBIDDEN, words.sign_in_too_low()),
        Problem::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, words.sign_in_away()),
        _ => return problems::page(reader, failure),
    };
    // the cause goes to the log
    let _ = failure.into_response();
    let page = SignInPage {
        choices: vec![(PATH.to_owned(), words.sign_in().to_owned())],
        ..SignInPage::notice(reader, words.sign_in_failed(), text, None)
    };
    frame::answer(status, &page.frame, &page)
}

/// Ends the session, here and, where the provider takes part, there.
#[handler]
pub async fn leave(visitor: Visitor, form: Form, Data(app): Data<&App>) -> Response {
    let reader = &visitor.reader;
    let Some((session, _)) = &visitor.session else { return see(&reader.link("")) };
    if !session.is_own_form(form.get("csrf")) {
        return see(&reader.link(""));
    }
    ended::end(app, session).await;
    let provider = app.sign_in().provider(session.provider());
    let there = match provider {
        Some(provider) => {
            let (home, language) = (format!("{}/", app.settings().public_url), reader.language());
            app.sign_in().way_out(provider, &home, language.code(), app.clock().now()).await
        }
        None => None,
    };
    let mut response = match there {
        Some(address) => signed_out(reader, address.as_str()),
        None => see(&reader.link("")),
    };
    set_cookie(&mut response, app, "session", "", 0);
    response
}

/// The page that goes on to the provider. Not a redirect: the content security policy lets forms end
/// here only, and browsers apply that to where an answered form leads.
fn signed_out(reader: &Reader, address: &str) -> Response {
    let words = reader.words;
    let page = SignInPage {
        choices: vec![(address.to_owned(), words.sign_out_there().to_owned())],
        on: Some(address.to_owned()),
        ..SignInPage::notice(reader, words.signed_out(), words.signed_out_here(), None)
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

/// The provider tells that one of its sessions has ended (OpenID Connect Back-Channel Logout 1.0).
#[handler]
pub async fn told_out(form: Form, Data(app): Data<&App>) -> Response {
    let now = app.clock().now();
    let told = app.sign_in().ended_there(form.get("logout_token"), now).await;
    let status = match told {
        Ok(mark) => {
            // no session lasts longer than a day
            ended::end_mark(app, mark, now + chrono::TimeDelta::days(1)).await;
            StatusCode::OK
        }
        Err(failure) => {
            let _ = failure.into_response();
            StatusCode::BAD_REQUEST
        }
    };
    Response::builder().status(status).header(header::CACHE_CONTROL, "no-store").finish()
}

/// Acts for oneself or for the organisation from now on.
#[handler]
pub fn act_as(visitor: Visitor, form: Form, Data(app): Data<&App>) -> Response {
    let mut response = see(own_path(form.get("to")).unwrap_or("/"));
    if let Some((session, _)) = visitor.session
        && session.is_own_form(form.get("csrf"))
        && session.may_choose()
    {
        let role = match form.get("as") {
            "person" => Role::Person,
            _ => Role::Representative,
        };
        give(&mut response, app, &session.acting_as(role));
    }
    response
}

/// Where the provider sends the browser back to.
fn back(app: &App) -> String {
    format!("{}{BACK_PATH}", app.settings().public_url)
}

/// A path of ours, so that nobody is sent elsewhere after signing in.
fn own_path(path: &str) -> Option<&str> {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= LONGEST_PATH
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    is_own.then_some(path)
}

/// 303 See Other.
pub fn see(address: &str) -> Response {
    Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, address)
        .header(header::CACHE_CONTROL, "no-store")
        .body(())
}

fn is_secure(app: &App) -> bool {
    app.settings().public_url.starts_with("https://")
}

/// A cookie that a browser takes from this host alone and over TLS alone, where there is TLS.
fn name(app: &App, what: &str) -> String {
    if is_secure(app) { format!("__Host-anrop-{what}") } else { format!("anrop-{what}") }
}

fn set_cookie(response: &mut Response, app: &App, what: &str, value: &str, seconds: i64) {
    let secure = if is_secure(app) { "; Secure" } else { "" };
    let name = name(app, what);
    // Lax, not Strict: the browser comes from the provider's address when it is sent back
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn cookie<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let texts = request.headers().get_all(header::COOKIE).iter();
    texts.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';')).find_map(
        |pair| {
            let (own, value) = pair.trim().split_once('=')?;
            (own == name).then_some(value)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        for path in ["/nb/rescue-desk", "/", "/en/deliveries"] {
            assert_eq!(own_path(path), Some(path));
        }
        for path in
            ["", "//example.no", "https://example.no", "/\\example.no", "/a?b", "/a b", "nb"]
        {
            assert_eq!(own_path(path), None, "{path}");
        }
    }
}
