//! Which permits are charged for a year, and that their annual fees are settled.

use std::collections::HashSet;

use anrop_entity::{fee_assessment, permit, permit_contact};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, DbBackend, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    permit::{
        self as permits,
        kind::{KINDS, SharesPool},
        model::Permit,
    },
    values::{calendar::start_of_day, ids::PermitId},
};

/// Notes that the annual fees of a permit for a year are settled. False when they were already.
pub async fn assess(
    tx: &Tx,
    permit: PermitId,
    year: i32,
    confirmation_asked_at: Option<DateTime<Utc>>,
) -> Result<bool, Failure> {
    let written = fee_assessment::Entity::insert(fee_assessment::ActiveModel {
        permit_id: Set(permit.0),
        year: Set(year),
        assessed_at: Set(tx.now()),
        confirmation_asked_at: Set(confirmation_asked_at),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(&**tx)
    .await?;
    Ok(written == 1)
}

/// The row of a year that was settled elsewhere.
pub fn assessed_row(permit: PermitId, year: i32, at: DateTime<Utc>) -> fee_assessment::ActiveModel {
    fee_assessment::ActiveModel {
        permit_id: Set(permit.0),
        year: Set(year),
        assessed_at: Set(at),
        confirmation_asked_at: Set(None),
    }
}

/// When the holder was last asked to confirm the data of a permit.
pub async fn confirmation_asked_at(
    connection: &impl ConnectionTrait,
    permit: PermitId,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let row = fee_assessment::Entity::find()
        .filter(fee_assessment::Column::PermitId.eq(permit.0))
        .filter(fee_assessment::Column::ConfirmationAskedAt.is_not_null())
        .order_by_desc(fee_assessment::Column::Year)
        .one(connection)
        .await?;
    Ok(row.and_then(|row| row.confirmation_asked_at))
}

/// Of which of these permits, with the fee of which year, the holder was asked to confirm the data and has not done so
/// since.
pub async fn asked_to_confirm(
    connection: &impl ConnectionTrait,
    permits: &[PermitId],
) -> Result<HashSet<(PermitId, i32)>, Failure> {
    let mut asked = HashSet::new();
    for some in permits.chunks(500) {
        let ids = some.iter().map(|permit| permit.0);
        let rows: Vec<(Uuid, i32)> = fee_assessment::Entity::find()
            .select_only()
            .columns([fee_assessment::Column::PermitId, fee_assessment::Column::Year])
            .filter(fee_assessment::Column::PermitId.is_in(ids))
            .filter(fee_assessment::Column::ConfirmationAskedAt.is_not_null())
            .filter(Expr::cust(UNANSWERED))
            .into_tuple()
            .all(connection)
            .await?;
        asked.extend(rows.into_iter().map(|(permit, year)| (PermitId(permit), year)));
    }
    Ok(asked)
}

const UNANSWERED: &str = "EXISTS (SELECT 1 FROM permit p WHERE p.id = fee_assessment.permit_id \
     AND p.ended_at IS NULL AND (p.confirmed_at IS NULL \
     OR p.confirmed_at < fee_assessment.confirmation_asked_at))";

/// The first year the registry settled fees for.
pub async fn first_year(connection: &impl ConnectionTrait) -> Result<Option<i32>, Failure> {
    let row = fee_assessment::Entity::find()
        .order_by_asc(fee_assessment::Column::Year)
        .one(connection)
        .await?;
    Ok(row.map(|row| row.year))
}

/// Permits by how they are charged every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// By the item.
    ByItem,
    /// By a share of a pool.
    Pooled,
}

/// Permits that pay a share of a pool, as their kinds say.
fn pooled(backend: DbBackend) -> Condition {
    let is_true = |member: &str| {
        Expr::cust(match backend {
            DbBackend::Postgres => {
                format!("COALESCE(\"permit\".\"details\" ->> '{member}', '') = 'true'")
            }
            _ => format!("COALESCE(json_extract(\"permit\".\"details\", '$.{member}'), 0) = 1"),
        })
    };
    KINDS.iter().fold(Condition::any(), |all, any| {
        let of_kind = Condition::all().add(permit::Column::Kind.eq(any.kind().as_str()));
        match any.shares_pool() {
            SharesPool::Never => all,
            SharesPool::Always => all.add(of_kind),
            SharesPool::Where(member) => all.add(of_kind.add(is_true(member))),
        }
    })
}

/// Permits that held on some day of `year` up to `today`.
fn held_in(
    backend: DbBackend,
    which: Which,
    (first, last): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Condition {
    let charged = match which {
        Which::ByItem => pooled(backend).not(),
        Which::Pooled => pooled(backend),
    };
    Condition::all()
        .add(charged)
        .add(permit::Column::ValidFrom.lte(std::cmp::Ord::min(today, last)))
        .add(permit::Column::IssuedAt.lt(crate::values::calendar::end_of_day(last)))
        .add(
            Condition::any()
                .add(permit::Column::ValidUntil.is_null())
                .add(permit::Column::ValidUntil.gt(first)),
        )
        .add(
            Condition::any()
                .add(permit::Column::EndedAt.is_null())
                .add(permit::Column::EndedAt.gte(start_of_day(first))),
        )
}

/// Permits that held on some day of `year` up to `today`, by id after `after`.
pub async fn held(
    connection: &impl ConnectionTrait,
    which: Which,
    year: (NaiveDate, NaiveDate),
    today: NaiveDate,
    after: Option<PermitId>,
    limit: u64,
) -> Result<Vec<Permit>, Failure> {
    permits_of(
        connection,
        held_in(connection.get_database_backend(), which, year, today),
        after,
        limit,
    )
    .await
}

/// Those of them whose fees for the year are not settled.
pub async fn unassessed(
    connection: &impl ConnectionTrait,
    which: Which,
    year: (NaiveDate, NaiveDate),
    today: NaiveDate,
    after: Option<PermitId>,
    limit: u64,
) -> Result<Vec<Permit>, Failure> {
    let backend = connection.get_database_backend();
    let condition = held_in(backend, which, year, today).add(Expr::exists(settled(year)).not());
    permits_of(connection, condition, after, limit).await
}

async fn permits_of(
    connection: &impl ConnectionTrait,
    mut condition: Condition,
    after: Option<PermitId>,
    limit: u64,
) -> Result<Vec<Permit>, Failure> {
    if let Some(after) = after {
        condition = condition.add(permit::Column::Id.gt(after.0));
    }
    permit::Entity::find()
        .filter(condition)
        .order_by_asc(permit::Column::Id)
        .limit(limit)
        .all(connection)
        .await?
        .into_iter()
        .map(permits::store::from_row)
        .collect()
}

/// Notes that the annual fees of permits for a year are settled, and of which of them the holder is asked to
/// confirm the data. They must not be settled yet.
pub async fn assess_all(tx: &Tx, permits: &[(PermitId, bool)], year: i32) -> Result<(), Failure> {
    for some in permits.chunks(500) {
        let rows = some.iter().map(|(permit, asked)| fee_assessment::ActiveModel {
            permit_id: Set(permit.0),
            year: Set(year),
            assessed_at: Set(tx.now()),
            confirmation_asked_at: Set(asked.then(|| tx.now())),
        });
        fee_assessment::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// How many permits there are whose fees for the year are not settled.
pub async fn count_unassessed(
    connection: &impl ConnectionTrait,
    which: Which,
    year: (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Result<u64, Failure> {
    let backend = connection.get_database_backend();
    let condition = held_in(backend, which, year, today).add(Expr::exists(settled(year)).not());
    Ok(permit::Entity::find().filter(condition).count(connection).await?)
}

fn settled(year: (NaiveDate, NaiveDate)) -> SelectStatement {
    Query::select()
        .column(fee_assessment::Column::PermitId)
        .from(fee_assessment::Entity)
        .and_where(
            Expr::col((fee_assessment::Entity, fee_assessment::Column::PermitId))
                .equals((permit::Entity, permit::Column::Id)),
        )
        .and_where(fee_assessment::Column::Year.eq(chrono::Datelike::year(&year.0)))
        .to_owned()
}

/// Which of these permits have emergency contacts.
pub async fn with_contacts(
    connection: &impl ConnectionTrait,
    permits: &[PermitId],
) -> Result<HashSet<PermitId>, Failure> {
    let ids: Vec<Uuid> = permit_contact::Entity::find()
        .select_only()
        .column(permit_contact::Column::PermitId)
        .distinct()
        .filter(permit_contact::Column::PermitId.is_in(permits.iter().map(|id| id.0)))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(PermitId).collect())
}
