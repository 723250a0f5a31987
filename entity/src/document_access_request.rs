//! Table `document_access_request`: requests for access to documents.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `document_access_request`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "document_access_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Case of the document asked for; the request is journaled in it.
    pub case_id: Uuid,
    /// Number of the request in the journal of the case.
    pub number: i32,
    /// The document asked for.
    pub entry_id: Uuid,
    pub status: String,
    pub language: String,
    pub received_at: DateTimeUtc,
    /// Last day for the answer; after it silence is refusal.
    pub due_on: Date,
    /// SHA-256 of the token by which the requester reads the answer.
    pub token_hash: Option<Vec<u8>>,
    /// Key of the row under the key ring.
    pub key_wrapped: Option<Vec<u8>>,
    /// Where the answer goes, under the row's key.
    pub contact_sealed: Option<Vec<u8>>,
    /// Access code the answer rests on, where something is kept back.
    pub access_code: Option<String>,
    /// Number of the answer in the journal of the case.
    pub answer_number: Option<i32>,
    /// The answer as data, under the applicant's data key.
    pub answer_sealed: Option<Vec<u8>>,
    pub file_type: Option<String>,
    /// The released version, under the applicant's data key; none while the document itself is.
    pub file_sealed: Option<Vec<u8>>,
    pub file_sha256: Option<Vec<u8>>,
    pub decided_at: Option<DateTimeUtc>,
    pub decided_by: Option<String>,
    pub version: i32,
    /// When the newest answer was first read by its link.
    pub opened_at: Option<DateTimeUtc>,
    /// Number of the demand for fuller grounds in the journal of the case.
    pub grounds_number: Option<i32>,
    pub grounds_asked_at: Option<DateTimeUtc>,
    /// Last day for the fuller grounds.
    pub grounds_due_on: Option<Date>,
    pub grounds_given_at: Option<DateTimeUtc>,
    pub grounds_given_by: Option<String>,
    /// Number of the letter with the fuller grounds.
    pub grounds_answer_number: Option<i32>,
    /// That letter as data, under the applicant's data key.
    pub grounds_sealed: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
