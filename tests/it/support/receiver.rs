//! A receiver beside a test's app: its copy in a folder of its own, its routes on a real socket. The
//! follower does not run by itself; a test says when it catches up.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anrop::{
    config::receiver::{ReceiverSettings, TokenSettings},
    identity::Role,
    receiver::{Receiver, api},
    rescue::extract::ReceiverKey,
};
use poem::{
    Server,
    listener::{Acceptor as _, Listener as _, TcpListener},
};
use serde_json::{Value, json};

use super::{Reply, TestApp, Who, program::client};

/// A receiver with its server.
pub struct TestReceiver {
    pub receiver: Receiver,
    pub base: String,
    pub key: ReceiverKey,
    /// Everything it has: key, trusted keys, token, copy.
    pub folder: tempfile::TempDir,
    server: tokio::task::JoinHandle<()>,
}

/// Writes a file for its owner alone.
pub fn write(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).expect("writes");
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, mode).expect("sets the mode");
}

impl TestReceiver {
    /// One that follows the app and gets its deliveries.
    pub async fn subscribed(app: &TestApp) -> Self {
        let own = Self::start(app, Some(app.base.clone())).await;
        let form = json!({
            "name": "Sentralen", "recipient": "rescueCentre", "url": format!("{}/deliveries", own.base),
        });
        let administrator = Who::role(Role::Administrator);
        let made = app.post("/v1/subscriptions", &administrator, &form).await.expect(201).json();
        let mut lines = vec![made["secret"].as_str().expect("a secret").to_owned()];
        let keys = made["publicKeys"].as_array().expect("keys");
        lines.extend(keys.iter().map(|key| key.as_str().expect("a key").to_owned()));
        own.trust(app, &lines).await;
        own
    }

    /// One that asks `registry`, if any, and gets no deliveries.
    pub async fn start(app: &TestApp, registry: Option<String>) -> Self {
        Self::start_with(app, registry, |folder| TokenSettings::File(folder.join("token"))).await
    }

    /// The same with a token from elsewhere; what proves it can be put into the folder.
    pub async fn start_with(
        app: &TestApp,
        registry: Option<String>,
        token: impl FnOnce(&std::path::Path) -> TokenSettings,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let key = ReceiverKey::generate();
        write(&path("key"), &key.to_text());
        write(&path("trust"), "# nobody yet\n");
        write(&path("token"), &app.token(&Who::role(Role::Rescue)));
        let token = Some(token(folder.path()));
        let receiver = open(app, folder.path().to_owned(), registry, token).await;
        let (base, server) = serve(&receiver).await;
        let own = Self { receiver, base, key, folder, server };
        own.trust(app, &[]).await;
        own
    }

    /// Trusts the app's key of digests and extracts, and these.
    pub async fn trust(&self, app: &TestApp, lines: &[String]) {
        let digest =
            app.get("/v1/rescue/digest", &Who::role(Role::Rescue)).await.expect(200).json();
        let key = digest["publicKey"].as_str().expect("a key");
        let text = format!("# keys\n\ndigest {key}\n{}\n", lines.join("\n"));
        write(&self.folder.path().join("trust"), &text);
    }

    /// GET as an officer of the centre.
    pub async fn look_up(&self, key: &str) -> Reply {
        let url = format!("{}/v1/rescue/beacons/{key}", self.base);
        let asked = client().get(url).header("incident-reference", "2026/117");
        reply(asked.header("operator", "vakt-3")).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        reply(client().get(format!("{}{path}", self.base))).await
    }

    /// POST.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
        let mut request = client().post(format!("{}{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        reply(request).await
    }

    /// Looks a text up.
    pub async fn look_up_text(&self, text: &str) -> Value {
        let body = json!({ "text": text, "incidentReference": "2026/117" }).to_string();
        let headers = [("content-type", "application/json")];
        self.post("/v1/rescue/look-ups", &headers, body.into_bytes()).await.expect(200).json()
    }
}

async fn reply(request: reqwest::RequestBuilder) -> Reply {
    let answer = request.send().await.expect("an answer");
    Reply {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        bytes: answer.bytes().await.expect("a whole answer").to_vec(),
    }
}

async fn open(
    app: &TestApp,
    folder: PathBuf,
    registry: Option<String>,
    token: Option<TokenSettings>,
) -> Receiver {
    Receiver::open(
        settings(&folder, registry, token),
        Arc::clone(&app.clock) as Arc<dyn anrop::clock::Clock>,
    )
    .await
    .expect("the receiver opens")
}

/// Settings of a receiver that has everything in `folder`.
pub fn settings(
    folder: &std::path::Path,
    registry: Option<String>,
    token: Option<TokenSettings>,
) -> ReceiverSettings {
    ReceiverSettings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        registry,
        key: folder.join("key"),
        data: folder.join("copy"),
        trust: folder.join("trust"),
        token,
        identity: None,
        roots: None,
        readers: None,
        poll: Duration::from_secs(60),
        compare: Duration::from_secs(3600),
        log_format_json: true,
    }
}

async fn serve(receiver: &Receiver) -> (String, tokio::task::JoinHandle<()>) {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free port");
    let address = acceptor.local_addr()[0].to_string();
    let routes = api::routes(receiver);
    let server = tokio::spawn(async move {
        let _ = Server::new_with_acceptor(acceptor).run(routes).await;
    });
    (format!("http://{}", address.trim_start_matches("socket://")), server)
}

impl Drop for TestReceiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}
