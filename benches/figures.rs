//! Measures a running service from outside, over real sockets, each figure beside a reference from
//! the same run. `benches/run` prepares the data and calls this; it must never be part of a test.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anrop::{
    clock::{Clock as _, SystemClock},
    commands::synthetic::Synthetic,
    identity::{
        Role,
        token::{self, Ticket},
    },
    keys::KeyRing,
};
use chrono::TimeDelta;
use clap::{Parser, Subcommand};

#[path = "certificate/mod.rs"]
mod certificate;
#[path = "client/mod.rs"]
mod client;
#[path = "codes/mod.rs"]
mod codes;
#[path = "copy/mod.rs"]
mod copy;
#[path = "delivery/mod.rs"]
mod delivery;
#[path = "digest/mod.rs"]
mod digest;
#[path = "forms/mod.rs"]
mod forms;
#[path = "grants/mod.rs"]
mod grants;
#[path = "growth/mod.rs"]
mod growth;
#[path = "letters/mod.rs"]
mod letters;
#[path = "prepared/mod.rs"]
mod prepared;
#[path = "public/mod.rs"]
mod public;
#[path = "queue/mod.rs"]
mod queue;
#[path = "rescue/mod.rs"]
mod rescue;

use client::{Connection, HEAD, Sample, hammer, paced, race, request, scattered};
use grants::appends;
use prepared::{filings, licence_filings, number_decisions, start};

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
        /// Start the yearly run of fees, and look up beside it.
        #[arg(long)]
        yearly: bool,
        /// A retention run is going on; `benches/run` sees to that.
        #[arg(long)]
        retention: bool,
    },
    /// The digest, and a new receiver that fills its copy from the running service.
    Copy,
    /// What the digest of the live permits costs on one core.
    Digest {
        /// How many there are.
        #[arg(long, default_value_t = 1_000_000)]
        permits: u64,
    },
    /// From a decision to the delivery received.
    Delivery,
    /// The whole register sent to a receiver that comes back after an outage, and the pace of its first minute.
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
        Figure::Applications { clients } => grants::applications(&bench, clients).await,
        Figure::Rescue { beacons, yearly, retention } => {
            rescue::look_ups(&bench, beacons, yearly, retention).await;
        }
        Figure::Copy => copy::run(&bench).await,
        Figure::Digest { permits } => digest::run(permits),
        Figure::Delivery => delivery::latency(&bench).await,
        Figure::CatchUp { seconds } => delivery::catch_up(&bench, seconds).await,
        Figure::FormSteps => forms::steps(&bench).await,
        Figure::Assign => grants::assign(&bench).await,
        Figure::Overlap { database } => grants::overlap(&database).await,
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
        Figure::Pdf => certificate::run(),
        Figure::Queue => queue::run(&bench).await,
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
