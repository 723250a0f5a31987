//! Table `fee_run`: the yearly fees of a year, in pieces.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `fee_run`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fee_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub year: i32,
    /// `settling`, `invoicing` or `done`.
    pub state: String,
    pub total: i64,
    pub done: i64,
    pub invoices: i64,
    pub amount_ore: i64,
    /// Last permit that was settled.
    pub after_permit: Option<Uuid>,
    /// Last holder that was invoiced.
    pub after_holder: Option<Uuid>,
    pub started_by: String,
    pub started_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
