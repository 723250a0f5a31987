//! Table `document_access_appeal`: appeals against what was answered to requests for access.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `document_access_appeal`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "document_access_appeal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub request_id: Uuid,
    /// Case of the document asked for; the appeal is journaled in it.
    pub case_id: Uuid,
    /// Number of the appeal in the journal of the case.
    pub number: i32,
    pub status: String,
    /// What was written, under the data key of the case; none when nothing was.
    pub text_sealed: Option<Vec<u8>>,
    pub received_at: DateTimeUtc,
    pub in_time: bool,
    /// Last day of the time for an appeal; none when it had not begun.
    pub period_ends_on: Option<Date>,
    /// By when the authority has considered it.
    pub due_on: Date,
    /// Access code by which something is still kept back.
    pub access_code: Option<String>,
    /// Code of the appeal body it was sent to.
    pub body: Option<String>,
    pub forwarded_at: Option<DateTimeUtc>,
    pub forwarding_number: Option<i32>,
    /// The letter that tells of it, as data, under the data key of the case.
    pub forwarding_sealed: Option<Vec<u8>>,
    pub body_decided_on: Option<Date>,
    pub body_reference: Option<String>,
    pub closed_at: Option<DateTimeUtc>,
    pub closed_by: Option<String>,
    pub answer_number: Option<i32>,
    /// The letter that tells of the outcome, as data, under the data key of the case.
    pub answer_sealed: Option<Vec<u8>>,
    pub file_type: Option<String>,
    /// The version released after the appeal, under the data key of the case.
    pub file_sealed: Option<Vec<u8>>,
    pub file_sha256: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
