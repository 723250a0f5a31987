//! How much of each type of number resource is assigned, blocked and free. Counted from sums of the
//! database at most every minute, then shown from memory with the time.

use std::{collections::BTreeMap, sync::Arc};

use arc_swap::ArcSwapOption;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{model::RangeStatus, rules, store};
use crate::{
    app::App,
    failure::Failure,
    values::{
        calendar::oslo_date,
        number_plan::{self, NumberPermit},
        number_resource::{Notation, ResourceType},
    },
};

/// How old the shares may be.
const OLDEST: TimeDelta = TimeDelta::minutes(1);

/// How much of a type is used.
#[derive(Debug, Clone)]
pub struct Share {
    /// The type.
    pub kind: &'static ResourceType,
    /// How many numbers or codes the plan has; none for names, of which there is no end.
    pub capacity: Option<u64>,
    /// Assigned.
    pub assigned: u64,
    /// Not to be given.
    pub blocked: u64,
    /// Registered ranges.
    pub ranges: u64,
}

impl Share {
    /// What is left of the plan.
    pub fn free(&self) -> Option<u64> {
        Some(self.capacity?.saturating_sub(self.assigned + self.blocked))
    }
}

/// The shares of every type.
#[derive(Debug, Clone)]
pub struct Shares {
    /// When they were counted.
    pub counted_at: DateTime<Utc>,
    /// By type, in the order of types.
    pub types: Vec<Share>,
}

/// The shares of this process.
#[derive(Debug, Default)]
pub struct Current(ArcSwapOption<Shares>);

/// Numbers of a type that permits are given for.
fn capacity(kind: &ResourceType, day: NaiveDate) -> Option<u64> {
    let size = |(lower, upper): (i64, i64)| u64::try_from(upper - lower + 1).unwrap_or(0);
    if kind.notation == Notation::E164 {
        let rows = number_plan::rows(Some(day))
            .filter(|row| row.parent.is_none() && row.permit != NumberPermit::None);
        return Some(rows.filter_map(|row| rules::places(kind, row)).map(size).sum());
    }
    kind.bounds().map(size)
}

/// Sums by type and state as shares. Numbers outside the plan of their type are counted where they
/// stand, so nothing can be more than all of it.
fn shares(sums: &BTreeMap<(String, RangeStatusCode), (u64, u64)>, day: NaiveDate) -> Vec<Share> {
    let of = |kind: &'static ResourceType| {
        let sum = |status: RangeStatus| {
            sums.get(&(kind.code.to_owned(), status.code())).copied().unwrap_or_default()
        };
        let (assigned, _) = sum(RangeStatus::Assigned);
        let (blocked, _) = sum(RangeStatus::Blocked);
        let ranges = RangeStatus::ALL.into_iter().map(|status| sum(status).1).sum();
        let capacity = capacity(kind, day).map(|capacity| capacity.max(assigned + blocked));
        Share { kind, capacity, assigned, blocked, ranges }
    };
    let own = |kind: &&ResourceType| kind.notation != Notation::Elsewhere;
    ResourceType::all().iter().filter(own).map(of).collect()
}

/// Code of a state.
type RangeStatusCode = &'static str;

/// The shares, at most a minute old; older ones where the database does not answer.
///
/// # Errors
/// When the database does not answer and nothing was counted before.
pub async fn current(app: &App) -> Result<Arc<Shares>, Failure> {
    let known = app.number_shares().0.load_full();
    let now = app.clock().now();
    if let Some(known) = known.as_ref().filter(|known| now - known.counted_at < OLDEST) {
        return Ok(Arc::clone(known));
    }
    match (store::sums(app.db().read()).await, known) {
        (Ok(sums), _) => {
            let shares = Arc::new(Shares { counted_at: now, types: shares(&sums, oslo_date(now)) });
            app.number_shares().0.store(Some(Arc::clone(&shares)));
            Ok(shares)
        }
        (Err(_), Some(known)) => Ok(known),
        (Err(failure), None) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_assigned_or_blocked_is_free() {
        let key = |status: RangeStatus| ("e164_8_digit".to_owned(), status.code());
        let sums = BTreeMap::from([
            (key(RangeStatus::Assigned), (10_000, 3)),
            (key(RangeStatus::Blocked), (500, 1)),
            (key(RangeStatus::Returned), (1_000, 2)),
        ]);
        let shares = shares(&sums, "2026-11-22".parse().unwrap());
        let eight = shares.iter().find(|share| share.kind.code == "e164_8_digit").unwrap();
        assert_eq!((eight.assigned, eight.blocked, eight.ranges), (10_000, 500, 6));
        // 20–57, 59–99 million; 58 has twelve digits
        assert_eq!(eight.capacity, Some(79_000_000));
        assert_eq!(eight.free(), Some(79_000_000 - 10_500));
        let points = shares.iter().find(|share| share.kind.code == "ispc").unwrap();
        assert_eq!(points.capacity, Some(16_384));
        let names = shares.iter().find(|share| share.kind.code == "admd").unwrap();
        assert_eq!((names.capacity, names.free()), (None, None));
    }
}
