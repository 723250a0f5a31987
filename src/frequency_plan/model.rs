//! What is kept of the national plan.

use serde::{Deserialize, Serialize};

use crate::values::{
    frequency::FrequencyRange,
    frequency_plan::{Allocation, Category, PlanTable},
    validity::Validity,
};

/// One band of an edition, as the export has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The band.
    pub range: FrequencyRange,
    /// Footnotes to all of it.
    pub footnotes: Vec<String>,
    /// What it is allocated to; none twice.
    pub services: Vec<Service>,
    /// What it is used for.
    pub uses: Vec<String>,
}

/// A service in a band.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// As the export writes it, without footnotes: capitals for a primary service.
    pub name: String,
    /// Footnotes to the service.
    pub footnotes: Vec<String>,
}

impl Service {
    /// By how the name is written: words in parentheses do not count.
    pub fn category(&self) -> Category {
        let name = self.name.split('(').next().unwrap_or_default();
        if name.trim().eq_ignore_ascii_case("not allocated") {
            Category::NotAllocated
        } else if name.chars().any(char::is_lowercase) {
            Category::Secondary
        } else {
            Category::Primary
        }
    }
}

impl Band {
    /// Its allocations, for the days of its edition.
    pub fn allocations(&self, validity: Validity) -> impl Iterator<Item = Allocation> {
        let texts = |list: &[String]| list.iter().map(|text| text.clone().into()).collect();
        self.services.iter().map(move |service| Allocation {
            range: self.range,
            table: PlanTable::National,
            service: service.name.clone().into(),
            category: service.category(),
            service_footnotes: texts(&service.footnotes),
            band_footnotes: texts(&self.footnotes),
            uses: texts(&self.uses),
            validity,
        })
    }
}
