//! Table `spectrum_block`: what spectrum licences claim, one row per range of frequencies and place.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `spectrum_block`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "spectrum_block")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub permit_id: Uuid,
    /// Lower end in hertz, inside.
    pub lower_hz: i64,
    /// Upper end in hertz, outside.
    pub upper_hz: i64,
    /// First place of the range of places.
    pub space_from: i32,
    /// First place that is not of it.
    pub space_until: i32,
    /// The part of the place as a polygon in degrees; the whole world where all of it is claimed.
    pub shape: String,
    pub valid_from: Date,
    /// Exclusive.
    pub valid_until: Option<Date>,
    /// No other live row of this sort may overlap.
    pub exclusive: bool,
    pub live: bool,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
