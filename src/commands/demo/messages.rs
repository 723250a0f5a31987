//! A stand-in for the gateway of text messages: takes them and shows them, newest first, with their
//! links. What it shows would lie on telephones; it is gone when the demo stops.

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
use serde_json::Value;

/// The newest messages that are shown.
const KEPT: usize = 200;

type Inbox = Arc<Mutex<VecDeque<Value>>>;

/// Starts it at a free port; answers where messages are posted and where they are shown.
///
/// # Errors
/// When there is no free port.
pub async fn start() -> Result<(String, String), String> {
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
    Ok((format!("http://{address}/messages"), format!("http://{address}")))
}

#[handler]
fn take(Json(message): Json<Value>, Data(inbox): Data<&Inbox>) -> StatusCode {
    let mut list = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    list.push_front(message);
    list.truncate(KEPT);
    StatusCode::ACCEPTED
}

#[handler]
fn overview(Data(inbox): Data<&Inbox>) -> Response {
    let list = inbox.lock().unwrap_or_else(PoisonError::into_inner);
    let rows: String = list.iter().map(row).collect();
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Text messages</title>\
         <meta http-equiv=\"refresh\" content=\"5\">\
         <style>body{{font:16px sans-serif;margin:2rem}}td,th{{text-align:left;vertical-align:top;\
         padding:.3rem .8rem;border-bottom:1px solid #ccc}}</style>\
         <h1>Text messages</h1><p>What telephones would have received since the start, newest first.</p>\
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
    let text = escaped("text");
    let shown = match text.rsplit_once(' ') {
        Some((before, link)) if link.starts_with("http") => {
            format!("{before} <a href=\"{link}\">{link}</a>")
        }
        _ => text,
    };
    format!("<tr><td>{}<td>{shown}</tr>", escaped("to"))
}
