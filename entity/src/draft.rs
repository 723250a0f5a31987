//! Table `draft`: applications that are not filed yet, sealed.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `draft`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    /// Of the person or organisation whose it is.
    pub owner_blind: Vec<u8>,
    /// The data key of this draft alone.
    pub key_wrapped: Vec<u8>,
    pub content_sealed: Vec<u8>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub changed_at: DateTimeUtc,
    /// When it is deleted, unless it is changed before.
    pub expires_at: DateTimeUtc,
    /// `new`, `amendment`, `reply` or `appeal`.
    pub purpose: String,
    /// The permit or case it is about.
    pub about: Option<Uuid>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
