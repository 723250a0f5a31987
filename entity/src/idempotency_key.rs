//! Table `idempotency_key`: what each `Idempotency-Key` made, so that a repeat makes nothing.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `idempotency_key`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Hash of the caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Vec<u8>,
    /// Hash of the key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Vec<u8>,
    pub operation: String,
    /// Hash of the body, keyed.
    pub fingerprint: Vec<u8>,
    pub resource_id: Uuid,
    pub created_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
