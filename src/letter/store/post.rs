//! Letters that go by post: which wait, and which were sent. Those of cases that came on paper or by telephone go so, those to
//! whoever appeals so from then on, and every letter to a party that has never been here itself, unless its addressee has opened it online.

use std::collections::HashMap;

use anrop_entity::{case, letter, letter_post, party};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    ExprTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{Letter, from_row};
use crate::{
    database::{Tx, written},
    disclosure::policy::Kind,
    failure::Failure,
    identity::SupervisionSight,
    supervision,
    values::ids::{CaseId, LetterId, PartyId},
};

/// How cases came in whose letters go by post.
const BY_POST: [&str; 2] = ["paper", "telephone"];

/// True of a party, as SQL names it, that has never been here itself: it has filed nothing on the pages, taken over no
/// permit there, and opened no letter.
fn never_here(party: &str) -> String {
    format!(
        r#"NOT EXISTS (SELECT 1 FROM "case" c WHERE c.applicant_id = {party} AND c.channel = 'portal')
        AND NOT EXISTS (SELECT 1 FROM "case" c WHERE c.receiver_id = {party})
        AND NOT EXISTS (SELECT 1 FROM letter o WHERE o.party_id = {party} AND o.opened_at IS NOT NULL)"#
    )
}

/// True of a letter to whoever appeals on paper or by telephone in its case, since then.
const TO_APPELLANT_ON_PAPER: &str = r#"EXISTS (SELECT 1 FROM appeal a JOIN "case" c ON c.id = a.case_id
        WHERE a.case_id = "letter"."case_id" AND a.channel IN ('paper', 'telephone')
        AND COALESCE(a.appellant_id, c.applicant_id) = "letter"."party_id" AND a.received_at <= "letter"."sent_at")"#;

/// Whether a party is reached by post only: it has never been here itself.
///
/// # Errors
/// When the database does not answer.
pub async fn only_by_post(
    connection: &impl ConnectionTrait,
    party: PartyId,
) -> Result<bool, Failure> {
    let found = party::Entity::find_by_id(party.0)
        .filter(Expr::cust(never_here(r#""party"."id""#)))
        .count(connection)
        .await?;
    Ok(found > 0)
}

/// Letters that wait to be sent, the oldest first, and how many there are: of cases of these kinds (of all when there
/// are none) and of whatever is no permit's case, as far as the reader may see supervision.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(
    connection: &impl ConnectionTrait,
    kinds: &[Kind],
    supervision: &SupervisionSight,
    limit: u64,
) -> Result<(Vec<Letter>, u64), Failure> {
    let on_paper = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .filter(case::Column::Channel.into_expr().is_in(BY_POST.map(written)));
    let by_post = Condition::any()
        .add(letter::Column::CaseId.in_subquery(on_paper.into_query()))
        .add(Expr::cust(TO_APPELLANT_ON_PAPER))
        .add(Expr::cust(never_here(r#""letter"."party_id""#)));
    let sent = letter_post::Entity::find()
        .select_only()
        .column(letter_post::Column::LetterId)
        .into_query();
    let mut all = letter::Entity::find()
        .filter(by_post)
        .filter(letter::Column::OpenedAt.is_null())
        .filter(letter::Column::Id.not_in_subquery(sent));
    if !kinds.is_empty() {
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        all = all.filter(Expr::cust(format!(
            r#"NOT EXISTS (SELECT 1 FROM "case" c WHERE c.id = "letter"."case_id" AND c.kind NOT IN ({}))"#,
            kinds.join(", ")
        )));
    }
    if let Some(hidden) = supervision::store::hidden_from(supervision) {
        let column = letter::Column::CaseId;
        let seen = Condition::any().add(column.is_null()).add(column.not_in_subquery(hidden));
        all = all.filter(seen);
    }
    let total = all.clone().count(connection).await?;
    let rows = all.order_by_asc(letter::Column::Id).limit(limit).all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// Letters with the day each was posted.
pub(super) async fn with_days(
    connection: &impl ConnectionTrait,
    rows: Vec<letter::Model>,
) -> Result<Vec<Letter>, Failure> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let posted: HashMap<Uuid, DateTime<Utc>> = letter_post::Entity::find()
        .filter(letter_post::Column::LetterId.is_in(rows.iter().map(|row| row.id)))
        .all(connection)
        .await?
        .into_iter()
        .map(|row| (row.letter_id, row.posted_at))
        .collect();
    rows.into_iter()
        .map(|row| {
            let posted_at = posted.get(&row.id).copied();
            Ok(Letter { posted_at, ..from_row(row)? })
        })
        .collect()
}

/// Notes who has sent a locked letter; who did so first stays. Answers whether it was noted now.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, id: LetterId, by: &str) -> Result<bool, Failure> {
    if letter_post::Entity::find_by_id(id.0).one(&**tx).await?.is_some() {
        return Ok(false);
    }
    letter_post::Entity::insert(letter_post::ActiveModel {
        letter_id: Set(id.0),
        posted_at: Set(tx.now()),
        posted_by: Set(by.to_owned()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(true)
}

/// The letters of a case that were sent by post: which, when, and by whom.
///
/// # Errors
/// When the database does not answer.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    id: CaseId,
) -> Result<Vec<(LetterId, DateTime<Utc>, String)>, Failure> {
    let letters = letter::Entity::find()
        .select_only()
        .column(letter::Column::Id)
        .filter(letter::Column::CaseId.eq(id.0))
        .into_query();
    let rows = letter_post::Entity::find()
        .filter(letter_post::Column::LetterId.in_subquery(letters))
        .all(connection)
        .await?;
    let told = |row: letter_post::Model| (LetterId(row.letter_id), row.posted_at, row.posted_by);
    Ok(rows.into_iter().map(told).collect())
}

/// Whether letters of a case that came in this way go by post.
pub fn goes_by_post(channel: &str) -> bool {
    BY_POST.contains(&channel)
}
