//! Table `appeal_deferral`: whether decisions wait until the appeals against them are decided.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `appeal_deferral`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal_deferral")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub appeal_id: Uuid,
    pub is_granted: bool,
    /// Under the key of the appeal.
    pub grounds_sealed: Vec<u8>,
    /// Of the appeal body's answer.
    pub body_decided_on: Option<Date>,
    pub body_reference: Option<String>,
    pub recorded_at: DateTimeUtc,
    pub recorded_by: String,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
