//! The frequency plan: which services each band is allocated to, by date.
//!
//! Carried are the table of the ITU Radio Regulations (Region 1) and the European Common Allocation
//! table, which the national plan lies within (ekomloven § 11-1); editions of the national plan are
//! imported, and take the place of the carried tables on their days. It decides nothing: a frequency outside the plan is for a caseworker to judge.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use chrono::NaiveDate;

use super::frequency::{Frequency, FrequencyRange};
use super::table::{Table, code_enum};
use super::validity::Validity;

code_enum! {
    /// Where an allocation stands, in the order they are read: the national plan first.
    PlanTable {
        /// The national frequency plan, by import.
        National = "NO",
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

/// A text of a table: carried ones live as long as the program.
type Text = Cow<'static, str>;

/// One service in one band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    pub range: FrequencyRange,
    pub table: PlanTable,
    /// As the tables write it: capitals for primary services.
    pub service: Text,
    pub category: Category,
    /// Footnotes to the service, e.g. `5.54A`.
    pub service_footnotes: Vec<Text>,
    /// Footnotes to the whole band.
    pub band_footnotes: Vec<Text>,
    /// What the band is used for; the national plan only.
    pub uses: Vec<Text>,
    /// Days of the edition.
    pub validity: Validity,
}

impl Allocation {
    /// Its place among allocations of one day; no two of one day have the same.
    pub fn place(&self) -> (FrequencyRange, PlanTable, &str) {
        (self.range, self.table, &self.service)
    }
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

static CARRIED: LazyLock<Vec<Allocation>> = LazyLock::new(|| {
    let table = Table::new(include_str!("../data/frequency_allocations.tsv"));
    let words = |text: &'static str| text.split_whitespace().map(Cow::Borrowed).collect();
    let mut rows: Vec<Allocation> = table
        .rows()
        .map(|row| {
            let hertz = |column| {
                let number = row.value::<u64>(column).expect("the table holds hertz");
                Frequency::from_hertz(number).expect("the table holds radio frequencies")
            };
            let from = row.value("valid_from").expect("every row has a first day");
            Allocation {
                range: FrequencyRange::new(hertz("lower_hz"), hertz("upper_hz"))
                    .expect("the table holds ranges"),
                table: row.value("table").expect("every row is of a table"),
                service: row.text("service").into(),
                category: row.value("category").expect("every row has a category"),
                service_footnotes: words(row.text("service_footnotes")),
                band_footnotes: words(row.text("band_footnotes")),
                uses: Vec::new(),
                validity: Validity::new(from, row.value("valid_until")).expect("days in order"),
            }
        })
        .collect();
    rows.sort_by(|a, b| a.place().cmp(&b.place()));
    // the publication has FIXED twice in 1.70-1.71 GHz
    rows.dedup();
    rows
});

/// Every allocation of the carried tables, whatever its days, by frequency.
pub fn carried() -> &'static [Allocation] {
    &CARRIED
}

/// Allocations of the carried tables in force on `day` that share a frequency with `range`, by
/// frequency.
pub fn overlapping(
    range: FrequencyRange,
    day: NaiveDate,
) -> impl Iterator<Item = &'static Allocation> {
    CARRIED.iter().filter(move |row| row.validity.contains(day) && row.range.overlaps(range))
}

/// What rules ask about a band: the edition of the national plan in force on the day, where one was
/// imported, and else the carried tables.
#[derive(Debug, Clone, Default)]
pub struct Planned(Arc<[Allocation]>);

impl Planned {
    /// With the imported editions of the national plan, by place.
    pub const fn with(national: Arc<[Allocation]>) -> Self {
        Self(national)
    }

    /// Whether every frequency of `range` has an allocation on `day` that is `wanted`, in one row or
    /// several.
    pub fn covers(
        &self,
        range: FrequencyRange,
        day: NaiveDate,
        wanted: impl Fn(&Allocation) -> bool,
    ) -> bool {
        if self.0.iter().any(|row| row.validity.contains(day)) {
            let rows = self.0.iter();
            let of_day = rows.filter(|row| row.validity.contains(day) && row.range.overlaps(range));
            return cover(range, of_day.filter(|row| wanted(row)));
        }
        cover(range, overlapping(range, day).filter(|row| wanted(row)))
    }

    /// Whether every frequency of `range` is allocated to `service` on `day`.
    pub fn is_allocated(
        &self,
        range: FrequencyRange,
        service: PlanService,
        day: NaiveDate,
    ) -> bool {
        self.covers(range, day, |row| service.is(&row.service))
    }
}

/// Whether rows, by frequency, leave nothing of a range out.
fn cover<'a>(range: FrequencyRange, rows: impl Iterator<Item = &'a Allocation>) -> bool {
    let mut reached = range.from();
    for row in rows {
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

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn is_allocated(range: FrequencyRange, service: PlanService, day: NaiveDate) -> bool {
        Planned::default().is_allocated(range, service, day)
    }

    #[test]
    fn an_imported_edition_takes_the_place_of_the_carried_tables_on_its_days() {
        let until = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let row = |from, to, service: &'static str| Allocation {
            range: range(from, to),
            table: PlanTable::National,
            service: service.into(),
            category: Category::Primary,
            service_footnotes: Vec::new(),
            band_footnotes: Vec::new(),
            uses: Vec::new(),
            validity: Validity::new(day(), Some(until)).unwrap(),
        };
        let planned = Planned::with(Arc::new([
            row(17_000_000_000, 17_710_000_000, "FIXED"),
            row(17_710_000_000, 18_000_000_000, "FIXED"),
            row(98_000_000, 99_000_000, "LAND MOBILE"),
        ]));
        let link = range(17_700_000_000, 17_727_500_000);
        assert!(planned.is_allocated(link, PlanService::Fixed, day()), "in two rows");
        let fm = range(98_000_000, 98_200_000);
        assert!(planned.is_allocated(fm, PlanService::LandMobile, day()));
        assert!(!planned.is_allocated(fm, PlanService::Broadcasting, day()));
        // outside its days the carried tables answer
        for other in [day().pred_opt().unwrap(), until] {
            assert!(!planned.is_allocated(fm, PlanService::LandMobile, other));
            assert!(planned.is_allocated(fm, PlanService::Broadcasting, other));
        }
    }

    #[test]
    fn before_the_first_edition_nothing_is_known_to_be_allocated() {
        let fixed = range(17_700_000_000, 17_727_500_000);
        let first = NaiveDate::from_ymd_opt(2026, 2, 19).unwrap();
        assert!(is_allocated(fixed, PlanService::Fixed, first));
        let before = first.pred_opt().unwrap();
        assert!(!is_allocated(fixed, PlanService::Fixed, before));
        assert_eq!(overlapping(fixed, before).count(), 0);
    }

    #[test]
    fn the_whole_table_reads() {
        assert_eq!(carried().len(), 3_017);
        assert!(carried().windows(2).all(|rows| rows[0].place() < rows[1].place()));
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
            assert!(is_allocated(range(from, until), service, day()), "{from}");
        }
        assert!(!is_allocated(range(98_000_000, 98_200_000), PlanService::LandMobile, day()));
        assert!(!is_allocated(range(107_900_000, 108_100_000), PlanService::Broadcasting, day()));
        assert!(!is_allocated(range(1, 8_000), PlanService::Fixed, day()));
    }

    proptest! {
        #[test]
        fn a_part_of_an_allocated_range_is_allocated(from in 8_300..300_000_000_000u64, width in 2..1_000_000_000u64) {
            let whole = range(from, from + width);
            let part = range(from + width / 3, from + width / 3 + width / 2);
            for service in [PlanService::Fixed, PlanService::LandMobile, PlanService::EarthToSpace] {
                prop_assert!(!is_allocated(whole, service, day()) || is_allocated(part, service, day()));
            }
        }
    }
}
