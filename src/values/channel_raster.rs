//! Channel rasters: where the centres of channels lie in bands that have such an order, by date.
//!
//! A frequency beside the raster is for a caseworker to judge; this only says that it is, and where
//! the nearest centre lies.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::frequency::Frequency;
use super::table::{Table, code_enum};
use super::validity::Validity;

code_enum! {
    /// Who follows a raster.
    RasterService {
        Mobile = "mobile",
        Broadcasting = "broadcasting",
        /// Fixed links.
        Fixed = "fixed",
    }
}

struct Raster {
    service: RasterService,
    lower: u64,
    upper: u64,
    spacing: u64,
    first: u64,
    widest: u64,
    validity: Validity,
}

static RASTERS: LazyLock<Vec<Raster>> = LazyLock::new(|| {
    Table::new(include_str!("../data/channel_rasters.tsv"))
        .rows()
        .map(|row| {
            let hertz = |column| row.value::<u64>(column).expect("the table holds hertz");
            let from = row.value("valid_from").expect("every row is dated");
            Raster {
                service: row.value("service").expect("the table holds services"),
                lower: hertz("lower_hz"),
                upper: hertz("upper_hz"),
                spacing: hertz("spacing_hz"),
                first: hertz("first_hz"),
                widest: hertz("widest_hz"),
                validity: Validity::new(from, row.value("valid_until"))
                    .expect("the table holds validities"),
            }
        })
        .collect()
});

/// How a channel lies to the rasters of its band on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The band has no raster.
    NoRaster,
    /// Its centre is one of the raster's.
    OnRaster,
    /// No raster of the band has channels this wide.
    TooWide,
    /// The nearest centre of the finest raster it fits in.
    Beside(Frequency),
}

impl Raster {
    fn nearest(&self, centre: u64) -> u64 {
        let last = self.first + (self.upper - 1 - self.first) / self.spacing * self.spacing;
        let steps = (centre.saturating_sub(self.first) + self.spacing / 2) / self.spacing;
        (self.first + steps * self.spacing).min(last)
    }
}

/// How a channel of this centre and width in hertz lies to the rasters of `day`.
pub fn fit(service: RasterService, centre: Frequency, width: u64, day: NaiveDate) -> Fit {
    let centre = centre.hertz();
    let of_band: Vec<&Raster> = RASTERS
        .iter()
        .filter(|row| row.service == service && (row.lower..row.upper).contains(&centre))
        .filter(|row| row.validity.contains(day))
        .collect();
    if of_band.is_empty() {
        return Fit::NoRaster;
    }
    let wide_enough = of_band.iter().filter(|row| width <= row.widest);
    if wide_enough.clone().any(|row| row.nearest(centre) == centre) {
        return Fit::OnRaster;
    }
    let finest = wide_enough.min_by_key(|row| row.spacing);
    finest
        .and_then(|row| Frequency::from_hertz(row.nearest(centre)).ok())
        .map_or(Fit::TooWide, Fit::Beside)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn mobile(centre: u64, width: u64) -> Fit {
        fit(RasterService::Mobile, Frequency::from_hertz(centre).unwrap(), width, day())
    }

    #[test]
    fn channels_on_beside_and_without_a_raster_are_told_apart() {
        assert_eq!(mobile(160_006_250, 12_500), Fit::OnRaster);
        assert_eq!(mobile(160_012_500, 25_000), Fit::OnRaster);
        assert_eq!(
            mobile(160_006_000, 12_500),
            Fit::Beside(Frequency::from_hertz(160_006_250).unwrap())
        );
        assert_eq!(
            mobile(160_006_250, 25_000),
            Fit::Beside(Frequency::from_hertz(160_012_500).unwrap())
        );
        assert_eq!(mobile(160_012_500, 50_000), Fit::TooWide);
        assert_eq!(mobile(18_000_000_000, 12_500), Fit::NoRaster);
        let fm = Frequency::from_hertz(98_400_000).unwrap();
        assert_eq!(fit(RasterService::Broadcasting, fm, 200_000, day()), Fit::OnRaster);
        let link = |centre: u64, width: u64| {
            fit(RasterService::Fixed, Frequency::from_hertz(centre).unwrap(), width, day())
        };
        assert_eq!(link(24_563_000_000, 28_000_000), Fit::OnRaster);
        assert_eq!(link(24_556_000_000, 14_000_000), Fit::OnRaster);
        assert_eq!(
            link(24_570_000_000, 28_000_000),
            Fit::Beside(Frequency::from_hertz(24_563_000_000).unwrap())
        );
        assert_eq!(link(17_740_000_000, 28_000_000), Fit::NoRaster);
        let before = NaiveDate::from_ymd_opt(1980, 1, 1).unwrap();
        assert_eq!(fit(RasterService::Broadcasting, fm, 200_000, before), Fit::NoRaster);
    }

    proptest! {
        #[test]
        fn the_nearest_centre_is_on_the_raster_and_near(centre in 60_000_000..500_000_000u64, wide in any::<bool>()) {
            let width = if wide { 25_000 } else { 12_500 };
            match mobile(centre, width) {
                Fit::Beside(nearest) => {
                    prop_assert_eq!(mobile(nearest.hertz(), width), Fit::OnRaster);
                    prop_assert!(nearest.hertz().abs_diff(centre) <= width);
                }
                Fit::TooWide => prop_assert!(false, "the widths of the table fit"),
                Fit::OnRaster | Fit::NoRaster => {}
            }
        }
    }
}
