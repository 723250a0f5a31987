//! Look-ups of a rescue centre, alone and beside what else a registry does. What is beside them is
//! applications, the yearly run of fees and a retention run; nothing is measured of those but how far they come.

use std::time::Duration;

use anrop::{
    clock::{Clock as _, SystemClock},
    commands::synthetic::Synthetic,
    identity::Role,
};
use chrono::Datelike as _;
use serde_json::{Value, json};

use super::{
    Bench, Connection, HEAD, delivery::administer, filings, hammer, paced, request, scattered,
    start,
};

/// Look-ups a second of a busy rescue centre; a large exercise gives about one.
const LOOK_UPS: u64 = 100;
/// Applications a second accepted beside them.
const APPLICATIONS: u64 = 500;

/// Prints what look-ups take. With a run the rows named after it have it beside them, too.
pub async fn look_ups(bench: &Bench, beacons: u64, yearly: bool, retention: bool) {
    let synthetic = Synthetic::new(1);
    let authorization = format!("Bearer {}", bench.role(Role::Rescue));
    let ask = move |n: u64| {
        let code = synthetic.beacon(scattered(n, beacons)).code;
        request(
            "GET",
            &format!("/v1/rescue/beacons/{code}"),
            &[
                ("Authorization", &authorization),
                ("Incident-Reference", "pending"),
                ("Operator", "vakt-1"),
            ],
            None,
        )
    };
    let runs = match (yearly, retention) {
        (true, true) => "the yearly run and a retention run",
        (true, false) => "the yearly run",
        (false, true) => "a retention run",
        (false, false) => "",
    };
    let (alone, beside) = if runs.is_empty() {
        ("alone".to_owned(), "applications".to_owned())
    } else {
        (format!("beside {runs}"), format!("applications, {runs}"))
    };
    let run = if yearly { Some(start_run(bench).await) } else { None };
    println!("{HEAD}");
    let asked: Vec<Vec<u8>> = (0..LOOK_UPS * bench.seconds).map(&ask).collect();
    let mut most = hammer(&bench.server, 4, bench.seconds, 200, ask).await;
    most.row(&format!("look-ups {alone}, as many as 4 clients get"), None);
    let mut quiet = paced(&bench.server, 4, LOOK_UPS, asked.clone(), 200).await;
    let reference = quiet.rate();
    quiet.row(&format!("look-ups {alone}, paced (reference)"), Some(reference));
    let filed = filings(bench, start(), APPLICATIONS * bench.seconds);
    let (mut accepted, mut busy) = tokio::join!(
        paced(&bench.server, 32, APPLICATIONS, filed, 201),
        paced(&bench.server, 4, LOOK_UPS, asked, 200),
    );
    busy.row(&format!("look-ups among {beacons} beacons, {beside} beside"), Some(reference));
    accepted.row("the applications beside", None);
    if let Some(run) = run {
        tell_run(bench, &run).await;
    }
}

/// The yearly run of fees of this year, which is started if the service has not begun it by itself; the address
/// where it tells how far it has come. It is waited for until it has settled its first permits.
async fn start_run(bench: &Bench) -> String {
    let year = json!({ "year": SystemClock.now().year() });
    let latest = read_run(bench, "/v1/fee-runs").await["items"][0].clone();
    let run = if latest["state"].as_str().is_none_or(|state| state == "done") {
        administer(bench, "/v1/fee-runs", None, Some(&year), 201).await
    } else {
        latest
    };
    let address = format!("/v1/fee-runs/{}", run["id"].as_str().expect("an id"));
    loop {
        let run = read_run(bench, &address).await;
        if run["permitsDone"] != 0 || run["state"] == "done" {
            return address;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn read_run(bench: &Bench, address: &str) -> Value {
    let supervisor = format!("Bearer {}", bench.role(Role::Supervisor));
    let ask = request("GET", address, &[("Authorization", &supervisor)], None);
    let (status, text) = Connection::open(&bench.server).await.send(&ask).await;
    assert_eq!(status, 200);
    serde_json::from_slice(&text).expect("JSON")
}

async fn tell_run(bench: &Bench, address: &str) {
    let run = read_run(bench, address).await;
    let state = run["state"].as_str().expect("a state");
    println!(
        "\nThe yearly run is {state}: {} of {} permits settled, {} invoices.",
        run["permitsDone"], run["permitsTotal"], run["invoices"]
    );
}
