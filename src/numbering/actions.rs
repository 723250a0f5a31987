//! What happens to ranges: taken with a permit, held for a case, given back, chosen for a wish,
//! taken over from the published list. Each is called inside a transaction of its caller.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    model::{Claim, NumberRangeRow, RangeStatus},
    rules, store,
};
use crate::{
    database::{Connection, Tx},
    failure::{Failure, Problem},
    values::{
        calendar::oslo_date,
        ids::fresh,
        number_resource::{Resource, ResourceType},
    },
};

/// Another permit or case has it.
pub fn taken() -> Failure {
    Failure::new(
        Problem::IdentifierTaken,
        "Part of these numbers is assigned, blocked or held for another case. Choose others.",
    )
}

/// Takes what a permit claims; what it had before and claims no more is given back.
///
/// # Errors
/// 409 when another has part of it; 422 when an end user would have too many non-commercial numbers.
pub async fn take(tx: &Tx, claim: &Claim) -> Result<(), Failure> {
    let places = claim.resources.iter().map(|one| (one.lower(), one.upper()));
    store::lock_lanes(tx, claim.kind, places).await?;
    release(tx, claim.permit, RangeStatus::Returned).await?;
    if let (true, Some(end_user)) = (claim.non_commercial, &claim.end_user) {
        let others = store::non_commercial(&**tx, end_user, Some(claim.permit)).await?;
        if others + claim.resources.len() as u64 > rules::MAX_NON_COMMERCIAL {
            return Err(Failure::new(
                Problem::ConditionsNotMet,
                "An end user has at most three numbers of the non-commercial category.",
            ));
        }
    }
    for resource in &claim.resources {
        let cleared = clear(tx, claim.kind, resource, claim.case).await?.ok_or_else(taken)?;
        let row = NumberRangeRow {
            provider: Some(claim.provider.clone()),
            category: cleared
                .category
                .or_else(|| rules::list_category(resource).map(str::to_owned)),
            comment: cleared.comment,
            point_code: claim.point_code.clone().or(cleared.point_code),
            end_user: claim.end_user.clone(),
            non_commercial: claim.non_commercial,
            permit: Some(claim.permit),
            valid_from: Some(oslo_date(tx.now())),
            ..NumberRangeRow::new(
                fresh(tx.now()),
                claim.kind,
                resource.clone(),
                RangeStatus::Assigned,
            )
        };
        store::insert(tx, &row).await?;
    }
    Ok(())
}

/// What the ranges said that were there before.
#[derive(Default)]
struct Cleared {
    category: Option<String>,
    comment: Option<String>,
    point_code: Option<String>,
}

/// Takes the numbers out of the free ranges that hold them; nothing when one of them is not free.
async fn clear(
    tx: &Tx,
    kind: &'static ResourceType,
    resource: &Resource,
    case: Option<Uuid>,
) -> Result<Option<Cleared>, Failure> {
    let today = oslo_date(tx.now());
    let rows = store::overlapping(&**tx, kind, resource).await?;
    if rows.iter().any(|row| !row.is_free(today, case)) {
        return Ok(None);
    }
    let mut cleared = Cleared::default();
    for row in rows {
        cleared.category = cleared.category.or_else(|| row.category.clone());
        cleared.comment = cleared.comment.or_else(|| row.comment.clone());
        cleared.point_code = cleared.point_code.or_else(|| row.point_code.clone());
        cut(tx, row, resource).await?;
    }
    Ok(Some(cleared))
}

/// Leaves of a range what lies before and behind the numbers taken out of it.
async fn cut(tx: &Tx, row: NumberRangeRow, taken: &Resource) -> Result<(), Failure> {
    let (before, after) = rules::rest(&row, taken);
    let behind = after.map(|part| store::part_of(&row, part, tx));
    match before {
        Some(part) => {
            let shorter = NumberRangeRow { resource: part, version: row.version + 1, ..row };
            store::update(tx, &shorter).await?;
        }
        None => store::delete(tx, row.id).await?,
    }
    match behind {
        Some(part) => store::insert(tx, &part).await,
        None => Ok(()),
    }
}

/// Gives back what a permit has.
///
/// # Errors
/// When the database does not answer.
pub async fn release(tx: &Tx, permit: Uuid, to: RangeStatus) -> Result<(), Failure> {
    for row in store::of_permit(&**tx, permit).await? {
        store::update(tx, &freed(row, to)).await?;
    }
    Ok(())
}

fn freed(row: NumberRangeRow, to: RangeStatus) -> NumberRangeRow {
    NumberRangeRow {
        status: to,
        provider: None,
        point_code: None,
        end_user: None,
        non_commercial: false,
        permit: None,
        case: None,
        valid_from: None,
        valid_until: None,
        version: row.version + 1,
        ..row
    }
}

/// Holds numbers for a case until a day; what is not free is left to those who have it.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(
    tx: &Tx,
    kind: &'static ResourceType,
    resources: &[Resource],
    case: Uuid,
    until: NaiveDate,
) -> Result<(), Failure> {
    let places = resources.iter().map(|one| (one.lower(), one.upper()));
    store::lock_lanes(tx, kind, places).await?;
    for resource in resources {
        let Some(cleared) = clear(tx, kind, resource, Some(case)).await? else { continue };
        let held = NumberRangeRow {
            category: cleared.category,
            comment: cleared.comment,
            point_code: cleared.point_code,
            case: Some(case),
            valid_until: Some(until),
            ..NumberRangeRow::new(fresh(tx.now()), kind, resource.clone(), RangeStatus::Reserved)
        };
        store::insert(tx, &held).await?;
    }
    Ok(())
}

/// Ends what is held for a case.
///
/// # Errors
/// When the database does not answer.
pub async fn end_hold(tx: &Tx, case: Uuid) -> Result<(), Failure> {
    for row in store::of_case(&**tx, case).await? {
        let point_code = row.point_code.clone();
        let free = NumberRangeRow { point_code, ..freed(row, RangeStatus::Free) };
        store::update(tx, &free).await?;
    }
    Ok(())
}

/// What of these numbers cannot be given on `day`, outside a permit and a case of one's own.
///
/// # Errors
/// When the database does not answer.
pub async fn in_the_way(
    connection: &impl Connection,
    kind: &'static ResourceType,
    resource: &Resource,
    except: Option<Uuid>,
    day: NaiveDate,
) -> Result<Vec<NumberRangeRow>, Failure> {
    let rows = store::overlapping(connection, kind, resource).await?;
    Ok(rows
        .into_iter()
        .filter(|row| !row.is_free(day, None) && (row.permit.is_none() || row.permit != except))
        .collect())
}

/// The next free blocks of one size within areas of a plan, under the lock of their lanes.
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
    let today = oslo_date(tx.now());
    let mut found: Vec<Resource> = Vec::new();
    for lane in areas.iter().flat_map(|area| rules::lanes(kind, *area)) {
        // looked at without the lock first, so that full lanes are not locked, and so that those who
        // wait for one another look through what was given long ago at the same time
        let Some(first) = free_block(tx, kind, lane, size, today).await? else { continue };
        store::lock_lanes(tx, kind, [lane]).await?;
        let mut from = first;
        while let Some(place) = free_block(tx, kind, (from, lane.1), size, today).await? {
            found.extend(kind.at(place, place + size - 1));
            if found.len() >= count {
                return Ok(found);
            }
            from = place + size;
        }
    }
    Err(Failure::new(
        Problem::SeriesExhausted,
        "There are not so many free blocks of this size. Ask for smaller ones or another series.",
    ))
}

/// Where the first free aligned block of an area begins.
async fn free_block(
    tx: &Tx,
    kind: &'static ResourceType,
    (from, to): (i64, i64),
    size: i64,
    today: NaiveDate,
) -> Result<Option<i64>, Failure> {
    let kept = rules::kept(kind);
    let mut place = rules::aligned(from, size);
    let mut most = 128;
    loop {
        let page = store::obstacles(&**tx, kind, place, today, most).await?;
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

/// What became of a range of the published list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenOver {
    /// Nothing was known of these numbers.
    New,
    /// Something else was known from an earlier list.
    Changed,
    /// It stood so already.
    Unchanged,
    /// The registry has decided on part of these numbers itself.
    Decided,
}

/// Takes over a range as the published list has it. The caller holds [`store::lock_all`].
///
/// # Errors
/// When the database does not answer.
pub async fn take_over(tx: &Tx, listed: &NumberRangeRow) -> Result<TakenOver, Failure> {
    let rows = store::overlapping(&**tx, listed.kind, &listed.resource).await?;
    let decided = |row: &NumberRangeRow| {
        row.permit.is_some()
            || matches!(
                row.status,
                RangeStatus::Reserved | RangeStatus::Returned | RangeStatus::Withdrawn
            )
    };
    if rows.iter().any(decided) {
        return Ok(TakenOver::Decided);
    }
    if let [row] = &rows[..]
        && row.resource == listed.resource
    {
        if row.says_the_same(listed) {
            return Ok(TakenOver::Unchanged);
        }
        let changed = NumberRangeRow { id: row.id, version: row.version + 1, ..listed.clone() };
        store::update(tx, &changed).await?;
        return Ok(TakenOver::Changed);
    }
    let outcome = if rows.is_empty() { TakenOver::New } else { TakenOver::Changed };
    for row in rows {
        cut(tx, row, &listed.resource).await?;
    }
    store::insert(tx, listed).await?;
    Ok(outcome)
}
