//! What the public asks of the journal. It chooses rows only; what of them is shown is decided by the rules.

use anrop_entity::{case, journal_entry, party, supervision_case};
use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use super::{in_cases, whole};
use crate::{
    database::written,
    failure::Failure,
    journal::model::{Direction, Journaled, Subject},
};

/// What the public asks of the journal.
#[derive(Debug, Clone, Default)]
pub struct PublicQuery {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// One direction.
    pub direction: Option<Direction>,
    /// What the cases are about.
    pub subject: Option<Subject>,
    /// One case by year and serial.
    pub case: Option<(i32, i64)>,
    /// An organisation by its number.
    pub organisation: Option<String>,
    /// Day and id of the last entry of the page before.
    pub before: Option<(NaiveDate, Uuid)>,
}

/// Entries in and out of the days until `until`, the newest first; and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    asked: &PublicQuery,
    until: NaiveDate,
    limit: u64,
) -> Result<(Vec<Journaled>, u64), Failure> {
    use journal_entry::Column as C;
    let last = asked.to.map_or(until, |to| std::cmp::Ord::min(to, until));
    let mut query = journal_entry::Entity::find()
        .filter(C::JournalNumber.is_not_null())
        .filter(C::Direction.into_expr().ne(written(Direction::Internal.code())))
        .filter(C::Day.lte(last));
    if let Some(from) = asked.from {
        query = query.filter(C::Day.gte(from));
    }
    if let Some(direction) = asked.direction {
        query = query.filter(C::Direction.eq(direction.code()));
    }
    query = query.filter(in_cases(asked.subject, asked.case));
    if let Some(number) = &asked.organisation {
        let own = || {
            party::Entity::find()
                .select_only()
                .column(party::Column::Id)
                .filter(party::Column::OrganisationNumber.eq(number.as_str()))
                .into_query()
        };
        let applied = case::Entity::find()
            .select_only()
            .column(case::Column::Id)
            .filter(case::Column::ApplicantId.in_subquery(own()))
            .into_query();
        let supervised = supervision_case::Entity::find()
            .select_only()
            .column(supervision_case::Column::Id)
            .filter(supervision_case::Column::PartyId.in_subquery(own()))
            .into_query();
        let of_theirs = Condition::any()
            .add(C::CaseId.in_subquery(applied))
            .add(C::CaseId.in_subquery(supervised));
        let as_party = Condition::all().add(C::PartyId.is_null()).add(of_theirs);
        query = query.filter(Condition::any().add(C::PartyId.in_subquery(own())).add(as_party));
    }
    let total = query.clone().count(connection).await?;
    if let Some((day, id)) = asked.before {
        let same_day = Condition::all().add(C::Day.eq(day)).add(C::Id.lt(id));
        query = query.filter(Condition::any().add(C::Day.lt(day)).add(same_day));
    }
    let rows =
        query.order_by_desc(C::Day).order_by_desc(C::Id).limit(limit).all(connection).await?;
    Ok((whole(connection, rows).await?, total))
}
