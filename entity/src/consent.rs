//! Table `consent`: the ledger of consents; rows are added, a withdrawal only fills `withdrawn_at`.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `consent`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub party_id: Uuid,
    pub purpose: String,
    pub call_sign: String,
    /// The fields consented to.
    #[sea_orm(column_type = "JsonBinary")]
    pub fields: Json,
    pub text_version: String,
    pub language: String,
    pub channel: String,
    pub actor: String,
    pub given_at: DateTimeUtc,
    pub withdrawn_at: Option<DateTimeUtc>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
