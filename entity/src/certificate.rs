//! Table `certificate`: the permit certificates that were rendered, once each, with their hash.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `certificate`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub permit_id: Uuid,
    pub permit_version: i32,
    pub language: String,
    /// Under the holder's data key.
    pub pdf_sealed: Vec<u8>,
    pub sha256: Vec<u8>,
    pub created_at: DateTimeUtc,
    /// What the file was drawn from, under the holder's data key; none for files from before that was kept.
    pub document_sealed: Option<Vec<u8>>,
    /// SHA-256 of what it was drawn from.
    pub document_sha256: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
