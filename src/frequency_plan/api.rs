//! The frequency plan, for everybody. It reads memory only.

use chrono::NaiveDate;
use poem_openapi::{OpenApi, param::Query};

use super::wire::{AllocationPage, AllocationView, PlanEditionView};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    permit::kind::amateur::api::day_parameter,
    values::{
        Flaw as _,
        calendar::oslo_date,
        frequency::{Frequency, FrequencyRange},
        frequency_plan::{Allocation, PlanTable},
    },
};

/// The operation on the frequency plan.
pub struct FrequencyPlanApi {
    /// The app.
    pub app: App,
}

/// A whole number of hertz, or `default` when left out.
fn hertz(name: &str, text: Option<&str>, default: u64) -> Result<Frequency, Failure> {
    let read = match text {
        None => Some(default),
        Some(text) => {
            let digits = (1..=13).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        }
    };
    let refused =
        || Failure::parameter(name, "frequency-range", "Give whole hertz from 1 to 3000000000000.");
    Frequency::from_hertz(read.ok_or_else(refused)?).map_err(|_| refused())
}

fn table_of(text: Option<&str>) -> Result<Option<PlanTable>, Failure> {
    let refused = |_| Failure::parameter("table", "not-in-list", "One of: NO, ECA, RR_REGION_1.");
    text.map(|code| code.parse().map_err(refused)).transpose()
}

/// The place a page ended at, on the day it was asked for.
type Place = (NaiveDate, u64, u64, PlanTable, String);

#[OpenApi]
impl FrequencyPlanApi {
    /// List the allocations of the frequency plan.
    ///
    /// Every allocation in force on the day asked for that shares a frequency with the range asked
    /// for, by frequency: the national plan, the European Common Allocation table, and the table of
    /// the ITU Radio Regulations for Region 1. Paging neither repeats nor skips when an edition is
    /// taken over meanwhile.
    #[oai(
        path = "/v1/frequency-plan",
        method = "get",
        operation_id = "listFrequencyPlan",
        tag = "Tag::Register"
    )]
    #[allow(clippy::too_many_arguments)] // the query parameters of the contract
    async fn list(
        &self,
        /// Lower end in whole hertz; the lowest radio frequency when left out.
        from: Query<Option<String>>,
        /// Upper end in whole hertz, itself outside; the highest radio frequency when left out.
        to: Query<Option<String>>,
        /// The day the plan is asked for; today when left out.
        at: Query<Option<String>>,
        /// Only this table: `NO`, `ECA` or `RR_REGION_1`.
        table: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<AllocationPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after: Option<Place> = page::position(&keys, "frequency-plan", cursor.0.as_deref())?;
        let from = hertz("from", from.0.as_deref(), 1)?;
        let until = hertz("to", to.0.as_deref(), Frequency::MAX_HERTZ)?;
        let range = FrequencyRange::new(from, until)
            .map_err(|flaw| Failure::parameter("to", flaw.code(), flaw.to_string()))?;
        let asked = day_parameter("at", at.0.as_deref())?;
        let today = oslo_date(self.app.clock().now());
        // pages of one list are of one day, also over midnight
        let at = asked.or(after.as_ref().map(|place| place.0)).unwrap_or(today);
        let table = table_of(table.0.as_deref())?;
        let plan = self.app.frequency_plan().plan();
        let mut rows = plan.overlapping(range, at);
        rows.retain(|row| table.is_none_or(|table| row.table == table));
        let total = rows.len() as u64;
        let place = |row: &Allocation| -> Place {
            let (from, until) = (row.range.from().hertz(), row.range.until().hertz());
            (at, from, until, row.table, row.service.to_string())
        };
        rows.retain(|row| {
            after.as_ref().is_none_or(|after| {
                let (_, from, until, table, service) = place(row);
                (from, until, table, service) > (after.1, after.2, after.3, after.4.clone())
            })
        });
        rows.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
        let (rows, next) = page::cut(&keys, "frequency-plan", rows, limit, |row| place(row));
        let editions = PlanTable::ALL
            .iter()
            .flat_map(|table| {
                plan.editions(*table).into_iter().map(|days| PlanEditionView::of(*table, days))
            })
            .collect();
        let items = rows.into_iter().map(AllocationView::of).collect();
        Ok(Answer::public(AllocationPage { items, total, next, at, editions }))
    }
}
