//! Table `number_range`: who was given which numbers, codes and names.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `number_range`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "number_range")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Code of the resource type.
    pub plan: String,
    pub lower_place: i64,
    /// Itself inside.
    pub upper_place: i64,
    pub first_number: String,
    pub last_number: String,
    pub status: String,
    pub provider: Option<String>,
    pub provider_number: Option<String>,
    /// Whom the published list names for a blocked range.
    pub keeper: Option<String>,
    pub comment: Option<String>,
    pub category: Option<String>,
    pub point_code: Option<String>,
    /// Organisation number of the end user of a number that is given one by one.
    pub end_user: Option<String>,
    pub non_commercial: bool,
    pub permit_id: Option<Uuid>,
    /// Case it is kept for.
    pub case_id: Option<Uuid>,
    pub valid_from: Option<Date>,
    /// End of a hold, exclusive.
    pub valid_until: Option<Date>,
    pub version: i32,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
