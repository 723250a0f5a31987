//! Rows of wishes.

use anrop_entity::{call_sign_wish, case};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, sea_query::ExprTrait as _,
};

use crate::{
    case::{lifecycle::Status, queue::model::open_statuses},
    database::Tx,
    failure::Failure,
    values::{call_sign::CallSign, ids::CaseId},
};

/// Writes the wishes of a case over those it had.
pub async fn replace(tx: &Tx, case: CaseId, wishes: &[CallSign]) -> Result<(), Failure> {
    call_sign_wish::Entity::delete_many()
        .filter(call_sign_wish::Column::CaseId.eq(case.0))
        .exec(&**tx)
        .await?;
    for (rank, sign) in (1..).zip(wishes) {
        call_sign_wish::Entity::insert(call_sign_wish::ActiveModel {
            case_id: Set(case.0),
            rank: Set(rank),
            sign: Set(sign.to_string()),
        })
        .exec_without_returning(&**tx)
        .await?;
    }
    Ok(())
}

/// The wishes of a case, best first.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    case: CaseId,
) -> Result<Vec<CallSign>, Failure> {
    let rows = call_sign_wish::Entity::find()
        .filter(call_sign_wish::Column::CaseId.eq(case.0))
        .order_by_asc(call_sign_wish::Column::Rank)
        .all(connection)
        .await?;
    rows.into_iter().map(|row| CallSign::parse(&row.sign).map_err(Failure::internal)).collect()
}

/// Signs that several open cases wish for, at whatever rank.
pub async fn wished_by_several(
    connection: &impl ConnectionTrait,
) -> Result<Vec<CallSign>, Failure> {
    let open = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .filter(case::Column::Status.is_in(open_statuses().into_iter().map(Status::code)))
        .into_query();
    let signs: Vec<String> = call_sign_wish::Entity::find()
        .select_only()
        .column(call_sign_wish::Column::Sign)
        .filter(call_sign_wish::Column::CaseId.in_subquery(open))
        .group_by(call_sign_wish::Column::Sign)
        .having(call_sign_wish::Column::CaseId.count().gt(1))
        .order_by_asc(call_sign_wish::Column::Sign)
        .into_tuple()
        .all(connection)
        .await?;
    signs.iter().map(|sign| CallSign::parse(sign).map_err(Failure::internal)).collect()
}

/// Every case, open or not, that has wished for a sign, by id.
pub async fn cases_wishing(
    connection: &impl ConnectionTrait,
    sign: CallSign,
) -> Result<Vec<CaseId>, Failure> {
    let rows = call_sign_wish::Entity::find()
        .filter(call_sign_wish::Column::Sign.eq(sign.to_string()))
        .order_by_asc(call_sign_wish::Column::CaseId)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| CaseId(row.case_id)).collect())
}
