//! Table `spectrum_fee_pool`: what spectrum licences share in a year.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `spectrum_fee_pool`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "spectrum_fee_pool")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// Amounts, source and inhabitants.
    pub content: Json,
    pub set_by: String,
    pub set_at: DateTimeUtc,
    /// When it was first shared out; then it is not changed any more.
    pub shared_at: Option<DateTimeUtc>,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
