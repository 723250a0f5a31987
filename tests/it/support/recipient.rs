//! A local recipient of deliveries: verifies signatures with a Standard Webhooks library that is
//! not ours, keeps what it got, and can be told to misbehave.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use anrop::{disclosure::policy::Kind, rescue::rules::digest};

use poem::{
    Body, EndpointExt as _, Request, Response, Server, handler,
    http::StatusCode,
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::Data,
};
use serde_json::Value;
use uuid::Uuid;

/// How a recipient answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// 204.
    Good,
    /// This status.
    Status(u16),
    /// 429, and not before so many seconds.
    Later(u32),
    /// Not at all.
    Hang,
}

#[derive(Debug)]
struct State {
    manners: Manners,
    secret: Option<String>,
    received: Vec<Value>,
    ids: Vec<String>,
    raw: Vec<Raw>,
}

/// One delivery as it came over the wire.
#[derive(Debug, Clone)]
pub struct Raw {
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    pub headers: [String; 3],
    /// The body, byte by byte.
    pub body: Vec<u8>,
}

/// A recipient on loopback.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Recipient {
    /// Starts one.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State {
            manners: Manners::Good,
            secret: None,
            received: Vec::new(),
            ids: Vec::new(),
            raw: Vec::new(),
        }));
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free port");
        let address = acceptor.local_addr()[0].to_string();
        let url = format!("http://{}/hook", address.trim_start_matches("socket://"));
        let routes = poem::Route::new().at("/hook", post(receive)).data(state.clone());
        tokio::spawn(async move {
            let _ = Server::new_with_acceptor(acceptor).run(routes).await;
        });
        Self { url, state }
    }

    /// The shared secret to verify with.
    pub fn trust(&self, secret: &str) {
        self.state.lock().unwrap().secret = Some(secret.to_owned());
    }

    /// Takes what is signed at any time: for a test whose clock is far from the machine's, which the library compares.
    pub fn trust_any_time(&self) {
        self.state.lock().unwrap().secret = None;
    }

    /// How to answer from now on.
    pub fn behave(&self, manners: Manners) {
        self.state.lock().unwrap().manners = manners;
    }

    /// Everything received and verified, in order.
    pub fn received(&self) -> Vec<Value> {
        self.state.lock().unwrap().received.clone()
    }

    /// The same as it came over the wire.
    pub fn raw(&self) -> Vec<Raw> {
        self.state.lock().unwrap().raw.clone()
    }

    /// The copy of the permits a rescue centre builds from what it got.
    ///
    /// # Panics
    /// When a permit ever went back to an older version.
    pub fn copy(&self) -> BTreeMap<Uuid, digest::Item> {
        let mut copy: BTreeMap<Uuid, digest::Item> = BTreeMap::new();
        for message in self.received() {
            if message["type"] == "digest.daily" {
                continue;
            }
            let data = &message["data"];
            let permit = data["permitId"].as_str().expect("a permit").parse().expect("an id");
            let version = i32::try_from(data["version"].as_i64().expect("a version")).unwrap();
            let hash = digest::content_hash(permit, version, Kind::Plb, &data["record"]);
            let before = copy.insert(permit, digest::Item { permit, version, hash });
            let before = before.map_or(0, |before| before.version);
            assert!(version >= before, "{permit} went from version {before} to {version}");
        }
        copy
    }

    /// Message ids of everything received.
    pub fn ids(&self) -> Vec<String> {
        self.state.lock().unwrap().ids.clone()
    }
}

#[handler]
async fn receive(request: &Request, body: Body, Data(state): Data<&Arc<Mutex<State>>>) -> Response {
    let bytes = body.into_vec().await.unwrap_or_default();
    let (manners, secret) = {
        let state = state.lock().unwrap();
        (state.manners, state.secret.clone())
    };
    match manners {
        Manners::Hang => {
            std::future::pending::<()>().await;
            unreachable!()
        }
        Manners::Status(status) => {
            return Response::builder().status(StatusCode::from_u16(status).unwrap()).finish();
        }
        Manners::Later(seconds) => {
            let busy = Response::builder().status(StatusCode::TOO_MANY_REQUESTS);
            return busy.header("retry-after", seconds).finish();
        }
        Manners::Good => {}
    }
    if let Some(secret) = secret {
        let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
        let mut headers = http::HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, header(name).parse().unwrap());
        }
        let webhook = standardwebhooks::Webhook::new(&secret).expect("a secret");
        if webhook.verify(&bytes, &headers).is_err() {
            return Response::builder().status(StatusCode::BAD_REQUEST).finish();
        }
    }
    let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    let mut state = state.lock().unwrap();
    state.raw.push(Raw { headers, body: bytes });
    state.received.push(value);
    state.ids.push(request.header("webhook-id").unwrap_or_default().to_owned());
    Response::builder().status(StatusCode::NO_CONTENT).finish()
}
