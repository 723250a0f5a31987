//! Table `appeal`: appeals against decisions and what became of them.
//! No logic here; rows are read and written by the slice that owns the table.

use sea_orm::entity::prelude::*;

/// One row of `appeal`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appeal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    /// Outcome of the decision appealed against.
    pub decided_outcome: String,
    pub status: String,
    /// Under the applicant's data key, as the other sealed columns.
    pub text_sealed: Vec<u8>,
    pub late_reason_sealed: Option<Vec<u8>>,
    pub received_at: DateTimeUtc,
    /// When the decision appealed against was made.
    pub decision_at: DateTimeUtc,
    /// Last day of the period; none while the letter was not opened.
    pub period_ends_on: Option<Date>,
    pub in_time: bool,
    /// Code of the body it was forwarded to.
    pub body: Option<String>,
    pub forwarded_at: Option<DateTimeUtc>,
    pub grounds_sealed: Option<Vec<u8>>,
    pub body_decided_on: Option<Date>,
    pub body_reference: Option<String>,
    pub closed_at: Option<DateTimeUtc>,
    pub closed_by: Option<String>,
    /// Why the decision should not be carried out yet.
    pub deferral_sealed: Option<Vec<u8>>,
    /// Number in the journal of its case.
    pub number: Option<i32>,
    /// Who appeals, where that is not the party the case is of.
    pub appellant_id: Option<Uuid>,
    /// How it came in, where its party did not send it here.
    pub channel: Option<String>,
    /// Day it was handed to a postal service, where that was written down.
    pub posted_on: Option<Date>,
}

/// No relations are declared: joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
