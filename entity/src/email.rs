//! Table `email`: notices by e-mail on their way. No address, no text.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `email`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "email")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub purpose: String,
    pub party_id: Uuid,
    /// The case it tells of; none where it tells of something else.
    pub case_id: Option<Uuid>,
    /// The letter it tells of; none where it tells of something else.
    pub letter_id: Option<Uuid>,
    /// The permit it tells of; none where it tells of something else.
    pub permit_id: Option<Uuid>,
    /// When that permit ends: the day after its last.
    pub ends_on: Option<Date>,
    pub status: String,
    pub attempts: i32,
    /// When it was first to be sent.
    pub due_at: DateTimeUtc,
    pub next_attempt_at: Option<DateTimeUtc>,
    pub sent_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
