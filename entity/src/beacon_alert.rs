//! Table `beacon_alert`: outcomes of alerts, also of beacons that are not registered here.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `beacon_alert`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "beacon_alert")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Canonical beacon id or other key.
    pub key: String,
    pub permit_id: Option<Uuid>,
    pub incident_reference: String,
    pub outcome: String,
    pub officer: String,
    pub at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
