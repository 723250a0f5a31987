//! What waits for a second signature, read from the proposals as they stand: decisions on cases, and coercive fines. What
//! they say is sealed and is not opened here.

use anrop_entity::{case, proposed_decision, supervision_act, supervision_case};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _,
};

use crate::{
    case::{lifecycle::Status, model::Purpose, store},
    failure::Failure,
    identity::{Kinds, SupervisionSight},
    permit::kind::Kind,
    supervision::{model::Standing, store::hidden_from},
    values::ids::CaseId,
};

/// Something that was proposed and that somebody else has to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    /// The case.
    pub case: CaseId,
    /// Its number, e.g. `2026/000123`.
    pub number: String,
    /// What is proposed.
    pub what: Proposed,
    /// Who proposes it.
    pub by: String,
    /// Since when it waits.
    pub at: DateTime<Utc>,
}

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposed {
    /// A decision on a case of this kind and purpose, with the state it would lead to.
    Decision(Kind, Purpose, Status),
    /// A coercive fine.
    Fine,
}

/// Decisions on cases of these kinds that somebody else than `signer` has proposed, what has waited longest first; at most
/// `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn decisions(
    connection: &impl ConnectionTrait,
    kinds: Kinds,
    signer: &str,
    limit: u64,
) -> Result<Vec<Unsigned>, Failure> {
    use proposed_decision::Column as C;
    let mut rows = proposed_decision::Entity::find()
        .filter(C::EndedAt.is_null())
        .filter(C::ProposedBy.ne(signer));
    if let Some(kinds) = kinds.limit() {
        let cases = case::Entity::find().select_only().column(case::Column::Id);
        let cases = cases.filter(case::Column::Kind.is_in(kinds)).into_query();
        rows = rows.filter(C::CaseId.in_subquery(cases));
    }
    let rows =
        rows.order_by_asc(C::ProposedAt).order_by_asc(C::Id).limit(limit).all(connection).await?;
    let ids: Vec<CaseId> = rows.iter().map(|row| CaseId(row.case_id)).collect();
    let known = store::many(connection, &ids).await?;
    let unsigned = |row: proposed_decision::Model| {
        let case = known.iter().find(|case| case.id.0 == row.case_id)?;
        let outcome = Status::from_code(&row.outcome)?;
        Some(Unsigned {
            case: case.id,
            number: case.display_number(),
            what: Proposed::Decision(case.kind, case.purpose, outcome),
            by: row.proposed_by,
            at: row.proposed_at,
        })
    };
    Ok(rows.into_iter().filter_map(unsigned).collect())
}

/// Coercive fines in cases that the signer may see, which somebody else has proposed, what has waited longest first; at
/// most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn fines(
    connection: &impl ConnectionTrait,
    sight: &SupervisionSight,
    signer: &str,
    limit: u64,
) -> Result<Vec<Unsigned>, Failure> {
    use supervision_act::Column as C;
    let mut rows = supervision_act::Entity::find()
        .filter(C::Status.eq(Standing::Proposed.code()))
        .filter(C::Actor.ne(signer));
    if let Some(hidden) = hidden_from(sight) {
        rows = rows.filter(C::CaseId.not_in_subquery(hidden));
    }
    let rows =
        rows.order_by_asc(C::MadeAt).order_by_asc(C::Id).limit(limit).all(connection).await?;
    let ids = rows.iter().map(|row| row.case_id);
    let known = supervision_case::Entity::find()
        .filter(supervision_case::Column::Id.is_in(ids))
        .all(connection)
        .await?;
    let unsigned = |row: supervision_act::Model| {
        let case = known.iter().find(|case| case.id == row.case_id)?;
        Some(Unsigned {
            case: CaseId(case.id),
            number: format!("{}/{:06}", case.year, case.serial),
            what: Proposed::Fine,
            by: row.actor,
            at: row.made_at,
        })
    };
    Ok(rows.into_iter().filter_map(unsigned).collect())
}
