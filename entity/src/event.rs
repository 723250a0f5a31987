//! Table `event`: something recipients are told; of a permit the state itself is the version it names, of a
//! daily digest it stands here.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `event`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Event type, e.g. `permit.issued`.
    pub kind: String,
    /// Nothing where it is about no permit.
    pub permit_id: Option<Uuid>,
    pub permit_version: Option<i32>,
    pub permit_kind: Option<String>,
    /// The Oslo day a digest is of; each has one.
    pub digest_day: Option<Date>,
    /// What a digest says, in JSON.
    pub digest: Option<String>,
    pub occurred_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
