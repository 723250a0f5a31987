//! A stand-in for the gateway of text messages and for the mail server: takes messages and shows them,
//! newest first, with their links. What it shows would lie with those they go to; it is gone when the
//! demo stops.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use poem::{
    EndpointExt as _, IntoResponse as _, Response, Route, Server, get, handler,
    http::StatusCode,
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::{Data, Html, Json},
};
use serde_json::{Value, json};

use super::mail::{self, Mail};

/// The newest messages that are shown.
const KEPT: usize = 200;

type Inbox = Arc<Mutex<VecDeque<Value>>>;

/// Where messages go, and where they are shown.
pub struct Messages {
    /// Where text messages are posted.
    pub gateway: String,
    /// Port of the mail server.
    pub mail_port: u16,
    /// The page.
    pub shown: String,
}

/// Starts it at free ports.
///
/// # Errors
/// When there is no free port.
pub async fn start() -> Result<Messages, String> {
    let acceptor = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .map_err(|error| format!("the text messages have no port: {error}"))?;
    let address: Option<SocketAddr> =
        acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied());
    let address = address.ok_or("the text messages have no address")?;
    let inbox = Inbox::default();
    let routes =
        Route::new().at("/messages", post(take)).at("/", get(overview)).data(Arc::clone(&inbox));
    tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
    let take_mail = move |mail: Mail| {
        let Mail { to, subject, text } = mail;
        keep(&inbox, json!({ "to": to, "subject": subject, "text": text }));
    };
    Ok(Messages {
        gateway: format!("http://{address}/messages"),
        mail_port: mail::start(take_mail).await?,
        shown: format!("http://{address}"),
    })
}

fn keep(inbox: &Inbox, message: Value) {
    let mut list = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    list.push_front(message);
    list.truncate(KEPT);
}

#[handler]
fn take(Json(message): Json<Value>, Data(inbox): Data<&Inbox>) -> StatusCode {
    keep(inbox, message);
    StatusCode::ACCEPTED
}

#[handler]
fn overview(Data(inbox): Data<&Inbox>) -> Response {
    let list = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    let rows: String = list.iter().map(row).collect();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Text messages and e-mail</title>\
         <meta http-equiv=\"refresh\" content=\"5\">\
         <style>body{{font:16px sans-serif;margin:2rem}}td,th{{text-align:left;vertical-align:top;\
         padding:.3rem .8rem;border-bottom:1px solid #ccc}}</style>\
         <h1>Text messages and e-mail</h1><p>What telephones and mailboxes would have received since the \
         start, newest first.</p>\
         <table><tr><th>To<th>Text</tr>{rows}</table>",
    ))
    .with_header("cache-control", "no-store")
    .into_response()
}

fn row(message: &Value) -> String {
    let escaped = |name: &str| {
        let text = message[name].as_str().unwrap_or_default();
        text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
    };
    let linked = |word: &str| match word.starts_with("http") {
        true => format!("<a href=\"{word}\">{word}</a>"),
        false => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(linked).collect::<Vec<_>>().join(" ");
    let shown: Vec<String> = escaped("text").lines().map(line).collect();
    let subject = escaped("subject");
    let subject =
        if subject.is_empty() { subject } else { format!("<strong>{subject}</strong><br>") };
    format!("<tr><td>{}<td>{subject}{}</tr>", escaped("to"), shown.join("<br>"))
}
