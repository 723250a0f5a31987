//! Measures a running service from outside, over real sockets, each figure beside a reference from
//! the same run. `benches/run` prepares the data and calls this; it must never be part of a test.

use std::{
    fmt::Write as _,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anrop::{
    clock::{Clock as _, SystemClock},
    commands::synthetic::Synthetic,
    identity::{
        Caller, Role,
        session::Session,
        token::{self, Ticket},
    },
    keys::KeyRing,
};
use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

#[path = "codes/mod.rs"]
mod codes;
#[path = "delivery/mod.rs"]
mod delivery;
#[path = "forms/mod.rs"]
mod forms;
#[path = "growth/mod.rs"]
mod growth;
#[path = "letters/mod.rs"]
mod letters;
#[path = "public/mod.rs"]
mod public;
#[path = "rescue/mod.rs"]
mod rescue;

#[derive(Parser)]
struct Arguments {
    /// `host:port` of the service.
    #[arg(long, default_value = "127.0.0.1:8080")]
    server: String,
    /// Its key ring, to sign tokens with.
    #[arg(long, default_value = "./data/keys.toml")]
    keys: PathBuf,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    #[command(subcommand)]
    figure: Figure,
}

#[derive(Subcommand)]
enum Figure {
    /// Look-up of one call sign against an empty handler behind the same edge, and a bare one.
    LookUp {
        #[arg(long)]
        call_signs: u64,
    },
    /// Applications accepted durably, against durable appends to the same disk.
    Applications {
        /// How many file at once.
        #[arg(long, default_value_t = 32)]
        clients: u64,
    },
    /// Rescue look-ups while 500 applications a second are accepted.
    Rescue {
        #[arg(long)]
        beacons: u64,
        /// Start the yearly run of fees, and look up beside it too.
        #[arg(long)]
        yearly: bool,
    },
    /// The digest, and a new receiver that fills its copy from the running service.
    Copy,
    /// From a decision to the delivery received.
    Delivery,
    /// Everything a new receiver is sent when the whole register is replayed to it.
    CatchUp {
        /// How long is waited for it.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// A step of a form, shown and saved.
    FormSteps,
    /// Call signs and numbers assigned by 32 racing clients.
    Assign,
    /// Search for the ranges that a number range overlaps, among more and more of them.
    Overlap {
        /// An empty database.
        #[arg(long)]
        database: String,
    },
    /// Number ranges for the table of growth, and the search among them.
    GrowthRanges {
        /// A database no service runs on.
        #[arg(long)]
        database: String,
        /// How many.
        #[arg(long)]
        rows: u64,
        /// Where measurements are kept.
        #[arg(long)]
        into: PathBuf,
    },
    /// The figures of one size for the table of growth.
    Growth {
        /// Call signs, beacons and number ranges there are.
        #[arg(long)]
        rows: u64,
        /// Numbers and call signs that are assigned in a race.
        #[arg(long, default_value_t = 2_000)]
        races: u64,
        /// Where measurements are kept.
        #[arg(long)]
        into: PathBuf,
    },
    /// The register in memory, among more and more call signs.
    GrowthMemory {
        /// How many.
        #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000,10000000")]
        sizes: Vec<u64>,
    },
    /// The table of growth from what was kept.
    GrowthTable {
        /// Where measurements are kept.
        #[arg(long)]
        from: PathBuf,
    },
    /// Filtered search of call signs with exact totals, Datasette over the same rows beside.
    Search {
        /// `host:port` of Datasette with the database `signs` and its table `call_signs`.
        #[arg(long)]
        datasette: Option<String>,
    },
    /// Pages and questions of the public register that look at every permit.
    Pages,
    /// Files of the register beside the same bytes from a static file server.
    Files {
        /// `host:port` of the static file server, with `call-signs.csv` and `call-signs.csv.gz`.
        #[arg(long)]
        file_server: String,
    },
    /// How soon a consent shows, and its withdrawal hides, at a second process on the same database.
    Visible {
        /// `host:port` of the second process.
        #[arg(long)]
        other: String,
    },
    /// Beacon codes decoded and alerts read on one core.
    Codes,
    /// One certificate.
    Pdf,
    /// The caseworkers' queue with its counts, one reader at a time: the operation and the page, with
    /// every filter in turn.
    Queue,
    /// Letters a second on one core.
    Letters,
    /// Serves a bare handler; the reference of `look-up` runs it as a process of its own.
    Bare {
        #[arg(long)]
        listen: String,
    },
    /// Ignored: what `cargo bench` adds.
    #[command(hide = true)]
    None,
}

fn main() {
    let arguments: Vec<String> = std::env::args().filter(|text| text != "--bench").collect();
    if arguments.len() == 1 {
        println!("run benches/run; it prepares the data and the service");
        return;
    }
    let arguments = Arguments::parse_from(arguments);
    tokio::runtime::Runtime::new().expect("a runtime").block_on(measure(arguments));
}

async fn measure(arguments: Arguments) {
    let bench = Bench {
        server: arguments.server,
        seconds: arguments.seconds,
        keys: KeyRing::load(&arguments.keys).ok().map(Arc::new),
    };
    match arguments.figure {
        Figure::LookUp { call_signs } => look_up(&bench, call_signs).await,
        Figure::Applications { clients } => applications(&bench, clients).await,
        Figure::Rescue { beacons, yearly } => rescue::look_ups(&bench, beacons, yearly).await,
        Figure::Copy => copy(&bench).await,
        Figure::Delivery => delivery::latency(&bench).await,
        Figure::CatchUp { seconds } => delivery::catch_up(&bench, seconds).await,
        Figure::FormSteps => forms::steps(&bench).await,
        Figure::Assign => assign(&bench).await,
        Figure::Overlap { database } => overlap(&database).await,
        Figure::GrowthRanges { database, rows, into } => {
            growth::ranges(&database, rows, &into).await;
        }
        Figure::Growth { rows, races, into } => growth::measure(&bench, rows, races, &into).await,
        Figure::GrowthMemory { sizes } => growth::memory::measure(&sizes),
        Figure::GrowthTable { from } => growth::table(&from),
        Figure::Search { datasette } => public::search(&bench, datasette.as_deref()).await,
        Figure::Pages => public::pages(&bench).await,
        Figure::Files { file_server } => public::files(&bench, &file_server).await,
        Figure::Visible { other } => public::visible(&bench, &other).await,
        Figure::Codes => codes::run(arguments.seconds),
        Figure::Pdf => pdf(),
        Figure::Queue => queue(&bench).await,
        Figure::Letters => letters::run(arguments.seconds),
        Figure::Bare { listen } => bare(&listen).await,
        Figure::None => {}
    }
}

#[derive(Clone)]
struct Bench {
    server: String,
    seconds: u64,
    keys: Option<Arc<KeyRing>>,
}

impl Bench {
    fn token(&self, ticket: &Ticket) -> String {
        let keys = self.keys.as_ref().expect("the key ring of the service");
        token::issue(keys, ticket, SystemClock.now(), TimeDelta::hours(4)).expect("a token")
    }

    fn role(&self, role: Role) -> String {
        self.token(&Ticket {
            subject: format!("bench-{}", role.code()),
            roles: vec![role],
            ..Ticket::default()
        })
    }
}

/// One connection that is kept open.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(server: &str) -> Self {
        let stream = TcpStream::connect(server).await.expect("the service listens");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Sends a request and reads the answer whole; status and body.
    async fn send(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        let (head, length) = self.begin(request).await;
        let Some(length) = length else { return (self.status(), self.chunks(head).await) };
        while self.buffer.len() < head + length {
            self.stream.read_buf(&mut self.buffer).await.expect("reads");
        }
        (self.status(), self.buffer[head..head + length].to_vec())
    }

    /// The body of an answer in chunks, which other servers send.
    async fn chunks(&mut self, head: usize) -> Vec<u8> {
        while !self.buffer.ends_with(b"0\r\n\r\n") {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("reads");
            assert!(read > 0, "the service closed the connection");
        }
        let (mut rest, mut body) = (&self.buffer[head..], Vec::new());
        while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
            let size = std::str::from_utf8(&rest[..end]).expect("a size");
            let size = usize::from_str_radix(size, 16).expect("a size");
            body.extend_from_slice(&rest[end + 2..end + 2 + size]);
            rest = &rest[end + 4 + size..];
        }
        body
    }

    /// Sends a request and throws the body of the answer away as it comes; status and its length.
    async fn drain(&mut self, request: &[u8]) -> (u16, usize) {
        let (head, length) = self.begin(request).await;
        let length = length.expect("a length");
        let (status, mut left) = (self.status(), (head + length) - self.buffer.len());
        let mut scratch = vec![0; 256 * 1024];
        while left > 0 {
            let most = left.min(scratch.len());
            let read = self.stream.read(&mut scratch[..most]).await.expect("reads");
            assert!(read > 0, "the service closed the connection");
            left -= read;
        }
        (status, length)
    }

    fn status(&self) -> u16 {
        std::str::from_utf8(&self.buffer[9..12]).expect("a status").parse().expect("a status")
    }

    /// Sends a request and reads until the head of the answer is there; the length of the head, and of
    /// the body where it is said.
    async fn begin(&mut self, request: &[u8]) -> (usize, Option<usize>) {
        self.stream.write_all(request).await.expect("sends");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("reads");
            assert!(read > 0, "the service closed the connection");
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..at]).to_ascii_lowercase();
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))
                    .and_then(|text| text.trim().parse::<usize>().ok());
                let length = length.or((!head.contains("chunked")).then_some(0));
                return (at + 4, length);
            }
        }
    }
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: bench\r\n");
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    if let Some(body) = body {
        let body = body.to_string();
        let _ = write!(
            text,
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Latencies in microseconds and how long it took.
struct Sample {
    micros: Vec<u64>,
    seconds: f64,
}

impl Sample {
    fn rate(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }

    fn at(&mut self, share: f64) -> f64 {
        self.micros.sort_unstable();
        let index =
            ((self.micros.len() as f64 * share) as usize).min(self.micros.len().saturating_sub(1));
        self.micros.get(index).map_or(f64::NAN, |micros| *micros as f64 / 1000.0)
    }

    fn row(&mut self, name: &str, reference: Option<f64>) {
        let ratio = reference
            .map_or_else(String::new, |reference| format!("{:.2}", self.rate() / reference));
        println!(
            "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {ratio} |",
            self.rate(),
            self.at(0.5),
            self.at(0.99),
            self.at(0.999)
        );
    }
}

const HEAD: &str = "| what | per second | p50 ms | p99 ms | p99.9 ms | ratio |\n| --- | --- | --- | --- | --- | --- |";

/// Runs `clients` connections for some seconds; each sends what `next` gives.
async fn hammer(
    server: &str,
    clients: u64,
    seconds: u64,
    expected: u16,
    next: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static,
) -> Sample {
    let next = Arc::new(next);
    let count = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + Duration::from_secs(seconds);
    let started = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (next, count, server) = (next.clone(), count.clone(), server.to_owned());
            tokio::spawn(async move {
                let mut connection = Connection::open(&server).await;
                let mut micros = Vec::new();
                while Instant::now() < end {
                    let request = next(count.fetch_add(1, Ordering::Relaxed));
                    let sent = Instant::now();
                    let (status, body) = connection.send(&request).await;
                    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
                    micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                micros
            })
        })
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.expect("ends"));
    }
    Sample { micros, seconds: started.elapsed().as_secs_f64() }
}

/// Spreads requests over the data without repeating soon.
fn scattered(n: u64, size: u64) -> u64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % size
}

async fn look_up(bench: &Bench, call_signs: u64) {
    let synthetic = Synthetic::new(1);
    let listen = "127.0.0.1:18099";
    let mut child = std::process::Command::new(std::env::current_exe().expect("a path"))
        .args(["bare", "--listen", listen])
        .spawn()
        .expect("starts");
    tokio::time::sleep(Duration::from_millis(500)).await;
    println!("{HEAD}");
    let mut bare = hammer(listen, 32, bench.seconds, 200, |_| request("GET", "/", &[], None)).await;
    let mut empty =
        hammer(&bench.server, 32, bench.seconds, 200, |_| request("GET", "/healthz", &[], None))
            .await;
    let mut found = hammer(&bench.server, 32, bench.seconds, 200, move |n| {
        let sign = synthetic.amateur_licence(scattered(n, call_signs)).call_sign;
        request("GET", &format!("/v1/call-signs/{sign}"), &[], None)
    })
    .await;
    let _ = child.kill();
    let _ = child.wait();
    let reference = empty.rate();
    bare.row("bare handler without the edge", Some(reference));
    empty.row("empty handler behind the edge (reference)", Some(reference));
    found.row(&format!("look-up among {call_signs} call signs"), Some(reference));
}

/// Filters of the queue that caseworkers have, from one case to all.
const FILTERS: [&str; 10] = [
    "status=open",
    "status=submitted",
    "status=granted",
    "kind=plb&status=open",
    "kind=installer&status=granted",
    "assignee=saksbehandler-7&status=open",
    "assignee=saksbehandler-7&kind=amateur&status=granted",
    "overdue=true",
    "overdue=true&kind=plb",
    "assignee=saksbehandler-9&status=waitingForApplicant",
];

async fn queue(bench: &Bench) {
    let ticket = Ticket {
        subject: "saksbehandler-1".to_owned(),
        roles: vec![Role::Caseworker],
        ..Ticket::default()
    };
    let token = format!("Bearer {}", bench.token(&ticket));
    let keys = bench.keys.as_ref().expect("the key ring of the service");
    let caller = Caller {
        subject: ticket.subject.clone(),
        roles: ticket.roles.clone(),
        scopes: anrop::http::access::scopes_of(&ticket.roles),
        national_id: None,
        organisation: None,
    };
    let session = Session::begin(&caller, SystemClock.now()).seal(keys);
    let cookie = format!("anrop-session={session}");
    println!("| queue | per second | p50 ms | p95 ms | p99 ms |\n| --- | --- | --- | --- | --- |");
    for clients in [1, 4] {
        let token = token.clone();
        let mut asked = hammer(&bench.server, clients, bench.seconds, 200, move |n| {
            let filter = FILTERS[usize::try_from(n).unwrap_or(0) % FILTERS.len()];
            let headers = [("Authorization", token.as_str())];
            request("GET", &format!("/v1/cases?{filter}"), &headers, None)
        })
        .await;
        let cookie = cookie.clone();
        let mut shown = hammer(&bench.server, clients, bench.seconds, 200, move |n| {
            let filter = FILTERS[usize::try_from(n).unwrap_or(0) % FILTERS.len()];
            let filter = filter.replace("status=open", "").replace("overdue=true", "overdue=yes");
            let headers = [("Cookie", cookie.as_str()), ("Accept", "text/html")];
            request("GET", &format!("/nb/casework?{filter}"), &headers, None)
        })
        .await;
        for (what, sample) in [("operation", &mut asked), ("page", &mut shown)] {
            let (rate, at) = (sample.rate(), [0.5, 0.95, 0.99].map(|share| sample.at(share)));
            println!(
                "| {what}, {clients} readers | {rate:.0} | {:.2} | {:.2} | {:.2} |",
                at[0], at[1], at[2]
            );
        }
    }
}

async fn bare(listen: &str) {
    use poem::{Route, Server, get, handler, listener::TcpListener};
    #[handler]
    fn nothing() -> &'static str {
        "{\"status\":\"ok\"}"
    }
    Server::new(TcpListener::bind(listen.to_owned()))
        .run(Route::new().at("/", get(nothing)))
        .await
        .expect("serves");
}

/// Requests that file applications, ready to send: signing tokens is not what is measured.
fn filings(bench: &Bench, from: u64, count: u64) -> Vec<Vec<u8>> {
    let synthetic = Synthetic::new(99);
    (from..from + count)
        .map(|n| {
            let person = synthetic.person(n);
            let token = bench.token(&Ticket {
                subject: format!("bench-{n}"),
                roles: vec![Role::Person],
                national_id: Some(person.national_id.reveal()),
                ..Ticket::default()
            });
            let contact = |index| {
                let contact = synthetic.contact(n, index);
                json!({ "name": contact.name.as_str(), "phone": contact.phone.dial() })
            };
            let body = json!({
                "applicant": {
                    "name": person.name.as_str(),
                    "address": { "lines": person.address.lines(), "postalCode": person.address.postal_code() },
                    "phone": person.phone.dial(), "email": person.email.as_str(), "language": "nb",
                },
                "beacon": { "manufacturer": "Havblikk", "model": "Fjell 2", "serial": n % 1_000_000, "ceMarked": true },
                "usage": { "activity": "Fottur" },
                "emergencyContacts": [contact(0), contact(1)],
            });
            let authorization = format!("Bearer {token}");
            let key = format!("bench-{}-{n}", std::process::id());
            request(
                "POST",
                "/v1/plb/applications",
                &[("Authorization", &authorization), ("Idempotency-Key", &key)],
                Some(&body),
            )
        })
        .collect()
}

/// Durable appends per second to the same disk, one at a time.
fn appends() -> f64 {
    use std::io::Write as _;
    let path = std::env::current_dir().expect("a folder").join("target/bench-append");
    let mut file = std::fs::File::create(&path).expect("a file");
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < Duration::from_secs(2) {
        file.write_all(&[7; 4096]).expect("writes");
        file.sync_data().expect("syncs");
        count += 1;
    }
    let _ = std::fs::remove_file(&path);
    f64::from(count) / started.elapsed().as_secs_f64()
}

async fn applications(bench: &Bench, clients: u64) {
    let prepared = Arc::new(filings(bench, start(), 40_000));
    let reference = appends();
    println!("{HEAD}");
    println!(
        "| durable 4 KiB appends to the same disk, one at a time (reference) | {reference:.0} | | | | 1.00 |"
    );
    let mut sample = hammer(&bench.server, clients, bench.seconds, 201, move |n| {
        prepared[usize::try_from(n).expect("small") % prepared.len()].clone()
    })
    .await;
    let what = format!("applications accepted durably, {clients} clients");
    sample.row(&what, Some(reference));
}

/// An application ready to send, and who files it.
struct Filing {
    request: Vec<u8>,
    national_id: String,
}

/// Applications of people who passed their examination, whose results are reported first.
async fn licence_filings(bench: &Bench, count: u64) -> Vec<Filing> {
    let synthetic = Synthetic::new(98);
    let first = start();
    let mut connection = Connection::open(&bench.server).await;
    let examiner = format!("Bearer {}", bench.role(Role::Examiner));
    let mut filings = Vec::new();
    for from in (first..first + count).step_by(200) {
        let people: Vec<_> = (from..from + 200).map(|n| (n, synthetic.person(n))).collect();
        let results: Vec<Value> = people
            .iter()
            .map(|(n, person)| {
                json!({
                    "nationalId": person.national_id.reveal(), "licenceClass": "full",
                    "passedOn": "2026-10-01", "reference": format!("bench-{n}"),
                })
            })
            .collect();
        let report = json!({ "results": results });
        let headers = [("Authorization", examiner.as_str())];
        let (status, body) =
            connection.send(&request("POST", "/v1/exam-results", &headers, Some(&report))).await;
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
        for (n, person) in people {
            let token = bench.token(&Ticket {
                subject: format!("bench-{n}"),
                roles: vec![Role::Person],
                national_id: Some(person.national_id.reveal()),
                ..Ticket::default()
            });
            let body = json!({
                "applicant": {
                    "name": person.name.as_str(), "birthDate": "1980-02-03",
                    "address": { "lines": person.address.lines(), "postalCode": person.address.postal_code() },
                    "phone": person.phone.dial(), "email": person.email.as_str(), "language": "nb",
                },
                "licenceClass": "full",
            });
            let authorization = format!("Bearer {token}");
            let headers = [("Authorization", authorization.as_str())];
            let request = request("POST", "/v1/amateur/applications", &headers, Some(&body));
            filings.push(Filing { request, national_id: person.national_id.reveal() });
        }
    }
    filings
}

/// Providers that ask for numbers: a grant locks the row of its provider.
const PROVIDERS: u64 = 64;

/// Decisions that grant applications for number series, ready to send: the applications are filed first.
async fn number_decisions(bench: &Bench, count: u64) -> Vec<Vec<u8>> {
    let representative = |n: u64| {
        let token = bench.token(&Ticket {
            subject: format!("bench-representative-{n}"),
            roles: vec![Role::Representative],
            national_id: Some(Synthetic::new(97).person(n).national_id.reveal()),
            organisation: Some(Synthetic::new(97).organisation(n).number.to_string()),
            ..Ticket::default()
        });
        format!("Bearer {token}")
    };
    let caseworker = format!("Bearer {}", bench.role(Role::Caseworker));
    let mut body =
        anrop::permit::kind::find(anrop::permit::kind::Kind::Numbering).expect("a kind").example();
    body["resource"]["wish"]["blockSize"] = json!(1000);
    let filings: Vec<Vec<u8>> = (0..PROVIDERS)
        .map(|n| {
            let representative = representative(n);
            let headers = [("Authorization", representative.as_str())];
            request("POST", "/v1/numbering/applications", &headers, Some(&body))
        })
        .collect();
    let mut connection = Connection::open(&bench.server).await;
    let mut decisions = Vec::new();
    for filing in filings.iter().cycle().take(usize::try_from(count).expect("small")) {
        let (status, receipt) = connection.send(filing).await;
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&receipt));
        let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
        let path = format!("/v1/cases/{}/decision", receipt["caseId"].as_str().expect("an id"));
        let headers = [("Authorization", caseworker.as_str()), ("If-Match", "\"v1\"")];
        let grant = json!({ "outcome": "granted" });
        decisions.push(request("POST", &path, &headers, Some(&grant)));
    }
    decisions
}

/// Sends each request once, over 32 connections as fast as they are answered.
async fn race(server: &str, requests: Vec<Vec<u8>>, expected: u16) -> (Sample, Vec<Vec<u8>>) {
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (requests, next, server) = (requests.clone(), next.clone(), server.to_owned());
            tokio::spawn(async move {
                let mut connection = Connection::open(&server).await;
                let (mut micros, mut bodies) = (Vec::new(), Vec::new());
                loop {
                    let n = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).expect("small");
                    let Some(request) = requests.get(n) else { return (micros, bodies) };
                    let sent = Instant::now();
                    let (status, body) = connection.send(request).await;
                    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
                    micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
                    bodies.push(body);
                }
            })
        })
        .collect();
    let (mut micros, mut bodies) = (Vec::new(), Vec::new());
    for task in tasks {
        let (times, answers) = task.await.expect("ends");
        micros.extend(times);
        bodies.extend(answers);
    }
    (Sample { micros, seconds: started.elapsed().as_secs_f64() }, bodies)
}

async fn assign(bench: &Bench) {
    let licences = licence_filings(bench, 5_000).await;
    let licences = licences.into_iter().map(|filing| filing.request).collect();
    let numbers = number_decisions(bench, 2_000).await;
    let reference = appends();
    println!("{HEAD}");
    println!(
        "| durable 4 KiB appends to the same disk, one at a time (reference) | {reference:.0} | | | | 1.00 |"
    );
    let (mut sample, answers) = race(&bench.server, licences, 201).await;
    // two of the made-up people may be one; the second application then waits for a caseworker
    let given: Vec<String> = answers
        .iter()
        .filter_map(|body| {
            let receipt: Value = serde_json::from_slice(body).expect("JSON");
            receipt["callSign"].as_str().map(str::to_owned)
        })
        .collect();
    let signs: std::collections::BTreeSet<&String> = given.iter().collect();
    assert_eq!(signs.len(), given.len(), "a call sign was given twice");
    println!("\n{} of {} licences were granted at once\n\n{HEAD}", given.len(), answers.len());
    sample.row("licences granted with the next call sign, 32 clients", Some(reference));
    let (mut sample, _) = race(&bench.server, numbers, 200).await;
    sample.row("number series granted, the next free 1,000 numbers, 32 clients", Some(reference));
}

/// Searches among 10,000 to 1,000,000 ranges, against the cheapest statement there is.
async fn overlap(url: &str) {
    use anrop::{
        database::{Connection as _, DatabaseSettings, Db, Migration},
        numbering::{
            model::{NumberRangeRow, RangeStatus},
            store,
        },
        values::{ids::fresh, number_resource::ResourceType},
    };
    let kind = ResourceType::of("e164_12_digit").expect("a type");
    let settings = DatabaseSettings { url: url.to_owned(), connections: 2, exclusive: false };
    let db = Db::connect(&settings, Arc::new(SystemClock)).await.expect("connects");
    db.migrate(Migration::Up).await.expect("migrates");
    let range = |n: i64| kind.at(580_000_000_000 + n * 2_000, 580_000_000_999 + n * 2_000);
    println!("{HEAD}");
    let mut written = 0;
    for size in [10_000, 100_000, 1_000_000] {
        for from in (written..size).step_by(10_000) {
            db.write(|tx| async move {
                for n in from..from + 10_000 {
                    let resource = range(n).expect("in the plan");
                    let row =
                        NumberRangeRow::new(fresh(tx.now()), kind, resource, RangeStatus::Blocked);
                    store::insert(&tx, &row).await?;
                }
                Ok(())
            })
            .await
            .expect("written");
        }
        written = size;
        let mut least = Vec::new();
        let mut micros = Vec::new();
        let began = Instant::now();
        for n in 0..2_000 {
            let sent = Instant::now();
            db.read().execute_unprepared("SELECT 1").await.expect("answers");
            least.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(0));
            let asked = i64::try_from(scattered(n, u64::try_from(size).expect("positive")));
            let asked = range(asked.expect("small")).expect("in the plan");
            let sent = Instant::now();
            let found = store::overlapping(db.read(), kind, &asked).await.expect("answers");
            micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(0));
            assert_eq!(found.len(), 1);
        }
        let seconds = began.elapsed().as_secs_f64();
        let mut reference = Sample { micros: least, seconds };
        reference.row(&format!("SELECT 1 (reference), {size} ranges"), None);
        let mut sample = Sample { micros, seconds };
        sample.row(&format!("overlap among {size} ranges"), None);
    }
}

/// People of earlier runs are not met again.
fn start() -> u64 {
    u64::try_from(SystemClock.now().timestamp()).unwrap_or(0) % 90 * 100_000
}

/// Sends `requests` over `clients` connections, together `rate` a second, each at its own moment
/// whether or not the one before was answered late; latency counts from that moment, so that a
/// stall is not hidden by requests that were never sent.
async fn paced(
    server: &str,
    clients: usize,
    rate: u64,
    requests: Vec<Vec<u8>>,
    expected: u16,
) -> Sample {
    let started = Instant::now() + Duration::from_millis(200);
    let mut shares: Vec<Vec<(Instant, Vec<u8>)>> = vec![Vec::new(); clients];
    for (n, request) in requests.into_iter().enumerate() {
        let at = started + Duration::from_secs_f64(n as f64 / rate as f64);
        shares[n % clients].push((at, request));
    }
    let tasks: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let server = server.to_owned();
            tokio::spawn(async move {
                let mut connection = Connection::open(&server).await;
                let mut micros = Vec::with_capacity(share.len());
                for (at, request) in share {
                    tokio::time::sleep_until(at.into()).await;
                    let (status, body) = connection.send(&request).await;
                    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&body));
                    micros.push(u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                micros
            })
        })
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        micros.extend(task.await.expect("ends"));
    }
    Sample { micros, seconds: started.elapsed().as_secs_f64() }
}

/// What the digest costs, and how long a receiver with nothing takes until it equals the registry.
async fn copy(bench: &Bench) {
    use anrop::{
        config::receiver::ReceiverSettings,
        receiver::{Receiver, actions},
        rescue::extract::ReceiverKey,
    };
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let authorization = format!("Bearer {}", bench.role(Role::Rescue));
    let ask = move |n: u64| {
        let headers = [("Authorization", &*authorization)];
        let node = if n.is_multiple_of(2) { String::new() } else { format!("{:x}", n % 16) };
        request("GET", &format!("/v1/rescue/digest?node={node}"), &headers, None)
    };
    println!("{HEAD}");
    hammer(&bench.server, 1, bench.seconds, 200, ask).await.row("digest, root and one node", None);
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let keys = bench.keys.as_ref().expect("the key ring of the service").status();
    let write = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(path(name), text).expect("writes");
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(path(name), mode).expect("sets the mode");
    };
    write("key", &ReceiverKey::generate().to_text());
    write("trust", &format!("digest {}\n", STANDARD.encode(keys.checkpoint_public)));
    write("token", &bench.role(Role::Rescue));
    let settings = ReceiverSettings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        registry: Some(format!("http://{}", bench.server)),
        key: path("key"),
        data: path("copy"),
        trust: path("trust"),
        token: Some(anrop::config::receiver::TokenSettings::File(path("token"))),
        identity: None,
        roots: None,
        readers: None,
        poll: Duration::from_secs(60),
        compare: Duration::from_secs(3600),
        log_format_json: true,
    };
    let receiver = Receiver::open(settings, Arc::new(SystemClock)).await.expect("opens");
    let started = Instant::now();
    let changes = actions::catch_up(&receiver).await.expect("catches up");
    let caught_up = started.elapsed().as_secs_f64();
    let comparison = actions::reconcile(&receiver).await.expect("equal");
    let equal = started.elapsed().as_secs_f64();
    let held = receiver.copy().count().await.expect("counts");
    println!(
        "\nA new receiver read {changes} changes in {caught_up:.1} s and equalled the registry, {} live permits, \
         after {equal:.1} s; {} were found by {} requests for the digest.",
        held.live, comparison.repaired, comparison.requests
    );
}

fn pdf() {
    use anrop::{document, values::language::Language};
    use sha2::Digest as _;
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    let make = || {
        let made = document::certificate(document::CertificateFacts {
            appeal: None,
            kind_title: "Tillatelse til bruk av personlig nødpeilesender (PLB)".to_owned(),
            permit_number: "PLB-000123".to_owned(),
            holder_lines: vec![
                "Kari Eksempel Nordvær".to_owned(),
                "Fjordgata 7".to_owned(),
                "4790 LILLESAND".to_owned(),
            ],
            facts: vec![("Kallesignal".to_owned(), "LNA2345".to_owned())],
            conditions: (0..4)
                .map(|n| format!("Vilkår {n}: senderen skal bare utløses i nød."))
                .collect(),
            legal_basis: "ekomloven § 11-2".to_owned(),
            valid_from: day,
            valid_until: None,
            issued_at: SystemClock.now(),
            issued_on: day,
            verification_url: "https://anrop.example.no/verify/0123456789ABCDEFGHJKMNPQRS"
                .to_owned(),
            verification_code: "0123456789ABCDEFGHJKMNPQRS".to_owned(),
            authority: document::Authority {
                name: "Eksempelmyndigheten".to_owned(),
                contact_lines: vec![],
            },
            language: Language::Bokmal,
        });
        document::render_pdf(&made).expect("renders").bytes.len()
    };
    make();
    let started = Instant::now();
    let bytes = (0..200).map(|_| make()).sum::<usize>() / 200;
    let each = started.elapsed().as_secs_f64() * 1000.0 / 200.0;
    let data = vec![7_u8; 1 << 20];
    let started = Instant::now();
    for _ in 0..20 {
        std::hint::black_box(sha2::Sha256::digest(&data));
    }
    let reference = started.elapsed().as_secs_f64() * 1000.0 / 20.0;
    println!("| what | ms on one core | ratio |\n| --- | --- | --- |");
    println!("| SHA-256 of 1 MiB (reference) | {reference:.2} | 1.00 |");
    println!("| one certificate as PDF ({bytes} bytes) | {each:.2} | {:.2} |", each / reference);
}
