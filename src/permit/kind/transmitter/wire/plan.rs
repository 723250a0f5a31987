//! The frequency plan in JSON.

use poem_openapi::Object;

use crate::values::frequency_plan::Allocation;

/// One service in one band.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct AllocationView {
    /// Lower end of the band in hertz.
    pub lower_hz: u64,
    /// Upper end of the band in hertz, itself outside.
    pub upper_hz: u64,
    /// `ECA` (European Common Allocation table) or `RR_REGION_1` (ITU Radio Regulations).
    pub table: String,
    /// The service, as the table writes it: capitals for a primary service.
    pub service: String,
    /// `primary`, `secondary` or `not_allocated`.
    pub category: String,
    /// Footnotes to the service, e.g. `5.54A`.
    pub service_footnotes: Vec<String>,
    /// Footnotes to the whole band.
    pub band_footnotes: Vec<String>,
}

impl AllocationView {
    /// The view of an allocation.
    pub fn of(row: &Allocation) -> Self {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Self {
            lower_hz: row.range.from().hertz(),
            upper_hz: row.range.until().hertz(),
            table: row.table.code().to_owned(),
            service: row.service.to_owned(),
            category: row.category.code().to_owned(),
            service_footnotes: texts(&row.service_footnotes),
            band_footnotes: texts(&row.band_footnotes),
        }
    }
}

/// A page of the frequency plan.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AllocationPage {
    /// The allocations of this page, by frequency.
    pub items: Vec<AllocationView>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}
