//! Table `letter`: what the authority told a party.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `letter`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "letter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its case; none for invoices.
    pub case_id: Option<Uuid>,
    /// Number of the document within its case.
    pub number: Option<i32>,
    /// Who it is addressed to.
    pub party_id: Uuid,
    pub kind: String,
    pub language: String,
    /// The letter as data, under the addressee's data key.
    pub content_sealed: Vec<u8>,
    pub content_sha256: Vec<u8>,
    /// The file drawn from it, under the same key.
    pub file_sealed: Option<Vec<u8>>,
    pub file_sha256: Option<Vec<u8>>,
    /// Code of the body that decides an appeal against what it tells of; none where there is no appeal.
    pub appeal_body: Option<String>,
    pub sent_at: DateTimeUtc,
    /// When the addressee first read it.
    pub opened_at: Option<DateTimeUtc>,
    /// Messages about it that were sent.
    pub notices: i32,
    /// Attempts at the next one.
    pub notice_attempts: i32,
    pub notice_at: Option<DateTimeUtc>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
