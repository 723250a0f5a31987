//! Rows of the disclosure log that are about one party.

use std::collections::HashMap;

use anrop_entity::{disclosure, permit};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    failure::Failure,
    values::ids::{PartyId, PermitId},
};

/// One time somebody got or read data about the party.
#[derive(Debug, Clone)]
pub struct Told {
    /// Id of the entry.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, as in the policy.
    pub recipient: String,
    /// For what, as in the policy.
    pub purpose: String,
    /// Names of the fields.
    pub fields: Vec<String>,
    /// Of which permit: id and number.
    pub permit: Option<(PermitId, String)>,
    /// A rescue centre asked for it.
    pub is_look_up: bool,
}

/// A place in the list, which begins with the newest.
pub type Position = (DateTime<Utc>, Uuid);

/// Outcome of an entry that only completes another.
const COMPLETES: &str = "referenceCompleted";
/// The incident of a look-up is over: an alert of the beacon was found to be none.
const IS_OVER: &str = "EXISTS (SELECT 1 FROM beacon_alert a WHERE a.permit_id = disclosure.permit_id \
     AND a.at >= disclosure.at AND a.outcome IN ('false', 'test'))";

/// What a party is told of after a position, and how much in all. Look-ups from `told_before` on are told of only when
/// their incident is over.
///
/// # Errors
/// When the database does not answer.
pub async fn of_party(
    connection: &impl ConnectionTrait,
    party: PartyId,
    told_before: DateTime<Utc>,
    after: Option<Position>,
    limit: u64,
) -> Result<(Vec<Told>, u64), Failure> {
    let (at, id) = (disclosure::Column::At, disclosure::Column::Id);
    let is_told = Condition::any()
        .add(disclosure::Column::LookUpKey.is_null())
        .add(at.lt(told_before))
        .add(Expr::cust(IS_OVER));
    let is_entry = Condition::any()
        .add(disclosure::Column::Outcome.is_null())
        .add(disclosure::Column::Outcome.ne(COMPLETES));
    let all = disclosure::Entity::find()
        .filter(disclosure::Column::PartyId.eq(party.0))
        .filter(is_entry)
        .filter(is_told);
    let total = all.clone().count(connection).await?;
    let further = after.map(|(moment, last)| {
        let same = Condition::all().add(at.eq(moment)).add(id.lt(last));
        Condition::any().add(at.lt(moment)).add(same)
    });
    let rows = all
        .filter(Condition::all().add_option(further))
        .order_by_desc(at)
        .order_by_desc(id)
        .limit(limit)
        .all(connection)
        .await?;
    let numbers = numbers(connection, rows.iter().filter_map(|row| row.permit_id)).await?;
    let told = |row: disclosure::Model| Told {
        id: row.id,
        at: row.at,
        recipient: row.recipient,
        purpose: row.purpose,
        fields: serde_json::from_value(row.fields).unwrap_or_default(),
        permit: row
            .permit_id
            .and_then(|id| numbers.get(&id).map(|number| (PermitId(id), number.clone()))),
        is_look_up: row.look_up_key.is_some(),
    };
    Ok((rows.into_iter().map(told).collect(), total))
}

/// Numbers of permits by their ids.
async fn numbers(
    connection: &impl ConnectionTrait,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, Failure> {
    let found: Vec<(Uuid, String)> = permit::Entity::find()
        .select_only()
        .columns([permit::Column::Id, permit::Column::Number])
        .filter(permit::Column::Id.is_in(ids))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found.into_iter().collect())
}
