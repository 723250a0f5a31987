//! A simulated day of changes while every recipient misbehaves in its own way: afterwards each of their
//! copies equals the registry by its digest, nothing was sent out of order, and no permit ever had two
//! requests in flight to one recipient. What a recipient does and answers after the sender has given up
//! harms nothing, since it applies only a higher version than it has.
//!
//! `ANROP_OUTAGE_CHANGES` sets how much happens on the day; the seed is printed and repeated with
//! `ANROP_OUTAGE_SEED`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anrop::{disclosure::policy::Kind, identity::Role, rescue::rules::digest};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    kinds::shared::{act, caseworker},
    support::{TestApp, Who, people, settings::setting},
};

/// Permits that change.
const PERMITS: usize = 40;
/// Between two rounds of deliveries.
const ROUND: TimeDelta = TimeDelta::minutes(15);
/// Longest attempt.
const TIMEOUT: Duration = Duration::from_millis(250);
/// So long after the sender has given up a late recipient acts; newer versions come meanwhile.
const LATE: Duration = Duration::from_secs(1);

/// Ways to misbehave, one drawn for each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whim {
    Good,
    Fails,
    Throttles,
    Hangs,
    /// Applies and confirms it long after the sender has given up; others that came later are applied first.
    Late,
    /// Applies it, and the connection breaks before the answer.
    Dies,
    /// Answers with more than may be read.
    Babbles,
}

/// A recipient's copy, as its own program would keep it.
#[derive(Debug, Default)]
struct Copy {
    /// Version and record by permit.
    permits: BTreeMap<String, (i64, Value)>,
    /// Highest version that has come, by permit.
    come: BTreeMap<String, i64>,
    in_flight: BTreeMap<String, u32>,
    faults: Vec<String>,
    requests: u64,
    /// Requests answered after the sender had given up, and those still to be.
    late: u64,
    still_late: u64,
    sick: bool,
    dice: u64,
}

impl Copy {
    fn whim(&mut self) -> Whim {
        self.requests += 1;
        if !self.sick {
            return Whim::Good;
        }
        self.dice = self
            .dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        match (self.dice >> 33) % 40 {
            0..14 => Whim::Fails,
            14..20 => Whim::Throttles,
            // each of these two takes the sender its longest attempt
            20 => Whim::Hangs,
            21 => Whim::Late,
            22..28 => Whim::Dies,
            28..30 => Whim::Babbles,
            _ => Whim::Good,
        }
    }

    fn begin(&mut self, data: &Value) {
        let (permit, version) = about(data);
        let count = self.in_flight.entry(permit.clone()).or_default();
        *count += 1;
        if *count > 1 {
            self.faults.push("two requests for one permit at once".to_owned());
        }
        let come = self.come.entry(permit).or_default();
        if version < *come {
            self.faults.push(format!("version {version} came after {come}"));
        }
        *come = version.max(*come);
    }

    fn apply(&mut self, data: &Value) {
        let (permit, version) = about(data);
        let known = self.permits.get(&permit).map_or(0, |(version, _)| *version);
        if version > known {
            self.permits.insert(permit, (version, data["record"].clone()));
        }
    }
}

/// Permit and version a delivery is about.
fn about(data: &Value) -> (String, i64) {
    let permit = data["permitId"].as_str().unwrap_or_default().to_owned();
    (permit, data["version"].as_i64().unwrap_or_default())
}

type Shared = Arc<Mutex<Copy>>;

async fn serve(mut stream: TcpStream, copy: Shared) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..at]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            break (at + 4, length.and_then(|text| text.trim().parse().ok()).unwrap_or(0));
        }
    };
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let value: Value = serde_json::from_slice(&bytes[head..head + length]).unwrap_or_default();
    let (permit, _) = about(&value["data"]);
    let whim = {
        let mut copy = copy.lock().unwrap();
        copy.begin(&value["data"]);
        let whim = copy.whim();
        copy.still_late += u64::from(whim == Whim::Late);
        whim
    };
    if matches!(whim, Whim::Hangs | Whim::Late) {
        // until the sender has had enough
        let mut rest = [0; 1];
        let _ = stream.read(&mut rest).await;
    }
    {
        let mut copy = copy.lock().unwrap();
        if matches!(whim, Whim::Good | Whim::Dies | Whim::Babbles) {
            copy.apply(&value["data"]);
        }
        // over for the sender as soon as an answer or the end of the connection can reach it
        *copy.in_flight.entry(permit).or_default() -= 1;
    }
    if whim == Whim::Late {
        tokio::time::sleep(LATE).await;
        let mut copy = copy.lock().unwrap();
        copy.apply(&value["data"]);
        copy.still_late -= 1;
        copy.late += 1;
    }
    let answer: Vec<u8> = match whim {
        Whim::Good | Whim::Late => b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
        Whim::Fails => b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n".to_vec(),
        Whim::Throttles => {
            b"HTTP/1.1 503 No\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n".to_vec()
        }
        Whim::Dies | Whim::Hangs => return Ok(()),
        Whim::Babbles => {
            let mut text = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n".to_vec();
            text.resize(1_000_000, b'x');
            text
        }
    };
    stream.write_all(&answer).await
}

/// A recipient on loopback that is sick until told otherwise.
async fn recipient(app: &TestApp, name: &str, dice: u64) -> Shared {
    let copy = Shared::default();
    {
        let mut copy = copy.lock().unwrap();
        (copy.sick, copy.dice) = (true, dice);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let shared = copy.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, shared.clone()));
        }
    });
    let form = json!({ "name": name, "recipient": "rescueCentre", "url": url });
    app.post("/v1/subscriptions", &Who::role(Role::Administrator), &form).await.expect(201);
    copy
}

/// Number of live permits and digest of a copy, computed as the document says.
fn root(copy: &Copy) -> (u64, String) {
    let live = |record: &Value| {
        let status = record["permit"]["status"].as_str().unwrap_or_default();
        matches!(status, "awaitingProgramming" | "active" | "suspended")
    };
    let held = copy.permits.iter().filter(|(_, (_, record))| live(record));
    let items = held.map(|(permit, (version, record))| {
        let permit = permit.parse().expect("an id");
        let version = i32::try_from(*version).expect("small");
        digest::Item {
            permit,
            version,
            hash: digest::content_hash(permit, version, Kind::Plb, record),
        }
    });
    let root = digest::Tree::of(items.collect::<Vec<_>>()).summary(digest::Node::ROOT);
    (root.count, hex::encode(root.hash))
}

async fn issue(app: &TestApp, n: u64) -> String {
    let application = people::plb_application(n);
    let receipt = app.post("/v1/plb/applications", &Who::person(n), &application).await.expect(201);
    let path = format!("{}/decision", receipt.header("location"));
    let form = json!({ "outcome": "granted" });
    let decided =
        app.post_on(&path, &caseworker(), &receipt.etag(), &form).await.expect(200).json();
    format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"))
}

/// One change of a permit; answers whether it is suspended afterwards.
async fn change(app: &TestApp, permit: &str, n: u64, change: u64, suspended: bool) -> bool {
    if change.is_multiple_of(7) {
        let step = if suspended { "reinstatement" } else { "suspension" };
        let grounds = json!({ "grounds": "Prøve." });
        act(app, permit, step, &caseworker(), &grounds).await.expect(200);
        return !suspended;
    }
    let who = Who::person(n);
    let seen = app.get(permit, &who).await.expect(200);
    let when = format!("etter kl. {}", change % 24);
    let form = json!({ "emergencyContacts": [
        { "name": "Nora Eksempel", "phone": "68 05 00 77", "availability": when },
    ] });
    app.put(&format!("{permit}/contacts"), &who, Some(&seen.etag()), &form).await.expect(200);
    suspended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_day_of_faults_every_copy_equals_the_registry() {
    let app = TestApp::start_with(|settings| settings.delivery_timeout = TIMEOUT).await;
    let changes = setting("ANROP_OUTAGE_CHANGES", 500);
    let seed = setting("ANROP_OUTAGE_SEED", u64::from(std::process::id()));
    println!("ANROP_OUTAGE_SEED={seed}");
    let copies =
        [recipient(&app, "HRS nord", seed).await, recipient(&app, "HRS sør", seed + 1).await];
    let mut permits = Vec::new();
    for n in 1..=PERMITS as u64 {
        permits.push((issue(&app, n).await, false));
    }
    let rounds = TimeDelta::hours(24).num_minutes() / ROUND.num_minutes();
    let (mut done, mut state) = (0, seed);
    for round in 1..=rounds {
        while done < changes * u64::try_from(round).expect("small") / rounds as u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (state >> 33) as usize % PERMITS;
            let (permit, suspended) = &mut permits[at];
            *suspended = change(&app, permit, at as u64 + 1, done, *suspended).await;
            done += 1;
        }
        app.deliver().await;
        app.clock.advance(ROUND);
    }
    assert_eq!(done, changes);
    let failed = "SELECT count(*) AS n FROM delivery_attempt WHERE outcome <> 'delivered'";
    assert!(app.count(failed).await > 50, "the recipients were hardly sick");
    copies.iter().for_each(|copy| copy.lock().unwrap().sick = false);
    // what waits longest is tried again within the schedule
    for _ in 0..75 {
        app.deliver().await;
        app.clock.advance(TimeDelta::hours(1));
    }
    let open = "SELECT count(*) AS n FROM delivery WHERE status IN ('pending', 'parked')";
    assert_eq!(app.count(open).await, 0);
    let all = |number: fn(&Copy) -> u64| -> u64 {
        copies.iter().map(|copy| number(&copy.lock().unwrap())).sum()
    };
    let began = Instant::now();
    while all(|copy| copy.still_late) > 0 {
        assert!(began.elapsed() < LATE * 10, "a late recipient never acted");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(all(|copy| copy.late) > 0, "nothing was applied after the sender had given up");
    app.seal().await;
    let who = Who::role(Role::Rescue);
    let digest = app.get("/v1/rescue/digest", &who).await.expect(200).json();
    for copy in &copies {
        let copy = copy.lock().unwrap();
        assert_eq!(copy.faults, Vec::<String>::new());
        assert!(copy.requests > 50);
        let (count, root) = root(&copy);
        assert_eq!(digest["count"], count);
        assert_eq!(digest["root"], root);
    }
    app.finish().await;
}
