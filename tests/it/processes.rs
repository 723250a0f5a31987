//! Several processes on one database, and the end of a process. What needs several processes runs on
//! PostgreSQL only and passes at once on SQLite, which serves one process; that one is tested here too.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anrop::identity::Role;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    Reply, Who, people,
    program::{Call, Installation, Process, client},
    test_app::on_postgres,
};

const CONSENT: &str = "/v1/consents/call-sign-list";
/// How soon a change at one process must show at another.
const VISIBLE: Duration = Duration::from_secs(1);

/// Two processes that serve, `a` and `b`, and one that works.
struct Cluster {
    installation: Installation,
    client: reqwest::Client,
    a: Process,
    b: Process,
    work: Option<Process>,
}

/// Somebody with an amateur licence.
struct Holder {
    who: Who,
    name: String,
    call_sign: String,
}

impl Cluster {
    async fn start() -> Self {
        let installation = Installation::make().await;
        let a = installation.serve("a", &["serve"]).await;
        let b = installation.serve("b", &["serve"]).await;
        let work = installation.spawn("work", &["work"]);
        Self { installation, client: client(), a, b, work: Some(work) }
    }

    async fn send(&self, process: &Process, call: Call<'_>) -> Reply {
        let sent = call.send(&self.client, &self.installation, &process.base).await;
        sent.expect("an answer")
    }

    /// Waits until the process that works seals: it is started last, and a machine may be slow with that. What is
    /// changed from then on must show in time.
    async fn seals(&self) {
        let waiting = "SELECT count(*) AS x FROM log_entry WHERE seq IS NULL";
        let began = Instant::now();
        while self.installation.column::<i64>(waiting).await != [0] {
            let log = || self.installation.log("work");
            assert!(began.elapsed() < Duration::from_secs(60), "nothing is sealed:\n{}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The `n`th person's licence, applied for at `a`, once it is sealed.
    async fn holder(&self, n: u64) -> Holder {
        let who = Who::person(n);
        let result = json!({ "results": [{
            "nationalId": who.national_id(), "licenceClass": "full",
            "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
        }] });
        let examiner = Who::role(Role::Examiner);
        let call = Call::new("POST", "/v1/exam-results", &examiner).body(&result);
        self.send(&self.a, call).await.expect(201);
        let application = people::amateur_application(n, &[]);
        let call = Call::new("POST", "/v1/amateur/applications", &who).body(&application);
        let made = self.send(&self.a, call).await.expect(201).json();
        let name = application["applicant"]["name"].as_str().expect("a name").to_owned();
        let call_sign = made["callSign"].as_str().expect("a call sign").to_owned();
        self.seals().await;
        Holder { who, name, call_sign }
    }

    async fn give(&self, holder: &Holder) {
        let body = json!({ "callSign": holder.call_sign, "fields": ["name"] });
        let call = Call::new("PUT", CONSENT, &holder.who).body(&body);
        self.send(&self.a, call).await.expect(200);
    }

    async fn withdraw(&self, holder: &Holder) {
        self.send(&self.a, Call::new("DELETE", CONSENT, &holder.who)).await.expect(204);
    }

    /// Whether `b` shows the holder's name, alone or in the list.
    async fn shows(&self, holder: &Holder, listed: bool) -> bool {
        let sign = &holder.call_sign;
        let path = if listed {
            format!("/v1/call-signs?prefix={sign}")
        } else {
            format!("/v1/call-signs/{sign}")
        };
        let call = Call { who: None, ..Call::new("GET", &path, &holder.who) };
        let reply = self.send(&self.b, call).await.expect(200);
        reply.text().contains(&holder.name)
    }

    /// Waits until `b` shows the name, at most `limit`.
    async fn comes_to_show(&self, holder: &Holder, limit: Duration) {
        let began = Instant::now();
        while !self.shows(holder, false).await {
            assert!(began.elapsed() < limit, "not shown after {limit:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// One read at `b`.
struct Read {
    began: Instant,
    ended: Instant,
    shown: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_withdrawn_at_one_process_is_not_shown_by_another_after_the_answer() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start().await;
    let holder = cluster.holder(1).await;
    let (reads, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let reading = async |listed: bool| {
        while !over.load(Ordering::SeqCst) {
            let began = Instant::now();
            let shown = cluster.shows(&holder, listed).await;
            reads.lock().unwrap().push(Read { began, ended: Instant::now(), shown });
        }
    };
    let changing = async {
        let mut withdrawn = Vec::new();
        for _ in 0..50 {
            cluster.give(&holder).await;
            cluster.comes_to_show(&holder, VISIBLE).await;
            cluster.withdraw(&holder).await;
            let answered = Instant::now();
            tokio::time::sleep(Duration::from_millis(40)).await;
            withdrawn.push((answered, Instant::now()));
        }
        over.store(true, Ordering::SeqCst);
        withdrawn
    };
    let (withdrawn, ..) = tokio::join!(changing, reading(false), reading(true), reading(false));
    let reads = reads.into_inner().unwrap();
    for (from, to) in withdrawn {
        let during: Vec<_> = reads.iter().filter(|r| r.began > from && r.ended < to).collect();
        assert!(!during.is_empty(), "nobody read after the withdrawal");
        assert!(during.iter().all(|read| !read.shown), "shown after the withdrawal was answered");
    }
    assert!(reads.iter().any(|read| read.shown), "the reads see the name while it may be shown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_was_cut_off_shows_no_withdrawn_name_when_it_comes_back() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start().await;
    let (leaving, staying) = (cluster.holder(1).await, cluster.holder(2).await);
    cluster.give(&staying).await;
    for _ in 0..3 {
        cluster.give(&leaving).await;
        cluster.comes_to_show(&leaving, VISIBLE).await;
        cluster.b.signal("STOP");
        let stopped = Instant::now();
        cluster.withdraw(&leaving).await;
        let waited = stopped.elapsed();
        assert!(waited < Duration::from_secs(2), "{waited:?}: the lease runs out after one second");
        tokio::time::sleep_until((stopped + Duration::from_secs(3)).into()).await;
        cluster.b.signal("CONT");
        let back = Instant::now();
        while back.elapsed() < VISIBLE {
            assert!(!cluster.shows(&leaving, false).await, "shown {:?} after", back.elapsed());
        }
        // it has a lease again
        cluster.comes_to_show(&staying, VISIBLE).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_without_the_database_shows_no_person() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start().await;
    let holder = cluster.holder(1).await;
    cluster.give(&holder).await;
    cluster.comes_to_show(&holder, VISIBLE).await;
    // nobody can renew a lease while the table is locked
    cluster
        .installation
        .during("LOCK TABLE process_lease IN ACCESS EXCLUSIVE MODE", async || {
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            for _ in 0..20 {
                assert!(!cluster.shows(&holder, false).await, "shown without a lease");
                assert!(!cluster.shows(&holder, true).await, "listed without a lease");
            }
        })
        .await;
    cluster.comes_to_show(&holder, VISIBLE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_database_the_register_goes_on_without_persons_and_says_so() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start().await;
    let holder = cluster.holder(1).await;
    cluster.give(&holder).await;
    cluster.comes_to_show(&holder, VISIBLE).await;
    let family_name = holder.name.rsplit(' ').next().expect("a name").to_owned();
    let ask = async |path: &str| {
        let call = Call { who: None, ..Call::new("GET", path, &holder.who) };
        cluster.send(&cluster.b, call).await.expect(200)
    };
    let search = format!("/v1/call-signs?q={family_name}&facets=status,place");
    let look_up = format!("/v1/call-signs/{}", holder.call_sign);
    let found = ask(&search).await;
    assert_eq!((found.json()["total"].as_u64(), found.header("register-state")), (Some(1), ""));
    let file = |name: &str| format!("/v1/snapshots/latest/{name}");
    let with_persons = file("call-signs.csv");
    assert!(ask(&with_persons).await.text().contains(&family_name));
    cluster
        .installation
        .without_database(async || {
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            for _ in 0..20 {
                let shown = ask(&look_up).await;
                assert_eq!(shown.header("register-state"), "without-persons");
                assert_eq!(shown.json()["status"], "inUse");
                assert_eq!(shown.json()["holderWithheld"], true);
                assert!(!shown.text().contains(&family_name));
                let found = ask(&search).await;
                assert_eq!(found.header("register-state"), "without-persons");
                assert_eq!(found.json()["total"], 0, "nobody is found by a name that is not shown");
                assert_eq!(ask("/v1/call-signs?status=inUse").await.json()["total"], 1);
            }
            // files that show nobody, which nobody has asked for before
            for name in ["frequency-plan.csv", "number-ranges.csv", "suppliers.json"] {
                let kept = ask(&file(name)).await;
                assert_eq!(kept.header("register-state"), "without-persons", "{name}");
                assert!(!kept.bytes.is_empty(), "{name}");
            }
            let call = Call { who: None, ..Call::new("GET", &with_persons, &holder.who) };
            cluster.send(&cluster.b, call).await.expect(503);
        })
        .await;
    cluster.comes_to_show(&holder, Duration::from_secs(20)).await;
    assert_eq!(ask(&look_up).await.header("register-state"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_shows_at_another_process_whether_or_not_it_can_be_told_of() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start().await;
    let holder = cluster.holder(1).await;
    let listening = "FROM pg_stat_activity WHERE datname = current_database() \
                     AND query LIKE 'LISTEN%'";
    let count = format!("SELECT count(*) AS x {listening}");
    let end = format!("SELECT count(pg_terminate_backend(pid)) AS x {listening}");
    let began = Instant::now();
    while cluster.installation.column::<i64>(&count).await != [2] {
        assert!(began.elapsed() < Duration::from_secs(5), "two processes listen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..5 {
        cluster.give(&holder).await;
        cluster.comes_to_show(&holder, VISIBLE).await;
        cluster.withdraw(&holder).await;
        assert_eq!(cluster.installation.column::<i64>(&end).await.len(), 1);
        cluster.give(&holder).await;
        cluster.comes_to_show(&holder, VISIBLE).await;
        cluster.withdraw(&holder).await;
    }
    let began = Instant::now();
    while cluster.installation.column::<i64>(&count).await != [2] {
        assert!(began.elapsed() < Duration::from_secs(10), "they listen again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_shows_at_another_process_while_none_works() {
    if !on_postgres() {
        return;
    }
    let mut cluster = Cluster::start().await;
    let holder = cluster.holder(1).await;
    cluster.work.take().expect("one works").kill();
    for _ in 0..5 {
        cluster.give(&holder).await;
        cluster.comes_to_show(&holder, VISIBLE).await;
        cluster.withdraw(&holder).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_started_while_the_database_is_away_answers_rescue_centres_from_its_standby() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start().await;
    let centre = Who::role(Role::Rescue);
    let (holder, caseworker) = (Who::person(1), Who::caseworker("saksbehandler-1"));
    let application = people::plb_application(1);
    let call = Call::new("POST", "/v1/plb/applications", &holder).body(&application);
    let filed = cluster.send(&cluster.b, call).await.expect(201);
    let (path, etag) = (format!("{}/decision", filed.header("location")), filed.etag());
    let (headers, granted) = ([("if-match", etag.as_str())], json!({ "outcome": "granted" }));
    let call = Call::new("POST", &path, &caseworker).headers(&headers).body(&granted);
    let decided = cluster.send(&cluster.b, call).await.expect(200).json();
    let sign = decided["callSign"].as_str().expect("a call sign").to_owned();
    let look_up = format!("/v1/rescue/beacons/{sign}");
    let public = format!("/v1/call-signs/{sign}");
    let ask = async |process: &Process, path: &str, incident: &str| {
        let headers = [("incident-reference", incident)];
        cluster.send(process, Call::new("GET", path, &centre).headers(&headers)).await
    };
    // the sealer has come by, and the standby of `night` has everything
    let mut night = cluster.installation.serve("night", &["serve"]).await;
    let began = Instant::now();
    let known = "/v1/rescue/digest";
    while ask(&night, known, "x").await.expect(200).json()["count"] != 1 {
        assert!(began.elapsed() < Duration::from_secs(20), "the permit is not sealed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let before = ask(&night, &look_up, "2026/1").await.expect(200).json();
    assert_eq!(before["source"], "registry");
    night.signal("TERM");
    night.ended(Duration::from_secs(10)).await.expect("ends");

    let mut after = None;
    cluster
        .installation
        .without_database(async || {
            // nothing to answer from: it ends, as it always did
            let mut empty = cluster.installation.spawn("empty", &["serve"]);
            assert!(!empty.answers().await, "it has no standby");
            let ended = empty.ended(Duration::from_secs(10)).await.expect("has ended");
            assert_eq!(ended.code(), Some(1), "{}", cluster.installation.log("empty"));
            // killed once in between, as nights are
            cluster.installation.serve("night", &["serve"]).await.kill();
            let night = cluster.installation.serve("night", &["serve"]).await;
            let answer = ask(&night, &look_up, "2026/2").await.expect(200).json();
            assert_eq!(answer["source"], "standby");
            assert!(answer["dataAge"].as_i64().is_some_and(|age| age >= 0), "{answer}");
            assert!(answer["dataAsOf"].as_str() <= answer["answeredAt"].as_str());
            assert_eq!(answer["matches"], before["matches"]);
            let unknown = ask(&night, "/v1/rescue/beacons/LF9ZZ", "2026/3").await.expect(200);
            assert_eq!(unknown.json()["source"], "standby");
            // what is assigned must not look free, and nobody is let into the cluster's rotation
            ask(&night, &public, "x").await.expect_problem(503, "unavailable");
            ask(&night, "/readyz", "x").await.expect_problem(503, "unavailable");
            ask(&night, "/nb/call-signs", "x").await.expect(503);
            after = Some(night);
        })
        .await;
    let night = after.expect("a process");
    let began = Instant::now();
    let is_back = async || {
        let answer = ask(&night, &look_up, "2026/4").await.expect(200).json();
        answer["source"] == "registry" && ask(&night, &public, "x").await.status == 200
    };
    while !is_back().await {
        assert!(began.elapsed() < Duration::from_secs(30), "{}", cluster.installation.log("night"));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(ask(&night, &public, "x").await.json()["status"], "inUse");
    // what was looked up meanwhile is in the log
    let logged =
        "SELECT count(*) AS x FROM disclosure WHERE incident_reference IN ('2026/2', '2026/3')";
    while cluster.installation.column::<i64>(logged).await != [2] {
        assert!(began.elapsed() < Duration::from_secs(30), "the look-ups are not logged");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_second_process_on_one_sqlite_file_ends_and_says_why() {
    if on_postgres() {
        return;
    }
    let installation = Installation::make().await;
    let _first = installation.serve("first", &["serve", "--with-worker"]).await;
    for arguments in [&["serve", "--with-worker"][..], &["work"]] {
        let second = installation.run("second", arguments).await;
        assert_eq!(second.status.code(), Some(1));
        let said = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(said.contains("SQLite serves one process"), "{said}");
    }
    let alone = installation.run("third", &["serve"]).await;
    assert!(String::from_utf8_lossy(&alone.stderr).contains("--with-worker"));
}

#[tokio::test]
async fn a_process_ends_and_says_what_to_do_when_the_schema_is_not_up_to_date() {
    let installation = Installation::make().await;
    let down = installation.run("down", &["migrate", "down"]).await;
    assert!(down.status.success(), "{}", String::from_utf8_lossy(&down.stderr));
    for arguments in [&["serve", "--with-worker"][..], &["work"]] {
        let process = installation.run("behind", arguments).await;
        assert_eq!(process.status.code(), Some(1));
        let said = String::from_utf8_lossy(&process.stderr).into_owned();
        assert!(said.contains("run `anrop migrate up`"), "{said}");
    }
    installation.run("up", &["migrate", "up"]).await;
    let _serving = installation.serve("serving", &["serve", "--with-worker"]).await;
}

#[tokio::test]
async fn a_process_told_to_stop_answers_what_was_begun_and_ends_with_zero() {
    for (n, signal) in [(1, "TERM"), (2, "INT")] {
        let installation = Installation::make().await;
        let mut process = installation.serve("one", &["serve", "--with-worker"]).await;
        // an idle connection must not hold it
        let idle = client();
        let anybody = Who::role(Role::Rescue);
        let call = Call { who: None, ..Call::new("GET", "/healthz", &anybody) };
        call.send(&idle, &installation, &process.base).await.expect("an answer").expect(200);

        let body = people::plb_application(n).to_string();
        let (first, rest) = body.split_at(body.len() / 2);
        let head = format!(
            "POST /v1/plb/applications HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
             authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{first}",
            installation.token(&Who::person(n)),
            body.len()
        );
        let address = process.base.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.expect("connects");
        stream.write_all(head.as_bytes()).await.expect("is read");
        tokio::time::sleep(Duration::from_millis(200)).await;
        process.signal(signal);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(TcpStream::connect(address).await.is_err(), "it takes nothing new");
        stream.write_all(rest.as_bytes()).await.expect("is still read");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 201"), "{signal}: {answer}");

        let ended = process.ended(Duration::from_secs(5)).await.expect("ends within seconds");
        assert_eq!(ended.code(), Some(0), "{signal}: {}", installation.log("one"));
        let cases: Vec<i64> = installation.column("SELECT count(*) AS x FROM \"case\"").await;
        let unsealed = "SELECT count(*) AS x FROM log_entry WHERE seq IS NULL";
        assert_eq!((cases[0], installation.column::<i64>(unsealed).await[0]), (1, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rescue_centres_are_answered_while_the_register_is_being_filled() {
    if !on_postgres() {
        return;
    }
    let cluster = Cluster::start().await;
    let centre = Who::role(Role::Rescue);
    let late = Mutex::new(None);
    // nobody can read the rows of the public register while the table is locked
    cluster
        .installation
        .during("LOCK TABLE public_row IN ACCESS EXCLUSIVE MODE", async || {
            let process = cluster.installation.serve("late", &["serve"]).await;
            let headers = [("incident-reference", "2026/7")];
            let call = Call::new("GET", "/v1/rescue/beacons/LF9ZZ", &centre).headers(&headers);
            let answer = cluster.send(&process, call).await.expect(200).json();
            assert_eq!(answer["source"], "registry", "{answer}");
            for path in ["/readyz", "/v1/call-signs/LA9ZZZ", "/v1/permits"] {
                let call = Call::new("GET", path, &centre);
                cluster.send(&process, call).await.expect_problem(503, "unavailable");
            }
            *late.lock().expect("unbroken") = Some(process);
        })
        .await;
    let process = late.into_inner().expect("unbroken").expect("a process");
    let began = Instant::now();
    while cluster.send(&process, Call::new("GET", "/readyz", &centre)).await.status != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", cluster.installation.log("late"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let call = Call::new("GET", "/v1/call-signs/LA9ZZZ", &centre);
    assert_eq!(cluster.send(&process, call).await.expect(200).json()["status"], "free");
}
