//! What happens to ranges: taken with a permit, held for a case, given back, chosen for a wish,
//! taken over from the published list. Each is called inside a transaction of its caller.

mod next_free;

use chrono::NaiveDate;
pub use next_free::next_free;
use uuid::Uuid;

use super::{
    list,
    model::{Claim, NumberRangeRow, Provider, RangeStatus},
    rules,
    store::{self, place},
};
use crate::{
    database::{Connection, Tx},
    failure::{Failure, Problem},
    values::{
        calendar::oslo_date,
        ids::fresh,
        limit::Limit,
        number_resource::{Resource, ResourceType},
    },
};

/// Another permit or case has it.
pub fn taken() -> Failure {
    Failure::in_words(
        Problem::IdentifierTaken,
        [
            "Noen av numrene er tildelt, sperret eller holdt av for en annen sak. Velg andre.",
            "Nokre av nummera er tildelte, sperra eller haldne av for ei anna sak. Vel andre.",
            "Part of these numbers is assigned, blocked or held for another case. Choose others.",
        ],
    )
}

/// Takes what a permit claims; what it had before and claims no more is given back, and what it keeps was assigned on the
/// day it was assigned first.
///
/// # Errors
/// 409 when another has part of it; 422 when an end user would have too many non-commercial numbers.
pub async fn take(tx: &Tx, claim: &Claim) -> Result<(), Failure> {
    let places = claim.resources.iter().map(|one| (one.lower(), one.upper()));
    store::lock_lanes(tx, claim.kind, places).await?;
    let held = store::of_permit(&**tx, claim.permit).await?;
    let keeps =
        |row: &NumberRangeRow| row.kind == claim.kind && claim.resources.contains(&row.resource);
    for row in held.iter().filter(|row| !keeps(row)) {
        give_back(tx, row.clone(), RangeStatus::Returned).await?;
    }
    if let (true, Some(end_user)) = (claim.non_commercial, &claim.end_user) {
        let others = store::non_commercial(&**tx, end_user, Some(claim.permit)).await?;
        let most = Limit::NonCommercialNumbers.count(oslo_date(tx.now()));
        let all = others + claim.resources.len() as u64;
        if let Some(most) = most.filter(|most| all > *most) {
            return Err(Failure::new(
                Problem::ConditionsNotMet,
                format!("An end user has at most {most} numbers of the non-commercial category."),
            ));
        }
    }
    for resource in &claim.resources {
        match held.iter().find(|row| keeps(row) && row.resource == *resource) {
            Some(row) => keep(tx, claim, row).await?,
            None => take_one(tx, claim, resource, &held).await?,
        }
    }
    Ok(())
}

/// The code that a resource is, where it is that of a signalling point.
fn point_code(claim: &Claim, resource: &Resource) -> Option<String> {
    claim.kind.is_point_code().then(|| resource.to_string())
}

/// Numbers that a permit has already say what it says of them now.
async fn keep(tx: &Tx, claim: &Claim, row: &NumberRangeRow) -> Result<(), Failure> {
    let kept = NumberRangeRow {
        provider: Some(claim.provider.clone()),
        point_code: point_code(claim, &row.resource).or_else(|| row.point_code.clone()),
        end_user: claim.end_user.clone(),
        non_commercial: claim.non_commercial,
        version: row.version + 1,
        ..row.clone()
    };
    if kept.says_the_same(row) { Ok(()) } else { store::update(tx, &kept).await }
}

/// Takes one of the resources a permit claims; a part of what it `held` keeps the day that was assigned on.
async fn take_one(
    tx: &Tx,
    claim: &Claim,
    resource: &Resource,
    held: &[NumberRangeRow],
) -> Result<(), Failure> {
    let taker = Some((&claim.provider, claim.permit));
    let cleared = clear(tx, claim.kind, resource, claim.case, taker).await?.ok_or_else(taken)?;
    let around = |row: &&NumberRangeRow| {
        let (lower, upper) = (row.resource.lower(), row.resource.upper());
        row.kind == claim.kind && lower <= resource.lower() && resource.upper() <= upper
    };
    let since = held.iter().find(around).and_then(|row| row.valid_from);
    let today = oslo_date(tx.now());
    let row = NumberRangeRow {
        provider: Some(claim.provider.clone()),
        category: cleared
            .category
            .or_else(|| rules::list_category(claim.kind, resource, today).map(str::to_owned)),
        comment: cleared.comment,
        point_code: point_code(claim, resource).or(cleared.point_code),
        end_user: claim.end_user.clone(),
        non_commercial: claim.non_commercial,
        permit: Some(claim.permit),
        valid_from: Some(since.unwrap_or(today)),
        ..NumberRangeRow::new(fresh(tx.now()), claim.kind, resource.clone(), RangeStatus::Assigned)
    };
    store::insert(tx, &row).await
}

/// What the ranges said that were there before.
#[derive(Default)]
struct Cleared {
    category: Option<String>,
    comment: Option<String>,
    point_code: Option<String>,
}

/// Takes the numbers out of the free ranges that hold them, and out of those that the published list
/// says the taker has; nothing when one of them is another's.
async fn clear(
    tx: &Tx,
    kind: &'static ResourceType,
    resource: &Resource,
    case: Option<Uuid>,
    taker: Option<(&Provider, Uuid)>,
) -> Result<Option<Cleared>, Failure> {
    let today = oslo_date(tx.now());
    let rows = store::lock_overlapping(tx, kind, resource).await?;
    let is_own = |row: &NumberRangeRow| taker.is_some_and(|(one, _)| row.is_listed_for(one));
    if rows.iter().any(|row| !row.is_free(today, case) && !is_own(row)) {
        return Ok(None);
    }
    if let Some((_, permit)) = taker {
        for row in rows.iter().filter(|row| is_own(row)) {
            list::actions::note_taken_over(tx, row, resource, permit).await?;
        }
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
pub(super) async fn cut(tx: &Tx, row: NumberRangeRow, taken: &Resource) -> Result<(), Failure> {
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
        give_back(tx, row, to).await?;
    }
    Ok(())
}

async fn give_back(tx: &Tx, row: NumberRangeRow, to: RangeStatus) -> Result<(), Failure> {
    let row = freed(row, to);
    store::update(tx, &row).await?;
    place::reopen(tx, row.kind, &row.resource).await
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

/// Holds numbers for a case until a day; what is not free is left to those who have it, and what the
/// permit `except` has to that.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(
    tx: &Tx,
    kind: &'static ResourceType,
    resources: &[Resource],
    case: Uuid,
    except: Option<Uuid>,
    until: NaiveDate,
) -> Result<(), Failure> {
    let places = resources.iter().map(|one| (one.lower(), one.upper()));
    store::lock_lanes(tx, kind, places).await?;
    let mut wanted = Vec::new();
    for resource in resources {
        let rows = store::overlapping(&**tx, kind, resource).await?;
        let own = rows.iter().filter(|row| except.is_some() && row.permit == except);
        wanted.extend(rules::without(resource, kind, own.map(|row| &row.resource)));
    }
    for resource in &wanted {
        let Some(cleared) = clear(tx, kind, resource, Some(case), None).await? else { continue };
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
        place::reopen(tx, free.kind, &free.resource).await?;
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
    if rows.iter().any(NumberRangeRow::is_decided) {
        // the list and the registry agree that they are free, whatever was given back in between
        let is_free = listed.status == RangeStatus::Free
            && rows.iter().all(|row| row.is_free(oslo_date(tx.now()), None))
            && rules::without(&listed.resource, listed.kind, rows.iter().map(|row| &row.resource))
                .is_empty();
        return Ok(if is_free { TakenOver::Unchanged } else { TakenOver::Decided });
    }
    if let [row] = &rows[..]
        && row.resource == listed.resource
    {
        if row.says_the_same(listed) {
            return Ok(TakenOver::Unchanged);
        }
        list::actions::note_changed(tx, &rows, &listed.resource).await?;
        let changed = NumberRangeRow { id: row.id, version: row.version + 1, ..listed.clone() };
        store::update(tx, &changed).await?;
        reopen_free(tx, listed).await?;
        return Ok(TakenOver::Changed);
    }
    let outcome = if rows.is_empty() { TakenOver::New } else { TakenOver::Changed };
    list::actions::note_changed(tx, &rows, &listed.resource).await?;
    for row in rows {
        cut(tx, row, &listed.resource).await?;
    }
    store::insert(tx, listed).await?;
    reopen_free(tx, listed).await?;
    Ok(outcome)
}

/// What the list says is free is found by the next search.
async fn reopen_free(tx: &Tx, listed: &NumberRangeRow) -> Result<(), Failure> {
    if listed.status == RangeStatus::Free {
        place::reopen(tx, listed.kind, &listed.resource).await?;
    }
    Ok(())
}
