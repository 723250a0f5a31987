//! An issuer of bearer tokens that runs here and answers as it is told. It must not know how the registry reads its keys.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use anrop::{
    clock::Clock as _,
    identity::token::{IssuerSettings, KeysFrom, Terms},
    keys::{KeyRing, Origin},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use poem::{
    EndpointExt as _, Request, Response, Route, Server, handler,
    http::StatusCode,
    listener::{Acceptor as _, Listener as _, TcpListener},
    web::Data,
};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinHandle};

use crate::support::TestApp;

const ISSUER: &str = "https://maskinporten.example.no/";
pub const METADATA: &str = "/.well-known/oauth-authorization-server";
pub const JWKS: &str = "/jwks";

/// How the stand-in answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Well,
    WithAFailure,
    WithNonsense,
    TooMuch,
    WithoutKeys,
    ForAnother,
    /// Not before it is let.
    Late,
}

pub struct State {
    manner: Manner,
    keys: Vec<Value>,
    asked: HashMap<String, usize>,
    pub gate: Arc<Semaphore>,
    base: String,
}

pub type Shared = Arc<Mutex<State>>;

#[handler]
async fn answer(request: &Request, Data(state): Data<&Shared>) -> Response {
    let path = request.uri().path().to_owned();
    let (manner, gate, body) = {
        let mut state = state.lock().expect("unbroken");
        *state.asked.entry(path.clone()).or_default() += 1;
        let issuer = match state.manner {
            Manner::ForAnother => "https://idporten.example.no/",
            _ => ISSUER,
        };
        let keys = match state.manner {
            Manner::WithoutKeys => json!({ "keys": [] }),
            _ => json!({ "keys": state.keys }),
        };
        let body = match path.as_str() {
            JWKS => keys,
            _ => json!({ "issuer": issuer, "jwks_uri": format!("{}{JWKS}", state.base) }),
        };
        (state.manner, Arc::clone(&state.gate), body.to_string())
    };
    let body = match manner {
        Manner::WithAFailure => {
            return Response::builder()
                .status(StatusCode::BAD_GATEWAY)
                .header("connection", "close")
                .finish();
        }
        Manner::WithNonsense => "<!doctype html>".to_owned(),
        Manner::TooMuch => format!("{body}{}", " ".repeat(1024 * 1024)),
        Manner::Late => {
            let let_in = gate.acquire().await.expect("open");
            let_in.forget();
            body
        }
        _ => body,
    };
    // no line outlives the stand-in
    Response::builder().header("connection", "close").content_type("application/json").body(body)
}

/// A key pair of an issuer.
pub struct Pair {
    id: String,
    pub ring: KeyRing,
}

impl Pair {
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), ring: KeyRing::generate(DateTime::UNIX_EPOCH, Origin::Demo) }
    }

    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.ring.token_issuer_key().verifying_key().as_bytes())
    }

    pub fn jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": self.public(), "kid": self.id, "use": "sig" })
    }

    /// A machine's token that is good for ten minutes.
    pub fn token(&self, app: &TestApp) -> String {
        let key = EncodingKey::from_ed_der(&self.ring.token_issuer_pkcs8());
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.id.clone());
        encode(&header, &claims(app), &key).expect("a token")
    }
}

pub fn claims(app: &TestApp) -> Value {
    let now = app.clock.now().timestamp();
    json!({
        "iss": ISSUER, "aud": "anrop", "sub": "hrs", "iat": now, "exp": now + 600,
        "scope": "anrop:rescue.read",
        "consumer": { "authority": "iso6523-actorid-upis", "ID": "0192:974760673" },
    })
}

pub struct StandIn {
    pub base: String,
    pub state: Shared,
    server: JoinHandle<()>,
}

/// Waits for something that happens beside.
pub async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it does not happen");
}

async fn listen(state: &Shared, at: &str) -> (String, JoinHandle<()>) {
    let acceptor = TcpListener::bind(at.to_owned()).into_acceptor().await.expect("a port");
    let address = acceptor.local_addr()[0].to_string();
    let address = address.trim_start_matches("socket://").to_owned();
    let routes = Route::new().at("/*path", answer).data(Arc::clone(state));
    let server = tokio::spawn(async move {
        let _ = Server::new_with_acceptor(acceptor).run(routes).await;
    });
    (address, server)
}

impl StandIn {
    pub async fn start(keys: &[&Pair]) -> Self {
        let state = Arc::new(Mutex::new(State {
            manner: Manner::Well,
            keys: keys.iter().map(|pair| pair.jwk()).collect(),
            asked: HashMap::new(),
            gate: Arc::new(Semaphore::new(0)),
            base: String::new(),
        }));
        let (address, server) = listen(&state, "127.0.0.1:0").await;
        let base = format!("http://{address}");
        state.lock().expect("unbroken").base.clone_from(&base);
        Self { base, state, server }
    }

    fn settings(&self, path: &str) -> Vec<IssuerSettings> {
        let terms = Terms {
            issuer: ISSUER.to_owned(),
            audience: "anrop".to_owned(),
            trusted_roles: false,
            levels: Vec::new(),
        };
        vec![IssuerSettings { terms, keys: KeysFrom::Address(format!("{}{path}", self.base)) }]
    }

    /// An app that trusts it, told of it at `path`.
    pub async fn trusted(&self, path: &str) -> TestApp {
        let app = TestApp::start_with(|settings| settings.issuers = self.settings(path)).await;
        app.waive_deliveries();
        app
    }

    pub fn answers(&self, manner: Manner) {
        self.state.lock().expect("unbroken").manner = manner;
    }

    pub fn has(&self, keys: &[&Pair]) {
        self.state.lock().expect("unbroken").keys = keys.iter().map(|pair| pair.jwk()).collect();
    }

    /// How often it was asked for its keys.
    pub fn asked(&self) -> usize {
        self.state.lock().expect("unbroken").asked.get(JWKS).copied().unwrap_or_default()
    }

    pub async fn is_asked(&self, times: usize) {
        until(|| self.asked() >= times).await;
    }

    pub async fn die(&mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }

    pub async fn rise(&mut self) {
        let address = self.base.trim_start_matches("http://");
        (_, self.server) = listen(&self.state, address).await;
    }
}
