//! Table `frequency_plan_band`: a band of an edition of the national frequency plan.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `frequency_plan_band`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "frequency_plan_band")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition_id: Uuid,
    /// By frequency, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    pub lower_hz: i64,
    /// Exclusive.
    pub upper_hz: i64,
    /// Footnotes, services and uses.
    #[sea_orm(column_type = "JsonBinary")]
    pub content: Json,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
