//! Rows of requests for access; `store/appeal.rs` has those of appeals, `store/grounds.rs` what is of fuller grounds.

pub mod appeal;
pub mod grounds;
mod reach;

pub use reach::Reach;

use std::collections::HashMap;

use anrop_entity::document_access_request as request;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _, Order,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    sea_query::{Func, SimpleExpr},
};
use uuid::Uuid;

use super::model::{Request, Status};
use crate::{
    database::{Tx, written},
    document::Document,
    failure::Failure,
    keys::{DataKey, KeyRing, Place, WrappedKey},
    values::{
        ids::{CaseId, fresh},
        language::Language,
    },
};

fn place(column: &'static str, id: Uuid) -> Place {
    Place { table: "document_access_request", column, row: id }
}

/// What a request begins with.
pub struct NewRequest<'a> {
    /// Case of the document, and number of the request in its journal.
    pub number: (CaseId, i32),
    /// The document asked for.
    pub entry: Uuid,
    /// Language of the answer.
    pub language: Language,
    /// Last day for the answer.
    pub due_on: NaiveDate,
    /// Hash of the token of the answer.
    pub token_hash: Vec<u8>,
    /// Where the answer goes besides.
    pub contact: Option<&'a str>,
}

/// Writes a request.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, ring: &KeyRing, new: NewRequest<'_>) -> Result<Request, Failure> {
    let id = fresh(tx.now());
    let key = DataKey::generate(id);
    let row = request::Model {
        id,
        case_id: new.number.0.0,
        number: new.number.1,
        entry_id: new.entry,
        status: Status::Received.code().to_owned(),
        language: new.language.code().to_owned(),
        received_at: tx.now(),
        due_on: new.due_on,
        token_hash: Some(new.token_hash),
        key_wrapped: Some(key.wrap(ring).0),
        contact_sealed: new
            .contact
            .map(|contact| key.seal(place("contact_sealed", id), contact.as_bytes())),
        access_code: None,
        answer_number: None,
        answer_sealed: None,
        file_type: None,
        file_sealed: None,
        file_sha256: None,
        decided_at: None,
        decided_by: None,
        version: 1,
        opened_at: None,
        grounds_number: None,
        grounds_asked_at: None,
        grounds_due_on: None,
        grounds_given_at: None,
        grounds_given_by: None,
        grounds_answer_number: None,
        grounds_sealed: None,
    };
    request::Entity::insert(sea_orm::IntoActiveModel::into_active_model(row.clone()))
        .exec_without_returning(&**tx)
        .await?;
    from_row(row)
}

fn from_row(row: request::Model) -> Result<Request, Failure> {
    let fuller = grounds::from_row(&row);
    Ok(Request {
        id: row.id,
        case: CaseId(row.case_id),
        number: row.number,
        entry: row.entry_id,
        status: Status::from_code(&row.status)
            .ok_or_else(|| Failure::internal("unknown state of a request for access"))?,
        language: Language::parse(&row.language).map_err(Failure::internal)?,
        received_at: row.received_at,
        due_on: row.due_on,
        access_code: row.access_code,
        answer_number: row.answer_number,
        file_type: row.file_type,
        decided: row.decided_at.zip(row.decided_by),
        version: row.version,
        opened_at: row.opened_at,
        fuller,
    })
}

async fn row(connection: &impl ConnectionTrait, id: Uuid) -> Result<request::Model, Failure> {
    request::Entity::find_by_id(id).one(connection).await?.ok_or_else(Failure::not_found)
}

/// A request.
///
/// # Errors
/// 404 when there is none.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Request, Failure> {
    from_row(row(connection, id).await?)
}

/// These requests, by their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn many(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Request>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = request::Entity::find()
        .filter(request::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    rows.into_iter().map(|row| Ok((row.id, from_row(row)?))).collect()
}

/// A request, locked until the transaction ends.
///
/// # Errors
/// 404 when there is none.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Request, Failure> {
    let row = request::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// The request whose answer a token leads to.
///
/// # Errors
/// 404 when there is none any more.
pub async fn find_by_token(
    connection: &impl ConnectionTrait,
    hash: Vec<u8>,
) -> Result<Request, Failure> {
    let row =
        request::Entity::find().filter(request::Column::TokenHash.eq(hash)).one(connection).await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// Where the answer goes besides; none when nothing was left, or it was destroyed.
///
/// # Errors
/// When it does not open.
pub async fn contact(
    connection: &impl ConnectionTrait,
    ring: &KeyRing,
    id: Uuid,
) -> Result<Option<String>, Failure> {
    let row = row(connection, id).await?;
    let (Some(wrapped), Some(sealed)) = (row.key_wrapped, row.contact_sealed) else {
        return Ok(None);
    };
    let key = DataKey::unwrap(ring, id, &WrappedKey(wrapped)).map_err(Failure::internal)?;
    let bytes = key.open(place("contact_sealed", id), &sealed).map_err(Failure::internal)?;
    String::from_utf8(bytes).map(Some).map_err(Failure::internal)
}

/// Requests within reach that wait for the authority, for an answer, about which no appeal is open, or for fuller grounds.
fn waiting(reach: &Reach) -> Select<request::Entity> {
    use request::Column as C;
    let unanswered = Condition::all()
        .add(C::Status.into_expr().eq(written(Status::Received.code())))
        .add(C::Id.not_in_subquery(appeal::open_ones()));
    request::Entity::find()
        .filter(Condition::any().add(unanswered).add(grounds::wanting()))
        .filter(reach::within(C::CaseId, reach))
}

/// By when what is waited for is due: a request that has an answer waits for fuller grounds.
fn waits_until() -> SimpleExpr {
    let days = [request::Column::GroundsDueOn, request::Column::DueOn];
    Func::coalesce(days.map(|column| column.into_expr())).into()
}

/// Requests within reach that wait for the authority, the one due first first, after a place; and how many there are.
///
/// # Errors
/// When the database does not answer.
pub async fn open(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    after: Option<(NaiveDate, Uuid)>,
    limit: u64,
) -> Result<(Vec<Request>, u64), Failure> {
    let id = request::Column::Id;
    let mut query = waiting(reach);
    let total = query.clone().count(connection).await?;
    if let Some((day, last)) = after {
        let same_day = Condition::all().add(waits_until().eq(day)).add(id.gt(last));
        query = query.filter(Condition::any().add(waits_until().gt(day)).add(same_day));
    }
    let rows = query.order_by(waits_until(), Order::Asc).order_by_asc(id).limit(limit);
    let rows = rows.all(connection).await?;
    Ok((rows.into_iter().map(from_row).collect::<Result<_, _>>()?, total))
}

/// Requests within reach that wait for the authority and are due from one day, or from ever, until another; the one due
/// first first.
///
/// # Errors
/// When the database does not answer.
pub async fn due(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    (from, until): (Option<NaiveDate>, NaiveDate),
    limit: u64,
) -> Result<Vec<Request>, Failure> {
    let mut query = waiting(reach).filter(waits_until().lte(until));
    if let Some(from) = from {
        query = query.filter(waits_until().gte(from));
    }
    let rows = query.order_by(waits_until(), Order::Asc).order_by_asc(request::Column::Id);
    rows.limit(limit).all(connection).await?.into_iter().map(from_row).collect()
}

/// Those of some requests that are not answered.
///
/// # Errors
/// When the database does not answer.
pub async fn unanswered(
    connection: &impl ConnectionTrait,
    requests: &[Uuid],
) -> Result<Vec<Uuid>, Failure> {
    if requests.is_empty() {
        return Ok(Vec::new());
    }
    Ok(request::Entity::find()
        .select_only()
        .column(request::Column::Id)
        .filter(request::Column::Id.is_in(requests.iter().copied()))
        .filter(request::Column::Status.eq(Status::Received.code()))
        .into_tuple()
        .all(connection)
        .await?)
}

/// A version of the document to be released.
pub struct File<'a> {
    /// Media type.
    pub media_type: &'a str,
    /// Bytes.
    pub bytes: &'a [u8],
    /// SHA-256 of them.
    pub sha256: [u8; 32],
}

/// Keeps the version to be released, in place of one before, under the applicant's data key.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_file(
    tx: &Tx,
    key: &DataKey,
    request: &Request,
    file: &File<'_>,
) -> Result<(), Failure> {
    let sealed = key.seal(place("file_sealed", request.id), file.bytes);
    let row = request::ActiveModel {
        file_type: Set(Some(file.media_type.to_owned())),
        file_sealed: Set(Some(sealed)),
        file_sha256: Set(Some(file.sha256.to_vec())),
        version: Set(request.version + 1),
        ..Default::default()
    };
    change(tx, request.id, row).await
}

/// The released version, opened.
///
/// # Errors
/// When it does not open.
pub async fn file(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    id: Uuid,
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let row = row(connection, id).await?;
    let Some((media_type, sealed)) = row.file_type.zip(row.file_sealed) else { return Ok(None) };
    let bytes = key.open(place("file_sealed", id), &sealed).map_err(Failure::internal)?;
    Ok(Some((media_type, bytes)))
}

/// Writes the answer of a locked request.
///
/// # Errors
/// When the database does not answer.
pub async fn decide(
    tx: &Tx,
    key: &DataKey,
    request: &Request,
    (status, code): (Status, Option<&str>),
    (number, answer): (i32, &[u8]),
    by: &str,
) -> Result<(), Failure> {
    let row = request::ActiveModel {
        status: Set(status.code().to_owned()),
        access_code: Set(code.map(str::to_owned)),
        answer_number: Set(Some(number)),
        answer_sealed: Set(Some(key.seal(place("answer_sealed", request.id), answer))),
        decided_at: Set(Some(tx.now())),
        decided_by: Set(Some(by.to_owned())),
        version: Set(request.version + 1),
        ..Default::default()
    };
    change(tx, request.id, row).await
}

/// Notes that something became of an appeal about a locked request: with what the request is after it, where that
/// changes, and the code something is kept back by. What is told now is yet to be read.
///
/// # Errors
/// When the database does not answer.
pub async fn after_appeal(
    tx: &Tx,
    request: &Request,
    outcome: Option<(Status, Option<&str>)>,
    by: &str,
) -> Result<(), Failure> {
    let mut row = request::ActiveModel {
        version: Set(request.version + 1),
        opened_at: Set(None),
        ..Default::default()
    };
    if let Some((status, code)) = outcome {
        row.status = Set(status.code().to_owned());
        row.access_code = Set(code.map(str::to_owned));
        if request.decided.is_none() {
            row.decided_at = Set(Some(tx.now()));
            row.decided_by = Set(Some(by.to_owned()));
        }
    }
    change(tx, request.id, row).await
}

/// Notes that something about a locked request has changed, such as that there is an appeal.
///
/// # Errors
/// When the database does not answer.
pub async fn touch(tx: &Tx, request: &Request) -> Result<(), Failure> {
    let row = request::ActiveModel { version: Set(request.version + 1), ..Default::default() };
    change(tx, request.id, row).await
}

async fn change(tx: &Tx, id: Uuid, row: request::ActiveModel) -> Result<(), Failure> {
    request::Entity::update_many().set(row).filter(request::Column::Id.eq(id)).exec(&**tx).await?;
    Ok(())
}

/// Notes that the newest answer was read, unless that is noted.
///
/// # Errors
/// When the database does not answer.
pub async fn note_opened(tx: &Tx, id: Uuid) -> Result<(), Failure> {
    request::Entity::update_many()
        .set(request::ActiveModel { opened_at: Set(Some(tx.now())), ..Default::default() })
        .filter(request::Column::Id.eq(id))
        .filter(request::Column::OpenedAt.is_null())
        .filter(request::Column::DecidedAt.is_not_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

fn opened_document(key: &DataKey, place: Place, sealed: &[u8]) -> Result<Document, Failure> {
    let bytes = key.open(place, sealed).map_err(Failure::internal)?;
    serde_json::from_slice(&bytes).map_err(Failure::internal)
}

/// The answer, opened.
///
/// # Errors
/// When it does not open.
pub async fn answer(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    id: Uuid,
) -> Result<Option<Document>, Failure> {
    let sealed = row(connection, id).await?.answer_sealed;
    sealed.map(|sealed| opened_document(key, place("answer_sealed", id), &sealed)).transpose()
}

/// The answers and fuller grounds given in a case, by their numbers in its journal.
///
/// # Errors
/// When one does not open.
pub async fn answers_of_case(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<HashMap<i32, Document>, Failure> {
    let rows =
        request::Entity::find().filter(request::Column::CaseId.eq(case.0)).all(connection).await?;
    let mut answers = HashMap::new();
    for row in rows {
        for (column, number, sealed) in [
            ("answer_sealed", row.answer_number, row.answer_sealed),
            ("grounds_sealed", row.grounds_answer_number, row.grounds_sealed),
        ] {
            if let Some((number, sealed)) = number.zip(sealed) {
                answers.insert(number, opened_document(key, place(column, row.id), &sealed)?);
            }
        }
    }
    Ok(answers)
}

/// Destroys the address and the link of requests that were answered before this time, and about which no appeal was open
/// and no fuller grounds were given since; answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(tx: &Tx, before: DateTime<Utc>, limit: u64) -> Result<usize, Failure> {
    let ids: Vec<Uuid> = request::Entity::find()
        .select_only()
        .column(request::Column::Id)
        .filter(request::Column::TokenHash.is_not_null())
        .filter(request::Column::Id.not_in_subquery(appeal::lately(before)))
        .filter(grounds::settled(before))
        // no answer is a refusal, from the day it was due
        .filter(
            Condition::any().add(request::Column::DecidedAt.lt(before)).add(
                Condition::all()
                    .add(request::Column::DecidedAt.is_null())
                    .add(request::Column::DueOn.lt(crate::values::calendar::oslo_date(before))),
            ),
        )
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    request::Entity::update_many()
        .set(request::ActiveModel {
            token_hash: Set(None),
            contact_sealed: Set(None),
            key_wrapped: Set(None),
            ..Default::default()
        })
        .filter(request::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(ids.len())
}
