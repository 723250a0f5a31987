//! Table `supervision_case`: a matter the authority supervises.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `supervision_case`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub year: i32,
    pub serial: i64,
    pub status: String,
    pub outcome: Option<String>,
    pub severity: String,
    /// Whom it is directed at; none while that is not known.
    pub party_id: Option<Uuid>,
    pub permit_id: Option<Uuid>,
    pub lower_hertz: Option<i64>,
    pub upper_hertz: Option<i64>,
    pub language: String,
    /// The data key of this case alone.
    pub key_wrapped: Vec<u8>,
    pub content_sealed: Vec<u8>,
    pub assignee: String,
    /// When something is to have happened; none when nothing is waited for.
    pub due_on: Option<Date>,
    pub opened_at: DateTimeUtc,
    pub corrected_on: Option<Date>,
    pub closed_at: Option<DateTimeUtc>,
    pub version: i32,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
