//! Table `interference_count`: how many reports came in, by class, county and month.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `interference_count`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interference_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub severity: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub county: String,
    /// First day of the month.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: Date,
    pub count: i64,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
