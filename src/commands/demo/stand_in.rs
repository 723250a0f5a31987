//! Stand-ins for those who are told: small servers on this machine that check the signature of every
//! delivery and show what they received since the start, as a page and as JSON.
//!
//! They must not know anything that a real recipient would not: address, secret and public key.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use poem::{
    EndpointExt as _, IntoResponse as _, Response, Route, Server, get, handler,
    http::{HeaderMap, StatusCode},
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::{Data, Html, Json},
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    app::App,
    clock::{Clock as _, SystemClock},
    commands::run::in_words,
    delivery::{
        actions::{self, Wish},
        signature::{
            ID_HEADER, PublicKey, SIGNATURE_HEADER, SharedSecret, SignedHeaders, TIMESTAMP_HEADER,
            Trusted, verify,
        },
        store::{self, Subscription},
        wire::NewSubscription,
    },
};

/// Name of the subscription, whom it stands for, and what people call it.
const ALL: [(&str, &str, &str); 2] = [
    ("demo-rescue-centre", "rescueCentre", "rescue centre"),
    ("demo-programmer", "programmer", "programmer"),
];
/// The newest deliveries that are shown.
const KEPT: usize = 500;

/// A running stand-in.
pub struct StandIn {
    /// What people call it.
    pub title: &'static str,
    listen: SocketAddr,
}

impl StandIn {
    /// Its page.
    pub fn address(&self) -> String {
        format!("http://{}", self.listen)
    }
}

/// Makes the subscriptions, each at a free port of this machine that it keeps.
///
/// # Errors
/// In words for the operator.
pub async fn subscribe(app: &App) -> Result<(), String> {
    for (name, recipient, title) in ALL {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(|error| format!("the {title} has no port: {error}"))?;
        let form = NewSubscription {
            name: name.to_owned(),
            recipient: recipient.to_owned(),
            url: format!("http://{port}/deliveries"),
        };
        let wish = Wish::parse(app, &form).map_err(in_words)?;
        actions::create(app, &wish, None).await.map_err(in_words)?;
    }
    Ok(())
}

/// Starts every stand-in where its subscription says.
///
/// # Errors
/// When a port is taken.
pub async fn start_all(app: &App) -> Result<Vec<StandIn>, String> {
    let (subscriptions, _) = store::list(app.db().read(), None, 50).await.map_err(in_words)?;
    let mut started = Vec::new();
    for (name, _, title) in ALL {
        if let Some(subscription) = subscriptions.iter().find(|known| known.name == name) {
            started.push(start(app, subscription, title).await?);
        }
    }
    Ok(started)
}

async fn start(
    app: &App,
    subscription: &Subscription,
    title: &'static str,
) -> Result<StandIn, String> {
    let listen = url::Url::parse(&subscription.url)
        .ok()
        .and_then(|url| url.socket_addrs(|| None).ok()?.into_iter().next())
        .ok_or_else(|| format!("the {title} has no address"))?;
    let acceptor = TcpListener::bind(listen).into_acceptor().await.map_err(|error| {
        format!(
            "the {title} cannot listen on {listen}: {error}; free it, or begin with another --data"
        )
    })?;
    let keys = subscription.keys(&app.keys()).map_err(in_words)?;
    let secret = keys.newest_secret().map_err(in_words)?;
    let secret = SharedSecret::parse(&secret).map_err(|error| error.to_string())?;
    let public = keys.public();
    let public = public.iter().filter_map(|key| PublicKey::parse(key).ok()).collect();
    let inbox = Arc::new(Inbox {
        title,
        by_secret: Trusted { secrets: vec![secret], keys: Vec::new() },
        by_key: Trusted { secrets: Vec::new(), keys: public },
        received: Mutex::default(),
    });
    let routes = Route::new()
        .at("/deliveries", post(take))
        .at("/received", get(received))
        .at("/", get(overview))
        .data(inbox);
    let listen = acceptor
        .local_addr()
        .first()
        .and_then(|address| address.as_socket_addr().copied())
        .unwrap_or(listen);
    tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
    Ok(StandIn { title, listen })
}

struct Inbox {
    title: &'static str,
    by_secret: Trusted,
    by_key: Trusted,
    received: Mutex<VecDeque<Received>>,
}

/// One delivery as it came.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    at: DateTime<Utc>,
    id: String,
    /// The `v1` signature is by the shared secret.
    secret_verified: bool,
    /// The `v1a` signature is by the published key.
    key_verified: bool,
    body: Value,
}

/// Takes a delivery: 204, or 401 when a signature is not good.
#[handler]
fn take(headers: &HeaderMap, body: Vec<u8>, Data(inbox): Data<&Arc<Inbox>>) -> StatusCode {
    let text = |name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let signed = SignedHeaders {
        id: text(ID_HEADER),
        timestamp: text(TIMESTAMP_HEADER),
        signature: text(SIGNATURE_HEADER),
    };
    let now = SystemClock.now();
    let verified = |trusted: &Trusted| verify(&signed, &body, trusted, now).is_ok();
    let delivery = Received {
        at: now,
        secret_verified: verified(&inbox.by_secret),
        key_verified: verified(&inbox.by_key),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        id: signed.id.clone(),
    };
    let is_good = delivery.secret_verified && delivery.key_verified;
    let mut list = inbox.received.lock().unwrap_or_else(PoisonError::into_inner);
    list.push_front(delivery);
    list.truncate(KEPT);
    if is_good { StatusCode::NO_CONTENT } else { StatusCode::UNAUTHORIZED }
}

impl Inbox {
    fn newest_first(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[handler]
fn received(Data(inbox): Data<&Arc<Inbox>>) -> Response {
    Json(inbox.newest_first()).with_header("cache-control", "no-store").into_response()
}

#[handler]
fn overview(Data(inbox): Data<&Arc<Inbox>>) -> Response {
    let list = inbox.newest_first();
    let rows: String = list.iter().map(row).collect();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <meta http-equiv=\"refresh\" content=\"5\">\
         <style>body{{font:16px sans-serif;margin:2rem}}td,th{{text-align:left;vertical-align:top;\
         padding:.3rem .8rem;border-bottom:1px solid #ccc}}pre{{white-space:pre-wrap}}</style>\
         <h1>Stand-in {title}</h1><p>{count} deliveries since the start, newest first; also as \
         <a href=\"/received\">JSON</a>.</p><table><tr><th>Received<th>Event<th>Permit\
         <th>Signatures<th>Content</tr>{rows}</table>",
        title = inbox.title,
        count = list.len(),
    ))
    .with_header("cache-control", "no-store")
    .into_response()
}

fn row(one: &Received) -> String {
    let permit = &one.body["data"]["record"]["permit"];
    let text = |value: &Value| escaped(value.as_str().unwrap_or("–"));
    let content = serde_json::to_string_pretty(&one.body).unwrap_or_default();
    format!(
        "<tr><td>{}<td>{}<td>{}<td>{}<td><details><summary>show</summary><pre>{}</pre></details></tr>",
        one.at.format("%F %T UTC"),
        text(&one.body["type"]),
        text(&permit["number"]),
        match (one.secret_verified, one.key_verified) {
            (true, true) => "v1 and v1a verified",
            (true, false) => "v1 verified, v1a REFUSED",
            (false, true) => "v1 REFUSED, v1a verified",
            (false, false) => "REFUSED",
        },
        escaped(&content),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
