//! Rows of other parties that were told of an appeal, and of what they say to it.

use anrop_entity::{appeal, appeal_comment};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

use crate::{
    appeal::model::{AppealStatus, Comment, Said},
    database::Tx,
    failure::Failure,
    keys::{DataKey, Place},
    values::ids::{CaseId, LetterId, PartyId, fresh},
};

fn place(id: Uuid) -> Place {
    Place { table: "appeal_comment", column: "text_sealed", row: id }
}

/// Writes that a party was told of an appeal by a letter, and by when they are asked to comment.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(
    tx: &Tx,
    appeal: Uuid,
    (party, letter): (PartyId, LetterId),
    due_on: NaiveDate,
) -> Result<(), Failure> {
    appeal_comment::Entity::insert(appeal_comment::ActiveModel {
        id: Set(fresh(tx.now())),
        appeal_id: Set(appeal),
        party_id: Set(party.0),
        letter_id: Set(letter.0),
        due_on: Set(due_on),
        text_sealed: Set(None),
        received_at: Set(None),
        number: Set(None),
        channel: Set(None),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// Those who were told of some appeals, with the appeal, in the order they were told.
///
/// # Errors
/// When the database does not answer, or one does not open.
pub async fn of(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    appeals: impl ExactSizeIterator<Item = Uuid>,
) -> Result<Vec<(Uuid, Comment)>, Failure> {
    if appeals.len() == 0 {
        return Ok(Vec::new());
    }
    let rows = appeal_comment::Entity::find()
        .filter(appeal_comment::Column::AppealId.is_in(appeals))
        .order_by_asc(appeal_comment::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let said = match (row.text_sealed, row.received_at, row.number) {
                (Some(sealed), Some(received_at), Some(number)) => {
                    let bytes = key.open(place(row.id), &sealed).map_err(Failure::internal)?;
                    let text = String::from_utf8(bytes).map_err(Failure::internal)?;
                    let channel = row.channel.as_deref().map(super::channel).transpose()?;
                    Some(Said { text, received_at, number, channel })
                }
                _ => None,
            };
            let (party, letter) = (PartyId(row.party_id), LetterId(row.letter_id));
            let comment = Comment { party, letter, due_on: row.due_on, said };
            Ok((row.appeal_id, comment))
        })
        .collect()
}

/// What a letter that told of an appeal asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Id of the row.
    pub id: Uuid,
    /// Who was told.
    pub party: PartyId,
    /// The case of the appeal.
    pub case: CaseId,
    /// By when they are asked to comment.
    pub due_on: NaiveDate,
    /// The appeal is open, and they have not commented yet.
    pub is_open: bool,
    /// When their comment came in.
    pub received_at: Option<DateTime<Utc>>,
}

/// What a letter asks for; nothing of one that did not tell of an appeal.
///
/// # Errors
/// When the database does not answer.
pub async fn of_letter(
    connection: &impl ConnectionTrait,
    letter: LetterId,
) -> Result<Option<Asked>, Failure> {
    let found = appeal_comment::Entity::find()
        .filter(appeal_comment::Column::LetterId.eq(letter.0))
        .one(connection)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let appeal = appeal::Entity::find_by_id(row.appeal_id).one(connection).await?;
    let appeal = appeal.ok_or_else(|| Failure::internal("a comment is to no appeal"))?;
    let status = AppealStatus::from_code(&appeal.status)
        .ok_or_else(|| Failure::internal("unknown state of an appeal"))?;
    Ok(Some(Asked {
        id: row.id,
        party: PartyId(row.party_id),
        case: CaseId(appeal.case_id),
        due_on: row.due_on,
        is_open: status.is_open() && row.received_at.is_none(),
        received_at: row.received_at,
    }))
}

/// Writes what somebody who was told says; the case has been locked.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(tx: &Tx, key: &DataKey, id: Uuid, said: &Said) -> Result<(), Failure> {
    let row = appeal_comment::ActiveModel {
        text_sealed: Set(Some(key.seal(place(id), said.text.as_bytes()))),
        received_at: Set(Some(said.received_at)),
        number: Set(Some(said.number)),
        channel: Set(said.channel.map(|channel| channel.code().to_owned())),
        ..Default::default()
    };
    appeal_comment::Entity::update_many()
        .set(row)
        .filter(appeal_comment::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}
