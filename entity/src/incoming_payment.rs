//! Table `incoming_payment`: what files of the bank say came in.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `incoming_payment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "incoming_payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub file_id: Uuid,
    /// Line of the file.
    pub position: i32,
    /// What the bank knows it by; unique.
    pub reference: String,
    pub kid: Option<String>,
    pub amount_ore: i64,
    pub paid_on: Date,
    /// `placed`, `unplaced` or `returned`.
    pub state: String,
    pub reason: Option<String>,
    pub invoice_id: Option<Uuid>,
    /// What was paid too much and is to be paid back.
    pub excess_ore: i64,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTimeUtc>,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
