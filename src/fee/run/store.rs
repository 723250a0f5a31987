//! Rows of yearly runs.

use anrop_entity::fee_run;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    values::ids::{FeeRunId, PartyId, PermitId},
};

/// A run as it stands.
pub type FeeRun = fee_run::Model;

/// Permits are settled.
pub const SETTLING: &str = "settling";
/// Holders are invoiced.
pub const INVOICING: &str = "invoicing";
/// It is done.
pub const DONE: &str = "done";

/// Begins a run; nothing when one of that year is under way.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(tx: &Tx, year: i32, total: u64, by: &str) -> Result<Option<FeeRun>, Failure> {
    if of_year_under_way(&**tx, year).await?.is_some() {
        return Ok(None);
    }
    let row = FeeRun {
        id: FeeRunId::new(tx.now()).0,
        year,
        state: SETTLING.to_owned(),
        total: i64::try_from(total).map_err(Failure::internal)?,
        done: 0,
        invoices: 0,
        amount_ore: 0,
        after_permit: None,
        after_holder: None,
        started_by: by.to_owned(),
        started_at: tx.now(),
        ended_at: None,
        version: 1,
    };
    fee_run::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    Ok(Some(row))
}

/// The run of a year that is under way.
///
/// # Errors
/// When the database does not answer.
pub async fn of_year_under_way(
    connection: &impl ConnectionTrait,
    year: i32,
) -> Result<Option<FeeRun>, Failure> {
    Ok(fee_run::Entity::find()
        .filter(fee_run::Column::Year.eq(year))
        .filter(fee_run::Column::EndedAt.is_null())
        .one(connection)
        .await?)
}

/// Runs under way, the oldest year first.
///
/// # Errors
/// When the database does not answer.
pub async fn under_way(connection: &impl ConnectionTrait) -> Result<Vec<FeeRunId>, Failure> {
    let ids: Vec<Uuid> = fee_run::Entity::find()
        .select_only()
        .column(fee_run::Column::Id)
        .filter(fee_run::Column::EndedAt.is_null())
        .order_by_asc(fee_run::Column::Year)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(FeeRunId).collect())
}

/// The run with this id.
///
/// # Errors
/// 404 when there is none.
pub async fn find(connection: &impl ConnectionTrait, id: FeeRunId) -> Result<FeeRun, Failure> {
    fee_run::Entity::find_by_id(id.0).one(connection).await?.ok_or_else(Failure::not_found)
}

/// The run, locked until the transaction ends; nothing when it is gone.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(tx: &Tx, id: FeeRunId) -> Result<Option<FeeRun>, Failure> {
    Ok(fee_run::Entity::find_by_id(id.0).lock_exclusive().one(&**tx).await?)
}

/// Overwrites where a locked run stands.
///
/// # Errors
/// When the database does not answer.
pub async fn save(tx: &Tx, run: &FeeRun) -> Result<(), Failure> {
    fee_run::Entity::update_many()
        .set(fee_run::ActiveModel {
            state: Set(run.state.clone()),
            total: Set(run.total),
            done: Set(run.done),
            invoices: Set(run.invoices),
            amount_ore: Set(run.amount_ore),
            after_permit: Set(run.after_permit),
            after_holder: Set(run.after_holder),
            ended_at: Set(run.ended_at),
            version: Set(run.version + 1),
            ..Default::default()
        })
        .filter(fee_run::Column::Id.eq(run.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Removes a locked run that found nothing to do.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(tx: &Tx, run: &FeeRun) -> Result<(), Failure> {
    fee_run::Entity::delete_by_id(run.id).exec(&**tx).await?;
    Ok(())
}

/// Runs, the latest first, before `before`; and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    before: Option<Uuid>,
    limit: u64,
) -> Result<(Vec<FeeRun>, u64), Failure> {
    let mut all = fee_run::Entity::find();
    let total = all.clone().count(connection).await?;
    if let Some(before) = before {
        all = all.filter(fee_run::Column::Id.lt(before));
    }
    Ok((all.order_by_desc(fee_run::Column::Id).limit(limit).all(connection).await?, total))
}

/// The last permit a run has settled.
pub fn after_permit(run: &FeeRun) -> Option<PermitId> {
    run.after_permit.map(PermitId)
}

/// The last holder a run has invoiced.
pub fn after_holder(run: &FeeRun) -> Option<PartyId> {
    run.after_holder.map(PartyId)
}
