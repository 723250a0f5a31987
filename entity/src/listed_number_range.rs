//! Table `listed_number_range`: the published list of number ranges as it was last taken over.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `listed_number_range`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "listed_number_range")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub lower_place: i64,
    /// Itself inside.
    pub upper_place: i64,
    /// Line of the file.
    pub line: i64,
    pub status: String,
    /// Whom the list names.
    pub provider: Option<String>,
    pub comment: Option<String>,
    pub category: Option<String>,
    pub point_code: Option<String>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
