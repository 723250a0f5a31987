//! Table `qualified_person`: persons whose competence as installers has been assessed, once.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `qualified_person`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "qualified_person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Ten letters and digits, given to the person.
    pub reference: String,
    /// Particulars and grounds, sealed under the key ring.
    pub sealed: Vec<u8>,
    /// Blind index of the national id, where it is known.
    pub national_id_blind: Option<Vec<u8>>,
    /// Blind index of name and birth date.
    pub particulars_blind: Vec<u8>,
    pub status: String,
    pub assessed_by: String,
    pub assessed_at: DateTimeUtc,
    pub version: i32,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
