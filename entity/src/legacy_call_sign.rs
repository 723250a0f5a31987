//! Table `legacy_call_sign`: a call sign taken over from the list that was kept before the registry.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `legacy_call_sign`. Persons are never in it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "legacy_call_sign")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sign: String,
    /// What the list says of the holder: `person`, `association`, `company`, …
    pub holder_kind: String,
    /// Name of an organisation; none for persons.
    pub organisation: Option<String>,
    pub valid_from: Option<Date>,
    /// Exclusive.
    pub valid_until: Option<Date>,
    /// Day the list says the entry was last changed.
    pub updated_on: Option<Date>,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
