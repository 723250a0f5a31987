//! Figures of deliveries: how soon a decision reaches a receiver, and how quickly a new receiver is sent
//! the whole register. The receiver runs in this process and answers at once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anrop::{
    clock::{Clock as _, SystemClock},
    identity::Role,
};
use poem::{
    EndpointExt as _, Route, Server, handler,
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::Data,
};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Bench, Connection, HEAD, Sample, appends, filings, request, start};

/// How long the pace of deliveries is measured apart.
const FIRST: Duration = Duration::from_secs(60);

/// A permit that a delivery told of, and when it came.
type Arrived = (String, Instant);

#[handler]
async fn receive(
    body: poem::Body,
    Data(arrived): Data<&Arc<UnboundedSender<Arrived>>>,
) -> &'static str {
    let at = Instant::now();
    let value: Value = body.into_json().await.unwrap_or_default();
    let _ = arrived.send((value["data"]["permitId"].as_str().unwrap_or_default().to_owned(), at));
    ""
}

/// A receiver and the subscription that sends to it: its address, and what arrives.
async fn subscribed(bench: &Bench) -> (String, UnboundedReceiver<Arrived>) {
    let (sender, arrived) = unbounded_channel();
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
    let address = acceptor.local_addr()[0].to_string();
    let url = format!("http://{}/hook", address.trim_start_matches("socket://"));
    let routes = Route::new().at("/hook", post(receive)).data(Arc::new(sender));
    tokio::spawn(async move { Server::new_with_acceptor(acceptor).run(routes).await });
    let name = format!("bench {}", SystemClock.now().timestamp());
    let body = json!({ "name": name, "recipient": "rescueCentre", "url": url });
    let made = administer(bench, "/v1/subscriptions", None, Some(&body), 201).await;
    (
        made["subscription"]["id"].as_str().or(made["id"].as_str()).expect("an id").to_owned(),
        arrived,
    )
}

/// What the service answers to an administrator.
pub async fn administer(
    bench: &Bench,
    path: &str,
    version: Option<i64>,
    body: Option<&Value>,
    expected: u16,
) -> Value {
    let admin = format!("Bearer {}", bench.role(Role::Administrator));
    let tag = version.map(|version| format!("\"v{version}\""));
    let mut headers = vec![("Authorization", admin.as_str())];
    headers.extend(tag.iter().map(|tag| ("If-Match", tag.as_str())));
    let ask = request("POST", path, &headers, body);
    let (status, text) = Connection::open(&bench.server).await.send(&ask).await;
    assert_eq!(status, expected, "{}", String::from_utf8_lossy(&text));
    serde_json::from_slice(&text).expect("JSON")
}

/// What an administrator reads at an address.
async fn seen(bench: &Bench, path: &str) -> Value {
    let admin = format!("Bearer {}", bench.role(Role::Administrator));
    let ask = request("GET", path, &[("Authorization", admin.as_str())], None);
    let (status, text) = Connection::open(&bench.server).await.send(&ask).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&text));
    serde_json::from_slice(&text).expect("JSON")
}

/// From a decision, sent and answered, to its delivery received.
pub async fn latency(bench: &Bench) {
    let (_, mut arrived) = subscribed(bench).await;
    let mut connection = Connection::open(&bench.server).await;
    let caseworker = format!("Bearer {}", bench.role(Role::Caseworker));
    let (mut from_request, mut from_answer) = (Vec::new(), Vec::new());
    let began = Instant::now();
    for filing in filings(bench, start(), 300) {
        let (status, receipt) = connection.send(&filing).await;
        assert_eq!(status, 201);
        let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
        let path = format!("/v1/cases/{}/decision", receipt["caseId"].as_str().expect("an id"));
        let decide = request(
            "POST",
            &path,
            &[("Authorization", &caseworker), ("If-Match", "\"v1\"")],
            Some(&json!({ "outcome": "granted" })),
        );
        let sent = Instant::now();
        let (status, decided) = connection.send(&decide).await;
        let answered = Instant::now();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&decided));
        let decided: Value = serde_json::from_slice(&decided).expect("JSON");
        loop {
            let (permit, at) = arrived.recv().await.expect("arrives");
            if decided["permitId"] == permit {
                let micros = |span: Duration| u64::try_from(span.as_micros()).unwrap_or(0);
                from_request.push(micros(at.saturating_duration_since(sent)));
                from_answer.push(micros(at.saturating_duration_since(answered)));
                break;
            }
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("{HEAD}");
    Sample { micros: from_request, seconds }.row("decision sent to delivery received", None);
    Sample { micros: from_answer, seconds }.row("decision answered to delivery received", None);
}

/// The whole register sent to one receiver that was away while its deliveries were written, for so many seconds
/// at most; and the pace of the first minute, in which nothing else is asked of the service.
pub async fn catch_up(bench: &Bench, most: u64) {
    let (id, mut arrived) = subscribed(bench).await;
    let reference = appends();
    let step = |what: &str| format!("/v1/subscriptions/{id}/{what}");
    administer(bench, &step("pause"), Some(1), None, 200).await;
    let began = Instant::now();
    administer(bench, &step("replay"), Some(2), Some(&json!({})), 200).await;
    // the first thousand are written now, the others by the worker
    loop {
        let list = seen(bench, "/v1/subscriptions?limit=200").await;
        let own = list["items"].as_array().expect("a list").iter().find(|one| one["id"] == *id);
        if own.expect("the subscription")["replaying"].is_null() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let written = began.elapsed().as_secs_f64();
    let pending = format!("/v1/deliveries?status=pending&subscription={id}&limit=1");
    let due = seen(bench, &pending).await["total"].as_u64().expect("a number");
    let back = Instant::now();
    administer(bench, &step("resumption"), Some(3), None, 200).await;
    let end = back + Duration::from_secs(most);
    let (mut came, mut soon, mut last) = (0_u64, 0_u64, back);
    while came < due {
        let wait = end.saturating_duration_since(Instant::now());
        let Ok(Some((_, at))) = tokio::time::timeout(wait, arrived.recv()).await else { break };
        (came, last) = (came + 1, at);
        soon += u64::from(at <= back + FIRST);
    }
    let seconds = last.saturating_duration_since(back).as_secs_f64();
    println!("| what | how many | seconds | per second | ratio |\n| --- | --- | --- | --- | --- |");
    println!(
        "| durable 4 KiB appends to the same disk, one at a time (reference) | | | {reference:.0} | 1.00 |"
    );
    let row = |what: &str, count: u64, seconds: f64| {
        let rate = count as f64 / seconds;
        println!("| {what} | {count} | {seconds:.1} | {rate:.0} | {:.2} |", rate / reference);
    };
    row("deliveries written by a replay while the receiver is away", due, written);
    row("received in its first minute back", soon, seconds.min(FIRST.as_secs_f64()));
    row("received since it is back", came, seconds);
    if came < due {
        println!("\n{} had not come when the time was over.", due - came);
    }
    administer(bench, &step("end"), Some(4), None, 200).await;
}
