//! A receiver beside the stand-in rescue centre: what `anrop receiver` runs, in the demo's own process,
//! with a key, a subscription and a token of its own.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use chrono::TimeDelta;
use poem::{Server, listener::TcpListener};

use super::people::HOURS;
use crate::{
    app::App,
    clock::SystemClock,
    commands::{receiver::write_private, run::in_words},
    config::receiver::{ReceiverSettings, TokenSettings},
    delivery::{
        actions::{self as subscriptions, Wish},
        store::{self, Subscription},
        wire::NewSubscription,
    },
    identity::{
        Role,
        token::{self, Ticket},
    },
    receiver::{Receiver, actions, api},
    rescue::extract::ReceiverKey,
};

const NAME: &str = "demo-receiver";

/// Starts it; answers its address.
///
/// # Errors
/// In words for the operator.
pub async fn start(app: &App, folder: &Path) -> Result<String, String> {
    let subscription = subscription(app).await?;
    let listen = url::Url::parse(&subscription.url)
        .ok()
        .and_then(|url| url.socket_addrs(|| None).ok()?.into_iter().next())
        .ok_or("the receiver has no address")?;
    let folder = folder.join("receiver");
    let settings = prepare(app, &subscription, listen, &folder)?;
    let receiver = Receiver::open(settings, Arc::new(SystemClock)).await.map_err(in_words)?;
    tokio::spawn(actions::follow(receiver.clone()));
    tokio::spawn(async move {
        let served = Server::new(TcpListener::bind(listen)).run(api::routes(&receiver)).await;
        if let Err(error) = served {
            tracing::error!(%listen, %error, "the demo's receiver cannot listen");
        }
    });
    Ok(format!("http://{listen}"))
}

/// Its subscription, made at the first start, at a free port that it keeps.
async fn subscription(app: &App) -> Result<Subscription, String> {
    let (known, _) = store::list(app.db().read(), None, 50).await.map_err(in_words)?;
    if let Some(known) = known.into_iter().find(|known| known.name == NAME) {
        return Ok(known);
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("the receiver has no port: {error}"))?;
    let form = NewSubscription {
        name: NAME.to_owned(),
        recipient: "rescueCentre".to_owned(),
        url: format!("http://{port}/deliveries"),
    };
    let wish = Wish::parse(app, &form).map_err(in_words)?;
    let (made, _) = subscriptions::create(app, &wish, None).await.map_err(in_words)?;
    Ok(made)
}

/// Writes key, trusted keys and token as an operator would have been given them.
fn prepare(
    app: &App,
    subscription: &Subscription,
    listen: SocketAddr,
    folder: &Path,
) -> Result<ReceiverSettings, String> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(told)?;
    let path = |name: &str| folder.join(name);
    if !path("key").exists() {
        write_private(&path("key"), ReceiverKey::generate().to_text().as_bytes()).map_err(told)?;
    }
    let keys = subscription.keys(&app.keys()).map_err(in_words)?;
    let secret = keys.newest_secret().map_err(in_words)?;
    let digest = STANDARD.encode(app.keys().status().checkpoint_public);
    let trust = zeroize::Zeroizing::new(format!(
        "{}\n{}\ndigest {digest}\n",
        *secret,
        keys.public().join("\n")
    ));
    let ticket =
        Ticket { subject: NAME.to_owned(), roles: vec![Role::Rescue], ..Ticket::default() };
    let token = token::issue(&app.keys(), &ticket, app.clock().now(), TimeDelta::hours(HOURS))
        .map_err(in_words)?;
    for (name, text) in [("trust", trust.as_bytes()), ("token", token.as_bytes())] {
        // of an earlier start
        let _ = std::fs::remove_file(path(name));
        write_private(&path(name), text).map_err(told)?;
    }
    Ok(ReceiverSettings {
        listen,
        registry: Some(app.settings().public_url.clone()),
        key: path("key"),
        data: path("copy"),
        trust: path("trust"),
        token: Some(TokenSettings::File(path("token"))),
        identity: None,
        roots: None,
        readers: None,
        poll: Duration::from_secs(5),
        compare: Duration::from_secs(3600),
        log_format_json: false,
    })
}
