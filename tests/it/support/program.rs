//! The built program, run as its operators run it: processes of their own on one database, started,
//! stopped and killed by a test. It knows the command line and the settings and nothing else.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

use anrop::{
    clock::{Clock as _, SystemClock},
    database::{DatabaseSettings, Db},
    identity::token,
    keys::KeyRing,
};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, Statement, TryGetable};
use serde_json::Value;

use super::{
    Reply, Who, cluster,
    test_app::{self, FreshDatabase},
};

/// Longest time a process may take to answer after its start.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A loopback address to listen on. Below the ports that outgoing connections are given, or one of
/// those could take it between here and the start of the process.
pub fn free_address() -> String {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 20_000).expect("small");
    loop {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let address = format!("127.0.0.1:{}", 10_000 + (first + tried) % 20_000);
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
        assert!(tried < 20_000, "no port is free");
    }
}

/// One database with keys and folders, for any number of processes.
pub struct Installation {
    folder: tempfile::TempDir,
    database: FreshDatabase,
    keys: KeyRing,
}

impl Installation {
    /// A fresh one; the keys are made by the program.
    pub async fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = test_app::fresh_database(folder.path()).await;
        let made = command(&folder, &database, "keys", &["keys", "init"]).output().expect("runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let keys = KeyRing::load(&folder.path().join("keys.toml")).expect("the ring it made");
        Self { folder, database, keys }
    }

    /// Runs the program to its end. `name` is the process's: its folders carry it.
    pub async fn run(&self, name: &str, arguments: &[&str]) -> Output {
        let mut command = command(&self.folder, &self.database, name, arguments);
        tokio::task::spawn_blocking(move || command.output().expect("runs")).await.expect("ends")
    }

    /// Starts a process that serves or works. It may not answer yet, nor ever.
    pub fn spawn(&self, name: &str, arguments: &[&str]) -> Process {
        let address = free_address();
        let log = File::options().create(true).append(true).open(self.log_path(name));
        let child = command(&self.folder, &self.database, name, arguments)
            .env("ANROP__HTTP__LISTEN", &address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("a log file"))
            .spawn()
            .expect("starts");
        Process { child, base: format!("http://{address}") }
    }

    /// Starts a process that serves, and waits until it answers.
    pub async fn serve(&self, name: &str, arguments: &[&str]) -> Process {
        let mut process = self.spawn(name, arguments);
        assert!(process.answers().await, "{name} does not answer:\n{}", self.log(name));
        process
    }

    /// Starts a receiver that follows `registry`, with key, trusted keys, token and copy in `folder`.
    pub fn spawn_receiver(&self, folder: &Path, address: &str, registry: &str) -> Process {
        let log = File::options().create(true).append(true).open(self.log_path("receiver"));
        let child = command(&self.folder, &self.database, "receiver", &["receiver"])
            .env("ANROP__RECEIVER__LISTEN", address)
            .env("ANROP__RECEIVER__REGISTRY", registry)
            .env("ANROP__RECEIVER__KEY", folder.join("key"))
            .env("ANROP__RECEIVER__TRUST", folder.join("trust"))
            .env("ANROP__RECEIVER__TOKEN", folder.join("token"))
            .env("ANROP__RECEIVER__DATA", folder.join("copy"))
            .env("ANROP__RECEIVER__POLL_SECONDS", "1")
            .env("ANROP__RECEIVER__COMPARE_SECONDS", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("a log file"))
            .spawn()
            .expect("starts");
        Process { child, base: format!("http://{address}") }
    }

    /// Everything the processes of this name have logged.
    pub fn log(&self, name: &str) -> String {
        fs::read_to_string(self.log_path(name)).unwrap_or_default()
    }

    fn log_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }

    /// A token of the built-in issuer.
    pub fn token(&self, who: &Who) -> String {
        token::issue(&self.keys, &who.0, SystemClock.now(), TimeDelta::hours(1)).expect("a token")
    }

    async fn connect(&self) -> Db {
        let settings =
            DatabaseSettings { url: self.database.url.clone(), connections: 2, exclusive: false };
        Db::connect(&settings, std::sync::Arc::new(SystemClock)).await.expect("connects")
    }

    /// The column `x` of every row.
    pub async fn column<T: TryGetable>(&self, sql: &str) -> Vec<T> {
        let db = self.connect().await;
        let statement = Statement::from_string(db.read().get_database_backend(), sql);
        let rows = db.read().query_all_raw(statement).await.expect("answers");
        let values = rows.iter().map(|row| row.try_get("", "x").expect("the type")).collect();
        db.close().await;
        values
    }
}

impl Installation {
    /// Cuts every process off from the database while `action` runs. PostgreSQL only.
    pub async fn without_database(&self, action: impl AsyncFnOnce()) {
        cluster::cluster().while_cut_off(&self.database.url, action).await;
    }

    /// Carries out `statement` and, before its transaction ends, `action`.
    pub async fn during(&self, statement: &str, action: impl AsyncFn()) {
        let db = self.connect().await;
        let action = &action;
        db.write(|tx| async move {
            tx.execute_unprepared(statement).await?;
            action().await;
            Ok(())
        })
        .await
        .expect("commits");
        db.close().await;
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if self.database.on_server {
            cluster::cluster().drop_database(&self.database.url);
        }
    }
}

/// The demo in a folder of its own, with its made-up year, once it answers.
pub async fn demo(folder: &Path) -> Process {
    let address = free_address();
    let log = File::create(folder.join("demo.log")).expect("a log file");
    let child = Command::new(env!("CARGO_BIN_EXE_anrop"))
        .args(["demo", "--listen", &address, "--data"])
        .arg(folder)
        .env_clear()
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("starts");
    let mut process = Process { child, base: format!("http://{address}") };
    assert!(process.answers_within(Duration::from_secs(180)).await, "the demo does not start");
    process
}

fn command(
    folder: &tempfile::TempDir,
    database: &FreshDatabase,
    name: &str,
    arguments: &[&str],
) -> Command {
    let path = |part: &str| folder.path().join(part);
    let mut command = Command::new(env!("CARGO_BIN_EXE_anrop"));
    command
        .args(arguments)
        .env_clear() // no setting of the test run reaches it
        .current_dir(folder.path())
        .env("ANROP__DATABASE__URL", &database.url)
        .env("ANROP__KEYS__RING", path("keys.toml"))
        .env("ANROP__SEAL__CHECKPOINTS", path("checkpoints"))
        .env("ANROP__RESCUE__SPOOL", path(&format!("spool-{name}")))
        .env("ANROP__IDENTITY__BUILT_IN", "true")
        .env("ANROP__HTTP__METRICS_LISTEN", "127.0.0.1:0")
        .env("ANROP__DELIVERY__ALLOW", "http://127.0.0.0/8")
        .env("ANROP__DELIVERY__TIMEOUT_SECONDS", "2");
    command
}

/// A running process. Dropping it kills it.
pub struct Process {
    child: Child,
    /// Where it answers.
    pub base: String,
}

impl Process {
    /// Waits until it answers; false when it ends before.
    pub async fn answers(&mut self) -> bool {
        self.answers_within(START_LIMIT).await
    }

    async fn answers_within(&mut self, limit: Duration) -> bool {
        let client = client();
        let began = Instant::now();
        while self.child.try_wait().expect("a child").is_none() {
            let asked = client.get(format!("{}/healthz", self.base)).send().await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return true;
            }
            assert!(began.elapsed() < limit, "it neither answers nor ends");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }

    /// Kills it on the spot (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().expect("kill(1)");
        assert!(sent.success());
    }

    /// How it ended, waiting for at most `limit`.
    pub async fn ended(&mut self, limit: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        loop {
            let ended = self.child.try_wait().expect("a child");
            if ended.is_some() || began.elapsed() > limit {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill(); // has ended already when killed or waited for
        let _ = self.child.wait();
    }
}

/// A client without proxies, with a time limit.
pub fn client() -> reqwest::Client {
    let limit = Duration::from_secs(15);
    let _ = rustls::crypto::ring::default_provider().install_default(); // once is enough
    reqwest::Client::builder().no_proxy().timeout(limit).build().expect("a client")
}

/// A request to a process.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub who: Option<&'a Who>,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: Option<&'a Value>,
}

impl<'a> Call<'a> {
    /// A request of somebody's, without body.
    pub fn new(method: &'a str, path: &'a str, who: &'a Who) -> Self {
        Self { method, path, who: Some(who), headers: &[], body: None }
    }

    /// With a body.
    pub fn body(self, body: &'a Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// With headers.
    pub fn headers(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self { headers, ..self }
    }

    /// Sends it; an error when no whole answer came.
    pub async fn send(
        self,
        client: &reqwest::Client,
        installation: &Installation,
        base: &str,
    ) -> reqwest::Result<Reply> {
        let method = reqwest::Method::from_bytes(self.method.as_bytes()).expect("a method");
        let mut request = client.request(method, format!("{base}{}", self.path));
        if let Some(who) = self.who {
            request = request.bearer_auth(installation.token(who));
        }
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = self.body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await?;
        Ok(Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await?.to_vec(),
        })
    }
}
