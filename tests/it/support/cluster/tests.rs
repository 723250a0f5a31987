//! The harness itself: that it starts, copies, drops, and leaves nothing behind. What needs a server
//! runs in the PostgreSQL pass of the suite only, so that the SQLite pass needs nothing installed.

use std::time::Instant;

use super::*;

/// Set for the child process of the test that kills one.
const TO_BE_KILLED: &str = "ANROP_TEST_TO_BE_KILLED";

#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the registry")]
fn is_set(name: &str, value: &str) -> bool {
    env::var(name).is_ok_and(|set| set == value)
}

fn on_postgres() -> bool {
    is_set("ANROP_TEST_BACKEND", "postgres")
}

async fn fill(url: String) {
    execute(&url, "CREATE TABLE thing (id int PRIMARY KEY)").await.expect("filled");
}

/// Runs SQL in the database at `url` through a pool that stays open, as a test's would.
async fn open(url: &str, sql: &str) -> DatabaseConnection {
    let pool = connect(url).await.expect("connected");
    pool.execute_unprepared(sql).await.expect("executed");
    pool
}

async fn exists(cluster: &Cluster, url: &str) -> bool {
    let sql =
        format!("SELECT datname::text FROM pg_database WHERE datname = '{}'", database_name(url));
    !query::<String>(&cluster.admin_url, &sql).await.expect("asked").is_empty()
}

#[test]
fn an_address_keeps_everything_but_its_database() {
    for (admin, expected) in [
        ("postgres://u:p%2F@h:5433/postgres", "postgres://u:p%2F@h:5433/x"),
        ("postgresql://u@h", "postgresql://u@h/x"),
        (
            "postgres://u@h/?host=/tmp/a&sslmode=disable",
            "postgres://u@h/x?host=/tmp/a&sslmode=disable",
        ),
    ] {
        assert_eq!(database_url(admin, "x"), expected);
        assert_eq!(database_name(expected), "x");
    }
}

#[tokio::test]
async fn every_test_has_a_copy_of_its_own() {
    if !on_postgres() {
        return;
    }
    let cluster = cluster();
    let template = cluster.template("harness", fill).await;
    let unused = async |_| panic!("a template is migrated once per process");
    assert_eq!(cluster.template("harness", unused).await, template);

    let (one, other) =
        tokio::join!(cluster.create_database(&template), cluster.create_database(&template));
    assert_ne!(one, other);
    let _first = open(&one, "INSERT INTO thing VALUES (1)").await;
    let _second = open(&other, "INSERT INTO thing VALUES (1)").await;

    // Both pools are still open: a test that fails leaves them so.
    cluster.drop_database(&one);
    cluster.drop_database(&other);
    assert!(!exists(cluster, &one).await);
    assert!(!exists(cluster, &other).await);
}

#[tokio::test]
async fn a_template_left_open_can_still_be_copied() {
    if !on_postgres() {
        return;
    }
    let cluster = cluster();
    let mut pool = None;
    let keep_open = async |url: String| pool = Some(open(&url, "SELECT 1").await);
    let template = cluster.template("left-open", keep_open).await;
    let copy = cluster.create_database(&template).await;
    assert!(exists(cluster, &copy).await);
    cluster.drop_database(&copy);
}

#[tokio::test]
async fn a_database_of_somebody_else_is_not_dropped() {
    if !on_postgres() {
        return;
    }
    let cluster = cluster();
    cluster.drop_database(&cluster.admin_url);
    assert!(exists(cluster, &cluster.admin_url).await);
}

#[tokio::test]
async fn a_given_server_is_used_and_swept_of_old_databases_only() {
    if !on_postgres() {
        return;
    }
    let private = cluster();
    let fresh = unique_name();
    let old = format!("{PREFIX}1700000000_1_{}", std::process::id());
    for name in [&fresh, &old] {
        private.execute(&format!("CREATE DATABASE {name}")).await;
    }
    let given = Cluster::at(private.admin_url.clone()).expect("it answers");
    assert!(exists(&given, &database_url(&given.admin_url, &fresh)).await);
    assert!(!exists(&given, &database_url(&given.admin_url, &old)).await);
    given.drop_database(&database_url(&given.admin_url, &fresh));
}

#[test]
fn an_address_without_a_server_is_an_error_and_does_not_tell_the_password() {
    let error = Cluster::at("postgres://somebody:not-told@localhost/postgres?host=/nowhere".into())
        .err()
        .expect("there is no socket in a folder that does not exist");
    assert!(!error.contains("not-told"));
}

/// The same pipe closes when a process ends by itself, so this covers both ends.
#[test]
fn a_killed_test_process_leaves_no_server_and_no_folder() {
    if is_set(TO_BE_KILLED, "1") {
        let server = PrivateServer::start().expect("started");
        println!("\nfolder {}", server.folder.display());
        thread::sleep(Duration::from_mins(1)); // it is killed long before
        return;
    }
    if !on_postgres() {
        return;
    }
    let (_, module) = module_path!().split_once("::").expect("a module of the test crate");
    let name = format!("{module}::a_killed_test_process_leaves_no_server_and_no_folder");
    let mut process = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", &name, "--nocapture"])
        .env(TO_BE_KILLED, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let output = BufReader::new(process.stdout.take().expect("piped"));
    let folder = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("folder ").map(PathBuf::from))
        .expect("the process tells its folder");
    let lock = fs::read_to_string(folder.join("data/postmaster.pid")).expect("the server runs");
    let server = lock.lines().next().expect("its first line is the process").to_owned();
    assert!(runs(&server));

    process.kill().expect("killed");
    process.wait().expect("ended");
    let limit = Instant::now() + Duration::from_secs(15);
    while folder.exists() {
        assert!(Instant::now() < limit, "the folder is still there");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(!runs(&server));
}

/// False for one that has ended and only waits to be collected by its parent, which in a container
/// may take its time.
fn runs(process: &str) -> bool {
    fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| !line.is_empty())
}
