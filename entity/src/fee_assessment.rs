//! Table `fee_assessment`: that the annual fees of a permit for a year have been settled.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `fee_assessment`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "fee_assessment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub permit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub assessed_at: DateTimeUtc,
    /// When the holder was asked to confirm the data, with the yearly lines.
    pub confirmation_asked_at: Option<DateTimeUtc>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
