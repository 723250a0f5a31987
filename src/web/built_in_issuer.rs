//! The built-in issuer as a sign-in provider: a page on which one of the test people is chosen, and the
//! addresses that OpenID Connect asks for. Only in the demo and in tests; its routes do not exist in
//! production.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use askama::Template;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use poem::{
    EndpointExt as _, Response, Route, get, handler,
    http::{StatusCode, header},
    post,
    web::Data,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    form::Form,
    frame::{self, Frame, Reader},
    sign_in::see,
};
use crate::{
    app::App,
    commands::demo::people,
    identity::{
        client::{BUILT_IN_CLIENT, BUILT_IN_PATH, has_built_in},
        session::challenge_of,
        token,
    },
    keys::Place,
};

/// How long a code is good for.
const CODE_SECONDS: i64 = 60;
/// How long an identity token is good for.
const TOKEN_MINUTES: i64 = 5;
const CODE: Place = Place { table: "session", column: "code", row: Uuid::nil() };

super::texts::texts! {
    test_people: "Hvem vil du være?", "Kven vil du vere?", "Who do you want to be?";
    test_people_text: "Alle her er oppdiktet. Velg en person for å logge inn som den.", "Alle her er oppdikta. Vel ein person for å logge inn som den.", "Everybody here is made up. Choose a person to sign in as them.";
}

/// Codes that were redeemed; each is good once.
#[derive(Default)]
struct Redeemed(Mutex<HashSet<String>>);

/// The routes of the issuer, if there is one.
pub fn routes(app: &App) -> Option<Route> {
    has_built_in(app.settings()).then(|| {
        let redeemed = std::sync::Arc::new(Redeemed::default());
        Route::new()
            .at("/.well-known/openid-configuration", get(configuration).data(app.clone()))
            .at("/jwks", get(keys).data(app.clone()))
            .at("/authorize", get(choose).post(chosen).data(app.clone()))
            .at("/token", post(redeem).data(app.clone()).data(redeemed))
    })
}

fn issuer(app: &App) -> String {
    format!("{}{BUILT_IN_PATH}", app.settings().public_url)
}

fn answer_json(status: StatusCode, value: &Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(value.to_string())
}

#[handler]
fn configuration(Data(app): Data<&App>) -> Response {
    let issuer = issuer(app);
    let value = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "code_challenge_methods_supported": ["S256"],
    });
    answer_json(StatusCode::OK, &value)
}

#[handler]
fn keys(Data(app): Data<&App>) -> Response {
    let public = app.keys().token_issuer_key().verifying_key();
    let key = json!({
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
        "x": URL_SAFE_NO_PAD.encode(public.as_bytes()),
    });
    answer_json(StatusCode::OK, &json!({ "keys": [key] }))
}

/// What a client asks for at the authorization endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Wish {
    state: String,
    nonce: String,
    challenge: String,
}

impl Wish {
    /// Only our own pages are a client here.
    fn read<'a>(app: &App, get: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let back = format!("{}{}", app.settings().public_url, super::sign_in::BACK_PATH);
        let is_ours = get("client_id") == Some(BUILT_IN_CLIENT)
            && get("redirect_uri") == Some(&*back)
            && get("response_type") == Some("code")
            && get("code_challenge_method") == Some("S256");
        let text = |name: &str| get(name).filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Self {
            state: text("state")?,
            nonce: text("nonce")?,
            challenge: text("code_challenge")?,
        })
        .filter(|_| is_ours)
    }
}

#[derive(Template)]
#[template(path = "test_people.html", config = "src/web/askama.toml")]
struct PeoplePage {
    frame: Frame,
    people: Vec<(String, String)>,
    wish: Vec<(&'static str, String)>,
}

#[handler]
fn choose(reader: Reader, Data(app): Data<&App>) -> Response {
    let wish = Wish::read(app, |name| reader.query.get(name));
    let Some(wish) = wish else { return bad_request() };
    let people = people::tickets().into_iter().map(|one| (one.name.to_owned(), one.what));
    let back = format!("{}{}", app.settings().public_url, super::sign_in::BACK_PATH);
    let mut frame = reader.frame(reader.words.test_people()).about_persons();
    frame.is_translated = false;
    let page = PeoplePage {
        people: people.collect(),
        wish: vec![
            ("client_id", BUILT_IN_CLIENT.to_owned()),
            ("redirect_uri", back),
            ("response_type", "code".to_owned()),
            ("code_challenge_method", "S256".to_owned()),
            ("state", wish.state),
            ("nonce", wish.nonce),
            ("code_challenge", wish.challenge),
        ],
        frame,
    };
    frame::answer(StatusCode::OK, &page.frame, &page)
}

/// What stands, sealed, in a code.
#[derive(Serialize, Deserialize)]
struct Code {
    id: Uuid,
    person: String,
    nonce: String,
    challenge: String,
    until: DateTime<Utc>,
}

#[handler]
fn chosen(form: Form, Data(app): Data<&App>) -> Response {
    let wish = Wish::read(app, |name| Some(form.get(name)));
    let is_person = people::tickets().iter().any(|one| one.name == form.get("person"));
    let Some(wish) = wish.filter(|_| is_person) else { return bad_request() };
    let now = app.clock().now();
    let code = Code {
        id: crate::values::ids::fresh(now),
        person: form.get("person").to_owned(),
        nonce: wish.nonce,
        challenge: wish.challenge,
        until: now + TimeDelta::seconds(CODE_SECONDS),
    };
    let bytes = serde_json::to_vec(&code).unwrap_or_default();
    let code = URL_SAFE_NO_PAD.encode(app.keys().seal(CODE, &bytes));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &code)
        .append_pair("state", &wish.state)
        .finish();
    see(&format!("{}{}?{query}", app.settings().public_url, super::sign_in::BACK_PATH))
}

fn bad_request() -> Response {
    answer_json(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_request" }))
}

#[handler]
fn redeem(
    form: Form,
    Data(app): Data<&App>,
    Data(redeemed): Data<&std::sync::Arc<Redeemed>>,
) -> Response {
    match identity_token(app, redeemed, &form) {
        Some(token) => {
            let value = json!({ "id_token": token, "access_token": token, "token_type": "Bearer" });
            answer_json(StatusCode::OK, &value)
        }
        None => answer_json(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_grant" })),
    }
}

fn identity_token(app: &App, redeemed: &Redeemed, form: &Form) -> Option<String> {
    let now = app.clock().now();
    let bytes = URL_SAFE_NO_PAD.decode(form.get("code")).ok()?;
    let code: Code = serde_json::from_slice(&app.keys().open(CODE, &bytes).ok()?).ok()?;
    let is_good = now < code.until
        && form.get("client_id") == BUILT_IN_CLIENT
        && challenge_of(form.get("code_verifier")) == code.challenge;
    let mut used = redeemed.0.lock().unwrap_or_else(PoisonError::into_inner);
    if !is_good || !used.insert(code.id.to_string()) {
        return None;
    }
    let ticket = people::tickets().into_iter().find(|one| one.name == code.person)?.ticket;
    let issuer = issuer(app);
    let meant = (&*issuer, BUILT_IN_CLIENT, &*code.nonce);
    let lifetime = TimeDelta::minutes(TOKEN_MINUTES);
    token::issue_identity(&app.keys(), &ticket, meant, now, lifetime).ok()
}
