//! Table `supervision_act`: what was done in a supervision case.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `supervision_act`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_act")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub kind: String,
    pub status: String,
    /// Under the data key of the case.
    pub content_sealed: Vec<u8>,
    pub actor: String,
    pub signed_by: Option<String>,
    pub letter_id: Option<Uuid>,
    pub due_on: Option<Date>,
    pub made_at: DateTimeUtc,
    pub decided_at: Option<DateTimeUtc>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
