//! Table `legacy_right_of_use`: a right taken over from the frequency portal's list, as it was published there.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `legacy_right_of_use`. Frequencies are whole hertz; a pair that is not used is 0.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "legacy_right_of_use")]
pub struct Model {
    /// The portal's own id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Place in the list.
    pub position: i64,
    /// Number of the right; 9999999 is free use, 9999998 the amateur rule.
    pub number: String,
    pub application: Option<String>,
    pub company: Option<String>,
    pub expires_at: Option<DateTimeUtc>,
    pub national: bool,
    pub local_coverage: Option<String>,
    pub comments: Option<String>,
    pub duplex: bool,
    pub lower_hz: i64,
    pub higher_hz: i64,
    pub downlink_lower_hz: i64,
    pub downlink_higher_hz: i64,
    pub uplink_lower_hz: i64,
    pub uplink_higher_hz: i64,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
