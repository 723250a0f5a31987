//! Whether the frequency plan has a service in a range: the national plan of the day where it was imported, else the
//! allocations of ITU Region 1 and the European common table.

use chrono::NaiveDate;

use super::super::model::RadioService;
use crate::values::{
    frequency::FrequencyRange,
    frequency_plan::{Category, Planned},
};

fn is_of(service: RadioService, name: &str) -> bool {
    let by_satellite = name.contains("SATELLITE");
    match service {
        RadioService::Mobile => name.contains("MOBILE") && !by_satellite,
        RadioService::Fixed => name == "FIXED",
        RadioService::Broadcasting => name == "BROADCASTING",
        RadioService::Satellite => by_satellite,
    }
}

/// Whether every hertz of the range is allocated to the service as primary on `day`.
pub fn covers(
    plan: &Planned,
    service: RadioService,
    range: FrequencyRange,
    day: NaiveDate,
) -> bool {
    plan.covers(range, day, |row| row.category == Category::Primary && is_of(service, &row.service))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::frequency::Frequency;

    fn range(from: u64, until: u64) -> FrequencyRange {
        let at = |hertz| Frequency::from_hertz(hertz).unwrap();
        FrequencyRange::new(at(from), at(until)).unwrap()
    }

    fn covers(service: RadioService, range: FrequencyRange) -> bool {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        super::covers(&Planned::default(), service, range, day)
    }

    #[test]
    fn a_range_is_covered_when_the_service_has_every_part_of_it() {
        assert!(covers(RadioService::Mobile, range(3_410_000_000, 3_600_000_000)));
        assert!(covers(RadioService::Mobile, range(3_410_000_000, 3_800_000_000)));
        assert!(!covers(RadioService::Broadcasting, range(3_410_000_000, 3_600_000_000)));
        assert!(covers(RadioService::Broadcasting, range(90_000_000, 100_000_000)));
        // radio astronomy and passive services only
        assert!(!covers(RadioService::Mobile, range(2_690_000_000, 2_700_000_000)));
        assert!(!covers(RadioService::Mobile, range(2_680_000_000, 2_695_000_000)));
    }
}
