//! Table `number_place`: where the search for free blocks of a size begins in an area of a number plan.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `number_place`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "number_place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan: String,
    /// First place of the area.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_place: i64,
    /// Places in a block.
    #[sea_orm(primary_key, auto_increment = false)]
    pub size: i64,
    /// No block before it is free.
    pub next_place: i64,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
