//! When an attempt may begin, and how the queue is read.

use super::*;
use crate::database::plan::plan;

#[test]
fn an_attempt_begins_only_while_the_longest_fits_into_the_lease() {
    let (now, second) = (Instant::now(), Duration::from_secs(1));
    let claim = |ends: Instant| Claimed {
        id: DeliveryId(Uuid::nil()),
        subscription: SubscriptionId(Uuid::nil()),
        event: Uuid::nil(),
        about: None,
        attempts: 0,
        created_at: DateTime::UNIX_EPOCH,
        lease: "one".to_owned(),
        ends,
    };
    let fresh = claim(now + 10 * second);
    assert!(fresh.has_time(now, 2 * second));
    assert!(fresh.has_time(now + 8 * second, 2 * second));
    assert!(!fresh.has_time(now + 9 * second, 2 * second), "it may end after the lease");
    // the process was halted, and the lease has run out meanwhile
    assert!(!fresh.has_time(now + 60 * second, 2 * second));
    assert!(!claim(now).has_time(now, second));
}

#[test]
fn places_are_numbered_on() {
    assert_eq!(places(3, 2), "$3, $4");
    assert_eq!(places(1, 0), "");
}

#[tokio::test]
async fn a_claim_reads_the_queue_in_its_order_and_sorts_nothing() {
    let steps = plan(&next(64), &[DateTime::<Utc>::UNIX_EPOCH.into(), Uuid::nil().into()]).await;
    assert!(steps.iter().any(|step| step.contains("delivery_due_ix")), "{steps:?}");
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
}

#[tokio::test]
async fn the_oldest_delivery_is_found_without_reading_all_that_wait() {
    let steps = plan(OLDEST, &[]).await;
    assert!(steps.iter().any(|step| step.contains("delivery_oldest_ix")), "{steps:?}");
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
}
