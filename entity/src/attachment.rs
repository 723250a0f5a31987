//! Table `attachment`: documents sent into a case.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `attachment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    /// Number of the document within its case; none until it has come in whole.
    pub number: Option<i32>,
    /// Its file name, under the applicant's data key.
    pub name_sealed: Vec<u8>,
    pub media_type: Option<String>,
    pub size: i64,
    pub sha256: Option<Vec<u8>>,
    /// Where its bytes lie: `database` or `folder`.
    pub place: String,
    pub sent_by: String,
    pub created_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
