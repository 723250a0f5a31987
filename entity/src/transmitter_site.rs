//! Table `transmitter_site`: where and on what transmitter permits send or listen, to find who is near.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `transmitter_site`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transmitter_site")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub permit_id: Uuid,
    /// Lower end in hertz.
    pub lower_hz: i64,
    /// Upper end in hertz, itself outside.
    pub upper_hz: i64,
    /// Millionths of a degree, WGS 84, north positive.
    pub latitude: i32,
    /// Millionths of a degree, WGS 84, east positive.
    pub longitude: i32,
    pub live: bool,
    /// The permit listens there; otherwise it sends.
    pub receives: bool,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
