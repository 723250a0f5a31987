//! Table `exam_result`: amateur examinations passed, as the examiner reported them.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `exam_result`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exam_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Blind index of the candidate's national id.
    pub candidate_blind: Vec<u8>,
    pub licence_class: String,
    pub passed_on: Date,
    pub examiner: String,
    pub reference: String,
    pub used_by_case_id: Option<Uuid>,
    pub registered_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
