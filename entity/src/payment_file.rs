//! Table `payment_file`: files of the bank that were taken in.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `payment_file`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_file")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `csv` or `ocr`.
    pub format: String,
    pub sha256: Vec<u8>,
    /// The number the bank gave it, where the format has one.
    pub transmission: Option<String>,
    pub items: i64,
    pub amount_ore: i64,
    pub imported_by: String,
    pub imported_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
