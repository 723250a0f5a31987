//! The frequency plan in JSON.

use std::borrow::Cow;

use chrono::NaiveDate;
use poem_openapi::{Object, types::ToJSON as _};

use super::current::Plan;
use crate::{
    failure::Failure,
    values::{
        frequency_plan::{Allocation, PlanTable},
        language::Language,
        radio_service,
        validity::Validity,
    },
};

/// One service in one band.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct AllocationView {
    /// Lower end of the band in hertz.
    pub lower_hz: u64,
    /// Upper end of the band in hertz, itself outside.
    pub upper_hz: u64,
    /// `NO` (the national plan), `ECA` (European Common Allocation table) or `RR_REGION_1` (ITU Radio
    /// Regulations).
    pub table: String,
    /// The service, as the table writes it: capitals for a primary service.
    pub service: String,
    /// The service in words; none for a name outside the Radio Regulations.
    pub titles: Option<ServiceTitles>,
    /// Services that belong together: `fixed`, `mobile`, `maritimeAeronautical`, `broadcasting`,
    /// `amateur`, `radiodetermination`, `satellite`, `science`, `time` or `none`.
    pub group: String,
    /// `primary`, `secondary` or `not_allocated`.
    pub category: String,
    /// Footnotes to the service, e.g. `5.54A`.
    pub service_footnotes: Vec<String>,
    /// Footnotes to the whole band.
    pub band_footnotes: Vec<String>,
    /// What the band is used for, in the words of the national plan.
    pub uses: Vec<String>,
    /// First day of the edition.
    pub valid_from: NaiveDate,
    /// First day the edition does not hold any more; none while no other follows.
    pub valid_until: Option<NaiveDate>,
}

/// A radio service in words.
#[derive(Debug, Clone, Object)]
pub struct ServiceTitles {
    /// Bokmål.
    pub nb: String,
    /// Nynorsk.
    pub nn: String,
    /// English.
    pub en: String,
}

impl ServiceTitles {
    fn of(service: &str) -> Option<Self> {
        let [nb, nn, en] = Language::ALL.map(|language| radio_service::title(service, language));
        Some(Self { nb: nb?, nn: nn?, en: en? })
    }
}

impl AllocationView {
    /// The view of an allocation.
    pub fn of(row: &Allocation) -> Self {
        let texts = |list: &[Cow<'static, str>]| list.iter().map(ToString::to_string).collect();
        Self {
            lower_hz: row.range.from().hertz(),
            upper_hz: row.range.until().hertz(),
            table: row.table.code().to_owned(),
            service: row.service.to_string(),
            titles: ServiceTitles::of(&row.service),
            group: radio_service::group(&row.service).code().to_owned(),
            category: row.category.code().to_owned(),
            service_footnotes: texts(&row.service_footnotes),
            band_footnotes: texts(&row.band_footnotes),
            uses: texts(&row.uses),
            valid_from: row.validity.from(),
            valid_until: row.validity.until(),
        }
    }
}

/// Every allocation of every edition in JSON, by frequency, as the files of the plan have them.
///
/// # Errors
/// Never, as far as known: a view is written in memory.
pub fn records(plan: &Plan) -> Result<Vec<String>, Failure> {
    let record = |row: &Allocation| {
        serde_json::to_string(&AllocationView::of(row).to_json()).map_err(Failure::internal)
    };
    plan.all().into_iter().map(record).collect()
}

/// The days of an edition of a table.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub struct PlanEditionView {
    /// The table.
    pub table: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day it does not hold any more.
    pub valid_until: Option<NaiveDate>,
}

impl PlanEditionView {
    /// The view of an edition.
    pub fn of(table: PlanTable, days: Validity) -> Self {
        Self { table: table.code().to_owned(), valid_from: days.from(), valid_until: days.until() }
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
    /// The day answered for.
    pub at: NaiveDate,
    /// The editions there are, whatever the day: before the first one of a table nothing is known.
    pub editions: Vec<PlanEditionView>,
}
