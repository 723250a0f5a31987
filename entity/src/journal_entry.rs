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
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
