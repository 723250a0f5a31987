//! Table `party`: a person or organisation that applies, holds or is contacted; one row each.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `party`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `person` or `organisation`.
    pub kind: String,
    /// National id, sealed under the key ring.
    pub national_id_sealed: Option<Vec<u8>>,
    /// Blind index of the national id.
    pub national_id_blind: Option<Vec<u8>>,
    /// Nine digits, public by law.
    pub organisation_number: Option<String>,
    pub birth_date: Option<Date>,
    pub name: String,
    /// Folded name for the holder search of caseworkers.
    pub name_search: String,
    /// `PostalAddress`.
    #[sea_orm(column_type = "JsonBinary")]
    pub address: Json,
    /// E.164.
    pub phone: String,
    pub email: String,
    /// `nb`, `nn` or `en`.
    pub language: String,
    /// Address-protected: never published, whatever the consent.
    pub protected: bool,
    /// Restriction of processing under Art. 18.
    pub restricted: bool,
    /// A person has decided that the restriction stops rescue centres too.
    pub rescue_stopped: bool,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub changed_at: DateTimeUtc,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
