//! The receiver gets its bearer token by itself from an issuer, of which a stand-in runs here: for a
//! secret, or for a signed assertion that the stand-in checks as Maskinporten would. Tokens are renewed
//! before they end, and what the issuer or the registry refuses is told without the secret.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use anrop::{
    config::receiver::TokenSettings,
    identity::Role,
    receiver::actions::catch_up,
    token_issuer::{IssuerSettings, ProofSettings},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use poem::{
    Body, EndpointExt as _, Request, Response, Route, Server, handler,
    http::StatusCode,
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::Data,
};
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use serde_json::{Value, json};

use crate::support::{TestApp, Who, receiver::TestReceiver};

const CLIENT: &str = "hrs klient";
const SECRET: &str = "hemmelig-68050000";
const LIFE: i64 = 120;

/// What the stand-in was asked, and what it answers.
#[derive(Default)]
struct State {
    forms: Vec<Value>,
    authorizations: Vec<String>,
    token: String,
    refuses: bool,
}

type Shared = Arc<Mutex<State>>;

#[handler]
async fn give(request: &Request, body: Body, Data(state): Data<&Shared>) -> Response {
    let text = body.into_string().await.unwrap_or_default();
    let form: serde_json::Map<String, Value> = url::form_urlencoded::parse(text.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect();
    let mut state = state.lock().expect("unbroken");
    state.forms.push(Value::Object(form));
    state.authorizations.push(request.header("authorization").unwrap_or_default().to_owned());
    if state.refuses {
        return Response::builder().status(StatusCode::UNAUTHORIZED).finish();
    }
    let answer = json!({ "access_token": state.token, "token_type": "Bearer", "expires_in": LIFE });
    Response::builder().content_type("application/json").body(answer.to_string())
}

struct StandIn {
    url: String,
    state: Shared,
}

impl StandIn {
    async fn start(app: &TestApp) -> Self {
        let state = Shared::default();
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
        let address = acceptor.local_addr()[0].to_string();
        let url = format!("http://{}/token", address.trim_start_matches("socket://"));
        let routes = Route::new().at("/token", post(give)).data(Arc::clone(&state));
        tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
        let own = Self { url, state };
        own.give(app);
        own
    }

    /// From now on it gives a fresh token.
    fn give(&self, app: &TestApp) {
        self.state.lock().expect("unbroken").token = app.token(&Who::role(Role::Rescue));
    }

    fn asked(&self) -> usize {
        self.state.lock().expect("unbroken").forms.len()
    }

    fn last(&self) -> (Value, String) {
        let state = self.state.lock().expect("unbroken");
        let last = state.forms.last().expect("it was asked").clone();
        (last, state.authorizations.last().expect("it was asked").clone())
    }

    fn settings(&self, proof: ProofSettings) -> TokenSettings {
        TokenSettings::Issuer(Box::new(IssuerSettings {
            url: self.url.clone(),
            client: CLIENT.to_owned(),
            proof,
            scope: "anrop:rescue.read".to_owned(),
            audience: Some("https://maskinporten.example.no/".to_owned()),
            resource: Some("https://anrop.example.no".to_owned()),
        }))
    }
}

fn with_secret(issuer: &StandIn, folder: &Path, secret: &str) -> TokenSettings {
    let file = folder.join("secret");
    crate::support::receiver::write(&file, secret);
    issuer.settings(ProofSettings::Secret(file))
}

#[tokio::test]
async fn a_token_for_a_secret_is_kept_renewed_before_its_end_and_after_a_refusal() {
    let app = TestApp::start().await;
    let issuer = StandIn::start(&app).await;
    let secret = |folder: &Path| with_secret(&issuer, folder, &format!("{SECRET}\n"));
    let own = TestReceiver::start_with(&app, Some(app.base.clone()), secret).await;
    let follow = async || catch_up(&own.receiver).await.map_err(|fault| format!("{fault:?}"));
    follow().await.expect("catches up");
    let (form, authorization) = issuer.last();
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["scope"], "anrop:rescue.read");
    assert_eq!(form["resource"], "https://anrop.example.no");
    let basic = STANDARD.encode(format!("hrs+klient:{SECRET}"));
    assert_eq!(authorization, format!("Basic {basic}"));
    follow().await.expect("catches up");
    assert_eq!(issuer.asked(), 1, "the token is kept");

    // in its last quarter it is renewed; while the issuer is away, what there is holds to its end
    app.clock.advance(TimeDelta::seconds(LIFE * 3 / 4));
    issuer.state.lock().expect("unbroken").refuses = true;
    follow().await.expect("the old token still holds");
    assert!(issuer.asked() > 1, "it was tried");
    app.clock.advance(TimeDelta::seconds(LIFE / 4));
    let told = follow().await.expect_err("it has ended");
    assert!(told.contains("the issuer answered 401"), "{told}");
    assert!(!told.contains("hemmelig") && !told.contains("127.0.0.1"), "{told}");
    issuer.state.lock().expect("unbroken").refuses = false;
    issuer.give(&app);
    follow().await.expect("catches up again");

    // a token the registry does not take is renewed at once, and only once
    let asked = issuer.asked();
    app.clock.advance(TimeDelta::seconds(LIFE));
    issuer.state.lock().expect("unbroken").token = "worthless".to_owned();
    let told = follow().await.expect_err("refused");
    assert!(told.contains("the registry answered 401"), "{told}");
    assert_eq!(issuer.asked(), asked + 2);
    issuer.give(&app);
    follow().await.expect("catches up again");
    app.finish().await;
}

#[tokio::test]
async fn a_token_for_an_assertion_is_given_to_whoever_has_the_key() {
    let app = TestApp::start().await;
    let issuer = StandIn::start(&app).await;
    let random = &mut rsa::rand_core::OsRng;
    let private = rsa::RsaPrivateKey::new(random, 2048).expect("a key");
    let public = private.to_public_key().to_public_key_pem(LineEnding::LF).expect("PEM");
    let rsa_pem = private.to_pkcs8_pem(LineEnding::LF).expect("PEM").to_string();
    let pair = rcgen::KeyPair::generate().expect("a P-256 key");
    let keys = [
        (rsa_pem, DecodingKey::from_rsa_pem(public.as_bytes()).expect("a key"), Algorithm::RS256),
        (
            pair.serialize_pem(),
            DecodingKey::from_ec_pem(pair.public_key_pem().as_bytes()).expect("a key"),
            Algorithm::ES256,
        ),
    ];
    let mut ids = Vec::new();
    for (pem, key, algorithm) in keys {
        let proof = |folder: &Path| {
            let file = folder.join("client.pem");
            crate::support::receiver::write(&file, &pem);
            issuer.settings(ProofSettings::Key { file, id: "k1".to_owned() })
        };
        let own = TestReceiver::start_with(&app, Some(app.base.clone()), proof).await;
        catch_up(&own.receiver).await.map_err(|fault| format!("{fault:?}")).expect("catches up");
        let (form, authorization) = issuer.last();
        assert_eq!(authorization, "");
        assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
        let assertion = form["assertion"].as_str().expect("an assertion");
        let header = decode_header(assertion).expect("a header");
        assert_eq!((header.alg, header.kid.as_deref()), (algorithm, Some("k1")));
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&["https://maskinporten.example.no/"]);
        validation.set_issuer(&[CLIENT]);
        let claims: Value = decode(assertion, &key, &validation).expect("a signature").claims;
        assert_eq!(claims["scope"], "anrop:rescue.read");
        assert_eq!(claims["resource"], "https://anrop.example.no");
        let (iat, exp) =
            (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
        assert!(exp - iat <= 120 && exp > iat, "Maskinporten takes two minutes at most");
        ids.push(claims["jti"].as_str().expect("an id").to_owned());
    }
    assert_ne!(ids[0], ids[1], "each is good once");
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_shown_to_the_issuer_is_told_without_it() {
    let app = TestApp::start().await;
    let issuer = StandIn::start(&app).await;
    let proof = |folder: &Path| {
        let file = folder.join("client.pem");
        crate::support::receiver::write(&file, "hemmelig, men ingen nøkkel");
        issuer.settings(ProofSettings::Key { file, id: "k1".to_owned() })
    };
    let own = TestReceiver::start_with(&app, Some(app.base.clone()), proof).await;
    let told = format!("{:?}", catch_up(&own.receiver).await.expect_err("no key"));
    assert!(told.contains("no RSA, P-256 or Ed25519 key") && !told.contains("hemmelig"), "{told}");
    let missing = issuer.settings(ProofSettings::Secret("/nonexistent/secret".into()));
    let own = TestReceiver::start_with(&app, Some(app.base.clone()), |_| missing).await;
    let told = format!("{:?}", catch_up(&own.receiver).await.expect_err("no secret"));
    assert!(told.contains("cannot be read"), "{told}");
    assert_eq!(issuer.asked(), 0);
    app.finish().await;
}
