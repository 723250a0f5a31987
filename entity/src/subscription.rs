//! Table `subscription`: who is told, where, and with which keys.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `subscription`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "subscription")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    /// `rescueCentre` or `programmer`.
    pub recipient: String,
    pub url: String,
    /// Signing secrets, sealed under the key ring.
    pub secrets_sealed: Vec<u8>,
    pub status: String,
    pub pause_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub changed_at: DateTimeUtc,
    /// Until when the recipient has asked to be sent nothing (`Retry-After`).
    pub held_until: Option<DateTimeUtc>,
    /// What of a replay is still to be written, as JSON.
    pub replay: Option<String>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
