//! Table `interference_report`: what somebody reported, sealed, until it is erased or belongs to a supervision case.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `interference_report`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interference_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub year: i32,
    pub serial: i64,
    pub status: String,
    pub severity: String,
    pub service: String,
    /// Name of the county, or `other`.
    pub county: String,
    /// A caseworker is told at once.
    pub is_alarm: bool,
    pub acknowledged_at: Option<DateTimeUtc>,
    pub acknowledged_by: Option<String>,
    /// The supervision case it belongs to.
    pub case_id: Option<Uuid>,
    pub language: String,
    /// The data key of this report alone.
    pub key_wrapped: Vec<u8>,
    pub content_sealed: Vec<u8>,
    /// Codes for following it that were given out; the latest is good once.
    pub code_number: i32,
    pub received_at: DateTimeUtc,
    pub due_at: DateTimeUtc,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
