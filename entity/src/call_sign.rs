//! Table `call_sign`: one row per call sign that is not free.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `call_sign`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "call_sign")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sign: String,
    pub series: String,
    pub status: String,
    pub permit_id: Option<Uuid>,
    /// Case or party it is kept for.
    pub reserved_for: Option<Uuid>,
    /// Last day of a reservation or quarantine, exclusive.
    pub until: Option<Date>,
    pub reason: Option<String>,
    pub version: i32,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
