//! Table `disclosure`: who got or read whose data, which fields, for what.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `disclosure`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub recipient: String,
    pub purpose: String,
    pub party_id: Option<Uuid>,
    pub permit_id: Option<Uuid>,
    /// Names of the fields, never their values.
    #[sea_orm(column_type = "JsonBinary")]
    pub fields: Json,
    pub subject_version: Option<i32>,
    pub incident_reference: Option<String>,
    pub officer: Option<String>,
    /// What a rescue centre looked up, canonical.
    pub look_up_key: Option<String>,
    /// How its look-up ended.
    pub outcome: Option<String>,
    /// Written afterwards because the spool could not take it in time.
    pub late: bool,
    /// A rescue centre's own copy answered the look-up, which was brought here afterwards.
    pub by_copy: bool,
    pub at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
