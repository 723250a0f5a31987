//! Table `permit_contact`: emergency contacts of a permit, in calling order, sealed under the key ring.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `permit_contact`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "permit_contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub permit_id: Uuid,
    /// Calling order, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rank: i32,
    /// `EmergencyContact`.
    pub sealed: Vec<u8>,
    pub phone_blind: Vec<u8>,
    pub confirmed_at: Option<DateTimeUtc>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
