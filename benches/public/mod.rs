//! Figures of the public register: filtered search beside Datasette over the same rows, files beside a
//! static file server, and how soon a change shows at another process.

use std::time::{Duration, Instant};

use anrop::{
    commands::synthetic::Synthetic,
    identity::{Role, token::Ticket},
};
use serde_json::{Value, json};

use super::{Bench, Connection, HEAD, Sample, request};

/// A question as the register is asked it, and as Datasette is.
struct Question {
    name: &'static str,
    ours: String,
    theirs: String,
}

fn questions() -> Vec<Question> {
    let person = Synthetic::new(1).person(246_810);
    let name = person.name.as_str().to_owned();
    let (first, last) = name.split_once(' ').unwrap_or((&name, &name));
    let typo: String =
        last.chars().enumerate().map(|(n, c)| if n == 2 { 'x' } else { c }).collect();
    let of = |name, ours: String, theirs: String| Question { name, ours, theirs };
    vec![
        of(
            "by status and type",
            "status=inUse&type=test_amateur".to_owned(),
            "status=inUse&type=test_amateur".to_owned(),
        ),
        of("by place", "place=BERGEN".to_owned(), "postTown=BERGEN".to_owned()),
        of(
            "by place and status",
            "place=Oslo&status=inUse".to_owned(),
            "postTown=OSLO&status=inUse".to_owned(),
        ),
        of(
            "by beginning",
            "prefix=LB0T00012".to_owned(),
            "callSign__startswith=LB0T00012".to_owned(),
        ),
        of("by part of the sign", "q=T00777".to_owned(), "callSign__contains=T00777".to_owned()),
        of("by name", format!("q={first}+{last}"), format!("_search={first}+{last}")),
        of("by family name", format!("q={last}"), format!("_search={last}")),
        of("by a name with a wrong letter", format!("q={typo}"), format!("_search={typo}")),
    ]
}

/// `text` with everything but letters and digits of ASCII escaped, as a query may carry it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"=&+_-.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn row(name: &str, sample: &mut Sample, total: &Value, reference: Option<f64>) {
    let ratio = reference.map_or_else(String::new, |p95| format!("{:.3}", sample.at(0.95) / p95));
    println!(
        "| {name} | {total} | {:.2} | {:.2} | {:.2} | {ratio} |",
        sample.at(0.5),
        sample.at(0.95),
        sample.at(0.99)
    );
}

/// Asks one after another for some seconds; the total of the last answer.
async fn ask(server: &str, path: &str, total: &str, seconds: u64) -> (Sample, Value) {
    let mut connection = Connection::open(server).await;
    let ask = request("GET", path, &[], None);
    let (began, mut micros, mut found) = (Instant::now(), Vec::new(), Value::Null);
    while began.elapsed() < Duration::from_secs(seconds) || micros.is_empty() {
        let sent = Instant::now();
        let (status, body) = connection.send(&ask).await;
        micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        found = if status == 200 { body[total].clone() } else { json!(format!("status {status}")) };
    }
    (Sample { micros, seconds: began.elapsed().as_secs_f64() }, found)
}

/// Every question for some seconds each; the ratio is of the 95th percentiles.
pub async fn search(bench: &Bench, datasette: Option<&str>) {
    println!(
        "| what | found | p50 ms | p95 ms | p99 ms | ratio |\n| --- | --- | --- | --- | --- | --- |"
    );
    let seconds = (bench.seconds / 3).max(1);
    for Question { name, ours, theirs } in questions() {
        let path = format!("/v1/call-signs?limit=50&{}", escaped(&ours));
        let (mut sample, total) = ask(&bench.server, &path, "total", seconds).await;
        let mut reference = None;
        if let Some(datasette) = datasette {
            let path = format!(
                "/signs/call_signs.json?_size=50&_shape=objects&_nofacet=1&{}",
                escaped(&theirs)
            );
            let (mut sample, total) =
                ask(datasette, &path, "filtered_table_rows_count", seconds).await;
            reference = Some(sample.at(0.95));
            row(&format!("Datasette {name} (reference)"), &mut sample, &total, reference);
        }
        row(&format!("search {name}"), &mut sample, &total, reference);
    }
}

/// Pages and questions that look at every permit, beside the start page, one client.
pub async fn pages(bench: &Bench) {
    println!(
        "| what | found | p50 ms | p95 ms | p99 ms | ratio |\n| --- | --- | --- | --- | --- | --- |"
    );
    let seconds = (bench.seconds / 3).max(1);
    let (mut sample, _) = ask(&bench.server, "/en", "total", seconds).await;
    let reference = Some(sample.at(0.95));
    row("the start page (reference)", &mut sample, &json!(""), reference);
    let around = "/v1/frequency-permits?limit=50&latitude=59.91&longitude=10.75&radius=";
    for (what, path) in [
        ("permits within 5 km", format!("{around}5")),
        ("permits within 50 km", format!("{around}50")),
        ("permits within 500 km", format!("{around}500")),
        (
            "the map of the permits within 50 km, a page",
            "/en/frequency-permits?latitude=59.91&longitude=10.75&radius=50".to_owned(),
        ),
        ("the chart of the frequency plan, a page", "/en/frequency-plan".to_owned()),
        (
            "the chart from 30 MHz to 3 GHz, a page",
            "/en/frequency-plan?from=30000000&to=3000000000".to_owned(),
        ),
        ("statistics, a page", "/en/statistics".to_owned()),
    ] {
        let (mut sample, total) = ask(&bench.server, &path, "total", seconds).await;
        row(what, &mut sample, &total, reference);
    }
}

/// Megabytes a second that four clients get of a file.
async fn fetch(server: &str, path: &str, headers: &[(&str, &str)], seconds: u64) -> (f64, f64) {
    let end = Instant::now() + Duration::from_secs(seconds);
    let began = Instant::now();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (server, ask) = (server.to_owned(), request("GET", path, headers, None));
            tokio::spawn(async move {
                let mut connection = Connection::open(&server).await;
                let (mut bytes, mut files) = (0_usize, 0_u64);
                while Instant::now() < end {
                    let (status, length) = connection.drain(&ask).await;
                    assert_eq!(status, 200);
                    bytes += length;
                    files += 1;
                }
                (bytes, files)
            })
        })
        .collect();
    let (mut bytes, mut files) = (0, 0);
    for task in tasks {
        let (more, one) = task.await.expect("ends");
        bytes += more;
        files += one;
    }
    let seconds = began.elapsed().as_secs_f64();
    (bytes as f64 / 1e6 / seconds, files as f64 / seconds)
}

/// Files of the register against the same bytes from a static file server, by 4 clients.
pub async fn files(bench: &Bench, file_server: &str) {
    println!("| what | MB/s | files/s | ratio |\n| --- | --- | --- | --- |");
    let list = "/v1/snapshots/latest/call-signs.csv";
    for (what, ours, theirs, encoding) in [
        ("call signs as CSV", list, "/call-signs.csv", "identity"),
        ("call signs as CSV, gzip", list, "/call-signs.csv.gz", "gzip"),
    ] {
        let (reference, each) = fetch(file_server, theirs, &[], bench.seconds).await;
        println!("| {what}: static file server (reference) | {reference:.0} | {each:.2} | 1.00 |");
        let headers = [("Accept-Encoding", encoding)];
        let (rate, each) = fetch(&bench.server, ours, &headers, bench.seconds).await;
        println!("| {what} | {rate:.0} | {each:.2} | {:.2} |", rate / reference);
    }
}

/// From the answer to a consent at one process to the name shown by another.
pub async fn visible(bench: &Bench, other: &str) {
    let filing = super::licence_filings(bench, 200).await.swap_remove(0);
    let mut here = Connection::open(&bench.server).await;
    let mut there = Connection::open(other).await;
    let (status, made) = here.send(&filing.request).await;
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&made));
    let made: Value = serde_json::from_slice(&made).expect("JSON");
    let sign = made["callSign"].as_str().expect("a call sign");
    let ticket = Ticket {
        subject: "bench-visible".to_owned(),
        roles: vec![Role::Person],
        national_id: Some(filing.national_id),
        ..Ticket::default()
    };
    let authorization = format!("Bearer {}", bench.token(&ticket));
    let headers = [("Authorization", authorization.as_str())];
    let body = json!({ "callSign": sign, "fields": ["name"] });
    let give = request("PUT", "/v1/consents/call-sign-list", &headers, Some(&body));
    let take = request("DELETE", "/v1/consents/call-sign-list", &headers, None);
    let look = request("GET", &format!("/v1/call-signs/{sign}"), &[], None);
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    let began = Instant::now();
    for _ in 0..200 {
        assert_eq!(here.send(&give).await.0, 200);
        let answered = Instant::now();
        loop {
            let (_, body) = there.send(&look).await;
            let view: Value = serde_json::from_slice(&body).unwrap_or_default();
            if view["holder"]["name"].is_string() {
                break;
            }
        }
        shown.push(u64::try_from(answered.elapsed().as_micros()).unwrap_or(u64::MAX));
        let asked = Instant::now();
        assert_eq!(here.send(&take).await.0, 204);
        hidden.push(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX));
        let (_, body) = there.send(&look).await;
        let view: Value = serde_json::from_slice(&body).unwrap_or_default();
        assert!(view["holder"]["name"].is_null(), "shown after the withdrawal's answer");
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{HEAD}");
    Sample { micros: shown, seconds }
        .row("consent answered to name shown by another process", None);
    Sample { micros: hidden, seconds }.row("withdrawal asked to answered, gone everywhere", None);
}
