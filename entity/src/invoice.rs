//! Table `invoice`: invoices and credit notes.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `invoice`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: i64,
    /// `invoice` or `creditNote`.
    pub kind: String,
    pub holder_id: Uuid,
    /// Of a credit note: the invoice it takes from.
    pub credits: Option<Uuid>,
    pub run_id: Option<Uuid>,
    pub issued_on: Date,
    pub due_on: Date,
    pub amount_ore: i64,
    pub paid_ore: i64,
    pub credited_ore: i64,
    pub kid: Option<String>,
    pub reminded_on: Option<Date>,
    pub reminder_due_on: Option<Date>,
    /// Day on which nothing was left to pay.
    pub settled_on: Option<Date>,
    pub letter_id: Option<Uuid>,
    pub reminder_letter_id: Option<Uuid>,
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub version: i32,
    /// Name and address of both sides on the day of issue, under the holder's data key.
    pub sides_sealed: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
