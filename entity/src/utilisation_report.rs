//! Table `utilisation_report`: how far numbers were used in a year.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `utilisation_report`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "utilisation_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub permit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub content: Json,
    /// When it first came in, which decides whether it was in time.
    pub first_reported_at: DateTimeUtc,
    pub reported_at: DateTimeUtc,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
