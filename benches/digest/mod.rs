//! What the digest of the live permits costs in processor time, on one core: the hash of each permit, the tree over
//! them, the root, and one change. It must not ask a service; what a service takes for it is the figure of a copy.

use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant},
};

use anrop::{
    disclosure::policy::Kind,
    rescue::rules::digest::{Item, Node, Tree, content_hash, leaf_of},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Changes that are timed.
const CHANGES: usize = 200;

/// What a rescue centre is given of a beacon, made up.
fn record() -> Value {
    json!({
        "permit": { "id": "0198c0de-0000-7000-8000-000000000001", "kind": "plb", "number": "PLB-000001",
                    "status": "active", "validFrom": "2026-01-01", "version": 2 },
        "callSign": "LNA2345",
        "holder": { "name": "Kari Eksempel", "phone": "+4768050012", "address": { "lines": ["Storgata 1"],
                    "postalCode": "4790", "town": "LILLESAND", "country": "NO" } },
        "contacts": [
            { "name": "Ola Eksempel", "phone": ["+4768050021"], "callingOrder": 1, "relation": "søsken" },
            { "name": "Ida Eksempel", "phone": ["+4768050022"], "callingOrder": 2, "relation": "turkamerat" },
        ],
        "beacon": { "id": "A02F00C0E400001", "manufacturer": "Havblikk", "model": "Fjell 2", "serial": 17,
                    "colour": "oransje" },
        "usage": { "activity": "Fottur", "persons": 2 },
    })
}

/// Prints the table.
pub fn run(permits: u64) {
    let record = record();
    let text = record.to_string();
    let bytes = text.len();
    println!("| what | how many | seconds | microseconds each | ratio |");
    println!("| --- | --- | --- | --- | --- |");
    let mut reference = None;
    let mut row = |what: &str, count: u64, took: Duration| {
        let each = took.as_secs_f64() * 1e6 / count as f64;
        let first = *reference.get_or_insert(each);
        let seconds = took.as_secs_f64();
        println!("| {what} | {count} | {seconds:.3} | {each:.2} | {:.2} |", each / first);
    };
    let began = Instant::now();
    for n in 0..permits {
        let digest = Sha256::new().chain_update(n.to_be_bytes()).chain_update(&text).finalize();
        black_box(digest);
    }
    row(&format!("SHA-256 of {bytes} bytes (reference)"), permits, began.elapsed());

    let item = |n: u64, version: i32| {
        let permit = Uuid::from_u128((u128::from(n) << 64) | 0x7000_8000_0000);
        Item { permit, version, hash: content_hash(permit, version, Kind::Plb, &record) }
    };
    let began = Instant::now();
    let items: Vec<Item> = (0..permits).map(|n| item(n, 1)).collect();
    row("hash of a permit", permits, began.elapsed());
    let began = Instant::now();
    let mut tree = Tree::of(items.iter().copied());
    row("the tree, for each permit", permits, began.elapsed());
    let began = Instant::now();
    let root = tree.summary(Node::ROOT);
    row("the root of the tree", 1, began.elapsed());

    let mut leaves: HashMap<u16, Vec<Item>> = HashMap::new();
    for item in items {
        leaves.entry(leaf_of(item.permit)).or_default().push(item);
    }
    let began = Instant::now();
    for n in (0..permits).take(CHANGES) {
        let changed = item(n, 2);
        let leaf = leaf_of(changed.permit);
        let items = leaves.get_mut(&leaf).expect("a leaf");
        for item in items.iter_mut().filter(|item| item.permit == changed.permit) {
            *item = changed;
        }
        tree.set(leaf, items.clone());
    }
    let changes = permits.min(CHANGES as u64);
    row("a change, up to its leaf", changes, began.elapsed());
    assert_ne!(tree.summary(Node::ROOT).hash, root.hash, "nothing has changed");
}
