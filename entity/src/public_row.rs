//! Table `public_row`: the public register as it may be shown; physically without withheld fields.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `public_row`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "public_row")]
pub struct Model {
    /// List and identifier, e.g. `call-signs/LB1XX`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub list: String,
    /// What may be shown; none where the key has been taken away.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub body: Option<Json>,
    /// Grows with every change of the key, so that a late reader cannot bring back an older state.
    pub revision: i64,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
