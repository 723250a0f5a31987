//! The provider's process: started on a free port of this machine, told who its people are, ended with
//! the test.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anrop::identity::{
    client::{self, ClientProof},
    token::{IssuerSettings, KeysFrom, Terms},
};
use serde_json::{Value, json};

use crate::support::{TestApp, Who, program};

/// The version that `tests/run` fetches.
const FOLDER: &str = "oidc-provider-9.13.3";

/// A running provider.
pub struct Provider {
    pub issuer: String,
    /// What it said at its start: keys of clients, its own public keys.
    pub told: Value,
    child: Child,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Provider {
    pub fn start() -> Self {
        let target = option_env!("CARGO_TARGET_DIR").unwrap_or("target");
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let modules = root.join(target).join(FOLDER).join("node_modules");
        assert!(modules.exists(), "{} is missing; tests/run fetches it", modules.display());
        let mut child = Command::new("node")
            .arg(root.join("tests/it/oidc_provider/provider.mjs"))
            .arg(&modules)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs");
        let mut line = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("it says where it is");
        let told: Value = serde_json::from_str(&line).expect("JSON");
        let issuer = told["issuer"].as_str().expect("an address").to_owned();
        Self { issuer, told, child }
    }

    /// One of the private keys it made for its clients.
    pub fn key(&self, name: &str) -> String {
        self.told[name].as_str().expect("a key").to_owned()
    }

    async fn control(&self, what: &str, wish: &Value) -> Value {
        let request = program::client().post(format!("{}/_test/{what}", self.issuer));
        let answer = request.body(wish.to_string()).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        serde_json::from_slice(&answer.bytes().await.expect("whole")).expect("JSON")
    }

    /// From now on its identity tokens are wrong in this way.
    pub async fn tamper(&self, mode: &str, app: &TestApp) {
        let now = app.app.clock().now().timestamp();
        self.control("tamper", &json!({ "mode": mode, "now": now })).await;
    }

    /// It signs with other keys, and has forgotten those it had.
    pub async fn rotate(&self) {
        self.control("rotate", &json!({})).await;
    }

    /// A machine's token with some claims changed.
    pub async fn token(&self, change: &Value) -> String {
        self.control("token", change).await["token"].as_str().expect("a token").to_owned()
    }

    /// The provider as an issuer of machines' tokens.
    fn as_issuer(&self) -> IssuerSettings {
        IssuerSettings {
            terms: Terms {
                issuer: self.issuer.clone(),
                audience: "anrop".to_owned(),
                trusted_roles: false,
                levels: Vec::new(),
            },
            keys: KeysFrom::Address(format!("{}/.well-known/openid-configuration", self.issuer)),
        }
    }

    fn at(&self, name: &str, client_id: &str, proof: ClientProof) -> client::Provider {
        client::Provider {
            name: name.to_owned(),
            issuer: self.issuer.clone(),
            client_id: client_id.to_owned(),
            proof,
            trusted_roles: name == "staff",
            organisations: name == "people",
            levels: match name {
                "people" => {
                    ["idporten-loa-substantial", "idporten-loa-high"].map(str::to_owned).into()
                }
                _ => Vec::new(),
            },
        }
    }
}

/// An app whose pages are signed in to at a provider of its own.
pub async fn started() -> (TestApp, Provider) {
    let provider = tokio::task::spawn_blocking(Provider::start).await.expect("starts");
    let people = ClientProof::Key { pem: provider.key("people").into(), id: "people-1".to_owned() };
    let secret = "hemmelig-for-ansatte-og-lang-nok-til-alt".to_owned();
    let staff = ClientProof::Secret(secret.into());
    let sign_in = vec![
        provider.at("people", "anrop-people", people),
        provider.at("staff", "anrop-staff", staff),
    ];
    let issuers = vec![provider.as_issuer()];
    let app = TestApp::start_told(|settings, base| {
        base.clone_into(&mut settings.public_url);
        settings.sign_in = sign_in;
        settings.issuers = issuers;
    })
    .await;
    app.waive_deliveries();
    let business = json!({ "authority": "iso6523-actorid-upis", "ID": "0192:974760673" });
    let [kari, ola] = [1, 2].map(|n| Who::person(n).national_id().to_owned());
    let people = json!({
        "kari": { "pid": kari },
        "kari-with-roles": { "pid": kari, "roles": ["caseworker", "administrator"] },
        "ola-of-a-business": { "pid": ola, "consumer": business },
        "saksbehandler": { "roles": ["caseworker"] },
    });
    provider.control("configure", &json!({ "base": app.base, "people": people })).await;
    (app, provider)
}
