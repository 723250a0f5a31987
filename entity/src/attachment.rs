//! Table `attachment`: documents sent into a case.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `attachment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// None while it waits in a draft.
    pub case_id: Option<Uuid>,
    /// Number of the document within its case; none until it has come in whole.
    pub number: Option<i32>,
    /// Its file name, under its own data key, or the applicant's where it has none.
    pub name_sealed: Vec<u8>,
    pub media_type: Option<String>,
    pub size: i64,
    pub sha256: Option<Vec<u8>>,
    /// Where its bytes lie: `database` or `folder`.
    pub place: String,
    pub sent_by: String,
    pub created_at: DateTimeUtc,
    /// The draft it waits in.
    pub draft_id: Option<Uuid>,
    /// A data key of its own, under the draft's key or the applicant's.
    pub key_sealed: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
