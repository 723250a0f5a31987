//! Rows of number ranges; where the search for free ones begins is in `place.rs`.

pub mod place;

use std::collections::HashSet;

use anrop_entity::{
    number_range::{ActiveModel, Column, Entity, Model},
    public_row,
};
use chrono::NaiveDate;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, DbBackend, DbErr,
    EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement,
};
use uuid::Uuid;

use super::{
    model::{NumberRangeRow, Provider, RangeStatus},
    published,
};
use crate::{
    database::Tx,
    failure::Failure,
    values::{
        ids::fresh,
        number_resource::{Resource, ResourceType},
    },
};

/// First of the advisory locks of the lanes of number plans; arbitrary, below the next million.
const LANE_LOCKS: i64 = 0x616e_726f_7100_0000;

fn from_row(row: Model) -> Result<NumberRangeRow, Failure> {
    let kind = ResourceType::of(&row.plan)
        .ok_or_else(|| Failure::internal("unknown plan of a number range"))?;
    let text = if row.first_number == row.last_number {
        row.first_number
    } else {
        format!("{}-{}", row.first_number, row.last_number)
    };
    Ok(NumberRangeRow {
        id: row.id,
        kind,
        resource: kind.parse(&text).map_err(Failure::internal)?,
        status: RangeStatus::from_code(&row.status)
            .ok_or_else(|| Failure::internal("unknown status of a number range"))?,
        provider: row.provider.map(|name| Provider { name, number: row.provider_number }),
        keeper: row.keeper,
        comment: row.comment,
        category: row.category,
        point_code: row.point_code,
        end_user: row.end_user,
        non_commercial: row.non_commercial,
        permit: row.permit_id,
        case: row.case_id,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        version: row.version,
    })
}

fn to_row(row: &NumberRangeRow, changed_at: chrono::DateTime<chrono::Utc>) -> Model {
    let provider = row.provider.as_ref();
    Model {
        id: row.id,
        plan: row.kind.code.to_owned(),
        lower_place: row.resource.lower(),
        upper_place: row.resource.upper(),
        first_number: row.resource.first().to_owned(),
        last_number: row.resource.last().to_owned(),
        status: row.status.code().to_owned(),
        provider: provider.map(|provider| provider.name.clone()),
        provider_number: provider.and_then(|provider| provider.number.clone()),
        keeper: row.keeper.clone(),
        comment: row.comment.clone(),
        category: row.category.clone(),
        point_code: row.point_code.clone(),
        end_user: row.end_user.clone(),
        non_commercial: row.non_commercial,
        permit_id: row.permit,
        case_id: row.case,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        version: row.version,
        changed_at,
    }
}

/// Ranges are only written under the lock of their lane, so an overlap that the database refuses
/// means that another permit was faster all the same.
fn taken(error: DbErr) -> Failure {
    if error.to_string().contains("number_range_no_overlap") {
        super::actions::taken()
    } else {
        error.into()
    }
}

/// Locks the numbers a transaction is going to write, each plan's in order, so that nobody waits in a
/// circle: their lanes together with others, and their cells alone. On SQLite there is one writer.
pub async fn lock_lanes(
    tx: &Tx,
    kind: &'static ResourceType,
    resources: impl IntoIterator<Item = (i64, i64)>,
) -> Result<(), Failure> {
    let mut all: Vec<(i64, i64)> = resources.into_iter().map(|one| cells(kind, one)).collect();
    all.sort_unstable();
    all.dedup();
    for cells in all {
        claim_cells(tx, kind, cells, true).await?;
    }
    Ok(())
}

/// Cells in a lane.
const CELLS: i64 = 100;
/// What lies in more cells than this is locked with its lanes whole.
const MOST_CELLS: i64 = 16;
/// First of the two numbers of the advisory locks of cells; arbitrary, one more for each plan.
const CELL_LOCKS: i32 = 0x6e75_6d00;

/// How many places lie in a cell; none where the plan, or a block so large, is locked by lanes alone.
fn cell_size(kind: &ResourceType, (lower, upper): (i64, i64)) -> Option<i64> {
    let size = kind.lane()? / CELLS;
    (upper / size - lower / size < MOST_CELLS).then_some(size)
}

/// The cells that hold these numbers, from the first place to the last; where no cells are locked, the
/// lanes, or the whole plan.
fn cells(kind: &ResourceType, (lower, upper): (i64, i64)) -> (i64, i64) {
    match cell_size(kind, (lower, upper)).or(kind.lane()) {
        Some(size) => (lower / size * size, upper / size * size + size - 1),
        None => (0, i64::MAX - 1),
    }
}

/// Locks what [`cells`] answered. Without waiting for whoever has a cell, false when somebody has;
/// who locks lanes whole is always waited for.
async fn claim_cells(
    tx: &Tx,
    kind: &'static ResourceType,
    area: (i64, i64),
    waits: bool,
) -> Result<bool, Failure> {
    if !tx.is_postgres() {
        return Ok(true);
    }
    let cell = cell_size(kind, area);
    claim_lanes(tx, kind, area, cell.is_none()).await?;
    let Some(size) = cell else { return Ok(true) };
    let sql = if waits {
        "SELECT pg_advisory_xact_lock($1, $2) IS NOT NULL AS mine"
    } else {
        "SELECT pg_try_advisory_xact_lock($1, $2) AS mine"
    };
    for cell in area.0 / size..=area.1 / size {
        let values =
            [cell_locks(kind)?.into(), i32::try_from(cell).map_err(Failure::internal)?.into()];
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let row = tx.query_one_raw(statement).await?;
        if !row.ok_or_else(|| Failure::internal("no answer"))?.try_get("", "mine")? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Locks the lanes of an area: alone, or together with others who lock cells of them.
async fn claim_lanes(
    tx: &Tx,
    kind: &'static ResourceType,
    area: (i64, i64),
    alone: bool,
) -> Result<(), Failure> {
    let lanes = match kind.lane() {
        Some(size) => area.0 / size..=area.1 / size,
        None => 0..=0,
    };
    let sql = if alone {
        "SELECT pg_advisory_xact_lock($1)"
    } else {
        "SELECT pg_advisory_xact_lock_shared($1)"
    };
    let plan = i64::try_from(plan_number(kind)).map_err(Failure::internal)?;
    for lane in lanes {
        // lanes are below 10,000 in every plan
        let values = [(LANE_LOCKS + plan * 10_000 + lane).into()];
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
    Ok(())
}

fn plan_number(kind: &ResourceType) -> usize {
    ResourceType::all().iter().position(|known| known.code == kind.code).unwrap_or(0)
}

fn cell_locks(kind: &ResourceType) -> Result<i32, Failure> {
    Ok(CELL_LOCKS + i32::try_from(plan_number(kind)).map_err(Failure::internal)?)
}

/// What [`claim_next`] answers.
#[derive(Debug, Clone, Copy)]
pub struct Claimed {
    /// From the first place to the last: what is locked now, or what others have.
    pub cells: (i64, i64),
    /// It is locked until the transaction ends.
    pub is_mine: bool,
}

/// Cells that are tried in one statement; more than applications are decided at the same moment.
const TRIED_CELLS: i64 = 64;

/// Locks the cells of a block, or of a later one up to the place `to`: the first that nobody has. Nobody
/// is waited for but who locks lanes whole.
pub async fn claim_next(
    tx: &Tx,
    kind: &'static ResourceType,
    block: (i64, i64),
    to: i64,
) -> Result<Claimed, Failure> {
    let around = cells(kind, block);
    let one = cell_size(kind, block).filter(|size| around.1 - around.0 < *size);
    let Some(size) = one.filter(|_| tx.is_postgres()) else {
        let is_mine = claim_cells(tx, kind, around, false).await?;
        return Ok(Claimed { cells: around, is_mine });
    };
    claim_lanes(tx, kind, block, false).await?;
    let first = block.0 / size;
    let last = (to / size).min(first + TRIED_CELLS - 1);
    // the series is walked in order, and no further than to the first that could be locked
    let sql = "SELECT cell FROM generate_series($2, $3) AS cell \
               WHERE pg_try_advisory_xact_lock($1, cell) LIMIT 1";
    let number = |cell: i64| i32::try_from(cell).map_err(Failure::internal);
    let values = [cell_locks(kind)?.into(), number(first)?.into(), number(last)?.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(match tx.query_one_raw(statement).await? {
        Some(row) => {
            let cell: i32 = row.try_get("", "cell")?;
            let begins = i64::from(cell) * size;
            Claimed { cells: (begins, begins + size - 1), is_mine: true }
        }
        None => Claimed { cells: (around.0, last * size + size - 1), is_mine: false },
    })
}

/// Locks what [`cells`] answers of a block, and waits for whoever has it.
pub async fn claim(
    tx: &Tx,
    kind: &'static ResourceType,
    block: (i64, i64),
) -> Result<Claimed, Failure> {
    let cells = cells(kind, block);
    let is_mine = claim_cells(tx, kind, cells, true).await?;
    Ok(Claimed { cells, is_mine })
}

/// As [`overlapping`], each locked until the transaction ends: a range may reach into cells that another
/// is taking numbers from, and only one at a time may cut it.
pub async fn lock_overlapping(
    tx: &Tx,
    kind: &'static ResourceType,
    resource: &Resource,
) -> Result<Vec<NumberRangeRow>, Failure> {
    let mut seen = overlapping(&**tx, kind, resource).await?;
    while tx.is_postgres() && !seen.is_empty() {
        Entity::find()
            .filter(Column::Id.is_in(seen.iter().map(|row| row.id)))
            .order_by_asc(Column::UpperPlace)
            .lock_exclusive()
            .all(&**tx)
            .await?;
        // whoever had one of them locked may have cut it meanwhile
        let now = overlapping(&**tx, kind, resource).await?;
        if now == seen {
            break;
        }
        seen = now;
    }
    Ok(seen)
}

/// Keeps every other writer of ranges out until the transaction ends. Anything may become free by what
/// is written, so every search begins anew.
pub async fn lock_all(tx: &Tx) -> Result<(), Failure> {
    place::forget(tx).await?;
    if tx.is_postgres() {
        let sql = "LOCK TABLE number_range IN SHARE ROW EXCLUSIVE MODE";
        tx.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    }
    Ok(())
}

/// Every range that shares a place with this one, in order.
pub async fn overlapping(
    connection: &impl ConnectionTrait,
    kind: &'static ResourceType,
    resource: &Resource,
) -> Result<Vec<NumberRangeRow>, Failure> {
    // ranges do not overlap, so both ends rise together: the walk stops at the first that begins
    // behind, and the database never looks at more than a page beyond
    let mut found = Vec::new();
    let mut from = resource.lower();
    loop {
        let page = Entity::find()
            .filter(Column::Plan.eq(kind.code))
            .filter(Column::UpperPlace.gte(from))
            .order_by_asc(Column::UpperPlace)
            .limit(PAGE)
            .all(connection)
            .await?;
        let whole = (page.len() as u64) < PAGE;
        for row in page {
            if row.lower_place > resource.upper() {
                return Ok(found);
            }
            from = row.upper_place + 1;
            found.push(from_row(row)?);
        }
        if whole {
            return Ok(found);
        }
    }
}

/// Ranges read at a time.
const PAGE: u64 = 32;

/// Ranges that stand in the way of giving anything on `day`, from `from` on, in order; at most `limit`.
pub async fn obstacles(
    connection: &impl ConnectionTrait,
    kind: &ResourceType,
    from: i64,
    day: NaiveDate,
    limit: u64,
) -> Result<Vec<(i64, i64)>, Failure> {
    let held = Condition::all()
        .add(Column::Status.eq(RangeStatus::Reserved.code()))
        .add(Condition::any().add(Column::ValidUntil.is_null()).add(Column::ValidUntil.gt(day)));
    let standing = Condition::any()
        .add(Column::Status.is_in([RangeStatus::Assigned.code(), RangeStatus::Blocked.code()]))
        .add(held);
    let rows: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .column(Column::LowerPlace)
        .column(Column::UpperPlace)
        .filter(Column::Plan.eq(kind.code))
        .filter(Column::UpperPlace.gte(from))
        .filter(standing)
        .order_by_asc(Column::UpperPlace)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows)
}

/// Writes a new range.
pub async fn insert(tx: &Tx, row: &NumberRangeRow) -> Result<(), Failure> {
    let model = to_row(row, tx.now()).into_active_model();
    Entity::insert(model).exec_without_returning(&**tx).await.map_err(taken)?;
    published::put(tx, row, None).await
}

/// Overwrites a range.
pub async fn update(tx: &Tx, row: &NumberRangeRow) -> Result<(), Failure> {
    let before = by_id(&**tx, row.id).await?;
    let model = ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        ..to_row(row, tx.now()).into_active_model().reset_all()
    };
    Entity::update_many()
        .set(model)
        .filter(Column::Id.eq(row.id))
        .exec(&**tx)
        .await
        .map_err(taken)?;
    published::put(tx, row, before.as_ref()).await
}

/// Removes a range whose numbers other rows have now.
pub async fn delete(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    let before = by_id(&**tx, id).await?;
    Entity::delete_by_id(id).exec(&**tx).await?;
    match before {
        Some(before) => published::remove(tx, &before).await,
        None => Ok(()),
    }
}

/// A range by its id.
pub async fn by_id(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<NumberRangeRow>, Failure> {
    Entity::find_by_id(id).one(connection).await?.map(from_row).transpose()
}

/// The range of a plan that begins at this place.
pub async fn beginning_at(
    connection: &impl ConnectionTrait,
    kind: &ResourceType,
    place: i64,
) -> Result<Option<NumberRangeRow>, Failure> {
    let row = Entity::find()
        .filter(Column::Plan.eq(kind.code))
        .filter(Column::LowerPlace.eq(place))
        .one(connection)
        .await?;
    row.map(from_row).transpose()
}

/// A copy of a row for another part of its numbers.
pub fn part_of(row: &NumberRangeRow, part: Resource, tx: &Tx) -> NumberRangeRow {
    NumberRangeRow { id: fresh(tx.now()), resource: part, version: 1, ..row.clone() }
}

/// Ranges of a permit, in order.
pub async fn of_permit(
    connection: &impl ConnectionTrait,
    permit: Uuid,
) -> Result<Vec<NumberRangeRow>, Failure> {
    let rows = Entity::find()
        .filter(Column::PermitId.eq(permit))
        .order_by_asc(Column::LowerPlace)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Ranges held for a case.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    case: Uuid,
) -> Result<Vec<NumberRangeRow>, Failure> {
    let rows = Entity::find().filter(Column::CaseId.eq(case)).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// How many non-commercial five-digit numbers an end user has, besides those of a permit.
pub async fn non_commercial(
    connection: &impl ConnectionTrait,
    end_user: &str,
    except: Option<Uuid>,
) -> Result<u64, Failure> {
    let mut query = Entity::find()
        .filter(Column::EndUser.eq(end_user))
        .filter(Column::NonCommercial.eq(true))
        .filter(Column::Status.eq(RangeStatus::Assigned.code()));
    if let Some(permit) = except {
        query = query.filter(Column::PermitId.ne(permit));
    }
    Ok(query.count(connection).await?)
}

/// Gives the ranges of a permit the name their holder has now.
pub async fn rename(tx: &Tx, permit: Uuid, name: &str) -> Result<(), Failure> {
    for mut row in of_permit(&**tx, permit).await? {
        if let Some(provider) = row.provider.as_mut().filter(|provider| provider.name != name) {
            name.clone_into(&mut provider.name);
            row.version += 1;
            update(tx, &row).await?;
        }
    }
    Ok(())
}

/// Ids of ranges after `after`, in their order; at most `limit`.
pub async fn page_of_ids(
    connection: &impl ConnectionTrait,
    after: Uuid,
    limit: u64,
) -> Result<Vec<Uuid>, Failure> {
    let ids = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit);
    Ok(ids.into_tuple().all(connection).await?)
}

/// Ids of ranges after the first and up to the second that have no row in the public list.
pub async fn unpublished(
    connection: &impl ConnectionTrait,
    (after, to): (Uuid, Uuid),
) -> Result<Vec<Uuid>, Failure> {
    // both databases take `$1`; SQLite's driver reads the number
    let sql = format!(
        "SELECT r.id FROM number_range r WHERE r.id > $1 AND r.id <= $2 AND NOT EXISTS \
         (SELECT 1 FROM public_row p WHERE p.\"key\" = '{LIST}/' || r.first_number || '/' || r.plan) \
         ORDER BY r.id",
        LIST = published::LIST,
    );
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, [after.into(), to.into()]);
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The ranges with these ids that there still are.
pub async fn with_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<NumberRangeRow>, Failure> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// Keys of the public list after `after`, in their order; at most `limit`.
pub async fn page_of_keys(
    connection: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<String>, Failure> {
    let keys = public_row::Entity::find()
        .select_only()
        .column(public_row::Column::Key)
        .filter(public_row::Column::List.eq(published::LIST))
        .filter(public_row::Column::Key.gt(after))
        .filter(public_row::Column::Body.is_not_null())
        .order_by_asc(public_row::Column::Key)
        .limit(limit);
    Ok(keys.into_tuple().all(connection).await?)
}

/// Those of these keys of the public list that are of no range. Ranges are found by their first number:
/// to make a key of every range and compare it took a quarter of an hour with 100,000 of them.
pub async fn of_no_range(
    connection: &impl ConnectionTrait,
    mut keys: Vec<String>,
) -> Result<Vec<String>, Failure> {
    let firsts = keys.iter().filter_map(|key| key.split('/').nth(1));
    let ranges: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::FirstNumber, Column::Plan])
        .filter(Column::FirstNumber.is_in(firsts))
        .into_tuple()
        .all(connection)
        .await?;
    let known: HashSet<String> =
        ranges.iter().map(|(first, plan)| published::key_of(first, plan)).collect();
    keys.retain(|key| !known.contains(key));
    Ok(keys)
}

/// How many numbers and ranges there are of each type in each state.
pub async fn sums(
    connection: &impl ConnectionTrait,
) -> Result<std::collections::BTreeMap<(String, &'static str), (u64, u64)>, Failure> {
    // a sum of bigints is a numeric on PostgreSQL
    let sql = "SELECT plan, status, CAST(sum(upper_place - lower_place + 1) AS bigint) AS numbers, \
               count(*) AS ranges FROM number_range GROUP BY plan, status";
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let mut sums = std::collections::BTreeMap::new();
    for row in connection.query_all_raw(statement).await? {
        let status: String = row.try_get("", "status")?;
        let status = RangeStatus::from_code(&status)
            .ok_or_else(|| Failure::internal("unknown status of a number range"))?;
        let count = |name: &str| -> Result<u64, Failure> {
            let count: i64 = row.try_get("", name)?;
            u64::try_from(count).map_err(Failure::internal)
        };
        let key = (row.try_get("", "plan")?, status.code());
        sums.insert(key, (count("numbers")?, count("ranges")?));
    }
    Ok(sums)
}

/// Every range of telephone numbers, in the order of the published list.
pub async fn telephone_numbers(
    connection: &impl ConnectionTrait,
) -> Result<Vec<NumberRangeRow>, Failure> {
    let plans = ResourceType::all()
        .iter()
        .filter(|kind| kind.notation == crate::values::number_resource::Notation::E164)
        .map(|kind| kind.code);
    let rows = Entity::find()
        .filter(Column::Plan.is_in(plans))
        .order_by_asc(Column::FirstNumber)
        .order_by_asc(Column::Plan)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}
