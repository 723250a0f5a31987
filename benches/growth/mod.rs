//! Every figure among 10,000, 100,000 and 1,000,000 rows, in one table. `benches/run growth` makes a
//! registry of each size and calls this on it.

pub mod memory;

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anrop::{
    clock::SystemClock,
    commands::synthetic::Synthetic,
    database::{DatabaseSettings, Db, Migration},
    identity::Role,
    numbering::{
        model::{NumberRangeRow, RangeStatus},
        store,
    },
    values::{ids::fresh, number_resource::ResourceType},
};

use serde_json::Value;

use super::{
    Bench, Connection, Sample, appends, filings, hammer, licence_filings, number_decisions, race,
    request, scattered, start,
};

/// Ranges written in one transaction.
const CHUNK: i64 = 10_000;

/// Keeps a measurement for the table.
fn note(file: &Path, what: &str, rows: u64, sample: &mut Sample) {
    let line = format!(
        "{what}\t{rows}\t{:.1}\t{:.4}\t{:.4}",
        sample.rate(),
        sample.at(0.5),
        sample.at(0.99)
    );
    eprintln!("{line}");
    let mut file = fs::OpenOptions::new().create(true).append(true).open(file).expect("a file");
    writeln!(file, "{line}").expect("writes");
}

/// Fills fixed-line numbers from their beginning with ranges of ten, as a registry grows, and measures
/// the search for what one of them overlaps. No service may run on the database.
pub async fn ranges(url: &str, rows: u64, file: &Path) {
    let kind = ResourceType::of("e164_8_digit").expect("a type");
    let settings = DatabaseSettings { url: url.to_owned(), connections: 2, exclusive: false };
    let db = Db::connect(&settings, Arc::new(SystemClock)).await.expect("connects");
    db.migrate(Migration::Up).await.expect("migrates");
    let range = |n: i64| kind.at(21_000_000 + n * 10, 21_000_009 + n * 10).expect("in the plan");
    let size = i64::try_from(rows).expect("small");
    for from in (0..size).step_by(usize::try_from(CHUNK).expect("small")) {
        db.write(|tx| async move {
            for n in from..(from + CHUNK).min(size) {
                let (id, status) = (fresh(tx.now()), RangeStatus::Blocked);
                store::insert(&tx, &NumberRangeRow::new(id, kind, range(n), status)).await?;
            }
            Ok(())
        })
        .await
        .expect("written");
    }
    let (mut micros, began) = (Vec::new(), Instant::now());
    for n in 0..2_000 {
        let asked = range(i64::try_from(scattered(n, rows)).expect("small"));
        let sent = Instant::now();
        let found = store::overlapping(db.read(), kind, &asked).await.expect("answers");
        micros.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        assert_eq!(found.len(), 1);
    }
    let seconds = began.elapsed().as_secs_f64();
    db.close().await;
    note(file, "search for overlapping number ranges", rows, &mut Sample { micros, seconds });
}

/// Waits until the service has published the ranges that were laid into its database; it would do so
/// beside everything that is measured.
async fn published(server: &str, rows: u64) {
    let mut connection = Connection::open(server).await;
    let asked = request("GET", "/v1/number-ranges?limit=1", &[], None);
    loop {
        let (status, body) = connection.send(&asked).await;
        assert_eq!(status, 200);
        let list: Value = serde_json::from_slice(&body).expect("JSON");
        if list["total"].as_u64().expect("a total") >= rows {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Measures a service whose registry holds `rows` call signs, beacons and number ranges.
pub async fn measure(bench: &Bench, rows: u64, races: u64, file: &Path) {
    let (server, seconds, synthetic) = (&bench.server, bench.seconds, Synthetic::new(1));
    published(server, rows).await;
    let mut sample = hammer(server, 32, seconds, 200, move |n| {
        let sign = synthetic.amateur_licence(scattered(n, rows)).call_sign;
        request("GET", &format!("/v1/call-signs/{sign}"), &[], None)
    })
    .await;
    note(file, "public look-up of a call sign, 32 clients", rows, &mut sample);
    let authorization = format!("Bearer {}", bench.role(Role::Rescue));
    let mut sample = hammer(server, 4, seconds, 200, move |n| {
        let code = synthetic.beacon(scattered(n, rows)).code;
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Incident-Reference", "pending"),
            ("Operator", "vakt-1"),
        ];
        request("GET", &format!("/v1/rescue/beacons/{code}"), &headers, None)
    })
    .await;
    note(file, "rescue look-up of a beacon, 4 clients", rows, &mut sample);
    let filings = Arc::new(filings(bench, start(), races * 10));
    let mut sample = hammer(server, 32, seconds, 201, move |n| {
        filings[usize::try_from(n).expect("small") % filings.len()].clone()
    })
    .await;
    note(file, "applications accepted durably, 32 clients", rows, &mut sample);
    let decisions = number_decisions(bench, races).await;
    let (mut sample, _) = race(server, decisions, 200).await;
    note(file, "number series granted, 32 clients", rows, &mut sample);
    let licences = licence_filings(bench, races.next_multiple_of(200)).await;
    let licences: Vec<_> = licences.into_iter().map(|filing| filing.request).collect();
    let (mut sample, _) = race(server, licences, 201).await;
    note(file, "licences granted with a call sign, 32 clients", rows, &mut sample);
    let reference = appends();
    eprintln!("durable 4 KiB appends to the same disk: {reference:.0} a second");
}

/// Prints what was kept: a row per figure, and how much longer the median takes among the most rows
/// than among the fewest.
pub fn table(file: &Path) {
    let text = fs::read_to_string(file).expect("measurements");
    let mut figures: Vec<&str> = Vec::new();
    let mut found: BTreeMap<(&str, u64), [f64; 3]> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [what, rows, rate, median, late] = cells[..] else { panic!("five cells: {line}") };
        if !figures.contains(&what) {
            figures.push(what);
        }
        let number = |cell: &str| cell.parse().expect("a number");
        found.insert(
            (what, rows.parse().expect("a number")),
            [number(rate), number(median), number(late)],
        );
    }
    let mut sizes: Vec<u64> = found.keys().map(|(_, rows)| *rows).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let heads: Vec<String> =
        sizes.iter().map(|rows| format!(" {rows} rows: per second · p50 · p99 ms |")).collect();
    println!("| what |{} p50 growth |", heads.concat());
    println!("| --- |{} --- |", " --- |".repeat(sizes.len()));
    for what in figures {
        let cells: Vec<String> = sizes
            .iter()
            .map(|rows| match found.get(&(what, *rows)) {
                Some([rate, median, late]) => format!(" {rate:.0} · {median:.2} · {late:.2} |"),
                None => " |".to_owned(),
            })
            .collect();
        let median = |rows: Option<&u64>| {
            rows.and_then(|rows| found.get(&(what, *rows))).map(|kept| kept[1])
        };
        let growth = median(sizes.first())
            .zip(median(sizes.last()))
            .map_or_else(String::new, |(least, most)| format!("{:.2}", most / least.max(0.0001)));
        println!("| {what} |{} {growth} |", cells.concat());
    }
}
