//! Table `journal_entry`: the case journal: every document in and out.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `journal_entry`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    /// Document number within the case.
    pub number: i32,
    /// `in`, `out` or `internal`.
    pub direction: String,
    /// Without personal names.
    pub title: String,
    pub actor: String,
    pub document_hash: Option<Vec<u8>>,
    pub at: DateTimeUtc,
    /// The day of `at` in Norway.
    pub day: Date,
    /// Year of that day.
    pub journal_year: i32,
    /// Number in the journal of the year; given after the commit, without holes.
    pub journal_number: Option<i64>,
    /// Who it came from or went to, where that is not the applicant of the case.
    pub party_id: Option<Uuid>,
    /// Date the document bears, where that is another day.
    pub document_date: Option<Date>,
    /// Code set by a caseworker; counts only from `access_version` 1 on.
    pub access_code: Option<String>,
    /// How often the access code was set; 0 while the rules say it.
    pub access_version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
