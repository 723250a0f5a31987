//! The program is killed (SIGKILL) at random moments while several people do the job at once, and is
//! started again: nothing acknowledged is lost, nothing is issued twice, and deliveries catch up in
//! order.
//!
//! An actor repeats what was not answered: what creates with the same `Idempotency-Key`, what
//! changes on the version read again. The seed is printed; `ANROP_TEST_SEED` repeats the kills of a
//! run, as far as the machine's own timing lets it.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anrop::{
    clock::{Clock as _, SystemClock},
    identity::Role,
    rescue::rules::digest,
    values::beacon_id::{Code, Homer, Programming, encode},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Recipient, Reply, Who, people,
    program::{Call, Installation, client},
    random::{self, Random},
};

/// Kills in all, shared by the installations that run beside each other.
const KILLS: usize = 100;
const INSTALLATIONS: usize = 2;
/// People acting at once in each.
const ACTORS: u64 = 4;
/// A process lives at most so many milliseconds after it first answers; every fifth longer, because a
/// withdrawal of consent waits until the lease of the process killed before has run out.
const LIFE: u64 = 400;
const LONG_LIFE: u64 = 2_500;
/// Every so many kills one comes while the process is starting.
const EARLY: u64 = 6;
/// Longest time anything may take to be answered over all kills, and for deliveries to catch up.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the log says when a look-up was answered without a record on the disk.
const LATE: &str = "answered before its record was on the disk";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_lose_nothing_acknowledged_and_issue_nothing_twice() {
    let seed = random::seed();
    println!("seed {seed}");
    let storms = (0..INSTALLATIONS as u64)
        .map(|n| storm(Random(seed.wrapping_add(n)), KILLS / INSTALLATIONS));
    futures_util::future::join_all(storms).await;
}

/// Kills one installation so many times, and checks what is left.
async fn storm(mut random: Random, kills: usize) {
    let began = Instant::now();
    let recipient = Recipient::start().await;
    let job = Job {
        installation: Installation::make().await,
        base: Mutex::default(),
        client: client(),
        next: AtomicU64::new(1),
        over: AtomicBool::new(false),
        unanswered: AtomicU64::new(0),
    };
    subscribe(&job, &recipient).await;
    let killing = async {
        for _ in 0..kills {
            job.live_and_die(&mut random).await;
        }
        job.over.store(true, Ordering::SeqCst);
        let last = job.installation.serve(NAME, SERVE).await;
        job.answers_at(&last.base);
        last
    };
    let acting =
        futures_util::future::join_all((0..ACTORS).map(|actor| job.act(actor.is_multiple_of(2))));
    let (mut last, ledgers) = tokio::join!(killing, acting);
    let ledger = ledgers.into_iter().fold(Ledger::default(), Ledger::with);
    let (beacons, unanswered) = (ledger.beacons.len(), job.unanswered.load(Ordering::SeqCst));
    println!(
        "{kills} kills in {:.1} s: {unanswered} requests unanswered, {beacons} beacon permits, {} \
         licences and {} look-ups acknowledged",
        began.elapsed().as_secs_f64(),
        ledger.licences.len(),
        ledger.look_ups.len(),
    );
    assert!(beacons >= 5 && ledger.licences.len() >= 5 && unanswered >= 10, "too little happened");

    for beacon in &ledger.beacons {
        beacon.stands(&job).await;
    }
    for licence in &ledger.licences {
        licence.stands(&job).await;
    }
    recipient_catches_up(&job, &recipient).await;
    last.signal("TERM");
    let ended = last.ended(Duration::from_secs(10)).await.expect("ends when told");
    assert!(ended.success(), "{}", job.installation.log(NAME));
    nothing_twice(&job.installation, &ledger).await;
    look_ups_are_logged(&job.installation, &ledger).await;
    let verified = job.installation.run(NAME, &["verify-log"]).await;
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

const NAME: &str = "registry";
const SERVE: &[&str] = &["serve", "--with-worker"];

/// One installation with those who act on it.
struct Job {
    installation: Installation,
    /// Where the living process answers.
    base: Mutex<String>,
    client: reqwest::Client,
    /// The next person to apply.
    next: AtomicU64,
    /// No more kills: actors finish what they have begun.
    over: AtomicBool,
    unanswered: AtomicU64,
}

/// What was acknowledged.
#[derive(Default)]
struct Ledger {
    beacons: Vec<Beacon>,
    licences: Vec<Licence>,
    /// Incident references of answered look-ups.
    look_ups: BTreeSet<String>,
}

impl Ledger {
    fn with(mut self, other: Self) -> Self {
        self.beacons.extend(other.beacons);
        self.licences.extend(other.licences);
        self.look_ups.extend(other.look_ups);
        self
    }
}

struct Beacon {
    holder: Who,
    case: String,
    number: Value,
    permit: String,
    call_sign: String,
    code: String,
    /// Name of the first contact after the change.
    contact: Value,
    version: i64,
}

struct Licence {
    holder: Who,
    case: String,
    number: Value,
    call_sign: String,
    name: Value,
    phone: Value,
    /// The consent was given and not withdrawn.
    shown: bool,
}

impl Job {
    /// One life of the process, ended by SIGKILL: mostly while it serves, sometimes while it starts.
    async fn live_and_die(&self, random: &mut Random) {
        let mut process = self.installation.spawn(NAME, SERVE);
        if random.below(EARLY) == 0 {
            tokio::time::sleep(Duration::from_millis(random.below(200))).await;
        } else {
            assert!(process.answers().await, "{}", self.installation.log(NAME));
            self.answers_at(&process.base);
            let longest = if random.below(5) == 0 { LONG_LIFE } else { LIFE };
            tokio::time::sleep(Duration::from_millis(random.below(longest))).await;
        }
        process.kill();
    }

    fn answers_at(&self, base: &str) {
        base.clone_into(&mut self.base.lock().unwrap());
    }

    /// One attempt; none when no whole answer came, so that nobody knows whether it was done.
    async fn attempt(&self, call: Call<'_>) -> Option<Reply> {
        let base = self.base.lock().unwrap().clone();
        let answer = call.send(&self.client, &self.installation, &base).await.ok();
        if answer.is_none() {
            self.unanswered.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        answer
    }

    /// Asks until there is an answer.
    async fn ask(&self, call: Call<'_>) -> Reply {
        let began = Instant::now();
        loop {
            if let Some(reply) = self.attempt(call).await {
                return reply;
            }
            assert!(began.elapsed() < PATIENCE, "{} {} is never answered", call.method, call.path);
        }
    }

    /// Reads, and again when the service says that it cannot answer now, as its answer asks for.
    async fn read(&self, path: &str, who: &Who) -> Reply {
        let began = Instant::now();
        loop {
            let reply = self.ask(Call::new("GET", path, who)).await;
            if reply.status != 503 || began.elapsed() >= PATIENCE {
                return reply.expect(200);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Changes `resource` by `call`, once: after an attempt without an answer it is read again, and
    /// `done` tells whether the attempt was carried out. Answers the state with the change in it.
    async fn change(
        &self,
        resource: (&str, &Who),
        call: Call<'_>,
        done: impl Fn(&Value) -> bool,
    ) -> Value {
        let began = Instant::now();
        let mut unsure = false;
        while began.elapsed() < PATIENCE {
            let seen = self.read(resource.0, resource.1).await;
            if done(&seen.json()) {
                assert!(unsure, "{} {}: done before it was asked for", call.method, call.path);
                return seen.json();
            }
            let etag = seen.etag();
            let headers = [("if-match", etag.as_str())];
            match self.attempt(call.headers(&headers)).await {
                None => unsure = true,
                Some(reply) if unsure && matches!(reply.status, 409 | 412) => {}
                Some(reply) => {
                    let state = reply.expect(200).json();
                    assert!(done(&state), "{} {}: {state}", call.method, call.path);
                    return state;
                }
            }
        }
        panic!("{} {} never comes about", call.method, call.path);
    }

    /// Does the job for one person after the other until the kills are over.
    async fn act(&self, for_beacons: bool) -> Ledger {
        let mut ledger = Ledger::default();
        while !self.over.load(Ordering::SeqCst) {
            let n = self.next.fetch_add(1, Ordering::SeqCst);
            if for_beacons {
                let beacon = self.beacon(n).await;
                self.look_ups(&beacon, &mut ledger.look_ups).await;
                ledger.beacons.push(beacon);
            } else {
                ledger.licences.push(self.licence(n).await);
            }
        }
        ledger
    }

    /// Files an application; a repeat must lead to the same case.
    async fn apply(&self, kind: &str, n: u64, application: &Value) -> (Who, Reply) {
        let (who, key) = (Who::person(n), format!("{kind}-{n}"));
        let path = format!("/v1/{kind}/applications");
        let headers = [("idempotency-key", key.as_str())];
        let call = Call::new("POST", &path, &who).headers(&headers).body(application);
        let receipt = self.ask(call).await.expect(201);
        (who, receipt)
    }

    /// A beacon from the application to the change of contacts.
    async fn beacon(&self, n: u64) -> Beacon {
        let mut application = people::plb_application(n);
        let (holder, receipt) = self.apply("plb", n, &application).await;
        let number = receipt.json()["caseNumber"].clone();
        let case = receipt.header("location").to_owned();
        let caseworker = Who::caseworker("saksbehandler-1");
        if n.is_multiple_of(2) {
            let path = format!("{case}/information-request");
            let due = (SystemClock.now() + TimeDelta::days(14)).date_naive();
            let body = json!({ "text": "Hvilken farge har nødpeilesenderen?", "dueOn": due });
            let call = Call::new("POST", &path, &caseworker).body(&body);
            let waits = |case: &Value| case["status"] == "waitingForApplicant";
            self.change((&case, &caseworker), call, waits).await;
            application["beacon"]["colour"] = json!("oransje");
            let path = format!("{case}/replies");
            let body = json!({ "text": "Den er oransje.", "application": application });
            let call = Call::new("POST", &path, &holder).body(&body);
            self.change((&case, &holder), call, |case| !waits(case)).await;
        }
        let path = format!("{case}/decision");
        let body = json!({ "outcome": "granted" });
        let call = Call::new("POST", &path, &caseworker).body(&body);
        let granted = |case: &Value| case["permitId"].is_string();
        let decided = self.change((&case, &caseworker), call, granted).await;
        let permit = format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"));
        let call_sign = decided["callSign"].as_str().expect("a call sign").to_owned();
        let code = self.program(n, &call_sign).await;

        let contacts = application["emergencyContacts"].as_array().expect("contacts");
        let reversed: Vec<&Value> = contacts.iter().rev().collect();
        let contact = reversed[0]["name"].clone();
        let path = format!("{permit}/contacts");
        let body = json!({ "emergencyContacts": reversed });
        let call = Call::new("PUT", &path, &holder).body(&body);
        let changed = |permit: &Value| permit["record"]["contacts"][0]["name"] == contact;
        let after = self.change((&permit, &holder), call, changed).await;
        let version = after["record"]["permit"]["version"].as_i64().expect("a version");
        Beacon { holder, case, number, permit, call_sign, code, contact, version }
    }

    /// Reports the programming of the beacon with this call sign.
    async fn program(&self, n: u64, call_sign: &str) -> String {
        let code =
            Code::SerialUserPlb { serial: 10_000 + u32::try_from(n).expect("small"), tac: None };
        let code = encode(&Programming { country: 257, code, homer: Homer::Mhz121 });
        let code = code.expect("a code").to_string();
        let technician = Who::role(Role::Programmer);
        let mut unsure = false;
        loop {
            let orders = self.read("/v1/programming-orders?limit=200", &technician).await.json();
            let orders = orders["items"].as_array().expect("orders");
            let Some(order) = orders.iter().find(|o| o["record"]["callSign"] == call_sign) else {
                assert!(unsure, "the order is gone before it was reported");
                return code;
            };
            let path =
                format!("/v1/programming-orders/{}/report", order["id"].as_str().expect("id"));
            let (headers, body) = ([("if-match", "\"v1\"")], json!({ "code": code }));
            let call = Call::new("POST", &path, &technician).headers(&headers).body(&body);
            match self.attempt(call).await {
                None => unsure = true,
                Some(reply) if unsure && matches!(reply.status, 409 | 412) => {}
                Some(reply) => {
                    reply.expect(200);
                    return code;
                }
            }
        }
    }

    /// Looks the beacon up; notes the incidents that were answered.
    async fn look_ups(&self, beacon: &Beacon, answered: &mut BTreeSet<String>) {
        let centre = Who::role(Role::Rescue);
        for key in [&beacon.call_sign, &beacon.code, &beacon.call_sign] {
            // a new incident every time, so that each acknowledged look-up can be told apart
            let incident = Uuid::from_u128(u128::from(getrandom::u64().expect("random bits")));
            let incident = incident.simple().to_string();
            let path = format!("/v1/rescue/beacons/{key}");
            let headers = [("incident-reference", incident.as_str()), ("operator", "vakt-3")];
            let call = Call::new("GET", &path, &centre).headers(&headers);
            if let Some(reply) = self.attempt(call).await {
                let found = reply.expect(200).json();
                assert_eq!(found["matches"][0]["live"], true, "{key}");
                answered.insert(incident);
            }
        }
    }

    /// An amateur licence from the examination to consent, its withdrawal and a correction.
    async fn licence(&self, n: u64) -> Licence {
        let result = json!({ "results": [{
            "nationalId": Who::person(n).national_id(), "licenceClass": "full",
            "passedOn": "2026-10-01", "reference": format!("exam-{n}"),
        }] });
        let examiner = Who::role(Role::Examiner);
        self.ask(Call::new("POST", "/v1/exam-results", &examiner).body(&result)).await.expect(201);
        let application = people::amateur_application(n, &[]);
        let (holder, receipt) = self.apply("amateur", n, &application).await;
        let granted = receipt.json();
        let call_sign = granted["callSign"].as_str().expect("a call sign").to_owned();

        let path = "/v1/consents/call-sign-list";
        let consent = json!({ "callSign": call_sign, "fields": ["name"] });
        self.ask(Call::new("PUT", path, &holder).body(&consent)).await.expect(200);
        let shown = n.is_multiple_of(2);
        if !shown {
            self.ask(Call::new("DELETE", path, &holder)).await.expect(204);
            let public = format!("/v1/call-signs/{call_sign}");
            let seen = self.read(&public, &holder).await.json();
            assert!(seen.get("holder").is_none(), "shown after the withdrawal");
        }
        let mut me = self.read("/v1/me", &holder).await.json();
        for member in
            ["id", "kind", "birthDate", "organisationNumber", "addressProtected", "changedAt"]
        {
            me.as_object_mut().expect("an object").remove(member);
        }
        // another number than the one given before, whichever that was
        let before = me["phone"].as_str().expect("a phone");
        let number: u64 =
            before.strip_prefix("+476805").and_then(|n| n.parse().ok()).expect("made up");
        let phone = json!(format!("+476805{:04}", (number + 1) % 10_000));
        me["phone"] = phone.clone();
        let call = Call::new("PUT", "/v1/me", &holder).body(&me);
        self.change(("/v1/me", &holder), call, |me| me["phone"] == phone).await;
        let case = receipt.header("location").to_owned();
        let number = granted["caseNumber"].clone();
        let name = application["applicant"]["name"].clone();
        Licence { holder, case, number, call_sign, name, phone, shown }
    }
}

impl Beacon {
    /// Everything acknowledged is there.
    async fn stands(&self, job: &Job) {
        let case = job.read(&self.case, &self.holder).await.json();
        assert_eq!(case["number"], self.number);
        assert_eq!(self.permit, format!("/v1/permits/{}", case["permitId"].as_str().unwrap()));
        let permit = job.read(&self.permit, &self.holder).await.json();
        let record = &permit["record"];
        assert_eq!(record["permit"]["status"], "active");
        assert_eq!(record["callSign"], self.call_sign);
        assert_eq!(record["beacon"]["id"], self.code);
        assert_eq!(record["contacts"][0]["name"], self.contact);
        assert_eq!(record["permit"]["version"], self.version);
        let history = job.read(&format!("{}/history", self.permit), &self.holder).await.json();
        let versions: Vec<i64> = history["items"]
            .as_array()
            .expect("versions")
            .iter()
            .map(|item| item["version"].as_i64().expect("a version"))
            .collect();
        assert_eq!(versions, [1, 2, 3], "granted, programmed, contacts: each once");
    }
}

impl Licence {
    /// Everything acknowledged is there.
    async fn stands(&self, job: &Job) {
        let case = job.read(&self.case, &self.holder).await.json();
        assert_eq!((&case["number"], &case["status"]), (&self.number, &json!("granted")));
        assert_eq!(case["callSign"], self.call_sign);
        let me = job.read("/v1/me", &self.holder).await.json();
        assert_eq!((&me["name"], &me["phone"]), (&self.name, &self.phone));
        let path = format!("/v1/call-signs/{}", self.call_sign);
        let public = job.read(&path, &self.holder).await.json();
        assert_eq!(public["status"], "inUse");
        let name = public["holder"].get("name");
        assert_eq!(name, self.shown.then_some(&self.name), "{path}");
    }
}

/// The rescue centre's subscription; made before the first kill, since its secret is shown once.
async fn subscribe(job: &Job, recipient: &Recipient) {
    let process = job.installation.serve(NAME, SERVE).await;
    job.answers_at(&process.base);
    let administrator = Who::role(Role::Administrator);
    let form = json!({ "name": "Sentralen", "recipient": "rescueCentre", "url": recipient.url });
    let call = Call::new("POST", "/v1/subscriptions", &administrator).body(&form);
    let made = job.ask(call).await.expect(201).json();
    recipient.trust(made["secret"].as_str().expect("a secret"));
    process.kill();
}

/// The copy a rescue centre builds from its deliveries comes to agree with the registry's digest,
/// and no permit ever went back to an older version.
async fn recipient_catches_up(job: &Job, recipient: &Recipient) {
    let began = Instant::now();
    loop {
        let copy = recipient.copy();
        let centre = Who::role(Role::Rescue);
        let digest = job.read("/v1/rescue/digest", &centre).await.json();
        let own = digest::Tree::of(copy.into_values()).summary(digest::Node::ROOT);
        if digest["root"] == hex::encode(own.hash) {
            println!("deliveries had caught up after {:.1} s", began.elapsed().as_secs_f64());
            return;
        }
        let counts = format!("{} of {} permits", own.count, digest["count"]);
        assert!(began.elapsed() < PATIENCE, "deliveries do not catch up: {counts}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// One case for each application, one permit for each grant, no number or sign twice.
async fn nothing_twice(installation: &Installation, ledger: &Ledger) {
    let count = async |sql: &str| installation.column::<i64>(sql).await[0];
    let made = i64::try_from(ledger.beacons.len() + ledger.licences.len()).expect("small");
    for table in ["\"case\"", "permit", "decision"] {
        assert_eq!(count(&format!("SELECT count(*) AS x FROM {table}")).await, made, "{table}");
    }
    for column in ["number", "call_sign", "case_id", "verification_code"] {
        let sql = format!("SELECT count(DISTINCT {column}) AS x FROM permit");
        assert_eq!(count(&sql).await, made, "{column}");
    }
    let without = "SELECT count(*) AS x FROM \"case\" c WHERE NOT EXISTS \
                   (SELECT 1 FROM permit p WHERE p.case_id = c.id AND p.id = c.permit_id)";
    assert_eq!(count(without).await, 0);
    let unsealed = "SELECT count(*) AS x FROM log_entry WHERE seq IS NULL";
    assert_eq!(count(unsealed).await, 0);
}

/// Every look-up that was answered stands in the log once. One that was answered late, because the
/// disk did not answer in time, may have died with its process: the log of the process counts those.
async fn look_ups_are_logged(installation: &Installation, ledger: &Ledger) {
    let sql = "SELECT incident_reference AS x FROM disclosure WHERE incident_reference IS NOT NULL";
    let mut logged: Vec<String> = installation.column(sql).await;
    let all = logged.len();
    logged.sort_unstable();
    logged.dedup();
    assert_eq!(logged.len(), all, "a look-up is logged twice");
    let lost = ledger.look_ups.iter().filter(|it| logged.binary_search(it).is_err()).count();
    let late = installation.log(NAME).matches(LATE).count();
    assert!(lost <= late, "{lost} acknowledged look-ups are not logged; {late} were late");
}
