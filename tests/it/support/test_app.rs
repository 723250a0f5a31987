//! An app of its own for one test: fresh database, real socket, a clock that is moved by hand.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anrop::{
    app::{App, Parts},
    clock::{Clock as _, ManualClock},
    config::{self, Mode, Settings},
    database::{DatabaseSettings, Db, Migration},
    http,
    identity::token,
    jobs::{Duties, Jobs},
    keys::{KeyRing, Origin},
    register,
    seal::sealer,
};
use chrono::{DateTime, TimeDelta, Utc};
use poem::{
    Server,
    listener::{Acceptor as _, Listener as _, TcpListener},
};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::{Who, cluster, log};

/// An answer, read whole.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("not JSON ({}): {:?}", self.status, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The entity tag.
    pub fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The answer, which must be this problem.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Value {
        let reply = self.expect(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let body = reply.json();
        assert_eq!(body["type"], format!("/problems/{code}"), "{body}");
        body
    }
}

/// An app with its server.
pub struct TestApp {
    pub app: App,
    pub base: String,
    pub clock: Arc<ManualClock>,
    client: reqwest::Client,
    database: FreshDatabase,
    server: tokio::task::JoinHandle<()>,
    waived: AtomicBool,
    _folder: tempfile::TempDir,
}

/// Another process on the database of a [`TestApp`].
pub struct Neighbour {
    pub base: String,
    app: App,
    server: tokio::task::JoinHandle<()>,
    follower: tokio::task::JoinHandle<()>,
    /// Those of a process that serves, where it has them.
    _jobs: Option<Jobs>,
    _folder: tempfile::TempDir,
}

impl Neighbour {
    /// Waits until it tells of what is sealed, which it comes to by itself.
    pub async fn has_followed(&self, app: &TestApp) {
        let head = sealer::head(app.app.db().read()).await.expect("a head");
        let sealed = i64::try_from(head.count).expect("fits");
        let told = async {
            while self.app.lease().applied() < sealed {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        // ten times what the README promises; a process that does not follow fails here
        let told = tokio::time::timeout(Duration::from_secs(10), told).await;
        told.expect("the other process follows");
    }

    /// Reads which sessions other processes have ended, without waiting for its own turn.
    pub async fn read_ended_sessions(&self) {
        anrop::identity::ended::refresh(&self.app).await.expect("reads");
    }

    /// What a browser with this cookie is answered, without following where it leads.
    pub async fn status_with_cookie(&self, path: &str, cookie: &str) -> u16 {
        let builder =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let request = builder.build().expect("a client").get(format!("{}{path}", self.base));
        let answer = request.header("cookie", cookie).header("accept", "text/html").send().await;
        answer.expect("an answer").status().as_u16()
    }

    /// Ends it.
    pub async fn finish(self) {
        self.follower.abort();
        self.server.abort();
        self.app.db().close().await;
    }
}

/// True when the tests run on PostgreSQL.
pub fn on_postgres() -> bool {
    #[allow(clippy::disallowed_methods)] // the harness's own switch
    let backend = std::env::var("ANROP_TEST_BACKEND");
    backend.is_ok_and(|backend| backend == "postgres")
}

/// A migrated SQLite file that every test copies.
async fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceCell<(tempfile::TempDir, PathBuf)> = OnceCell::const_new();
    let (_, path) = TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("template.db");
            migrate(format!("sqlite:{}", path.display())).await;
            (folder, path)
        })
        .await;
    path
}

async fn migrate(url: String) {
    let clock = Arc::new(anrop::clock::SystemClock);
    let settings = DatabaseSettings { url, connections: 2, exclusive: false };
    let db = Db::connect(&settings, clock).await.expect("connects");
    db.migrate(Migration::Up).await.expect("migrates");
    db.close().await;
}

/// A migrated database of one test's own.
pub struct FreshDatabase {
    pub url: String,
    /// It lies on the PostgreSQL server and must be dropped there.
    pub on_server: bool,
}

/// A fresh database; on SQLite a file in `folder`.
pub async fn fresh_database(folder: &Path) -> FreshDatabase {
    if on_postgres() {
        let cluster = cluster::cluster();
        let template = cluster.template("anrop", migrate).await;
        return FreshDatabase { url: cluster.create_database(&template).await, on_server: true };
    }
    let path = folder.join("anrop.db");
    std::fs::copy(sqlite_template().await, &path).expect("a copy");
    FreshDatabase { url: format!("sqlite:{}", path.display()), on_server: false }
}

impl TestApp {
    /// A fresh app.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A fresh app with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_told(|settings, _| change(settings)).await
    }

    /// A fresh app that knows the address it is reached at, as sign-in needs it.
    pub async fn start_at_own_address() -> Self {
        Self::start_told(|settings, base| base.clone_into(&mut settings.public_url)).await
    }

    /// A fresh app with settings changed by somebody who is told its address.
    pub async fn start_told(change: impl FnOnce(&mut Settings, &str)) -> Self {
        // the machine's time, because signature libraries that are not ours compare with it
        Self::start_at(anrop::clock::SystemClock.now(), change).await
    }

    /// A fresh app on a day of its own, for tests of law that changes on a known day. Nothing that others
    /// verify by the machine's time, such as deliveries, can be tested with it.
    pub async fn start_on(day: &str) -> Self {
        let noon = format!("{day}T12:00:00Z").parse().expect("a day");
        Self::start_at(noon, |_, _| {}).await
    }

    async fn start_at(now: DateTime<Utc>, change: impl FnOnce(&mut Settings, &str)) -> Self {
        log::capture();
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free port");
        let address = acceptor.local_addr()[0].to_string();
        let base = format!("http://{}", address.trim_start_matches("socket://"));
        let folder = tempfile::tempdir().expect("a folder");
        let database = fresh_database(folder.path()).await;
        let mut settings = config::load(None).expect("defaults are sound");
        settings.mode = Mode::Development;
        settings.built_in_issuer = true;
        settings.database_url = database.url.clone();
        settings.database_connections = 16;
        settings.spool = folder.path().join("spool");
        settings.checkpoints = folder.path().join("checkpoints");
        settings.delivery_allow = vec!["http://127.0.0.0/8".to_owned()];
        settings.delivery_timeout = Duration::from_secs(2);
        change(&mut settings, &base);
        let clock = Arc::new(ManualClock::new(now));
        let keys = KeyRing::generate(now, Origin::Demo);
        let parts = Parts { settings, clock: clock.clone(), keys };
        let app = App::new(parts).await.expect("the app starts");
        let seq = register::follow::fill(&app, |_| {}).await.expect("the register fills");
        app.lease().set_applied(seq);
        app.feed().tell(seq);
        app.lease().hold_forever();
        let service = http::service(&app);
        let server = tokio::spawn(async move {
            let _ = Server::new_with_acceptor(acceptor).run(service).await;
        });
        Self {
            app,
            base,
            clock,
            client: reqwest::Client::builder().no_proxy().build().expect("a client"),
            database,
            server,
            waived: AtomicBool::new(false),
            _folder: folder,
        }
    }

    /// Starts the jobs beside the server, for tests of what runs by itself.
    pub async fn start_jobs(&self) -> Jobs {
        Jobs::start(&self.app, Duties::Both).await.expect("the jobs start")
    }

    /// A token of the built-in issuer.
    pub fn token(&self, who: &Who) -> String {
        let now = self.app.clock().now();
        token::issue(&self.app.keys(), &who.0, now, TimeDelta::hours(1)).expect("a token")
    }

    /// Sends a request.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        who: Option<&Who>,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Reply {
        let text = body.map(Value::to_string);
        self.send_raw(method, path, who, headers, text.as_deref().map(str::as_bytes)).await
    }

    /// Sends a request with any body.
    pub async fn send_raw(
        &self,
        method: &str,
        path: &str,
        who: Option<&Who>,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Reply {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(who) = who {
            request = request.header("authorization", format!("Bearer {}", self.token(who)));
        }
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body.to_vec());
        }
        let answer = request.send().await.expect("an answer");
        Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await.expect("a whole answer").to_vec(),
        }
    }

    /// GET.
    pub async fn get(&self, path: &str, who: &Who) -> Reply {
        self.send("GET", path, Some(who), &[], None).await
    }

    /// GET without sign-in.
    pub async fn get_public(&self, path: &str) -> Reply {
        self.send("GET", path, None, &[], None).await
    }

    /// GET without sign-in at the address of any process.
    pub async fn get_at(&self, base: &str, path: &str) -> Reply {
        let request = self.client.request(reqwest::Method::GET, format!("{base}{path}"));
        let answer = request.send().await.expect("an answer");
        Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await.expect("a whole answer").to_vec(),
        }
    }

    /// Another process on the same database, as far as the public can tell: an app of its own that
    /// follows the log under a lease of its own. PostgreSQL only.
    pub async fn neighbour(&self) -> Neighbour {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a free port");
        let address = acceptor.local_addr()[0].to_string();
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = self.app.settings().clone();
        settings.database_connections = 4;
        settings.spool = folder.path().join("spool");
        settings.checkpoints = folder.path().join("checkpoints");
        let keys = KeyRing::clone(&self.app.keys());
        let parts = Parts { settings, clock: self.clock.clone(), keys };
        let app = App::beside(parts).await.expect("the app starts");
        let seq = register::follow::fill(&app, |_| {}).await.expect("the register fills");
        app.lease().set_applied(seq);
        app.feed().tell(seq);
        register::lease::renew(&app).await.expect("a lease");
        let service = http::service(&app);
        let server = tokio::spawn(async move {
            let _ = Server::new_with_acceptor(acceptor).run(service).await;
        });
        let follower = app.clone();
        let follower = tokio::spawn(async move {
            loop {
                register::lease::renew(&follower).await.expect("a lease");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Neighbour {
            base: format!("http://{}", address.trim_start_matches("socket://")),
            app,
            server,
            follower,
            _jobs: None,
            _folder: folder,
        }
    }

    /// The same with the jobs of a process that serves: it hears of changes, or looks for them, by itself.
    pub async fn neighbour_that_follows(&self) -> Neighbour {
        let mut neighbour = self.neighbour().await;
        let jobs = Jobs::start(&neighbour.app, Duties::Serve).await.expect("its jobs start");
        neighbour._jobs = Some(jobs);
        neighbour
    }

    /// POST.
    pub async fn post(&self, path: &str, who: &Who, body: &Value) -> Reply {
        self.send("POST", path, Some(who), &[], Some(body)).await
    }

    /// POST on the version read.
    pub async fn post_on(&self, path: &str, who: &Who, etag: &str, body: &Value) -> Reply {
        self.send("POST", path, Some(who), &[("if-match", etag)], Some(body)).await
    }

    /// PUT.
    pub async fn put(&self, path: &str, who: &Who, etag: Option<&str>, body: &Value) -> Reply {
        let headers: Vec<(&str, &str)> = etag.map(|etag| ("if-match", etag)).into_iter().collect();
        self.send("PUT", path, Some(who), &headers, Some(body)).await
    }

    /// Seals what is committed.
    pub async fn seal(&self) -> u64 {
        sealer::seal_all(&self.app).await.expect("seals").count
    }

    /// Delivers everything that is due.
    pub async fn deliver(&self) -> usize {
        anrop::delivery::worker::run_once(&self.app).await.expect("delivers")
    }

    /// The date some days from now.
    pub fn day_in(&self, days: i64) -> chrono::NaiveDate {
        // where the authority is: between 22 and 24 UTC it is a day later there
        anrop::values::calendar::oslo_date(self.clock.now()) + TimeDelta::days(days)
    }

    /// The address of the database.
    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// One number from the database.
    pub async fn count(&self, sql: &str) -> i64 {
        use sea_orm::{ConnectionTrait as _, Statement};
        let connection = self.app.db().read();
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.expect("answers").expect("a row");
        row.try_get("", "n").expect("a number")
    }

    /// Changes rows past the registry, as somebody with the database could.
    pub async fn execute(&self, sql: &str) {
        use sea_orm::ConnectionTrait as _;
        let run = |tx: anrop::database::Tx| async move {
            tx.execute_unprepared(sql).await?;
            Ok(())
        };
        self.app.db().write(run).await.expect("is carried out");
    }

    /// This test is not about deliveries: they may be left.
    pub fn waive_deliveries(&self) {
        self.waived.store(true, Ordering::SeqCst);
    }

    /// Ends the test: nothing may be left to deliver.
    pub async fn finish(self) {
        if !self.waived.load(Ordering::SeqCst) {
            let left =
                self.count("SELECT count(*) AS n FROM delivery WHERE status = 'pending'").await;
            assert_eq!(left, 0, "deliveries were left that were neither run nor waived");
        }
        log::assert_clean();
        self.server.abort();
        self.app.db().close().await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
        if self.database.on_server {
            cluster::cluster().drop_database(&self.database.url);
        }
    }
}
