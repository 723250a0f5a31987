//! What is due in cases of supervision, read from the cases and appeals as they stand.

use anrop_entity::{appeal, supervision_case};
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::{super::model::DutyQuery, duty::received};
use crate::{
    failure::Failure, identity::SupervisionSight, supervision::store::hidden_from,
    values::ids::CaseId,
};

/// Something due in a case of supervision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionDuty {
    /// The case.
    pub case: CaseId,
    /// Its number, e.g. `2026/000123`.
    pub number: String,
    /// Who has it.
    pub assignee: String,
    /// An appeal is to be considered; else something else is to have happened.
    pub is_appeal: bool,
    /// The last day.
    pub due_on: NaiveDate,
}

fn duty(row: &supervision_case::Model, is_appeal: bool, due_on: NaiveDate) -> SupervisionDuty {
    SupervisionDuty {
        case: CaseId(row.id),
        number: format!("{}/{:06}", row.year, row.serial),
        assignee: row.assignee.clone(),
        is_appeal,
        due_on,
    }
}

/// What is due in the days of a query in cases of supervision that a caller may see: days of open cases, and appeals that
/// the authority has not considered; at most `limit` of each, the day that comes first first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_supervision(
    connection: &impl ConnectionTrait,
    sight: &SupervisionSight,
    query: &DutyQuery,
    limit: u64,
) -> Result<Vec<SupervisionDuty>, Failure> {
    use supervision_case::Column as C;
    let mut which = Condition::all();
    if let Some(hidden) = hidden_from(sight) {
        which = which.add(C::Id.not_in_subquery(hidden));
    }
    if let Some(assignee) = &query.assignee {
        which = which.add(C::Assignee.eq(assignee));
    }
    let mut rows = supervision_case::Entity::find()
        .filter(which.clone())
        .filter(C::ClosedAt.is_null())
        .filter(C::DueOn.lte(query.until));
    if let Some(from) = query.from {
        rows = rows.filter(C::DueOn.gte(from));
    }
    let rows = rows.order_by_asc(C::DueOn).order_by_asc(C::Id).limit(limit).all(connection).await?;
    let mut found: Vec<SupervisionDuty> =
        rows.iter().filter_map(|row| Some(duty(row, false, row.due_on?))).collect();
    let cases = supervision_case::Entity::find().filter(which).select_only().column(C::Id);
    let in_them = Condition::all().add(appeal::Column::CaseId.in_subquery(cases.into_query()));
    let appeals = received(connection, query, in_them, limit).await?;
    let ids: Vec<uuid::Uuid> = appeals.iter().map(|(row, _)| row.case_id).collect();
    let known = supervision_case::Entity::find().filter(C::Id.is_in(ids)).all(connection).await?;
    found.extend(appeals.iter().filter_map(|(row, due_on)| {
        let case = known.iter().find(|case| case.id == row.case_id)?;
        Some(duty(case, true, *due_on))
    }));
    found.sort_by_key(|one| (one.due_on, one.case));
    Ok(found)
}
