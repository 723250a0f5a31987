//! Rows of drafts.

use anrop_entity::draft;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::model::{Content, Purpose};
use crate::{
    database::Tx,
    failure::Failure,
    keys::{DataKey, KeyRing, Place, WrappedKey},
    permit::kind::{self, Kind},
    values::{calendar::oslo_date, ids::DraftId},
};

/// A draft as it lies in the database.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Id.
    pub id: DraftId,
    /// Kind of permit.
    pub kind: Kind,
    /// What it becomes when it is sent.
    pub purpose: Purpose,
    /// Whose it is, as a blind index.
    pub owner: Vec<u8>,
    /// Grows with every change.
    pub version: i32,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was saved last.
    pub changed_at: DateTime<Utc>,
    /// When it is deleted, unless it is saved before.
    pub expires_at: DateTime<Utc>,
    wrapped: WrappedKey,
    sealed: Vec<u8>,
}

fn place(id: DraftId) -> Place {
    Place { table: "draft", column: "content_sealed", row: id.0 }
}

impl Draft {
    /// The day on which a new application is held against dated rows while it is a draft: when it was last saved. Filing looks
    /// again. None for what is about a permit or a case that there is already.
    pub fn new_on(&self) -> Option<NaiveDate> {
        matches!(self.purpose, Purpose::New).then(|| oslo_date(self.changed_at))
    }

    /// A new draft; it is not written yet.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn new(
        ring: &KeyRing,
        (kind, purpose): (Kind, Purpose),
        owner: Vec<u8>,
        content: &Content,
        (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Self, Failure> {
        let id = DraftId::new(now);
        let key = DataKey::generate(id.0);
        Ok(Self {
            id,
            kind,
            purpose,
            owner,
            version: 1,
            created_at: now,
            changed_at: now,
            expires_at,
            wrapped: key.wrap(ring),
            sealed: key.seal(place(id), &written(content, purpose)?),
        })
    }

    /// Its data key.
    ///
    /// # Errors
    /// When it does not open.
    pub fn key(&self, ring: &KeyRing) -> Result<DataKey, Failure> {
        DataKey::unwrap(ring, self.id.0, &self.wrapped).map_err(Failure::internal)
    }

    /// What was typed so far.
    ///
    /// # Errors
    /// When it does not open.
    pub fn content(&self, ring: &KeyRing) -> Result<Content, Failure> {
        let bytes =
            self.key(ring)?.open(place(self.id), &self.sealed).map_err(Failure::internal)?;
        let stored = serde_json::from_slice(&bytes).map_err(Failure::internal)?;
        Ok(Content::read(self.purpose, stored))
    }

    /// Replaces what was typed.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub fn set_content(&mut self, ring: &KeyRing, content: &Content) -> Result<(), Failure> {
        self.sealed = self.key(ring)?.seal(place(self.id), &written(content, self.purpose)?);
        Ok(())
    }
}

fn written(content: &Content, purpose: Purpose) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(&content.stored(purpose)).map_err(Failure::internal)
}

fn to_row(draft: &Draft) -> draft::ActiveModel {
    draft::ActiveModel {
        id: Set(draft.id.0),
        kind: Set(draft.kind.as_str().to_owned()),
        owner_blind: Set(draft.owner.clone()),
        key_wrapped: Set(draft.wrapped.0.clone()),
        content_sealed: Set(draft.sealed.clone()),
        version: Set(draft.version),
        created_at: Set(draft.created_at),
        changed_at: Set(draft.changed_at),
        expires_at: Set(draft.expires_at),
        purpose: Set(draft.purpose.code().to_owned()),
        about: Set(draft.purpose.about()),
    }
}

fn from_row(row: draft::Model) -> Result<Draft, Failure> {
    Ok(Draft {
        id: DraftId(row.id),
        kind: kind::from_code(&row.kind).ok_or_else(|| Failure::internal("unknown kind"))?,
        purpose: Purpose::read(&row.purpose, row.about)
            .ok_or_else(|| Failure::internal("unknown purpose of a draft"))?,
        owner: row.owner_blind,
        version: row.version,
        created_at: row.created_at,
        changed_at: row.changed_at,
        expires_at: row.expires_at,
        wrapped: WrappedKey(row.key_wrapped),
        sealed: row.content_sealed,
    })
}

/// Writes a new draft.
///
/// # Errors
/// When the database does not answer.
pub async fn insert(tx: &Tx, draft: &Draft) -> Result<(), Failure> {
    draft::Entity::insert(to_row(draft)).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The draft, whosever it is, unless its time is over.
///
/// # Errors
/// When the database does not answer.
pub async fn find(
    connection: &impl ConnectionTrait,
    id: DraftId,
    now: DateTime<Utc>,
) -> Result<Option<Draft>, Failure> {
    let row = draft::Entity::find_by_id(id.0)
        .filter(draft::Column::ExpiresAt.gt(now))
        .one(connection)
        .await?;
    row.map(from_row).transpose()
}

/// The draft of an owner about a permit or case, also one whose time is over.
///
/// # Errors
/// When the database does not answer.
pub async fn find_about(
    connection: &impl ConnectionTrait,
    owner: &[u8],
    purpose: Purpose,
) -> Result<Option<Draft>, Failure> {
    let row = draft::Entity::find()
        .filter(draft::Column::OwnerBlind.eq(owner))
        .filter(draft::Column::Purpose.eq(purpose.code()))
        .filter(draft::Column::About.eq(purpose.about()))
        .one(connection)
        .await?;
    row.map(from_row).transpose()
}

/// The draft, locked until the transaction ends.
///
/// # Errors
/// 404 when it is gone.
pub async fn lock(tx: &Tx, id: DraftId) -> Result<Draft, Failure> {
    let row = draft::Entity::find_by_id(id.0)
        .filter(draft::Column::ExpiresAt.gt(tx.now()))
        .lock_exclusive()
        .one(&**tx)
        .await?;
    row.map(from_row).transpose()?.ok_or_else(Failure::not_found)
}

/// Overwrites a locked draft.
///
/// # Errors
/// When the database does not answer.
pub async fn update(tx: &Tx, draft: &Draft) -> Result<(), Failure> {
    let mut row = to_row(draft);
    row.id = sea_orm::ActiveValue::NotSet;
    draft::Entity::update_many()
        .set(row)
        .filter(draft::Column::Id.eq(draft.id.0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deletes a draft with its key.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(tx: &Tx, id: DraftId) -> Result<(), Failure> {
    draft::Entity::delete_by_id(id.0).exec(&**tx).await?;
    Ok(())
}

/// The drafts of an owner, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: &impl ConnectionTrait,
    owner: &[u8],
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Draft>, Failure> {
    let rows = draft::Entity::find()
        .filter(draft::Column::OwnerBlind.eq(owner))
        .filter(draft::Column::ExpiresAt.gt(now))
        .order_by_desc(draft::Column::ChangedAt)
        .order_by_desc(draft::Column::Id)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// How many drafts an owner has.
///
/// # Errors
/// When the database does not answer.
pub async fn count(tx: &Tx, owner: &[u8]) -> Result<u64, Failure> {
    Ok(draft::Entity::find()
        .filter(draft::Column::OwnerBlind.eq(owner))
        .filter(draft::Column::ExpiresAt.gt(tx.now()))
        .count(&**tx)
        .await?)
}

/// Drafts whose time is over, at most `limit`. Nobody can go on with them any more.
///
/// # Errors
/// When the database does not answer.
pub async fn old(tx: &Tx, limit: u64) -> Result<Vec<DraftId>, Failure> {
    let ids: Vec<Uuid> = draft::Entity::find()
        .select_only()
        .column(draft::Column::Id)
        .filter(draft::Column::ExpiresAt.lte(tx.now()))
        .limit(limit)
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(ids.into_iter().map(DraftId).collect())
}

/// Deletes drafts with their keys.
///
/// # Errors
/// When the database does not answer.
pub async fn delete_all(tx: &Tx, ids: &[DraftId]) -> Result<(), Failure> {
    let ids = ids.iter().map(|id| id.0);
    draft::Entity::delete_many().filter(draft::Column::Id.is_in(ids)).exec(&**tx).await?;
    Ok(())
}
