//! Rows of documents in cases and of their pieces.

use anrop_entity::{attachment, attachment_chunk};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};
use uuid::Uuid;

use super::model::{Attachment, MediaType, Place};
use crate::{
    database::Tx,
    failure::Failure,
    keys::{self, DataKey},
    values::ids::{AttachmentId, CaseId, DraftId},
};

fn name_place(id: AttachmentId) -> keys::Place {
    keys::Place { table: "attachment", column: "name_sealed", row: id.0 }
}

fn key_place(id: AttachmentId) -> keys::Place {
    keys::Place { table: "attachment", column: "key_sealed", row: id.0 }
}

/// Where a piece is sealed: its place among the others is part of it, so that none can be moved.
pub fn chunk_place(id: AttachmentId, at: i32) -> keys::Place {
    let at = u128::try_from(at).unwrap_or_default();
    let row = Uuid::from_u128(id.0.as_u128() ^ at);
    keys::Place { table: "attachment_chunk", column: "bytes_sealed", row }
}

/// What a document is sent into: seals and finds it.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// A case: it is sealed under the applicant's data key.
    Case(CaseId),
    /// A draft: it has a data key of its own, sealed under the draft's.
    Draft(DraftId),
}

/// What a document begins with that is coming in.
pub struct NewAttachment<'a> {
    /// What it is sent into.
    pub target: Target,
    /// Name of the file.
    pub name: &'a str,
    /// Where its pieces go.
    pub place: Place,
    /// Who sends it.
    pub sent_by: &'a str,
}

/// Writes down that a document is coming in, for the owner of `key`; answers what its pieces are sealed under.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(
    tx: &Tx,
    key: &DataKey,
    new: NewAttachment<'_>,
) -> Result<(AttachmentId, DataKey), Failure> {
    let id = AttachmentId::new(tx.now());
    let (case, draft, own) = match new.target {
        Target::Case(case) => (Some(case.0), None, None),
        Target::Draft(draft) => (None, Some(draft.0), Some(DataKey::generate(id.0))),
    };
    let key_sealed = own.as_ref().map(|own| key.seal_key(key_place(id), own));
    let sealing = own.unwrap_or_else(|| key.clone());
    attachment::Entity::insert(attachment::ActiveModel {
        id: Set(id.0),
        case_id: Set(case),
        number: Set(None),
        name_sealed: Set(sealing.seal(name_place(id), new.name.as_bytes())),
        media_type: Set(None),
        size: Set(0),
        sha256: Set(None),
        place: Set(new.place.code().to_owned()),
        sent_by: Set(new.sent_by.to_owned()),
        created_at: Set(tx.now()),
        draft_id: Set(draft),
        key_sealed: Set(key_sealed),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok((id, sealing))
}

/// Writes a sealed piece.
///
/// # Errors
/// When the database does not answer.
pub async fn insert_chunk(
    tx: &Tx,
    id: AttachmentId,
    at: i32,
    sealed: &[u8],
) -> Result<(), Failure> {
    attachment_chunk::Entity::insert(attachment_chunk::ActiveModel {
        attachment_id: Set(id.0),
        place: Set(at),
        bytes_sealed: Set(sealed.to_vec()),
    })
    .exec_without_returning(&**tx)
    .await?;
    Ok(())
}

/// A sealed piece.
///
/// # Errors
/// When it is not there.
pub async fn chunk(
    connection: &impl ConnectionTrait,
    id: AttachmentId,
    at: i32,
) -> Result<Vec<u8>, Failure> {
    attachment_chunk::Entity::find_by_id((id.0, at))
        .one(connection)
        .await?
        .map(|row| row.bytes_sealed)
        .ok_or_else(|| Failure::internal("a piece of a document is not there"))
}

/// What is known of a document once it is there.
pub struct Whole {
    /// Number of the document within its case; none for one that waits in a draft.
    pub number: Option<i32>,
    /// What it is.
    pub media_type: MediaType,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of them.
    pub sha256: [u8; 32],
}

/// Writes down that a document came in whole.
///
/// # Errors
/// When the database does not answer.
pub async fn finish(tx: &Tx, id: AttachmentId, whole: &Whole) -> Result<(), Failure> {
    attachment::Entity::update_many()
        .set(attachment::ActiveModel {
            number: Set(whole.number),
            media_type: Set(Some(whole.media_type.code().to_owned())),
            size: Set(whole.size),
            sha256: Set(Some(whole.sha256.to_vec())),
            ..Default::default()
        })
        .filter(attachment::Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Removes a document that did not come in whole, with its pieces.
///
/// # Errors
/// When the database does not answer.
pub async fn discard(tx: &Tx, id: AttachmentId) -> Result<(), Failure> {
    attachment_chunk::Entity::delete_many()
        .filter(attachment_chunk::Column::AttachmentId.eq(id.0))
        .exec(&**tx)
        .await?;
    attachment::Entity::delete_many()
        .filter(attachment::Column::Id.eq(id.0))
        .filter(attachment::Column::Number.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The whole documents that wait in a draft, in the order they came in.
///
/// # Errors
/// When the database does not answer, or a name does not open.
pub async fn of_draft(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    draft: DraftId,
) -> Result<Vec<Attachment>, Failure> {
    let rows = waiting(draft).filter(attachment::Column::Sha256.is_not_null());
    let rows = rows.all(connection).await?;
    rows.into_iter().map(|row| from_row(key, row).map(|(document, _)| document)).collect()
}

fn waiting(draft: DraftId) -> Select<attachment::Entity> {
    attachment::Entity::find()
        .filter(attachment::Column::DraftId.eq(draft.0))
        .order_by_asc(attachment::Column::Id)
}

/// The documents of drafts, whole or not.
///
/// # Errors
/// When the database does not answer.
pub async fn of_drafts(
    connection: &impl ConnectionTrait,
    drafts: &[DraftId],
) -> Result<Vec<AttachmentId>, Failure> {
    let ids: Vec<Uuid> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Id)
        .filter(attachment::Column::DraftId.is_in(drafts.iter().map(|draft| draft.0)))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(AttachmentId).collect())
}

/// Moves a document that waits in a draft into a case: its own key lies under the applicant's from now on.
///
/// # Errors
/// When the database does not answer, or the key does not open.
pub async fn hand_over(
    tx: &Tx,
    (from, to): (&DataKey, &DataKey),
    id: AttachmentId,
    case: CaseId,
    number: i32,
) -> Result<(), Failure> {
    let row = attachment::Entity::find_by_id(id.0).one(&**tx).await?;
    let sealed = row.and_then(|row| row.key_sealed).ok_or_else(Failure::not_found)?;
    let own = from.open_key(key_place(id), &sealed).map_err(Failure::internal)?;
    attachment::Entity::update_many()
        .set(attachment::ActiveModel {
            case_id: Set(Some(case.0)),
            draft_id: Set(None),
            number: Set(Some(number)),
            key_sealed: Set(Some(to.seal_key(key_place(id), &own))),
            ..Default::default()
        })
        .filter(attachment::Column::Id.eq(id.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Documents that began to come in before `before` and never did.
///
/// # Errors
/// When the database does not answer.
pub async fn unfinished(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<AttachmentId>, Failure> {
    let ids: Vec<Uuid> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Id)
        .filter(attachment::Column::Number.is_null())
        .filter(attachment::Column::Sha256.is_null())
        .filter(attachment::Column::CreatedAt.lt(before))
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(AttachmentId).collect())
}

/// The document of a row, and what its pieces are sealed under.
fn from_row(key: &DataKey, row: attachment::Model) -> Result<(Attachment, DataKey), Failure> {
    let id = AttachmentId(row.id);
    let sealing = match &row.key_sealed {
        Some(sealed) => key.open_key(key_place(id), sealed).map_err(Failure::internal)?,
        None => key.clone(),
    };
    let name = sealing.open(name_place(id), &row.name_sealed).map_err(Failure::internal)?;
    let broken = || Failure::internal("a document is not whole");
    let document = Attachment {
        id,
        number: row.number,
        name: String::from_utf8(name).map_err(Failure::internal)?,
        media_type: row.media_type.as_deref().and_then(MediaType::from_code).ok_or_else(broken)?,
        size: u64::try_from(row.size).map_err(Failure::internal)?,
        sha256: row.sha256.ok_or_else(broken)?,
        place: Place::from_code(&row.place).ok_or_else(broken)?,
        sent_by: row.sent_by,
        created_at: row.created_at,
    };
    Ok((document, sealing))
}

/// The documents of a case that came in whole, in the order of their numbers, each with the key its pieces are
/// sealed under: what waited in a draft has one of its own.
///
/// # Errors
/// When the database does not answer, or a name does not open.
pub async fn of_case(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    case: CaseId,
) -> Result<Vec<(Attachment, DataKey)>, Failure> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::CaseId.eq(case.0))
        .filter(attachment::Column::Number.is_not_null())
        .order_by_asc(attachment::Column::Number)
        .all(connection)
        .await?;
    rows.into_iter().map(|row| from_row(key, row)).collect()
}

/// A document of a case, and what its pieces are sealed under.
///
/// # Errors
/// 404 when there is none, or it did not come in whole.
pub async fn find(
    connection: &impl ConnectionTrait,
    key: &DataKey,
    target: Target,
    id: AttachmentId,
) -> Result<(Attachment, DataKey), Failure> {
    let holder = match target {
        Target::Case(case) => attachment::Column::CaseId.eq(case.0),
        Target::Draft(draft) => attachment::Column::DraftId.eq(draft.0),
    };
    let row = attachment::Entity::find_by_id(id.0)
        .filter(holder)
        .filter(attachment::Column::Sha256.is_not_null())
        .one(connection)
        .await?;
    row.map(|row| from_row(key, row)).transpose()?.ok_or_else(Failure::not_found)
}
