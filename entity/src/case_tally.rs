//! Table `case_tally`: how many cases there are of each kind, state and caseworker.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `case_tally`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_tally")]
pub struct Model {
    /// 9999-12-31 for all cases; else open ones with this deadline, 0001-01-01 for those long gone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub due_on: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub status: String,
    /// Empty for nobody.
    #[sea_orm(primary_key, auto_increment = false)]
    pub assignee: String,
    pub count: i64,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
