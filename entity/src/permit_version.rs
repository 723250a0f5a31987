//! Table `permit_version`: every version a permit has had, whole, with valid and recorded time.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `permit_version`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "permit_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub permit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Event type that made the version.
    pub event: String,
    /// Whose data key seals the state.
    pub holder_id: Uuid,
    /// The full state, under the holder's data key.
    pub state_sealed: Vec<u8>,
    /// From when it holds.
    pub valid_at: DateTimeUtc,
    /// When it was written.
    pub recorded_at: DateTimeUtc,
    pub actor: String,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
