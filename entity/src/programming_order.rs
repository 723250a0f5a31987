//! Table `programming_order`: an order to program one beacon, and the report that answers it.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `programming_order`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "programming_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub permit_id: Uuid,
    pub status: String,
    /// Canonical form.
    pub reported_code: Option<String>,
    pub reported_protocol: Option<String>,
    pub reported_by: Option<String>,
    pub ordered_at: DateTimeUtc,
    pub reported_at: Option<DateTimeUtc>,
    /// When the programmer was told once more.
    pub reminded_at: Option<DateTimeUtc>,
    /// When a caseworker was given the matter.
    pub timed_out_at: Option<DateTimeUtc>,
    pub version: i32,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
