//! Rows of ended sessions, and whose the thing at an id is.

use anrop_entity::{attachment, case, draft, ended_session, letter, permit};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::session::Mark;
use crate::{database::Tx, failure::Failure, values::ids::PartyId};

/// Writes marks of ended sessions; of one that is there already, when it has ended anew.
pub async fn insert_ended(tx: &Tx, marks: &[(Mark, DateTime<Utc>)]) -> Result<(), Failure> {
    let rows = marks.iter().map(|(mark, until)| ended_session::ActiveModel {
        mark: Set(mark.to_vec()),
        until: Set(*until),
        ended_at: Set(tx.now()),
    });
    let known = OnConflict::column(ended_session::Column::Mark)
        .update_columns([ended_session::Column::Until, ended_session::Column::EndedAt])
        .to_owned();
    ended_session::Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Marks, ends and times of what was ended since then and still matters.
pub async fn ended_since(
    connection: &impl ConnectionTrait,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Vec<(Mark, DateTime<Utc>, DateTime<Utc>)>, Failure> {
    let mut query = ended_session::Entity::find().filter(ended_session::Column::Until.gt(now));
    if let Some(since) = since {
        query = query.filter(ended_session::Column::EndedAt.gt(since));
    }
    let rows = query.all(connection).await?;
    let read = |row: ended_session::Model| {
        let mark = Mark::try_from(row.mark.as_slice()).map_err(Failure::internal)?;
        Ok((mark, row.until, row.ended_at))
    };
    rows.into_iter().map(read).collect()
}

/// Deletes what matters no more.
pub async fn forget_ended(tx: &Tx) -> Result<(), Failure> {
    ended_session::Entity::delete_many()
        .filter(ended_session::Column::Until.lte(tx.now()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whose something is.
pub enum Owner {
    /// These parties'.
    Parties(Vec<PartyId>),
    /// Whoever has this blind index.
    Blind(Vec<u8>),
}

/// What lies at an id, and whose it is; nothing when nothing of anybody's lies there.
pub async fn owner_of(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(&'static str, Owner)>, Failure> {
    if let Some(row) = case::Entity::find_by_id(id).one(connection).await? {
        return Ok(Some(("case", parties(&row))));
    }
    if let Some(row) = permit::Entity::find_by_id(id).one(connection).await? {
        return Ok(Some(("permit", Owner::Parties(vec![PartyId(row.holder_id)]))));
    }
    if let Some(row) = letter::Entity::find_by_id(id).one(connection).await? {
        return Ok(Some(("letter", Owner::Parties(vec![PartyId(row.party_id)]))));
    }
    if let Some(row) = draft::Entity::find_by_id(id).one(connection).await? {
        return Ok(Some(("draft", Owner::Blind(row.owner_blind))));
    }
    let Some(document) = attachment::Entity::find_by_id(id).one(connection).await? else {
        return Ok(None);
    };
    // what waits in a draft is looked for by the draft
    let Some(case) = document.case_id else { return Ok(None) };
    let case = case::Entity::find_by_id(case).one(connection).await?;
    Ok(case.map(|row| ("document", parties(&row))))
}

fn parties(row: &case::Model) -> Owner {
    Owner::Parties(std::iter::once(row.applicant_id).chain(row.receiver_id).map(PartyId).collect())
}
