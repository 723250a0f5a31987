//! Two workers on one database, one of them killed (SIGKILL) at random moments and started again, while
//! permits change: afterwards nothing is lost, nothing was applied out of order, and the copy of the
//! recipient equals the registry by its digest. And one of them halted (SIGSTOP) with a claim in its hand
//! until its lease has ended and another has delivered something newer. PostgreSQL only; SQLite has one process.
//!
//! `ANROP_WORKER_KILLS` sets how many; the seed is printed and repeated with `ANROP_TEST_SEED`.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anrop::{identity::Role, rescue::rules::digest};
use serde_json::{Value, json};

use crate::support::{
    Recipient, Reply, Who, people,
    program::{Call, Installation, Process, client},
    random::{self, Random},
    settings::setting,
    test_app::on_postgres,
};

/// Permits that change.
const PERMITS: u64 = 12;
/// A worker lives at most so many milliseconds; sometimes it dies while it starts.
const LIFE: u64 = 700;
/// Longest time for deliveries to catch up: what a killed worker had in flight waits for its lease.
const PATIENCE: Duration = Duration::from_secs(120);
const WORK: &[&str] = &["work"];

struct Front {
    installation: Installation,
    client: reqwest::Client,
    process: Process,
}

impl Front {
    /// One that serves and does not work, a rescue centre's recipient, and its subscription as it was made.
    async fn start() -> (Self, Recipient, Reply) {
        let installation = Installation::make().await;
        let process = installation.serve("front", &["serve"]).await;
        let front = Self { installation, client: client(), process };
        let recipient = Recipient::start().await;
        let form =
            json!({ "name": "Sentralen", "recipient": "rescueCentre", "url": recipient.url });
        let administrator = Who::role(Role::Administrator);
        let call = Call::new("POST", "/v1/subscriptions", &administrator).body(&form);
        let made = front.send(call).await.expect(201);
        recipient.trust(made.json()["secret"].as_str().expect("a secret"));
        (front, recipient, made)
    }

    async fn send(&self, call: Call<'_>) -> Reply {
        let sent = call.send(&self.client, &self.installation, &self.process.base).await;
        sent.expect("the front is never killed")
    }

    /// The `n`th person's permit; its address.
    async fn issue(&self, n: u64) -> String {
        let (holder, caseworker) = (Who::person(n), Who::caseworker("saksbehandler-1"));
        let application = people::plb_application(n);
        let call = Call::new("POST", "/v1/plb/applications", &holder).body(&application);
        let filed = self.send(call).await.expect(201);
        let (path, etag) = (format!("{}/decision", filed.header("location")), filed.etag());
        let (headers, granted) = ([("if-match", etag.as_str())], json!({ "outcome": "granted" }));
        let call = Call::new("POST", &path, &caseworker).headers(&headers).body(&granted);
        let decided = self.send(call).await.expect(200).json();
        format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"))
    }

    /// Other contacts make the next version.
    async fn change(&self, n: u64, permit: &str, count: u64) {
        let holder = Who::person(n);
        let seen = self.send(Call::new("GET", permit, &holder)).await.expect(200);
        let (path, etag) = (format!("{permit}/contacts"), seen.etag());
        let when = format!("etter kl. {}", count % 24);
        let form = json!({ "emergencyContacts": [
            { "name": "Nora Eksempel", "phone": "68 05 00 77", "availability": when },
        ] });
        let headers = [("if-match", etag.as_str())];
        let call = Call::new("PUT", &path, &holder).headers(&headers).body(&form);
        self.send(call).await.expect(200);
    }

    async fn digest(&self) -> Value {
        let centre = Who::role(Role::Rescue);
        self.send(Call::new("GET", "/v1/rescue/digest", &centre)).await.expect(200).json()
    }

    async fn count(&self, of: &str) -> i64 {
        self.installation.column(&format!("SELECT count(*) AS x FROM {of}")).await[0]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_killed_at_random_lose_nothing_and_deliver_nothing_out_of_order() {
    if !on_postgres() {
        return;
    }
    let (kills, seed) = (setting("ANROP_WORKER_KILLS", 10), random::seed());
    println!("seed {seed}");
    let mut random = Random(seed);
    let (front, recipient, _) = Front::start().await;
    let mut permits = Vec::new();
    for n in 1..=PERMITS {
        permits.push(front.issue(n).await);
    }

    let (over, changes, began) = (AtomicBool::new(false), AtomicU64::new(0), Instant::now());
    let killing = async {
        let mut workers = ["one", "two"].map(|name| (name, front.installation.spawn(name, WORK)));
        for _ in 0..kills {
            tokio::time::sleep(Duration::from_millis(random.below(LIFE))).await;
            let (name, worker) = &mut workers[usize::try_from(random.below(2)).expect("small")];
            std::mem::replace(worker, front.installation.spawn(name, WORK)).kill();
        }
        over.store(true, Ordering::SeqCst);
        workers
    };
    let changing = async |odd: u64| {
        while !over.load(Ordering::SeqCst) {
            for (n, permit) in (1..).zip(&permits).filter(|(n, _)| n % 2 == odd) {
                let count = changes.fetch_add(1, Ordering::SeqCst);
                front.change(n, permit, count).await;
            }
        }
    };
    let (workers, ..) = tokio::join!(killing, changing(0), changing(1));
    let changes = changes.load(Ordering::SeqCst);
    println!("{kills} kills in {:.0} s, {changes} changes", began.elapsed().as_secs_f64());
    assert!(changes >= kills, "hardly anything changed");

    let began = Instant::now();
    loop {
        let open = front.count("delivery WHERE status IN ('pending', 'parked')").await;
        // panics when a permit ever went back to an older version
        let own = digest::Tree::of(recipient.copy().into_values()).summary(digest::Node::ROOT);
        let digest = front.digest().await;
        if open == 0 && digest["root"] == hex::encode(own.hash) {
            assert_eq!(digest["count"], PERMITS);
            break;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "{open} deliveries are open, {} of {} permits\n{}{}",
            own.count,
            digest["count"],
            front.installation.log("one"),
            front.installation.log("two"),
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!(
        "caught up after {:.1} s, {} requests",
        began.elapsed().as_secs_f64(),
        recipient.received().len()
    );
    let versions = i64::try_from(PERMITS + changes).expect("small");
    assert_eq!(front.count("permit_version").await, versions, "every change is one version");
    let newest = "delivery d WHERE d.status = 'delivered' AND d.permit_version = \
                  (SELECT p.version FROM permit p WHERE p.id = d.permit_id)";
    assert_eq!(front.count(newest).await, i64::try_from(PERMITS).expect("small"));
    for (_, worker) in workers {
        worker.signal("TERM");
    }
}

/// Waits for something that must come about.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_was_halted_with_a_claim_sends_nothing_older_when_it_goes_on() {
    if !on_postgres() {
        return;
    }
    let (front, recipient, made) = Front::start().await;
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let administrator = Who::role(Role::Administrator);
    let step = async |step: &str, etag: &str| {
        let path = format!("/v1/subscriptions/{id}/{step}");
        let headers = [("if-match", etag)];
        let call = Call::new("POST", &path, &administrator).headers(&headers);
        front.send(call).await.expect(200).etag()
    };
    let log = || front.installation.log("one");
    let versions = || -> Vec<i64> {
        let received = recipient.received();
        received.iter().filter_map(|message| message["data"]["version"].as_i64()).collect()
    };

    let paused = step("pause", &made.etag()).await;
    let permit = front.issue(1).await;
    let halted = front.installation.spawn("one", WORK);
    until("it works", async || log().contains("working")).await;
    // what is claimed is rendered from this table: nothing can be sent before it is halted
    let locked = "LOCK TABLE permit_version IN ACCESS EXCLUSIVE MODE";
    front
        .installation
        .during(locked, async || {
            step("resumption", &paused).await;
            let leased = "delivery WHERE leased_until > now()";
            until("it claims", async || front.count(leased).await == 1).await;
            halted.signal("STOP");
        })
        .await;

    front.change(1, &permit, 1).await;
    let _other = front.installation.spawn("two", WORK);
    until("another delivers what is newer", async || versions().contains(&2)).await;
    halted.signal("CONT");
    let noticed = "too little is left of a lease to send";
    until("it sees that its lease has ended", async || log().contains(noticed)).await;
    front.change(1, &permit, 2).await;
    until("the newest is delivered", async || versions().contains(&3)).await;
    assert!(!versions().contains(&1), "{:?}", versions());
    // panics when the permit ever went back to an older version
    assert_eq!(recipient.copy().len(), 1);
}
