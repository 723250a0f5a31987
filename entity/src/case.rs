//! Table `case`: one application and what became of it.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `case`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Year of the case number.
    pub year: i32,
    /// Serial of the case number; gaps are allowed.
    pub serial: i64,
    /// Permit kind.
    pub kind: String,
    /// `new`, `amendment`, `renewal` or `transfer`.
    pub purpose: String,
    pub status: String,
    pub outcome: Option<String>,
    pub applicant_id: Uuid,
    /// `portal`, `paper`, `telephone` or, on its own motion, `authority`.
    pub channel: String,
    /// Caseworker who registered it on behalf of the applicant.
    pub registered_by: Option<String>,
    /// The application as it was sent, under the applicant's data key.
    pub application_sealed: Vec<u8>,
    pub language: String,
    /// Call sign the applicant asked to keep, or was given.
    pub call_sign: Option<String>,
    /// The permit that came of it; of every purpose but `new`, the permit it is about.
    pub permit_id: Option<Uuid>,
    /// Who is to receive a permit by transfer, as a blind index.
    pub receiver_blind: Option<Vec<u8>>,
    /// Who accepted to receive it.
    pub receiver_id: Option<Uuid>,
    pub accepted_at: Option<DateTimeUtc>,
    pub assignee: Option<String>,
    /// Which deadline of `deadlines.tsv` runs.
    pub timer: String,
    /// Last day of the deadline, in Norwegian time.
    pub due_on: Date,
    pub waiting_since: Option<DateTimeUtc>,
    /// When an answer is expected from the applicant.
    pub waiting_until: Option<Date>,
    pub submitted_at: DateTimeUtc,
    pub decided_at: Option<DateTimeUtc>,
    pub version: i32,
    /// Version at which what its parties see changed last.
    pub shown_version: i32,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
