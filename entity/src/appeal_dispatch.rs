//! Table `appeal_dispatch`: what was sent to appeal bodies.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `appeal_dispatch`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal_dispatch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub appeal_id: Uuid,
    /// The case in whose journal it stands.
    pub case_id: Uuid,
    pub number: i32,
    /// Code of the appeal body.
    pub body: String,
    /// What it says, under the key of the appeal.
    pub content_sealed: Vec<u8>,
    pub content_sha256: Vec<u8>,
    pub sent_at: DateTimeUtc,
    /// The file, once it is drawn; under the same key.
    pub file_sealed: Option<Vec<u8>>,
    pub file_sha256: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
