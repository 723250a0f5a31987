//! Signing in and out of the pages: OpenID Connect with one of the configured providers. What is known
//! of who is signed in is a sealed cookie that scripts cannot read and other sites cannot send along
//! with a form (`identity/session.rs`). Signing out ends the session for good (`identity/ended.rs`) and
//! goes on to the provider, which ends its own; signing in again ends the session there was before.
//!
//! A page asks for a [`Visitor`] and names the roles it is for; somebody else is shown the way to the
//! sign-in, or that the page is not for them. Whoever acts for an organisation is asked about anew there, an
//! hour after it was confirmed that they may.

mod away;
mod cookies;

use askama::Template;
use poem::{
    FromRequest, IntoResponse as _, Request, RequestBody, Response, handler,
    http::{StatusCode, header},
    web::Data,
};

use super::{
    form::Form,
    frame::{self, Frame, Reader},
    my_page::acting,
    own_pages, problems,
};
use crate::{
    app::App,
    failure::{Failure, Problem},
    identity::{
        Caller, Role, ended,
        session::{self, Attempt, Session},
    },
    representation::actions::{Renewal, renew},
};
pub use away::{brings, taken};
pub use cookies::{Renewed, caller_of, give, keep, used};
use cookies::{cookie, name, session_of, set_cookie};

/// Where sign-in begins; `to` is the page to go on to.
pub const PATH: &str = "/sign-in";
/// Where the provider sends the browser back to.
pub const BACK_PATH: &str = "/sign-in/callback";
/// Where a provider tells that a session has ended there.
pub const TOLD_OUT_PATH: &str = "/sign-out/back-channel";
/// Where a form signs out.
pub const OUT_PATH: &str = "/sign-out";
/// Longest path to go on to.
const LONGEST_PATH: usize = 200;

super::texts::texts! {
    sign_in: "Logg inn", "Logg inn", "Sign in";
    sign_out: "Logg ut", "Logg ut", "Sign out";
    signed_in_as: "Innlogget:", "Innlogga:", "Signed in:";
    sign_in_where: "Velg hvor du vil logge inn", "Vel kvar du vil logge inn", "Choose where to sign in";
    sign_in_people: "ID-porten (privatpersoner og bedrifter)", "ID-porten (privatpersonar og verksemder)", "ID-porten (people and businesses)";
    sign_in_staff: "Ansatte og samarbeidspartnere", "Tilsette og samarbeidspartnarar", "Staff and partners";
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
    session_over: "Økten var over", "Økta var over", "The session was over";
    session_over_text: "Du er logget ut fordi økten var over, og det du sendte, er ikke lagret. Logg inn igjen, og gjør det en gang til.", "Du er logga ut fordi økta var over, og det du sende, er ikkje lagra. Logg inn att, og gjer det ein gong til.", "You are signed out because the session was over, and what you sent was not saved. Sign in again, and do it once more.";
    session_left_text: "Du er logget ut fordi økten var over. Det du skrev, er ikke lagret ennå, men nettleseren din tar vare på det i en halv time: logg inn igjen, så står det på siden.", "Du er logga ut fordi økta var over. Det du skreiv, er ikkje lagra enno, men nettlesaren din tek vare på det i ein halv time: logg inn att, så står det på sida.", "You are signed out because the session was over. What you typed is not saved yet, but your browser keeps it for half an hour: sign in again, and it stands on the page.";
    session_left: "Det du skrev før økten var over, står på siden igjen. Det er ikke lagret ennå.", "Det du skreiv før økta var over, står på sida att. Det er ikkje lagra enno.", "What you typed before the session was over stands on the page again. It is not saved yet.";
    session_written: "Det du skrev", "Det du skreiv", "What you wrote";
    session_written_text: "Kopier det før du går herfra, så slipper du å skrive det på nytt.", "Kopier det før du går herifrå, så slepp du å skrive det på nytt.", "Copy it before you leave this page, so that you need not write it again.";
    old_form: "Siden var for gammel", "Sida var for gammal", "The page was too old";
    old_form_text: "Du har logget inn på nytt, eller handler for en annen, siden siden ble hentet. Gå tilbake, last den på nytt og gjør det en gang til. Ingenting er lagret.", "Du har logga inn på nytt, eller handlar for ein annan, sidan sida vart henta. Gå tilbake, last henne på nytt og gjer det ein gong til. Ingenting er lagra.", "You have signed in again, or act for somebody else, since the page was fetched. Go back, load it again and do it once more. Nothing was saved.";
}

/// Whoever opens a page, signed in or not.
pub struct Visitor {
    /// The reader of the page.
    pub reader: Reader,
    session: Option<(Session, Caller)>,
    /// Acts for an organisation no more, and is to be told so before anything else.
    is_to_be_told: bool,
    path: String,
    /// A form that came without a session.
    sent: Option<Form>,
    /// What was typed on the page before the session there was then was over.
    left: Option<Form>,
}

/// Somebody who is signed in and may see the page.
pub struct SignedIn {
    /// The reader of the page.
    pub reader: Reader,
    /// Who it is.
    pub caller: Caller,
    /// Token of the forms.
    pub csrf: String,
    session: Session,
    left: Option<Form>,
}

impl<'a> FromRequest<'a> for Visitor {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let app = request.data::<App>().ok_or_else(|| Failure::internal("a page has no app"))?;
        let (mut session, mut has_lost) = (session_of(app, request), false);
        if let Some(own) = &session {
            let renewed = match renew(app, own).await {
                Renewal::Stays => None,
                Renewal::Confirmed(renewed) => Some(renewed),
                Renewal::Lost(renewed) => {
                    has_lost = true;
                    Some(renewed)
                }
            };
            if let Some(renewed) = renewed {
                let renewed = renewed.clone().used(app.clock().now()).unwrap_or(renewed);
                if let Some(left) = request.data::<Renewed>() {
                    left.leave(renewed.clone());
                }
                session = Some(renewed);
            }
        }
        let rule = app.national_id_rule();
        let session = session.and_then(|session| Some((session.clone(), session.caller(rule)?)));
        let path = request.uri().path().to_owned();
        // who has sent a form is told that it was made for somebody else
        let is_to_be_told = has_lost && request.method().is_safe();
        let sent = match session {
            Some(_) => None,
            None => away::sent(request, body).await,
        };
        let left = session.as_ref().and_then(|_| away::left_on(app, request));
        Ok(Self { reader: Reader::of(app, request), session, is_to_be_told, path, sent, left })
    }
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
            let answer = away::to_sign_in(&self.reader, &self.path, self.sent.as_ref());
            return Err(poem::Error::from_response(answer));
        };
        if self.is_to_be_told {
            let told = self.reader.link(format_args!("{}?{}", acting::PATH, acting::LOST));
            return Err(poem::Error::from_response(see(&told)));
        }
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
        Ok(SignedIn { reader: self.reader, caller, csrf, session, left: self.left })
    }
}

impl SignedIn {
    /// The session.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// What was typed on this page before a session was over, and is not saved.
    pub const fn left(&self) -> Option<&Form> {
        self.left.as_ref()
    }

    /// Who is signed in, as the head of a page says it: the organisation, for whoever acts for one.
    pub fn shown_as(&self) -> String {
        match (self.session.mandate(), self.caller.organisation) {
            (Some(mandate), _) => mandate.name.clone(),
            (None, Some(number)) if self.caller.is(Role::Representative) => number.to_string(),
            _ => self.caller.subject.clone(),
        }
    }

    /// Makes sure that a form is of this session.
    ///
    /// # Errors
    /// The page that says so.
    pub fn own(&self, form: &Form) -> poem::Result<()> {
        if self.session.is_own_form(form.get("csrf")) {
            return Ok(());
        }
        let words = self.reader.words;
        let page = SignInPage {
            written: away::written(form),
            ..SignInPage::notice(&self.reader, words.old_form(), words.old_form_text(), None)
        };
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
    /// What somebody wrote in a form that was not taken.
    written: Vec<String>,
}

impl SignInPage {
    fn notice(
        reader: &Reader,
        title: &'static str,
        text: &'static str,
        csrf: Option<&str>,
    ) -> Self {
        let frame = reader.frame(title).about_persons();
        let csrf = csrf.map(str::to_owned);
        Self { frame, text, choices: Vec::new(), csrf, on: None, written: Vec::new() }
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
            // what the browser carried until now is over, wherever else a copy of it may lie
            if let Some(before) = session_of(app, request) {
                ended::end(app, &before).await;
            }
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
    // the cause goes to the log; its headers stand on the page (RFC 9110 section 11.6.1)
    let logged = failure.into_response();
    let page = SignInPage {
        choices: vec![(PATH.to_owned(), words.sign_in().to_owned())],
        ..SignInPage::notice(reader, words.sign_in_failed(), text, None)
    };
    problems::in_place_of(logged, frame::answer(status, &page.frame, &page))
}

/// Ends the session, here and, where the provider takes part, there.
#[handler]
pub async fn leave(
    request: &Request,
    reader: Reader,
    form: Form,
    Data(app): Data<&App>,
) -> Response {
    // not of a visitor: whom they act for, and whether they still may, is all the same here
    let own = |session: &Session| session.is_form_of_before(form.get("csrf"));
    let Some(session) = session_of(app, request).filter(own) else {
        return see(&reader.link(""));
    };
    ended::end(app, &session).await;
    let provider = app.sign_in().provider(session.provider());
    let there = match provider {
        Some(provider) => {
            let (home, language) = (format!("{}/", app.settings().public_url), reader.language());
            app.sign_in().way_out(provider, &home, language.code(), app.clock().now()).await
        }
        None => None,
    };
    let mut response = match there {
        Some(address) => signed_out(&reader, address.as_str()),
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
            ended::end_told(app, mark).await;
            StatusCode::OK
        }
        Err(failure) => {
            let _ = failure.into_response();
            StatusCode::BAD_REQUEST
        }
    };
    Response::builder().status(status).header(header::CACHE_CONTROL, "no-store").finish()
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
