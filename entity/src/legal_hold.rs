//! Table `legal_hold`: what must not be destroyed although its time is over.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `legal_hold`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "legal_hold")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject: String,
    pub subject_id: Uuid,
    /// Everything about this party is held.
    pub party_id: Option<Uuid>,
    /// Everything about this permit is held.
    pub permit_id: Option<Uuid>,
    /// Under the key ring.
    pub reason_sealed: Vec<u8>,
    /// First day it holds no more.
    pub held_until: Option<Date>,
    pub set_by: String,
    pub set_at: DateTimeUtc,
    pub lifted_by: Option<String>,
    pub lifted_at: Option<DateTimeUtc>,
    /// Why it was lifted, under the key ring.
    pub lifting_sealed: Option<Vec<u8>>,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
