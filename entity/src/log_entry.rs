//! Table `log_entry`: the sealed log: what happened in committed order, chained over salted commitments.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `log_entry`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "log_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `register`, `event`, `journal`, `disclosure` or `privacy`.
    pub stream: String,
    /// Key of the row it commits to, in its stream's table.
    pub subject: String,
    /// Emptied when the content is erased.
    pub salt: Option<Vec<u8>>,
    pub commitment: Vec<u8>,
    pub recorded_at: DateTimeUtc,
    /// Given by the sealer, gap-free.
    pub seq: Option<i64>,
    /// Given by the sealer.
    pub link: Option<Vec<u8>>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
