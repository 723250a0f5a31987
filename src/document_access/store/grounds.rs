//! Columns of a request about fuller grounds of its refusal.

use anrop_entity::document_access_request as request;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait};
use uuid::Uuid;

use super::{change, opened_document, place, row};
use crate::{
    database::Tx,
    document::Document,
    document_access::model::{Fuller, Request, Status},
    failure::Failure,
    keys::DataKey,
};

/// The demand in a row, if there is one.
pub(super) fn from_row(row: &request::Model) -> Option<Fuller> {
    Some(Fuller {
        number: row.grounds_number?,
        asked_at: row.grounds_asked_at?,
        due_on: row.grounds_due_on?,
        given: row.grounds_given_at.zip(row.grounds_answer_number),
    })
}

/// The condition that fuller grounds were demanded and wait.
pub(super) fn wanting() -> Condition {
    let keeping_back = Status::ALL.into_iter().filter(|status| status.keeps_back());
    Condition::all()
        .add(request::Column::GroundsDueOn.is_not_null())
        .add(request::Column::GroundsGivenAt.is_null())
        .add(request::Column::Status.is_in(keeping_back.map(Status::code)))
}

/// The condition that nothing about fuller grounds was done since a time, and none are waited for.
pub(super) fn settled(before: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(request::Column::GroundsDueOn.is_null())
        .add(request::Column::GroundsGivenAt.lt(before))
        .add(request::Column::Status.eq(Status::Granted.code()))
}

/// Writes a demand about a locked request.
///
/// # Errors
/// When the database does not answer.
pub async fn ask(
    tx: &Tx,
    request: &Request,
    number: i32,
    due_on: NaiveDate,
) -> Result<(), Failure> {
    let row = request::ActiveModel {
        grounds_number: Set(Some(number)),
        grounds_asked_at: Set(Some(tx.now())),
        grounds_due_on: Set(Some(due_on)),
        version: Set(request.version + 1),
        ..Default::default()
    };
    change(tx, request.id, row).await
}

/// Writes the fuller grounds of a locked request. They are yet to be read.
///
/// # Errors
/// When the database does not answer.
pub async fn give(
    tx: &Tx,
    key: &DataKey,
    request: &Request,
    (number, letter): (i32, &[u8]),
    by: &str,
) -> Result<(), Failure> {
    let row = request::ActiveModel {
        grounds_given_at: Set(Some(tx.now())),
        grounds_given_by: Set(Some(by.to_owned())),
        grounds_answer_number: Set(Some(number)),
        grounds_sealed: Set(Some(key.seal(place("grounds_sealed", request.id), letter))),
        opened_at: Set(None),
        version: Set(request.version + 1),
        ..Default::default()
    };
    change(tx, request.id, row).await
}

/// The letter with the fuller grounds, opened.
///
/// # Errors
/// When it does not open.
pub async fn letter(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    id: Uuid,
) -> Result<Option<Document>, Failure> {
    let sealed = row(connection, id).await?.grounds_sealed;
    sealed.map(|sealed| opened_document(key, place("grounds_sealed", id), &sealed)).transpose()
}
