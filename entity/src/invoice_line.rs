//! Table `invoice_line`: what a permit costs, one line per fee and occasion, and what a coercive fine has come to.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `invoice_line`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invoice_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The permit; none for a coercive fine.
    pub permit_id: Option<Uuid>,
    pub permit_number: String,
    /// Who held the permit when the line was written, and pays.
    pub holder_id: Uuid,
    pub year: i32,
    /// `annual`, `grant` or `change-N`.
    pub occasion: String,
    pub fee_id: String,
    pub object: String,
    pub unit: String,
    pub quantity: i64,
    pub amount_ore: i64,
    /// Period rule that gave the share of the year.
    pub rule: String,
    pub section: String,
    pub basis: String,
    pub due_on: Date,
    pub payment_id: Option<Uuid>,
    pub paid_on: Option<Date>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    /// The run that wrote it.
    pub run_id: Option<Uuid>,
    /// The invoice it stands on.
    pub invoice_id: Option<Uuid>,
    /// The credit note that took it back.
    pub credit_id: Option<Uuid>,
    /// The decision of supervision that set the fine.
    pub fine_id: Option<Uuid>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
