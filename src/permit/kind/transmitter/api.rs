//! The frequency plan, for everybody.

use poem_openapi::{OpenApi, param::Query};

use super::wire::plan::{AllocationPage, AllocationView};
use crate::{
    app::App,
    failure::Failure,
    http::{Tag, page, responses::Answer},
    values::{
        Flaw as _,
        frequency::{Frequency, FrequencyRange},
        frequency_plan,
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

#[OpenApi]
impl FrequencyPlanApi {
    /// List the allocations of the frequency plan.
    ///
    /// Every allocation that shares a frequency with the range asked for, by frequency: the table of
    /// the ITU Radio Regulations for Region 1 and the European Common Allocation table.
    #[oai(
        path = "/v1/frequency-plan",
        method = "get",
        operation_id = "listFrequencyPlan",
        tag = "Tag::Register"
    )]
    async fn list(
        &self,
        /// Lower end in whole hertz; the lowest radio frequency when left out.
        from: Query<Option<String>>,
        /// Upper end in whole hertz, itself outside; the highest radio frequency when left out.
        to: Query<Option<String>>,
        /// Cursor from the page before.
        cursor: Query<Option<String>>,
        /// Items on a page, 1–200; 50 when left out.
        limit: Query<Option<String>>,
    ) -> Result<Answer<AllocationPage>, Failure> {
        let limit = page::limit(limit.0.as_deref())?;
        let keys = self.app.keys();
        let after: Option<usize> = page::position(&keys, "frequency-plan", cursor.0.as_deref())?;
        let from = hertz("from", from.0.as_deref(), 1)?;
        let until = hertz("to", to.0.as_deref(), Frequency::MAX_HERTZ)?;
        let range = FrequencyRange::new(from, until)
            .map_err(|flaw| Failure::parameter("to", flaw.code(), flaw.to_string()))?;
        let total = frequency_plan::overlapping(range).count() as u64;
        let mut rest = frequency_plan::overlapping(range)
            .skip_while(|(place, _)| after.is_some_and(|after| *place <= after))
            .peekable();
        let mut items = Vec::new();
        let mut last = None;
        while (items.len() as u64) < limit
            && let Some((place, row)) = rest.next()
        {
            items.push(AllocationView::of(row));
            last = Some(place);
        }
        let next = rest.peek().and(last).map(|place| page::cursor(&keys, "frequency-plan", &place));
        Ok(Answer::public(AllocationPage { items, total, next }))
    }
}
