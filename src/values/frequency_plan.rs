//! The frequency plan: which services each band is allocated to.
//!
//! Carried are the table of the ITU Radio Regulations (Region 1) and the European Common Allocation
//! table, which the national plan lies within (ekomloven § 11-1). It decides nothing: a frequency
//! outside the plan is for a caseworker to judge.

use std::sync::LazyLock;

use super::frequency::{Frequency, FrequencyRange};
use super::table::{Table, code_enum};

code_enum! {
    /// Where an allocation stands.
    PlanTable {
        /// European Common Allocation table (ERC Report 25).
        Eca = "ECA",
        /// ITU Radio Regulations Article 5, Region 1.
        Region1 = "RR_REGION_1",
    }
}

code_enum! {
    /// What a service may claim of others in the band.
    Category {
        Primary = "primary",
        /// Must accept primary services.
        Secondary = "secondary",
        NotAllocated = "not_allocated",
    }
}

/// One service in one band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    pub range: FrequencyRange,
    pub table: PlanTable,
    /// As the tables write it: capitals for primary services.
    pub service: &'static str,
    pub category: Category,
    /// Footnotes to the service, e.g. `5.54A`.
    pub service_footnotes: Vec<&'static str>,
    /// Footnotes to the whole band.
    pub band_footnotes: Vec<&'static str>,
}

/// A radio service the plan is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanService {
    Fixed,
    /// Land mobile, or mobile of any kind that includes it.
    LandMobile,
    /// Fixed or land mobile.
    FixedOrMobile,
    Broadcasting,
    /// Any service of a station that sends to space.
    EarthToSpace,
}

impl PlanService {
    fn is(self, service: &str) -> bool {
        let service = service.to_ascii_uppercase();
        match self {
            Self::Fixed => service == "FIXED",
            Self::LandMobile => {
                service == "LAND MOBILE"
                    || service == "MOBILE"
                    || service.starts_with("MOBILE EXCEPT AERONAUTICAL")
            }
            Self::FixedOrMobile => Self::Fixed.is(&service) || Self::LandMobile.is(&service),
            Self::Broadcasting => service == "BROADCASTING",
            Self::EarthToSpace => {
                service.contains("EARTH-TO-SPACE")
                    || matches!(&*service, "SPACE RESEARCH" | "SPACE OPERATION")
            }
        }
    }
}

static ALLOCATIONS: LazyLock<Vec<Allocation>> = LazyLock::new(|| {
    let table = Table::new(include_str!("../data/frequency_allocations.tsv"));
    let mut rows: Vec<Allocation> = table
        .rows()
        .map(|row| {
            let hertz = |column| {
                let number = row.value::<u64>(column).expect("the table holds hertz");
                Frequency::from_hertz(number).expect("the table holds radio frequencies")
            };
            Allocation {
                range: FrequencyRange::new(hertz("lower_hz"), hertz("upper_hz"))
                    .expect("the table holds ranges"),
                table: row.value("table").expect("every row is of a table"),
                service: row.text("service"),
                category: row.value("category").expect("every row has a category"),
                service_footnotes: row.text("service_footnotes").split_whitespace().collect(),
                band_footnotes: row.text("band_footnotes").split_whitespace().collect(),
            }
        })
        .collect();
    rows.sort_by_key(|row| (row.range, row.table));
    rows
});

/// Every allocation, by frequency.
pub fn allocations() -> &'static [Allocation] {
    &ALLOCATIONS
}

/// Allocations that share a frequency with `range`, by frequency, each with its place in the plan.
pub fn overlapping(range: FrequencyRange) -> impl Iterator<Item = (usize, &'static Allocation)> {
    ALLOCATIONS.iter().enumerate().filter(move |(_, row)| row.range.overlaps(range))
}

/// Whether every frequency of `range` is allocated to `service` in one of the tables.
pub fn is_allocated(range: FrequencyRange, service: PlanService) -> bool {
    let mut reached = range.from();
    for (_, row) in overlapping(range).filter(|(_, row)| service.is(row.service)) {
        if row.range.from() > reached {
            return false;
        }
        reached = reached.max(row.range.until());
        if reached >= range.until() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(from: u64, until: u64) -> FrequencyRange {
        let at = |hertz| Frequency::from_hertz(hertz).unwrap();
        FrequencyRange::new(at(from), at(until)).unwrap()
    }

    #[test]
    fn the_whole_table_reads() {
        assert_eq!(allocations().len(), 3_018);
        assert!(allocations().is_sorted_by_key(|row| row.range));
    }

    #[test]
    fn known_bands_are_allocated_to_their_service() {
        for (from, until, service) in [
            (17_700_000_000, 17_727_500_000, PlanService::Fixed),
            (160_006_250, 160_018_750, PlanService::LandMobile),
            (3_800_000_000, 3_880_000_000, PlanService::FixedOrMobile),
            (98_000_000, 98_200_000, PlanService::Broadcasting),
            (14_000_000_000, 14_036_000_000, PlanService::EarthToSpace),
        ] {
            assert!(is_allocated(range(from, until), service), "{from}");
        }
        assert!(!is_allocated(range(98_000_000, 98_200_000), PlanService::LandMobile));
        assert!(!is_allocated(range(107_900_000, 108_100_000), PlanService::Broadcasting));
        assert!(!is_allocated(range(1, 8_000), PlanService::Fixed));
    }

    proptest! {
        #[test]
        fn a_part_of_an_allocated_range_is_allocated(from in 8_300..300_000_000_000u64, width in 2..1_000_000_000u64) {
            let whole = range(from, from + width);
            let part = range(from + width / 3, from + width / 3 + width / 2);
            for service in [PlanService::Fixed, PlanService::LandMobile, PlanService::EarthToSpace] {
                prop_assert!(!is_allocated(whole, service) || is_allocated(part, service));
            }
        }
    }
}
