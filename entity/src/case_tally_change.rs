//! Table `case_tally_change`: one more or one less in `case_tally`.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `case_tally_change`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_tally_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub due_on: Date,
    pub kind: String,
    pub status: String,
    /// Empty for nobody.
    pub assignee: String,
    /// Not decided; only then its deadline counts.
    pub is_open: bool,
    pub change: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
