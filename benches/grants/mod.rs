//! Figures of what is accepted and given: applications beside durable appends to the same disk, call signs and numbers
//! assigned in a race, and the search among number ranges.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anrop::clock::SystemClock;
use serde_json::Value;

use super::{
    Bench,
    client::{HEAD, Sample, hammer, race, scattered},
    prepared::{filings, licence_filings, number_decisions, start},
};

/// Durable appends per second to the same disk, one at a time.
pub fn appends() -> f64 {
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

pub async fn applications(bench: &Bench, clients: u64) {
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

pub async fn assign(bench: &Bench) {
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
pub async fn overlap(url: &str) {
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
