//! Table `reasons_request`: reasons that parties demand for decisions that have none.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `reasons_request`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reasons_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    /// When the decision was made that it is about.
    pub decided_at: DateTimeUtc,
    /// Its number in the journal of the case.
    pub number: i32,
    pub received_at: DateTimeUtc,
    pub due_on: Date,
    pub given_at: Option<DateTimeUtc>,
    pub given_by: Option<String>,
    /// What they are, under the applicant's data key.
    pub reasons_sealed: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
