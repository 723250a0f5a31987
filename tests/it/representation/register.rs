//! A stand-in for Altinn, which says whom somebody may act for and exchanges tokens where it is told to want its
//! own, and for Maskinporten, which gives the token it is shown: all write down what they are asked.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use anrop::{
    clock::{Clock as _, SystemClock},
    representation::{
        client::{RepresentationSettings, SCOPE},
        exchange,
        model::Basis,
    },
    token_issuer::{IssuerSettings, ProofSettings},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use poem::{
    Body, EndpointExt as _, Request, Response, Route, Server, get, handler,
    http::StatusCode,
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::Data,
};
use serde_json::{Value, json};

use crate::support::TestApp;

/// Key of the subscription.
pub const KEY: &str = "abonnement-68050000";

/// What the register does.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    #[default]
    Answers,
    Fails,
    Hangs,
    /// Refuses the token it is shown, once.
    RefusesOnce,
}

/// What the exchange of tokens does.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// A token as it is.
    #[default]
    Text,
    /// A token as JSON.
    Json,
    /// Something else.
    Garbage,
    Refuses,
    /// Refuses the token it is shown, once.
    RefusesOnce,
    Hangs,
}

/// A question as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub address: String,
    pub authorization: String,
    pub key: String,
    pub body: Value,
}

/// What the stand-in was asked, and what it answers.
#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    assertions: Vec<String>,
    answer: Value,
    does: Does,
    /// What was shown to the exchange.
    exchanged: Vec<String>,
    gives: Gives,
    /// When its tokens end; half an hour from now, of the machine, when nobody says.
    ends_at: Option<DateTime<Utc>>,
    /// The one token that is taken; any when there is none.
    wanted: Option<String>,
}

type Shared = Arc<Mutex<State>>;

#[handler]
async fn give(body: Body, Data(state): Data<&Shared>) -> Response {
    let text = body.into_string().await.unwrap_or_default();
    let fields: Vec<(String, String)> =
        url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    assert_eq!(field("grant_type").map(String::as_str), Some(grant));
    let mut state = state.lock().expect("unbroken");
    state.assertions.push(field("assertion").expect("an assertion").clone());
    let token = format!("token-{}", state.assertions.len());
    let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
    Response::builder().content_type("application/json").body(answer.to_string())
}

#[handler]
async fn exchange_token(request: &Request, Data(state): Data<&Shared>) -> Response {
    let shown = request.header("authorization").unwrap_or_default().to_owned();
    let (gives, token) = {
        let mut state = state.lock().expect("unbroken");
        state.exchanged.push(shown);
        let ends_at = state.ends_at.unwrap_or_else(|| SystemClock.now() + TimeDelta::minutes(30));
        let claims = json!({ "exp": ends_at.timestamp(), "jti": state.exchanged.len() });
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let gives = state.gives;
        if [Gives::Text, Gives::Json].contains(&gives) {
            state.wanted = Some(format!("Bearer {token}"));
        }
        if gives == Gives::RefusesOnce {
            state.gives = Gives::Text;
        }
        (gives, token)
    };
    let told = |status| Response::builder().status(status);
    match gives {
        Gives::Text => told(StatusCode::OK).content_type("text/plain").body(token),
        Gives::Json => {
            let body = Value::from(token).to_string();
            told(StatusCode::OK).content_type("application/json").body(body)
        }
        Gives::Garbage => told(StatusCode::OK).body("<html>Velkommen</html>"),
        Gives::Refuses | Gives::RefusesOnce => told(StatusCode::UNAUTHORIZED).finish(),
        Gives::Hangs => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            told(StatusCode::OK).body(token)
        }
    }
}

#[handler]
async fn tell(request: &Request, body: Body, Data(state): Data<&Shared>) -> Response {
    let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let mut asked = Asked {
        address: request.uri().to_string(),
        authorization: header("authorization"),
        key: header("ocp-apim-subscription-key"),
        body: Value::Null,
    };
    let text = body.into_string().await.unwrap_or_default();
    asked.body = serde_json::from_str(&text).unwrap_or_default();
    let (does, answer) = {
        let mut state = state.lock().expect("unbroken");
        let is_taken = state.wanted.as_ref().is_none_or(|wanted| *wanted == asked.authorization);
        state.asked.push(asked);
        if !is_taken {
            return Response::builder().status(StatusCode::UNAUTHORIZED).finish();
        }
        let does = state.does;
        if does == Does::RefusesOnce {
            state.does = Does::Answers;
        }
        (does, state.answer.to_string())
    };
    let told = |status| Response::builder().status(status).content_type("application/json");
    match does {
        Does::Answers => told(StatusCode::OK).body(answer),
        Does::Fails => told(StatusCode::SERVICE_UNAVAILABLE).finish(),
        Does::RefusesOnce => told(StatusCode::UNAUTHORIZED).finish(),
        Does::Hangs => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            told(StatusCode::OK).body("[]")
        }
    }
}

/// Altinn and Maskinporten in one.
pub struct Register {
    base: String,
    state: Shared,
    pub public_key: String,
    folder: tempfile::TempDir,
}

impl Register {
    pub async fn start() -> Self {
        let state = Shared::default();
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
        let address = acceptor.local_addr()[0].to_string();
        let routes = Route::new()
            .at("/token", post(give))
            .at(exchange::PATH, get(exchange_token))
            .at("/accessmanagement/api/v1/resourceowner/authorizedparties", post(tell))
            .data(Arc::clone(&state));
        tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
        let folder = tempfile::tempdir().expect("a folder");
        let pair = rcgen::KeyPair::generate().expect("a P-256 key");
        let file = folder.path().join("client.pem");
        crate::support::receiver::write(&file, &pair.serialize_pem());
        let own = Self {
            base: format!("http://{}", address.trim_start_matches("socket://")),
            state,
            public_key: pair.public_key_pem(),
            folder,
        };
        own.answers(json!([]));
        own
    }

    fn settings(&self) -> RepresentationSettings {
        RepresentationSettings {
            url: self.base.clone(),
            issuer: Some(IssuerSettings {
                url: format!("{}/token", self.base),
                client: "anrop-klient".to_owned(),
                proof: ProofSettings::Key {
                    file: self.folder.path().join("client.pem"),
                    id: "k1".to_owned(),
                },
                scope: SCOPE.to_owned(),
                audience: Some("https://maskinporten.example.no/".to_owned()),
                resource: None,
            }),
            exchange: None,
            subscription_key: Some(KEY.to_owned().into()),
            basis: Basis { resources: vec!["anrop_soknad".to_owned()], ..Basis::default() },
        }
    }

    /// An app that asks here.
    pub async fn app(&self) -> TestApp {
        asked_by(self.settings()).await
    }

    /// An app that asks here with the token of Altinn; no other is taken from now on.
    pub async fn exchanging_app(&self) -> TestApp {
        self.state.lock().expect("unbroken").wanted = Some("none yet".to_owned());
        let exchange = Some(format!("{}{}", self.base, exchange::PATH));
        asked_by(RepresentationSettings { exchange, ..self.settings() }).await
    }

    pub fn answers(&self, parties: Value) {
        self.state.lock().expect("unbroken").answer = parties;
    }

    pub fn does(&self, does: Does) {
        self.state.lock().expect("unbroken").does = does;
    }

    pub fn gives(&self, gives: Gives) {
        self.state.lock().expect("unbroken").gives = gives;
    }

    /// When the tokens end that are given from now on.
    pub fn tokens_end(&self, at: DateTime<Utc>) {
        self.state.lock().expect("unbroken").ends_at = Some(at);
    }

    /// What was shown to the exchange.
    pub fn exchanged(&self) -> Vec<String> {
        self.state.lock().expect("unbroken").exchanged.clone()
    }

    /// The one token that is taken, as it is shown.
    pub fn wanted(&self) -> String {
        self.state.lock().expect("unbroken").wanted.clone().unwrap_or_default()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().expect("unbroken").asked.clone()
    }

    pub fn assertions(&self) -> Vec<String> {
        self.state.lock().expect("unbroken").assertions.clone()
    }
}

async fn asked_by(own: RepresentationSettings) -> TestApp {
    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.representation = Some(own);
    })
    .await;
    app.waive_deliveries();
    app
}
