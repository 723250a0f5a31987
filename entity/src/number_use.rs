//! Table `number_use`: the last day on which the numbers of a permit were in use, as their holder states it.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `number_use`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "number_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub permit_id: Uuid,
    pub in_use_on: Date,
    pub stated_at: DateTimeUtc,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
