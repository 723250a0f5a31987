//! The PostgreSQL server of the test run, and a fresh database on it for every test.
//!
//! `TEST_DATABASE_URL`, when set, names a running server (PostgreSQL 15 or newer; a user who may
//! create databases). Otherwise the first caller starts a private one: found on this machine, in a
//! folder of its own under `/tmp`, reachable through a Unix socket in that folder only. It is
//! started by a small shell process, the watchdog, which holds the reading end of a pipe from this
//! process. However this process ends, killed included, the pipe closes, and the watchdog stops the
//! server and removes the folder.
//!
//! The private server runs without `fsync`: a power cut may destroy it, which no test would notice.
//! Nothing outside the tests may use it, and nothing here may reach a database whose name does not
//! begin with `anrop_test_`.

use std::{
    collections::HashMap,
    env, fs,
    io::{BufRead as _, BufReader, Read as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use tokio::sync::Mutex;

/// What every database made here is called, before the second, process and count that make it unique.
const PREFIX: &str = "anrop_test_";

/// The oldest server the registry runs on, as `server_version_num` writes it.
const OLDEST_SERVER: i32 = 150_000;

/// Seconds after which a database left on a given server by an earlier run is dropped. Longer than
/// any run, so that two runs beside each other do not disturb one another.
const LEFT_BEHIND_AFTER: u64 = 3 * 60 * 60;

/// What the watchdog runs; `$1` is the folder of `initdb` and `pg_ctl`. It answers one line,
/// `ready FOLDER`, or says what went wrong and ends.
///
/// The folder lies in `/tmp` whatever `TMPDIR` says: the path of a Unix socket has at most 107 bytes,
/// and the server's user can enter it. `PIPE` is ignored so that a write after the test process is
/// gone fails instead of ending the shell before it has cleaned up.
const WATCHDOG: &str = r#"
trap '' PIPE
folder=$(mktemp -d /tmp/anrop-postgres.XXXXXX) || exit 1
trap '"$1/pg_ctl" stop -s -D "$folder/data" -m immediate; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
{
    "$1/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync &&
    cat >>"$folder/data/postgresql.conf" <<SETTINGS &&
listen_addresses = ''
unix_socket_directories = '$folder'
port = 5432
max_connections = 300
fsync = off
full_page_writes = off
autovacuum = off
SETTINGS
    "$1/pg_ctl" start -s -w -t 60 -D "$folder/data" -l "$folder/server.log"
} >"$folder/start.log" 2>&1 || { cat "$folder"/*.log; exit 1; }
echo "ready $folder"
read -r until_the_test_process_ends
"#;

/// The server of this test process, started or found by the first caller.
///
/// # Panics
/// When there is no server to be had. The text says why and what to do.
pub fn cluster() -> &'static Cluster {
    // The failure is kept too: hundreds of tests must not each wait for the same missing server.
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    let found = CLUSTER.get_or_init(|| {
        #[expect(
            clippy::disallowed_methods,
            reason = "a setting of the tests, not of the registry"
        )]
        match env::var("TEST_DATABASE_URL") {
            Ok(url) => Cluster::at(url).map_err(|error| format!("TEST_DATABASE_URL: {error}")),
            Err(_) => Cluster::private(),
        }
    });
    found.as_ref().unwrap_or_else(|error| panic!("no PostgreSQL server for the tests: {error}"))
}

/// A PostgreSQL server on which tests make databases.
pub struct Cluster {
    /// Address of its maintenance database, with a user who may create databases.
    pub admin_url: String,
    /// Migrated templates of this process, by the name the tests give them.
    templates: Mutex<HashMap<String, String>>,
    /// Kept for its end of the pipe; `None` for a server that was given.
    _server: Option<PrivateServer>,
}

impl Cluster {
    /// The server at `admin_url`, freed from what earlier runs left on it.
    fn at(admin_url: String) -> Result<Self, String> {
        run_apart(async {
            check_version(&admin_url).await?;
            drop_left_behind(&admin_url).await.map_err(|error| error.to_string())
        })?;
        Ok(Self { admin_url, templates: Mutex::default(), _server: None })
    }

    /// A server of our own.
    fn private() -> Result<Self, String> {
        let server = PrivateServer::start()?;
        let admin_url = server.admin_url();
        run_apart(check_version(&admin_url))?;
        Ok(Self { admin_url, templates: Mutex::default(), _server: Some(server) })
    }

    /// The name of the database `migrate` has filled, for [`Self::create_database`]. The first caller
    /// in this process creates it and calls `migrate` with its address; the others wait for it.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn template(&self, name: &str, migrate: impl AsyncFnOnce(String)) -> String {
        let mut templates = self.templates.lock().await;
        if let Some(template) = templates.get(name) {
            return template.clone();
        }
        let template = unique_name();
        self.execute(&format!("CREATE DATABASE {template}")).await;
        migrate(database_url(&self.admin_url, &template)).await;
        // A template with an open connection cannot be copied, so nobody may connect from here on.
        self.execute(&format!("ALTER DATABASE {template} ALLOW_CONNECTIONS false")).await;
        self.execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'"
        ))
        .await;
        templates.insert(name.to_owned(), template.clone());
        template
    }

    /// Cuts a database off from everybody while `action` runs: connections end and none can be made.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn while_cut_off(&self, url: &str, action: impl AsyncFnOnce()) {
        self.take_away(url).await;
        action().await;
        self.give_back(url).await;
    }

    /// Copies `template` (see [`Self::template`]) to a database of a new name; returns its address.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn create_database(&self, template: &str) -> String {
        let name = unique_name();
        self.execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        database_url(&self.admin_url, &name)
    }

    /// Takes the database at `url` away: every connection is closed and no new one is let in.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn take_away(&self, url: &str) {
        let name = database_name(url);
        self.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
        self.execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))
        .await;
    }

    /// Gives the database at `url` back.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn give_back(&self, url: &str) {
        let name = database_name(url);
        self.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    }

    /// Drops the database at `url`, closing what is still connected to it. It waits until that is
    /// done and neither awaits nor panics, so that it can be called from `Drop`.
    pub fn drop_database(&self, url: &str) {
        let name = database_name(url);
        if !name.starts_with(PREFIX) {
            eprintln!("not dropped, because no test made it: database {name}");
            return;
        }
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        if let Err(error) = run_apart(execute(&self.admin_url, &sql)) {
            eprintln!("{sql}: {error}");
        }
    }

    async fn execute(&self, sql: &str) {
        if let Err(error) = execute(&self.admin_url, sql).await {
            panic!("{sql}: {error}");
        }
    }
}

/// A server started for this process. Dropping it closes the pipe, which ends the server.
struct PrivateServer {
    folder: PathBuf,
    _watchdog: Child,
}

impl PrivateServer {
    fn start() -> Result<Self, String> {
        let programs = find_programs().ok_or(
            "initdb and pg_ctl of PostgreSQL 15 or newer were not found on the PATH nor in \
             /usr/lib/postgresql. Install the server (Debian: apt-get install postgresql), run \
             tests/run, which does that, or set TEST_DATABASE_URL",
        )?;
        let mut command = Command::new("sh");
        command
            .args(["-c", WATCHDOG, "sh"])
            .arg(programs)
            .current_dir("/") // the server's user need not be able to enter ours
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0); // Ctrl-C in the terminal must not end it before it has cleaned up
        if user_number(&["-u"]) == Some(0) {
            // PostgreSQL refuses to run as root. Setting the user also drops root's other groups.
            let (user, group) = unprivileged_user()?;
            command.uid(user).gid(group);
        }
        let mut watchdog = command.spawn().map_err(|error| format!("sh: {error}"))?;
        let mut answer = BufReader::new(watchdog.stdout.take().expect("stdout is piped"));
        let mut text = String::new();
        answer.read_line(&mut text).map_err(|error| error.to_string())?;
        if let Some(folder) = text.strip_prefix("ready ") {
            Ok(Self { folder: PathBuf::from(folder.trim_end()), _watchdog: watchdog })
        } else {
            let _ = answer.read_to_string(&mut text); // what was read so far is told anyway
            Err(format!("it did not start:\n{text}"))
        }
    }

    fn admin_url(&self) -> String {
        // The host of the query wins; the one before it only makes the address a valid URL.
        format!(
            "postgres://postgres@localhost:5432/postgres?host={}&sslmode=disable",
            self.folder.display()
        )
    }
}

/// The folder of `initdb` and `pg_ctl`: the real place of an `initdb` on the PATH, else Debian's
/// folder of the newest version.
fn find_programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).filter_map(|folder| {
        fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned)
    });
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    versions.sort_unstable_by_key(|(version, _)| std::cmp::Reverse(*version));
    on_path
        .chain(versions.into_iter().map(|(_, folder)| folder.join("bin")))
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// User and group to run the server as when we are root: the one PostgreSQL's package made, or nobody.
fn unprivileged_user() -> Result<(u32, u32), String> {
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| Some((user_number(&["-u", name])?, user_number(&["-g", name])?)))
        .ok_or_else(|| {
            "PostgreSQL does not run as root, and no user postgres or nobody exists".into()
        })
}

/// What `id` answers, which knows every user source of the machine and needs no unsafe code.
fn user_number(arguments: &[&str]) -> Option<u32> {
    let answer = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
}

/// A name no other database on the server has. It begins with the second of its making, so that a
/// later run can tell what was left behind.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}_{}_{count}", seconds_now(), std::process::id())
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The address `admin_url` with another database.
fn database_url(admin_url: &str, name: &str) -> String {
    let (address, query) = match admin_url.split_once('?') {
        Some((address, query)) => (address, format!("?{query}")),
        None => (admin_url, String::new()),
    };
    let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
    let authority = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{name}{query}")
}

/// The database of an address.
fn database_name(url: &str) -> &str {
    let address = url.split('?').next().unwrap_or_default();
    address.rsplit('/').next().unwrap_or_default()
}

/// Runs one statement on a connection of its own. A shared pool would belong to the runtime of the
/// test that opened it and die with it.
async fn execute(url: &str, sql: &str) -> Result<(), DbErr> {
    let connection = connect(url).await?;
    let done = connection.execute_unprepared(sql).await;
    connection.close().await?;
    done.map(|_| ())
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).acquire_timeout(Duration::from_secs(10)).sqlx_logging(false);
    Database::connect(options).await
}

async fn check_version(url: &str) -> Result<(), String> {
    let numbers = query::<i32>(url, "SELECT current_setting('server_version_num')::int").await;
    match numbers.map_err(|error| error.to_string())?.first() {
        Some(&number) if number >= OLDEST_SERVER => Ok(()),
        _ => Err("the server is older than PostgreSQL 15".into()),
    }
}

/// Drops the test databases older than [`LEFT_BEHIND_AFTER`].
async fn drop_left_behind(url: &str) -> Result<(), DbErr> {
    let all = "SELECT datname::text FROM pg_database WHERE datname LIKE 'anrop\\_test\\_%'";
    let newest = seconds_now().saturating_sub(LEFT_BEHIND_AFTER);
    for name in query::<String>(url, all).await? {
        let made = name[PREFIX.len()..].split('_').next().and_then(|second| second.parse().ok());
        if made.is_some_and(|second: u64| second < newest) {
            execute(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
    }
    Ok(())
}

/// The first column of every row.
async fn query<T: sea_orm::TryGetable>(url: &str, sql: &str) -> Result<Vec<T>, DbErr> {
    let connection = connect(url).await?;
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    connection.close().await?;
    rows?.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Waits for `future` on a thread and runtime of its own, since a test's runtime cannot be entered
/// twice.
fn run_apart<F: Future<Output: Send> + Send>(future: F) -> F::Output {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be made").block_on(future)
    };
    thread::scope(|scope| scope.spawn(work).join().expect("database work does not panic"))
}

#[cfg(test)]
mod tests;
