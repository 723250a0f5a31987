//! Table `ended_session`: marks of sessions that were ended before their time.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `ended_session`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ended_session")]
pub struct Model {
    /// A hash of our own name of a session, or of what a provider calls one or its subject; the latter can only be told by
    /// whoever knows what the provider calls them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mark: Vec<u8>,
    /// When the session would have ended by itself.
    pub until: DateTimeUtc,
    pub ended_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
