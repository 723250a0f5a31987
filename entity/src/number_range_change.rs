//! Table `number_range_change`: what became of ranges of the published list.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `number_range_change`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "number_range_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub plan: String,
    pub lower_place: i64,
    /// Itself inside.
    pub upper_place: i64,
    pub first_number: String,
    pub last_number: String,
    pub cause: String,
    /// State until then.
    pub status: String,
    /// Who had it until then.
    pub provider: Option<String>,
    pub new_provider: Option<String>,
    pub new_provider_number: Option<String>,
    /// Permit it was taken over into.
    pub permit_id: Option<Uuid>,
    pub grounds: Option<String>,
    pub changed_by: String,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
