//! Table `appeal_comment`: other parties that were told of an appeal, and what they say to it.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `appeal_comment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal_comment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub appeal_id: Uuid,
    /// Who was told.
    pub party_id: Uuid,
    /// The letter that told them.
    pub letter_id: Uuid,
    /// By when they are asked to comment.
    pub due_on: Date,
    /// What they say, under the key of the appeal.
    pub text_sealed: Option<Vec<u8>>,
    pub received_at: Option<DateTimeUtc>,
    /// Number in the journal of the case.
    pub number: Option<i32>,
    /// `paper` or `telephone`, where it was registered for them.
    pub channel: Option<String>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
