//! A copy in its file: versions, erasure, identifiers, the tree kept beside the rows, and what can be
//! read from the file without the key.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::*;
use crate::{
    clock::SystemClock,
    disclosure::policy::Kind,
    rescue::rules::{MatchKind, digest::Tree},
};

struct Fixture {
    copy: LocalCopy,
    folder: tempfile::TempDir,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("copy.db");
    let db = LocalCopy::open_file(&path, Arc::new(SystemClock)).await.expect("opens");
    Fixture { copy: LocalCopy::new(db, &Secret::new([5; 32])), folder }
}

fn record(status: &str, beacon: &str) -> Value {
    let mut record = json!({
        "permit": { "number": "PLB-000001", "status": status },
        "callSign": "LNA2345",
        "holder": { "name": "Kari Eksempel", "phone": "+4768050012" },
        "beacon": { "id": beacon },
    });
    if status != "active" {
        record["permit"]["endedAt"] = json!("2026-11-01T00:00:00Z");
        record["permit"]["endReason"] = json!("sold");
    }
    record
}

fn held(n: u128, version: i32, status: &str, beacon: &str) -> Change {
    Change::Put(Box::new(Held {
        permit: PermitId(Uuid::from_u128(n)),
        version,
        kind: Kind::Plb,
        record: record(status, beacon),
        restricted: false,
        recorded_at: None,
        holder: None,
        former: Vec::new(),
    }))
}

const FIRST: &str = "A02F00C0E400001";
const SECOND: &str = "A02F00C0E400021";

fn search(scheme: Scheme, value: &str) -> Search {
    Search { scheme, value: value.to_owned(), kind: MatchKind::Exact }
}

async fn found(copy: &LocalCopy, beacon: &str) -> Vec<(i32, bool)> {
    let found = copy.find(&search(Scheme::BeaconId, beacon)).await.expect("finds");
    found.into_iter().map(|(held, current)| (held.version, current)).collect()
}

#[tokio::test]
async fn only_a_higher_version_is_taken_from_a_delivery_and_the_same_one_harms_nothing() {
    let Fixture { copy, .. } = &fixture().await;
    let take = async |change, authority| copy.take(&[change], authority).await.expect("takes");
    let taken = take(held(1, 2, "active", FIRST), Authority::Delivery).await;
    assert_eq!(taken, Taken { applied: 1, ..Taken::default() });
    let again = take(held(1, 2, "active", FIRST), Authority::Delivery).await;
    assert_eq!(again, Taken { same: 1, ..Taken::default() });
    let older = take(held(1, 1, "active", SECOND), Authority::Delivery).await;
    assert_eq!(older, Taken { stale: 1, ..Taken::default() });
    assert_eq!(found(copy, FIRST).await, [(2, true)]);
    assert_eq!(found(copy, SECOND).await, []);
    // what the registry's feed says of the version held counts, what it says of an older one does not
    take(held(1, 2, "active", SECOND), Authority::Feed).await;
    assert_eq!(found(copy, SECOND).await, [(2, true)]);
    assert_eq!(take(held(1, 1, "active", FIRST), Authority::Feed).await.stale, 1);
    take(held(1, 1, "active", FIRST), Authority::Repair).await;
    assert_eq!(found(copy, FIRST).await, [(1, true)]);
}

#[tokio::test]
async fn a_version_number_given_twice_takes_nothing_s_place_but_for_who_asked() {
    let Fixture { copy, .. } = &fixture().await;
    let written = |hour: i64, beacon: &str| {
        let Change::Put(mut held) = held(1, 2, "active", beacon) else { unreachable!("a put") };
        held.recorded_at = DateTime::from_timestamp(1_790_000_000 + hour * 3600, 0);
        Change::Put(held)
    };
    let take = async |change, authority| copy.take(&[change], authority).await.expect("takes");
    assert_eq!(take(written(0, FIRST), Authority::Delivery).await.applied, 1);
    for authority in [Authority::Delivery, Authority::Feed] {
        assert_eq!(take(written(1, SECOND), authority).await.twice, 1, "{authority:?}");
    }
    assert_eq!(found(copy, FIRST).await, [(2, true)]);
    // the same one, given with more or less of it, and one that does not say when it was written
    assert_eq!(take(written(0, SECOND), Authority::Feed).await.applied, 1);
    assert_eq!(take(held(1, 2, "active", FIRST), Authority::Feed).await.applied, 1);
    take(written(0, FIRST), Authority::Feed).await;
    assert_eq!(take(written(1, SECOND), Authority::Repair).await.applied, 1);
    assert_eq!(found(copy, SECOND).await, [(2, true)]);
}

#[tokio::test]
async fn what_is_delivered_while_the_registry_is_asked_stays() {
    let Fixture { copy, .. } = &fixture().await;
    let ids: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
    let take = async |changes: &[Change]| {
        copy.take(changes, Authority::Delivery).await.expect("takes");
    };
    take(&[held(1, 3, "active", FIRST), held(2, 3, "active", FIRST), held(3, 3, "active", FIRST)])
        .await;
    let asked = copy.asked(&ids).await.expect("reads");
    // 1 changes and 4 and 5 come while the registry answers of before
    take(&[held(1, 4, "active", SECOND), held(4, 1, "active", FIRST), held(5, 2, "active", FIRST)])
        .await;
    let answer =
        [held(1, 3, "active", FIRST), held(2, 2, "active", SECOND), held(5, 1, "active", SECOND)];
    copy.put_right(&asked, &answer, &[ids[2], ids[3]]).await.expect("writes");
    let mut versions = Vec::new();
    for id in &ids {
        versions.push(copy.version(PermitId(*id)).await.expect("reads"));
    }
    assert_eq!(versions, [Some(4), Some(2), None, Some(1), Some(2)]);
    // asked anew, the registry is right in everything
    let asked = copy.asked(&ids).await.expect("reads");
    copy.put_right(&asked, &answer[..1], &ids[1..]).await.expect("writes");
    assert_eq!(copy.version(PermitId(ids[0])).await.expect("reads"), Some(3));
    let tree = copy.tree().await.expect("a tree").summary(Node::ROOT);
    assert_eq!((tree.count, copy.count().await.expect("counts").live), (1, 1));
}

#[tokio::test]
async fn a_code_it_had_before_still_finds_it_after_its_own() {
    let Fixture { copy, .. } = &fixture().await;
    for change in
        [held(1, 1, "active", FIRST), held(1, 2, "active", SECOND), held(2, 1, "active", FIRST)]
    {
        copy.take(&[change], Authority::Delivery).await.expect("takes");
    }
    assert_eq!(found(copy, SECOND).await, [(2, true)]);
    assert_eq!(found(copy, FIRST).await, [(1, true), (2, false)]);
}

#[tokio::test]
async fn what_was_erased_does_not_come_back_with_a_late_delivery() {
    let Fixture { copy, .. } = &fixture().await;
    let permit = PermitId(Uuid::from_u128(1));
    copy.take(&[held(1, 3, "active", FIRST)], Authority::Delivery).await.expect("takes");
    copy.take(&[Change::Erase { permit, version: 3 }], Authority::Feed).await.expect("takes");
    let late = copy.take(&[held(1, 3, "active", FIRST)], Authority::Delivery).await.expect("takes");
    assert_eq!(late.stale, 1);
    assert_eq!(found(copy, FIRST).await, []);
    assert_eq!(copy.count().await.expect("counts"), Count::default());
    assert_eq!(
        (copy.version(permit).await.unwrap(), copy.held(permit).await.unwrap()),
        (Some(3), None)
    );
}

#[tokio::test]
async fn the_tree_kept_beside_the_rows_is_the_tree_over_the_live_ones() {
    let Fixture { copy, .. } = &fixture().await;
    let mut expected: std::collections::BTreeMap<Uuid, Item> = Default::default();
    for step in 0..60_u128 {
        let version = i32::try_from(step + 1).expect("small");
        let status = if step % 7 == 3 { "surrendered" } else { "active" };
        let change = held(step % 23, version, status, FIRST);
        let Change::Put(entry) = &change else { unreachable!() };
        let permit = entry.permit.0;
        let item = Item { permit, version, hash: entry.hash() };
        copy.take(&[change], Authority::Delivery).await.expect("takes");
        expected.remove(&permit);
        if status == "active" {
            expected.insert(permit, item);
        }
        if step % 10 == 9 {
            copy.remove(&[Uuid::from_u128(step % 5)]).await.expect("removes");
            expected.remove(&Uuid::from_u128(step % 5));
        }
        let tree = copy.tree().await.expect("a tree").summary(Node::ROOT);
        assert_eq!(tree, Tree::of(expected.values().copied()).summary(Node::ROOT), "step {step}");
    }
    assert_eq!(copy.items(Node::ROOT).await.expect("items").len(), expected.len());
}

#[tokio::test]
async fn a_look_up_waits_for_nothing_else_that_reads_the_copy() {
    let Fixture { copy, .. } = &fixture().await;
    copy.take(&[held(1, 1, "active", FIRST)], Authority::Delivery).await.expect("takes");
    // a comparison of a million, and somebody who counts them
    let pool = copy.db().read().get_sqlite_connection_pool();
    let mut busy = Vec::new();
    while let Some(connection) = tokio::time::timeout(Duration::from_secs(1), pool.acquire())
        .await
        .ok()
        .map(|acquired| acquired.expect("a connection"))
    {
        busy.push(connection);
    }
    assert!(busy.len() >= 2, "{}", busy.len());
    let keys = [FIRST.to_owned()];
    let looked =
        async { (found(copy, FIRST).await, copy.alerts(&keys, None, 20).await.expect("finds")) };
    let looked = tokio::time::timeout(Duration::from_secs(5), looked).await.expect("at once");
    assert_eq!(looked, (vec![(1, true)], Vec::new()));
}

#[tokio::test]
async fn counting_reads_no_permit_and_the_leaves_keep_their_index() {
    let Fixture { copy, .. } = &fixture().await;
    let leaves = "SELECT id, version, hash FROM entry WHERE live = 1 AND leaf >= 1 AND leaf < 2 \
                  ORDER BY leaf, id";
    for (sql, index) in [(store::COUNT, "COVERING INDEX entry_kind_ix"), (leaves, "entry_leaf_ix")]
    {
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
        let plan = copy.db().read().query_all_raw(statement).await.expect("a plan");
        let steps: Vec<String> =
            plan.iter().map(|row| row.try_get("", "detail").expect("text")).collect();
        assert!(steps.iter().all(|step| step.contains(index)), "{steps:?}");
    }
}

#[tokio::test]
async fn an_ended_permit_leaves_when_the_policy_shows_it_no_longer() {
    let Fixture { copy, .. } = &fixture().await;
    copy.take(&[held(1, 2, "surrendered", FIRST)], Authority::Delivery).await.expect("takes");
    let ended: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().expect("a time");
    assert_eq!(copy.expire(ended + TimeDelta::days(364)).await.expect("expires"), 0);
    assert_eq!(copy.count().await.expect("counts"), Count { live: 0, ended: 1 });
    assert_eq!(copy.expire(ended + TimeDelta::days(366)).await.expect("expires"), 1);
    assert_eq!(copy.count().await.expect("counts"), Count::default());
    assert_eq!(found(copy, FIRST).await, []);
}

#[tokio::test]
async fn alerts_are_corrected_and_go_sooner_where_no_beacon_is_held() {
    let Fixture { copy, .. } = &fixture().await;
    copy.take(&[held(1, 1, "active", FIRST)], Authority::Delivery).await.expect("takes");
    let at: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().expect("a time");
    let alert = |n: u128, key: &str, outcome: &str| HeldAlert {
        id: Uuid::from_u128(n),
        key: key.to_owned(),
        permit: None,
        outcome: outcome.to_owned(),
        incident_reference: "pending".to_owned(),
        at,
    };
    let known = async |key: &str| copy.alerts(&[key.to_owned()], None, 20).await.expect("finds");
    copy.take_alerts(&[alert(1, FIRST, "real"), alert(2, SECOND, "false")]).await.expect("takes");
    let corrected =
        HeldAlert { incident_reference: "2026/117".to_owned(), ..alert(1, FIRST, "false") };
    copy.take_alerts(std::slice::from_ref(&corrected)).await.expect("takes");
    assert_eq!(known(FIRST).await, std::slice::from_ref(&corrected));
    copy.expire(at + TimeDelta::days(364)).await.expect("expires");
    assert_eq!((known(FIRST).await.len(), known(SECOND).await.len()), (1, 1));
    copy.expire(at + TimeDelta::days(366)).await.expect("expires");
    assert_eq!((known(FIRST).await.len(), known(SECOND).await.len()), (1, 0));
    copy.expire(at + TimeDelta::days(1_827)).await.expect("expires");
    assert_eq!(known(FIRST).await.len(), 0);
}

#[tokio::test]
async fn an_alert_is_found_by_its_permit_also_in_a_file_from_before_alerts_told_it() {
    let Fixture { copy, folder } = fixture().await;
    let at: DateTime<Utc> = "2026-11-01T00:00:00Z".parse().expect("a time");
    let of = |permit: Option<PermitId>| HeldAlert {
        id: Uuid::from_u128(9),
        key: SECOND.to_owned(),
        permit,
        outcome: "false".to_owned(),
        incident_reference: "2026/117".to_owned(),
        at,
    };
    let permit = Some(PermitId(Uuid::from_u128(1)));
    copy.take_alerts(&[of(None)]).await.expect("takes");
    // as a program of then left it
    let without = |tx: crate::database::Tx| async move {
        tx.execute_unprepared("DROP TABLE alert_permit").await?;
        Ok(())
    };
    copy.db().write(without).await.expect("writes");
    copy.db().close().await;
    drop(copy); // and with it the lock
    let db = LocalCopy::open_file(&folder.path().join("copy.db"), Arc::new(SystemClock)).await;
    let copy = LocalCopy::new(db.expect("opens"), &Secret::new([5; 32]));
    let found = async |keys: &[String]| copy.alerts(keys, permit, 20).await.expect("finds");
    assert!(found(&[]).await.is_empty());
    assert_eq!(found(&[SECOND.to_owned()]).await, [of(None)]);
    // read once more it has its permit, and an extract of before does not take that away
    for again in [of(permit), of(None)] {
        copy.take_alerts(&[again]).await.expect("takes");
        assert_eq!(found(&[]).await, [of(permit)]);
        assert_eq!(found(&[SECOND.to_owned()]).await, [of(permit)], "once");
    }
    let other = Some(PermitId(Uuid::from_u128(2)));
    assert!(copy.alerts(&[], other, 20).await.expect("finds").is_empty());
    // of a permit it is kept as long as the registry keeps it
    copy.expire(at + TimeDelta::days(366)).await.expect("expires");
    assert_eq!(found(&[]).await.len(), 1);
    copy.expire(at + TimeDelta::days(1_827)).await.expect("expires");
    assert!(found(&[]).await.is_empty());
}

#[tokio::test]
async fn the_file_tells_nobody_who_or_which_beacon_is_in_it() {
    let Fixture { copy, folder } = fixture().await;
    copy.take(&[held(1, 1, "active", FIRST)], Authority::Delivery).await.expect("takes");
    let alert = HeldAlert {
        id: Uuid::from_u128(9),
        key: FIRST.to_owned(),
        permit: None,
        outcome: "false".to_owned(),
        incident_reference: "2026/117".to_owned(),
        at: DateTime::UNIX_EPOCH,
    };
    copy.take_alerts(std::slice::from_ref(&alert)).await.expect("takes");
    copy.take_alerts(std::slice::from_ref(&alert)).await.expect("takes it once");
    for (entry, late) in [(b"vakt-3 looked", true), (b"vakt-3 missed", false)] {
        let id = Uuid::from_u128(3);
        copy.note(id, DateTime::UNIX_EPOCH, entry, late).await.expect("notes it once");
    }
    assert_eq!(copy.alerts(&[FIRST.to_owned()], None, 20).await.expect("finds"), [alert]);
    assert_eq!(copy.notes().await.expect("reads"), [b"vakt-3 looked".to_vec()]);
    copy.db().close().await;
    drop(copy); // and with it the lock
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
        bytes.extend(std::fs::read(entry.path()).expect("a file"));
    }
    let text = String::from_utf8_lossy(&bytes);
    for secret in ["Kari", "68050012", FIRST, "LNA2345", "2026/117", "vakt-3"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let db = LocalCopy::open_file(&folder.path().join("copy.db"), Arc::new(SystemClock)).await;
    let other = LocalCopy::new(db.expect("opens"), &Secret::new([6; 32]));
    assert_eq!(found(&other, FIRST).await, [], "another key finds nothing");
    assert!(other.held(PermitId(Uuid::from_u128(1))).await.is_err(), "and opens nothing");
}

#[tokio::test]
async fn many_permits_are_asked_for_at_once_and_each_change_of_one_counts() {
    let Fixture { copy, .. } = &fixture().await;
    let mut changes: Vec<Change> = (1..=1201).map(|n| held(n, 1, "active", FIRST)).collect();
    // two changes of one permit in one batch: the second is judged by the first
    changes.push(held(7, 3, "active", SECOND));
    changes.push(held(7, 2, "active", FIRST));
    let taken = copy.take(&changes, Authority::Delivery).await.expect("writes");
    assert_eq!((taken.applied, taken.stale), (1202, 1));
    let ids: Vec<Uuid> = (0..=1300).map(Uuid::from_u128).collect();
    let asked = copy.asked(&ids).await.expect("reads");
    assert_eq!(asked.len(), 1201);
    assert_eq!(asked.get(&Uuid::from_u128(7)), Some(&3));
    let again = copy.take(&changes[..1201], Authority::Feed).await.expect("writes");
    assert_eq!((again.same, again.stale, again.applied), (1200, 1, 0));
}
