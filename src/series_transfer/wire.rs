//! A move of a series in JSON.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::actions::{Asked, Moved};
use crate::{failure::FieldErrors, permit::kind::shared::needed_text, values::ids::PermitId};

/// A series that is moved to another provider.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeriesTransferForm {
    /// The series, a range of the permit or a part of one: `21 20 00 00-21 20 09 99`.
    #[validate(length(min = 1, max = 60))]
    pub range: String,
    /// Permit of the provider with most of the numbers that were ported: active, for the same type of
    /// resource, and another holder's.
    #[validate(length(min = 1, max = 60))]
    pub receiving_permit_id: String,
    /// Why, for both holders.
    #[validate(length(min = 1, max = 4000))]
    pub grounds: String,
}

impl SeriesTransferForm {
    /// What it means; every error is noted. What the range is follows from the permit.
    pub fn meaning(&self, errors: &mut FieldErrors) -> Option<Asked> {
        errors.merge_sizes(self.validate());
        let to = errors.take("/receivingPermitId", PermitId::parse(&self.receiving_permit_id));
        let grounds = needed_text(&self.grounds, 4000, "/grounds", errors);
        Some(Asked { range: self.range.clone(), to: to?, grounds: grounds? })
    }
}

/// A series that was moved.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SeriesTransferView {
    /// The series.
    pub range: String,
    /// How many numbers it has.
    pub numbers: u64,
    /// How much of it had been ported out by the report, in per cent.
    pub ported_out_percent: f64,
    /// Year of the report.
    pub report_year: i32,
    /// Permit it was moved out of.
    pub permit_id: String,
    /// State of that permit: `revoked` when it had no other numbers.
    pub permit_status: String,
    /// Permit it belongs to now.
    pub receiving_permit_id: String,
    /// Human number of that permit.
    pub receiving_permit_number: String,
}

impl SeriesTransferView {
    /// The view of a move.
    pub fn of(moved: &Moved) -> Self {
        Self {
            range: moved.resource.to_string(),
            numbers: moved.resource.count(),
            ported_out_percent: f64::from(moved.ported_out) / 100.0,
            report_year: moved.year,
            permit_id: moved.from.id.to_string(),
            permit_status: moved.from.status.code().to_owned(),
            receiving_permit_id: moved.to.id.to_string(),
            receiving_permit_number: moved.to.number.clone(),
        }
    }
}
