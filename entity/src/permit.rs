//! Table `permit`: one permit in its present state.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `permit`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "permit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    /// Human number, per kind.
    pub number: String,
    pub holder_id: Uuid,
    pub case_id: Option<Uuid>,
    pub status: String,
    /// The kind's `Details`; never contacts or national ids.
    #[sea_orm(column_type = "JsonBinary")]
    pub details: Json,
    pub call_sign: Option<String>,
    pub version: i32,
    pub valid_from: Date,
    /// Exclusive; none means until further notice.
    pub conditions: Json,
    pub valid_until: Option<Date>,
    /// 128 random bits.
    pub verification_code: String,
    pub issued_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub end_reason: Option<String>,
    /// When the holder last confirmed the data.
    pub confirmed_at: Option<DateTimeUtc>,
    pub changed_at: DateTimeUtc,
    /// When the emergency contacts of an ended permit were destroyed.
    pub contacts_destroyed_at: Option<DateTimeUtc>,
    /// When emergency contacts were replaced that its history may name yet.
    pub contacts_replaced_at: Option<DateTimeUtc>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
