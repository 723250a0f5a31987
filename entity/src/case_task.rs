//! Table `case_task`: a deadline of a case that somebody is reminded of.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `case_task`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub case_id: Uuid,
    pub due_on: Date,
    /// Caseworker who is reminded; nobody has the case when there is none.
    pub told: Option<String>,
    pub created_at: DateTimeUtc,
    /// When that caseworker said that they have seen it.
    pub seen_at: Option<DateTimeUtc>,
    /// When it was brought before the heads.
    pub escalated_at: Option<DateTimeUtc>,
    /// The appeal that is to be considered, where it reminds of one.
    pub appeal_id: Option<Uuid>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
