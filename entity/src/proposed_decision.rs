//! Table `proposed_decision`: a decision that waits for its second signature, and what became of it.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `proposed_decision`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "proposed_decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    /// Outcome, as in JSON.
    pub outcome: String,
    /// Grounds, under the applicant's data key.
    pub grounds_sealed: Vec<u8>,
    pub conditions: Json,
    /// Day after the last of the permit, where the decision sets one.
    pub valid_until: Option<Date>,
    pub proposed_by: String,
    pub proposed_at: DateTimeUtc,
    /// When it was signed, sent back or overtaken.
    pub ended_at: Option<DateTimeUtc>,
    pub ended_by: Option<String>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
