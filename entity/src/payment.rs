//! Table `payment`: money received for one or more invoice lines.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `payment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub amount_ore: i64,
    pub paid_on: Date,
    pub reference: Option<String>,
    pub recorded_by: String,
    pub created_at: DateTimeUtc,
    /// The invoice it was placed on by its KID.
    pub invoice_id: Option<Uuid>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
