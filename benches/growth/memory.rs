//! The register in memory among 10,000 to 10,000,000 call signs of the declared test series: how long it
//! takes to build, what it takes, and what a look-up and a search cost. Without a database, whose file
//! of ten million holders is larger than the disk these figures are made on.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anrop::{
    assignment::SignStatus,
    commands::synthetic::Synthetic,
    register::{
        PublicHolder, PublicSign,
        search::{
            asked_signs,
            base::{Base, Builder, Row as _},
            query::{CallSignQuery, Dimension},
            table::Table,
        },
    },
    values::call_sign::CallSign,
};

use crate::scattered;

/// Look-ups of one measurement.
const LOOK_UPS: u64 = 1_000_000;

fn row(synthetic: Synthetic, n: u64) -> (CallSign, PublicSign) {
    let licence = synthetic.amateur_licence(n);
    let person = synthetic.person(n);
    let address = serde_json::to_value(&person.address).expect("JSON");
    let holder = PublicHolder {
        name: licence.shows_name.then(|| person.name.as_str().to_owned()),
        post_town: address["town"].as_str().filter(|_| licence.shows_post_town).map(str::to_owned),
        address: serde_json::from_value(address.clone()).ok().filter(|_| licence.shows_address),
        is_person: true,
    };
    let is_shown = holder.name.is_some() || holder.post_town.is_some();
    let sign = PublicSign {
        status: SignStatus::InUse,
        series: "test_amateur".to_owned(),
        kind: Some("amateur".to_owned()),
        class: Some("full".to_owned()),
        valid_from: None,
        valid_until: None,
        updated_on: None,
        holder_kind: None,
        until: None,
        reason: None,
        holder: is_shown.then(|| Box::new(holder)),
    };
    (licence.call_sign, sign)
}

fn built(rows: &[(CallSign, Vec<u8>)]) -> (Base<PublicSign>, Duration) {
    let began = Instant::now();
    let mut builder = Builder::<PublicSign>::default();
    builder.reserve(rows.len(), rows.iter().map(|(_, row)| row.len()).sum());
    for (sign, packed) in rows {
        builder.push(*sign, 1, Some(packed));
    }
    let base = builder.finish();
    (base, began.elapsed())
}

/// Nanoseconds of one call.
fn nanos(times: u64, mut call: impl FnMut(u64)) -> f64 {
    let began = Instant::now();
    for n in 0..times {
        call(n);
    }
    began.elapsed().as_secs_f64() * 1e9 / times as f64
}

/// Prints a line for each size; the reference is a look-up in a B-tree of the same signs in the same run.
pub fn measure(sizes: &[u64]) {
    println!(
        "| call signs | built s | bytes each | B-tree look-up ns (reference) | look-up ns | ratio | \
         town and status, counted, µs | family name µs | a letter wrong µs | part of the sign µs |"
    );
    println!("|{}", " --- |".repeat(10));
    let synthetic = Synthetic::new(1);
    for size in sizes.iter().copied() {
        let mut rows: Vec<(CallSign, Vec<u8>)> =
            (0..size).map(|n| row(synthetic, n)).map(|(sign, row)| (sign, row.pack())).collect();
        rows.sort_unstable_by_key(|(sign, _)| *sign);
        rows.dedup_by_key(|(sign, _)| *sign);
        let (base, took) = built(&rows);
        let bytes = base.bytes() as f64 / rows.len() as f64;
        let sign_of =
            |n: u64| rows[usize::try_from(scattered(n, rows.len() as u64)).expect("small")].0;
        let tree: BTreeMap<CallSign, u32> = rows.iter().map(|(sign, _)| (*sign, 1)).collect();
        let reference = nanos(LOOK_UPS, |n| assert!(tree.contains_key(&sign_of(n))));
        drop(tree);
        let table = Table::<PublicSign>::default().over(std::sync::Arc::new(base));
        let look_up = nanos(LOOK_UPS, |n| assert!(table.get(&sign_of(n)).is_some()));
        let person = synthetic.person(size / 2).name.as_str().to_owned();
        let last = person.rsplit(' ').next().unwrap_or_default().to_owned();
        let wrong: String =
            last.chars().enumerate().map(|(n, c)| if n == 2 { 'x' } else { c }).collect();
        let text = |text: String| CallSignQuery { text: Some(text), ..CallSignQuery::default() };
        let asked = [
            CallSignQuery {
                place: Some("BERGEN".to_owned()),
                status: Some(SignStatus::InUse),
                facets: vec![Dimension::County, Dimension::Status],
                ..CallSignQuery::default()
            },
            text(last),
            text(wrong),
            text("00777".to_owned()),
        ];
        let searches = asked.map(|query| {
            let ask = asked_signs(&query, true);
            let micros = nanos(50, |_| {
                std::hint::black_box(table.find(&ask, None, 50).total);
            }) / 1e3;
            format!(" {micros:.0} |")
        });
        println!(
            "| {} | {:.2} | {bytes:.0} | {reference:.0} | {look_up:.0} | {:.2} |{}",
            rows.len(),
            took.as_secs_f64(),
            look_up / reference,
            searches.concat()
        );
    }
}
