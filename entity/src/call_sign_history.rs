//! Table `call_sign_history`: every state a call sign has had; rows are only added.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `call_sign_history`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "call_sign_history")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sign: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    pub status: String,
    pub permit_id: Option<Uuid>,
    /// Last day of a reservation or quarantine, exclusive.
    pub until: Option<Date>,
    pub reason: Option<String>,
    /// The caseworker who did it; nothing for what came of a permit.
    pub actor: Option<String>,
    /// From when the state holds.
    pub valid_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
