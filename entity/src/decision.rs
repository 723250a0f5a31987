//! Table `decision`: the decision of a case.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `decision`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub outcome: String,
    /// Under the applicant's data key.
    pub grounds_sealed: Vec<u8>,
    #[sea_orm(column_type = "JsonBinary")]
    pub conditions: Json,
    pub legal_basis: String,
    pub decided_by: String,
    pub decided_at: DateTimeUtc,
    pub permit_id: Option<Uuid>,
    /// What the permit said before and what the decision made of that, under the applicant's data key; none where the
    /// authority did not change a permit of its own motion.
    pub change_sealed: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
