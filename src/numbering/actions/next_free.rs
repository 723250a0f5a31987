//! The next free blocks of a plan.
//!
//! Where a search begins is kept for each area and size, so that it does not walk past everything given
//! before; areas that are full are not looked at. Those who ask at the same moment do not wait for one
//! another: who finds the cell of a block locked takes the next cell that is not. Only where that leaves too few does one wait, and looks at each area
//! from its beginning.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    database::Tx,
    failure::{Failure, Problem},
    numbering::{
        rules,
        store::{self, place},
    },
    values::{
        calendar::oslo_date,
        number_resource::{Resource, ResourceType},
    },
};

/// The next free blocks of one size within areas of a plan, locked until the transaction ends.
///
/// # Errors
/// 409 when the areas have not so many.
pub async fn next_free(
    tx: &Tx,
    kind: &'static ResourceType,
    areas: &[(i64, i64)],
    size: i64,
    count: usize,
) -> Result<Vec<Resource>, Failure> {
    let places = place::all(tx, kind, size).await?;
    let today = oslo_date(tx.now());
    let mut search = Search { tx, kind, size, count, today, places, found: Vec::new() };
    for waits in [false, true] {
        for lane in areas.iter().flat_map(|area| rules::lanes(kind, *area)) {
            search.gather(lane, waits).await?;
            if search.found.len() >= count {
                return Ok(search.found);
            }
        }
    }
    Err(Failure::in_words(
        Problem::SeriesExhausted,
        [
            "Det er ikke så mange ledige blokker av denne størrelsen. Be om mindre blokker eller en annen serie.",
            "Det er ikkje så mange ledige blokker av denne storleiken. Be om mindre blokker eller ein annan serie.",
            "There are not so many free blocks of this size. Ask for smaller ones or another series.",
        ],
    ))
}

struct Search<'a> {
    tx: &'a Tx,
    kind: &'static ResourceType,
    size: i64,
    count: usize,
    today: NaiveDate,
    /// Where the search of each lane begins, as it was when this one began.
    places: BTreeMap<i64, i64>,
    found: Vec<Resource>,
}

impl Search<'_> {
    /// Adds free blocks of one lane. Who waits looks through the whole of it.
    async fn gather(&mut self, lane: (i64, i64), waits: bool) -> Result<(), Failure> {
        let seen = self.places.get(&lane.0).copied();
        let is_full = |next: i64| rules::aligned(next, self.size) + self.size - 1 > lane.1;
        let place = match waits {
            false if seen.is_some_and(is_full) => return Ok(()),
            false => place::look_up(self.tx, self.kind, lane.0, self.size, seen).await?,
            true => place::Place { next: lane.0, is_held: false },
        };
        let mut from = place.next;
        let mut first = None;
        // SQLite has one writer
        let mut locked = (!self.tx.is_postgres()).then_some((i64::MIN, i64::MAX));
        while self.found.len() < self.count {
            let Some(at) = self.free_block((from, lane.1)).await? else { break };
            first.get_or_insert(at);
            let block = (at, at + self.size - 1);
            if locked.is_none_or(|(lower, upper)| block.0 < lower || upper < block.1) {
                let claimed = match waits {
                    false => store::claim_next(self.tx, self.kind, block, lane.1).await?,
                    true => store::claim(self.tx, self.kind, block).await?,
                };
                if claimed.is_mine {
                    // another may have been given it between the look and the lock
                    locked = Some(claimed.cells);
                    from = at.max(claimed.cells.0);
                } else {
                    from = claimed.cells.1 + 1;
                }
                continue;
            }
            self.found.extend(self.kind.at(block.0, block.1));
            from = block.1 + 1;
        }
        let next = first.unwrap_or(lane.1 + 1);
        if place.is_held && next != place.next {
            place::move_to(self.tx, self.kind, lane.0, self.size, next).await?;
        }
        Ok(())
    }

    /// Where the first free aligned block of an area begins.
    async fn free_block(&self, (from, to): (i64, i64)) -> Result<Option<i64>, Failure> {
        let mut kept = rules::kept(self.kind, self.today);
        kept.extend(self.found.iter().map(|one| (one.lower(), one.upper())));
        let size = self.size;
        let mut place = rules::aligned(from, size);
        let mut most = 64;
        loop {
            let page = store::obstacles(&**self.tx, self.kind, place, self.today, most).await?;
            let known_to = page.last().map(|last| last.1);
            let whole = (page.len() as u64) < most;
            most = (most * 8).min(8192);
            let mut taken = page;
            taken.extend(&kept);
            taken.sort_unstable();
            place = rules::first_gap(place, size, taken);
            if place + size - 1 > to {
                return Ok(None);
            }
            if whole || known_to.is_some_and(|last| place + size - 1 <= last) {
                return Ok(Some(place));
            }
        }
    }
}
