//! Table `restriction_step`: what was done about restrictions of processing, one row a step.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `restriction_step`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "restriction_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Id of the restriction's first step.
    pub restriction_id: Uuid,
    /// Place among the steps of the restriction, from 1.
    pub number: i32,
    pub party_id: Uuid,
    /// `restricted`, `rescueStopped`, `rescueKept` or `lifted`.
    pub step: String,
    /// Of Article 18(1); first step only.
    pub ground: Option<String>,
    /// Sealed under the person's data key.
    pub reason_sealed: Vec<u8>,
    /// When the person was told that it would be lifted.
    pub informed_on: Option<Date>,
    pub actor: String,
    pub at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
