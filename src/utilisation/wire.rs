//! Reports in JSON.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    model::{SeriesUse, UtilisationReport},
    rules,
};
use crate::{
    failure::FieldErrors,
    permit::kind::shared::{needed_text, optional_text},
    values::number_resource::{Resource, ResourceType},
};

/// How far the numbers of a permit were used in a year.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UtilisationReportForm {
    /// Services the numbers are used for.
    #[validate(length(min = 1, max = 1000))]
    pub services: String,
    /// Prices of calls to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 1000))]
    pub prices: Option<String>,
    /// To which providers numbers are passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 1000))]
    pub sub_assignment: Option<String>,
    /// Use outside Norway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 1000))]
    pub cross_border_use: Option<String>,
    /// Numbers expected to be in use at the end of each of the next three years.
    #[oai(validator(min_items = "3", max_items = "3"))]
    #[validate(length(min = 3, max = 3))]
    pub forecast: Vec<u64>,
    /// Every number of the permit once, in rows of at most 10,000 numbers for mobile and 1,000 for other series; a permit
    /// that would need more than 500 rows is reported in rows ten times as large.
    #[validate(nested, length(min = 1, max = 500))]
    pub series: Vec<SeriesUseForm>,
}

/// How far a series was used; the four shares add up to 100 per cent.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeriesUseForm {
    /// The series: `22 00 00 00-22 00 09 99`.
    #[validate(length(min = 1, max = 60))]
    pub range: String,
    /// Per cent in use by end users, with at most two decimals.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    #[validate(range(min = 0.0, max = 100.0))]
    pub active_percent: f64,
    /// Per cent kept for end users and not in use.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    #[validate(range(min = 0.0, max = 100.0))]
    pub reserved_percent: f64,
    /// Per cent ported to other providers.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    #[validate(range(min = 0.0, max = 100.0))]
    pub ported_out_percent: f64,
    /// Per cent not in use.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    #[validate(range(min = 0.0, max = 100.0))]
    pub free_percent: f64,
    /// How many numbers of others were ported in.
    pub ported_in: u64,
}

/// A report as it was sent.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct UtilisationReportView {
    /// Id of the permit.
    pub permit_id: String,
    /// Year it is about.
    pub year: i32,
    /// Last day it was in time.
    pub due_on: NaiveDate,
    /// When it was sent, or last corrected.
    pub reported_at: DateTime<Utc>,
    /// It first came in after the last day.
    pub late: bool,
    /// What it says.
    pub report: UtilisationReportForm,
}

/// A permit that reports, and whether it has.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct UtilisationReportItem {
    /// Id of the permit.
    pub permit_id: String,
    /// Number of the permit.
    pub permit_number: String,
    /// Name of the holder.
    pub provider: String,
    /// Year.
    pub year: i32,
    /// Last day of the report.
    pub due_on: NaiveDate,
    /// When it was sent; none while it is missing.
    pub reported_at: Option<DateTime<Utc>>,
    /// It came in after the last day, or the last day has passed without it.
    pub late: bool,
}

/// A page of permits that report.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct UtilisationReportPage {
    /// The permits of this page.
    pub items: Vec<UtilisationReportItem>,
    /// How many there are in all.
    pub total: u64,
    /// Cursor of the next page; none on the last.
    pub next: Option<String>,
}

/// A share in hundredths of a per cent.
fn hundredths(percent: f64) -> u32 {
    // between 0 and 100 by the check of sizes
    (percent.clamp(0.0, 100.0) * 100.0).round() as u32
}

fn percent(hundredths: u32) -> f64 {
    f64::from(hundredths) / 100.0
}

impl UtilisationReportForm {
    /// What the report says of a permit's ranges; every error is noted.
    pub fn meaning(
        &self,
        kind: &'static ResourceType,
        ranges: &[Resource],
        year: i32,
        errors: &mut FieldErrors,
    ) -> Option<UtilisationReport> {
        errors.merge_sizes(self.validate());
        let services = needed_text(&self.services, 1000, "/services", errors);
        let prices = optional_text(self.prices.as_ref(), 1000, "/prices", errors);
        let sub_assignment =
            optional_text(self.sub_assignment.as_ref(), 1000, "/subAssignment", errors);
        let cross_border_use =
            optional_text(self.cross_border_use.as_ref(), 1000, "/crossBorderUse", errors);
        let mut rows = Vec::new();
        for (index, form) in self.series.iter().take(rules::MAX_ROWS).enumerate() {
            let pointer = format!("/series/{index}/range");
            let range = errors.take(pointer, kind.parse(&form.range));
            rows.extend(range.map(|range| (index, form.with(range))));
        }
        rules::check(&rows, ranges, rules::block(kind, ranges, year), errors);
        Some(UtilisationReport {
            services: services?,
            prices,
            sub_assignment,
            cross_border_use,
            forecast: self.forecast.clone(),
            series: rows.into_iter().map(|(_, row)| row).collect(),
        })
    }

    /// A report as it is shown.
    pub fn of(report: &UtilisationReport) -> Self {
        Self {
            services: report.services.clone(),
            prices: report.prices.clone(),
            sub_assignment: report.sub_assignment.clone(),
            cross_border_use: report.cross_border_use.clone(),
            forecast: report.forecast.clone(),
            series: report.series.iter().map(SeriesUseForm::of).collect(),
        }
    }
}

/// The statement of a holder that the numbers of a permit are in use.
#[derive(Debug, Clone, Object, Serialize, Deserialize, Validate)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumberUseForm {
    /// The last day on which they were in use that the holder answers for; of data network codes, on which interconnection was
    /// established.
    pub in_use_on: NaiveDate,
}

/// By when the numbers of a permit must be in use, and what its holder has stated.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct NumberUseView {
    /// The permit.
    pub permit_id: String,
    /// Last day by which they must be in use, or in use again; absent where they are known to be so for good.
    pub due_on: Option<NaiveDate>,
    /// Last day on which they were in use, as the holder states.
    pub in_use_on: Option<NaiveDate>,
    /// When that was stated.
    pub stated_at: Option<DateTime<Utc>>,
}

impl SeriesUseForm {
    fn with(&self, range: Resource) -> SeriesUse {
        SeriesUse {
            range,
            active: hundredths(self.active_percent),
            reserved: hundredths(self.reserved_percent),
            ported_out: hundredths(self.ported_out_percent),
            free: hundredths(self.free_percent),
            ported_in: self.ported_in,
        }
    }

    fn of(row: &SeriesUse) -> Self {
        Self {
            range: row.range.to_string(),
            active_percent: percent(row.active),
            reserved_percent: percent(row.reserved),
            ported_out_percent: percent(row.ported_out),
            free_percent: percent(row.free),
            ported_in: row.ported_in,
        }
    }
}
