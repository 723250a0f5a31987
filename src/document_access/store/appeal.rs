//! Rows of appeals against what was answered to requests for access.

use anrop_entity::document_access_appeal as appeal;
use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use super::{File, Reach, opened_document, reach::within};
use crate::{
    database::Tx,
    document::Document,
    document_access::model::{Appeal, AppealStatus, Request},
    failure::Failure,
    keys::{DataKey, Place},
    values::{appeal_body, ids::fresh},
};

const TABLE: &str = "document_access_appeal";

fn place(column: &'static str, id: Uuid) -> Place {
    Place { table: TABLE, column, row: id }
}

/// What an appeal begins with.
pub struct NewAppeal<'a> {
    /// The request it is about, locked.
    pub request: &'a Request,
    /// Number of the appeal in the journal of the case.
    pub number: i32,
    /// What was written, if anything.
    pub text: Option<&'a str>,
    /// It came before the time for it was over.
    pub in_time: bool,
    /// Last day of that time; none when it had not begun.
    pub period_ends_on: Option<NaiveDate>,
    /// By when the authority has considered it.
    pub due_on: NaiveDate,
}

/// Writes an appeal.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, key: &DataKey, new: &NewAppeal<'_>) -> Result<(), Failure> {
    let id = fresh(tx.now());
    let row = appeal::Model {
        id,
        request_id: new.request.id,
        case_id: new.request.case.0,
        number: new.number,
        status: AppealStatus::Received.code().to_owned(),
        text_sealed: new.text.map(|text| key.seal(place("text_sealed", id), text.as_bytes())),
        received_at: tx.now(),
        in_time: new.in_time,
        period_ends_on: new.period_ends_on,
        due_on: new.due_on,
        access_code: None,
        body: None,
        forwarded_at: None,
        forwarding_number: None,
        forwarding_sealed: None,
        body_decided_on: None,
        body_reference: None,
        closed_at: None,
        closed_by: None,
        answer_number: None,
        answer_sealed: None,
        file_type: None,
        file_sealed: None,
        file_sha256: None,
    };
    appeal::Entity::insert(sea_orm::IntoActiveModel::into_active_model(row))
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

fn from_row(row: &appeal::Model) -> Result<Appeal, Failure> {
    let body = row.body.as_deref().map(|code| {
        appeal_body::find(code).ok_or_else(|| Failure::internal("unknown appeal body"))
    });
    Ok(Appeal {
        id: row.id,
        request: row.request_id,
        number: row.number,
        status: row.status.parse::<AppealStatus>().map_err(Failure::internal)?,
        received_at: row.received_at,
        in_time: row.in_time,
        period_ends_on: row.period_ends_on,
        due_on: row.due_on,
        forwarded: body.transpose()?.zip(row.forwarded_at),
        body_decision: row.body_decided_on.zip(row.body_reference.clone()),
        closed_at: row.closed_at,
        file_type: row.file_type.clone(),
    })
}

async fn rows(
    connection: &impl ConnectionTrait,
    request: Uuid,
) -> Result<Vec<appeal::Model>, Failure> {
    Ok(appeal::Entity::find()
        .filter(appeal::Column::RequestId.eq(request))
        .order_by_asc(appeal::Column::Number)
        .all(connection)
        .await?)
}

/// The appeals about a request, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_request(
    connection: &impl ConnectionTrait,
    request: Uuid,
) -> Result<Vec<Appeal>, Failure> {
    rows(connection, request).await?.iter().map(from_row).collect()
}

/// An appeal with what was written and said.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The appeal.
    pub appeal: Appeal,
    /// What was written, if anything.
    pub text: Option<String>,
    /// The letters about it, the oldest first.
    pub letters: Vec<Document>,
}

fn opened(key: &DataKey, row: &appeal::Model) -> Result<Opened, Failure> {
    let text = row.text_sealed.as_deref().map(|sealed| said(key, row.id, sealed)).transpose()?;
    let mut letters = Vec::new();
    for (column, sealed) in
        [("forwarding_sealed", &row.forwarding_sealed), ("answer_sealed", &row.answer_sealed)]
    {
        if let Some(sealed) = sealed {
            letters.push(opened_document(key, place(column, row.id), sealed)?);
        }
    }
    Ok(Opened { appeal: from_row(row)?, text, letters })
}

fn said(key: &DataKey, id: Uuid, sealed: &[u8]) -> Result<String, Failure> {
    let bytes = key.open(place("text_sealed", id), sealed).map_err(Failure::internal)?;
    String::from_utf8(bytes).map_err(Failure::internal)
}

/// The appeals about a request with what was written and said, the oldest first.
///
/// # Errors
/// When something does not open.
pub async fn opened_of_request(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    request: Uuid,
) -> Result<Vec<Opened>, Failure> {
    rows(connection, request).await?.iter().map(|row| opened(key, row)).collect()
}

/// A document about appeals in the journal of a case.
pub enum Said {
    /// What somebody wrote.
    Text(String),
    /// A letter.
    Letter(Box<Document>),
}

/// What was written and said about appeals in a case, by its numbers in the journal.
///
/// # Errors
/// When something does not open.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: crate::values::ids::CaseId,
) -> Result<Vec<(i32, Said)>, Failure> {
    let rows =
        appeal::Entity::find().filter(appeal::Column::CaseId.eq(case.0)).all(connection).await?;
    let mut found = Vec::new();
    for row in &rows {
        let Opened { text, letters, .. } = opened(key, row)?;
        found.extend(text.map(|text| (row.number, Said::Text(text))));
        let numbers = [row.forwarding_number, row.answer_number].into_iter().flatten();
        found.extend(numbers.zip(letters.into_iter().map(|letter| Said::Letter(Box::new(letter)))));
    }
    Ok(found)
}

/// Requests about which an appeal is open.
pub(super) fn open_ones() -> SelectStatement {
    appeal::Entity::find()
        .select_only()
        .column(appeal::Column::RequestId)
        .filter(appeal::Column::ClosedAt.is_null())
        .into_query()
}

/// Requests about which an appeal is open, or was until after a time.
pub(super) fn lately(before: chrono::DateTime<chrono::Utc>) -> SelectStatement {
    let is_recent = Condition::any()
        .add(appeal::Column::ClosedAt.is_null())
        .add(appeal::Column::ClosedAt.gte(before));
    appeal::Entity::find()
        .select_only()
        .column(appeal::Column::RequestId)
        .filter(is_recent)
        .into_query()
}

/// Open appeals in cases within reach, the one due first first, after a place; and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn open(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    after: Option<(NaiveDate, Uuid)>,
    limit: u64,
) -> Result<(Vec<Appeal>, u64), Failure> {
    use appeal::Column as C;
    let mut query =
        appeal::Entity::find().filter(C::ClosedAt.is_null()).filter(within(C::CaseId, reach));
    let total = query.clone().count(connection).await?;
    if let Some((day, id)) = after {
        let same_day = Condition::all().add(C::DueOn.eq(day)).add(C::Id.gt(id));
        query = query.filter(Condition::any().add(C::DueOn.gt(day)).add(same_day));
    }
    let rows = query.order_by_asc(C::DueOn).order_by_asc(C::Id).limit(limit);
    let rows = rows.all(connection).await?;
    Ok((rows.iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// Appeals in cases within reach that the authority is to have considered from one day, or from ever, until another; the
/// one due first first.
///
/// # Errors
/// When the database does not answer.
pub async fn due(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    (from, until): (Option<NaiveDate>, NaiveDate),
    limit: u64,
) -> Result<Vec<Appeal>, Failure> {
    use appeal::Column as C;
    let mut query = appeal::Entity::find()
        .filter(C::Status.eq(AppealStatus::Received.code()))
        .filter(within(C::CaseId, reach))
        .filter(C::DueOn.lte(until));
    if let Some(from) = from {
        query = query.filter(C::DueOn.gte(from));
    }
    let rows = query.order_by_asc(C::DueOn).order_by_asc(C::Id).limit(limit);
    rows.all(connection).await?.iter().map(from_row).collect()
}

async fn change(tx: &Tx, id: Uuid, row: appeal::ActiveModel) -> Result<(), Failure> {
    appeal::Entity::update_many().set(row).filter(appeal::Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// Keeps the version to be released after an appeal, in place of one before.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_file(tx: &Tx, key: &DataKey, id: Uuid, file: &File<'_>) -> Result<(), Failure> {
    let row = appeal::ActiveModel {
        file_type: Set(Some(file.media_type.to_owned())),
        file_sealed: Set(Some(key.seal(place("file_sealed", id), file.bytes))),
        file_sha256: Set(Some(file.sha256.to_vec())),
        ..Default::default()
    };
    change(tx, id, row).await
}

/// The version released after an appeal, opened.
///
/// # Errors
/// When it does not open.
pub async fn file(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    id: Uuid,
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let row = appeal::Entity::find_by_id(id).one(connection).await?;
    let Some((media_type, sealed)) = row.and_then(|row| row.file_type.zip(row.file_sealed)) else {
        return Ok(None);
    };
    let bytes = key.open(place("file_sealed", id), &sealed).map_err(Failure::internal)?;
    Ok(Some((media_type, bytes)))
}

/// What becomes of an open appeal.
pub struct Outcome<'a> {
    /// What.
    pub status: AppealStatus,
    /// Code by which something is still kept back.
    pub code: Option<&'a str>,
    /// Code of the body it is sent to.
    pub body: Option<&'a str>,
    /// Day and reference of what the body decided.
    pub body_decision: Option<(NaiveDate, &'a str)>,
    /// Number of the letter in the journal, and the letter.
    pub letter: (i32, &'a [u8]),
    /// Who decides it.
    pub by: &'a str,
}

/// Writes what becomes of an open appeal.
///
/// # Errors
/// When the database does not answer.
pub async fn conclude(
    tx: &Tx,
    key: &DataKey,
    id: Uuid,
    outcome: &Outcome<'_>,
) -> Result<(), Failure> {
    let (number, letter) = outcome.letter;
    let mut row = appeal::ActiveModel {
        status: Set(outcome.status.code().to_owned()),
        access_code: Set(outcome.code.map(str::to_owned)),
        ..Default::default()
    };
    if outcome.status.is_open() {
        row.body = Set(outcome.body.map(str::to_owned));
        row.forwarded_at = Set(Some(tx.now()));
        row.forwarding_number = Set(Some(number));
        row.forwarding_sealed = Set(Some(key.seal(place("forwarding_sealed", id), letter)));
    } else {
        row.answer_number = Set(Some(number));
        row.answer_sealed = Set(Some(key.seal(place("answer_sealed", id), letter)));
        row.closed_at = Set(Some(tx.now()));
        row.closed_by = Set(Some(outcome.by.to_owned()));
        if let Some((day, reference)) = outcome.body_decision {
            row.body_decided_on = Set(Some(day));
            row.body_reference = Set(Some(reference.to_owned()));
        }
    }
    change(tx, id, row).await
}
