//! Rows of what passed between caseworker and applicant, and of the caseworkers' own notes.

use anrop_entity::case_message;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

use crate::{
    database::Tx,
    failure::Failure,
    keys::{DataKey, Place},
    values::ids::{CaseId, fresh},
};

/// What passed between caseworker and applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// The caseworker asks.
    InformationRequest,
    /// The applicant answers.
    Reply,
    /// The caseworkers' own note.
    Note,
}

impl MessageKind {
    /// As in JSON and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            MessageKind::InformationRequest => "informationRequest",
            MessageKind::Reply => "reply",
            MessageKind::Note => "note",
        }
    }
}

fn message_place(id: Uuid) -> Place {
    Place { table: "case_message", column: "body_sealed", row: id }
}

/// Writes a message under the applicant's data key.
pub async fn insert_message(
    tx: &Tx,
    key: &DataKey,
    case: CaseId,
    kind: MessageKind,
    author: &str,
    text: &str,
    due_on: Option<NaiveDate>,
) -> Result<(), Failure> {
    let id = fresh(tx.now());
    case_message::Entity::insert(case_message::ActiveModel {
        id: Set(id),
        case_id: Set(case.0),
        kind: Set(kind.code().to_owned()),
        author: Set(author.to_owned()),
        body_sealed: Set(key.seal(message_place(id), text.as_bytes())),
        due_on: Set(due_on),
        created_at: Set(tx.now()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// Writes down by when the answer to the newest question of a case is expected; none where the question is withdrawn.
///
/// # Errors
/// When nothing was asked, or the database does not answer.
pub async fn expect_answer(
    tx: &Tx,
    case: CaseId,
    due_on: Option<NaiveDate>,
) -> Result<(), Failure> {
    let newest = case_message::Entity::find()
        .filter(case_message::Column::CaseId.eq(case.0))
        .filter(case_message::Column::Kind.eq(MessageKind::InformationRequest.code()))
        .order_by_desc(case_message::Column::CreatedAt)
        .order_by_desc(case_message::Column::Id)
        .one(&**tx)
        .await?
        .ok_or_else(|| Failure::internal("a case waits, and nothing was asked"))?;
    case_message::Entity::update_many()
        .set(case_message::ActiveModel { due_on: Set(due_on), ..Default::default() })
        .filter(case_message::Column::Id.eq(newest.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A message, opened.
#[derive(Clone)]
pub struct Message {
    /// Kind, as in JSON.
    pub kind: String,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When an answer is expected.
    pub due_on: Option<NaiveDate>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// The messages of a case in order; notes only for staff.
pub async fn messages(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
    with_notes: bool,
) -> Result<Vec<Message>, Failure> {
    let mut query = case_message::Entity::find().filter(case_message::Column::CaseId.eq(case.0));
    if !with_notes {
        query = query.filter(case_message::Column::Kind.ne(MessageKind::Note.code()));
    }
    let rows = query
        .order_by_asc(case_message::Column::CreatedAt)
        .order_by_asc(case_message::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let bytes =
                key.open(message_place(row.id), &row.body_sealed).map_err(Failure::internal)?;
            Ok(Message {
                kind: row.kind,
                author: row.author,
                text: String::from_utf8(bytes).map_err(Failure::internal)?,
                due_on: row.due_on,
                created_at: row.created_at,
            })
        })
        .collect()
}
