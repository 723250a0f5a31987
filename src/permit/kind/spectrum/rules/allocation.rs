//! Whether the frequency plan has a service in a range: the allocations of ITU Region 1 and the European common table.

use std::sync::LazyLock;

use super::super::model::RadioService;
use crate::values::{frequency::FrequencyRange, table::Table};

/// Lower end, upper end (outside), service as the tables write it.
static ALLOCATIONS: LazyLock<Vec<(u64, u64, &str)>> = LazyLock::new(|| {
    let mut rows: Vec<_> = Table::new(include_str!("../../../../data/frequency_allocations.tsv"))
        .rows()
        .filter(|row| row.text("category") == "primary")
        .filter_map(|row| {
            Some((row.value("lower_hz")?, row.value("upper_hz")?, row.text("service")))
        })
        .collect();
    rows.sort_unstable();
    rows
});

fn is_of(service: RadioService, name: &str) -> bool {
    let by_satellite = name.contains("SATELLITE");
    match service {
        RadioService::Mobile => name.contains("MOBILE") && !by_satellite,
        RadioService::Fixed => name == "FIXED",
        RadioService::Broadcasting => name == "BROADCASTING",
        RadioService::Satellite => by_satellite,
    }
}

/// Whether every hertz of the range is allocated to the service as primary.
pub fn covers(service: RadioService, range: FrequencyRange) -> bool {
    let mut reached = range.from().hertz();
    for (lower, upper, name) in ALLOCATIONS.iter() {
        if *lower > reached || reached >= range.until().hertz() {
            break;
        }
        if is_of(service, name) {
            reached = reached.max(*upper);
        }
    }
    reached >= range.until().hertz()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::frequency::Frequency;

    fn range(from: u64, until: u64) -> FrequencyRange {
        let at = |hertz| Frequency::from_hertz(hertz).unwrap();
        FrequencyRange::new(at(from), at(until)).unwrap()
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
