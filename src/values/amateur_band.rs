//! The bands amateurs may use, by class of licence and by date (FOR-2026-03-23-465 §§ 5 and 5a): `src/data/amateur_bands.tsv`
//! and, for what is allowed or asked for within a band on conditions of its own, `src/data/amateur_band_exceptions.tsv`.
//!
//! A day before the first row is unknown here, not without bands: [`known_from`] says where the table begins.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::table::{Row, Table, code_enum};

static BANDS: LazyLock<Vec<Band>> = LazyLock::new(|| {
    let rows = Table::new(include_str!("../data/amateur_bands.tsv"));
    rows.rows().map(|row| Band::read(&row)).collect()
});

static EXCEPTIONS: LazyLock<Vec<BandException>> = LazyLock::new(|| {
    let rows = Table::new(include_str!("../data/amateur_band_exceptions.tsv"));
    rows.rows().map(|row| BandException::read(&row)).collect()
});

code_enum! {
    /// Classes of licence (FOR-2026-03-23-465 § 4).
    LicenceClass {
        /// Limited bands and power; valid in Norway only.
        Limited = "limited",
        /// HAREC class A; CEPT T/R 61-01.
        Full = "full",
    }
}

impl LicenceClass {
    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

code_enum! {
    /// Standing of the amateur service in a band.
    BandStatus {
        Primary = "primary",
        /// Must not disturb primary users, and is not protected from them.
        Secondary = "secondary",
    }
}

code_enum! {
    /// What a limit of power is measured as.
    PowerBasis {
        /// Peak envelope power at the transmitter's output.
        Pep = "pep",
        /// Equivalent isotropically radiated power.
        Eirp = "eirp",
        /// Equivalent isotropically radiated power in each megahertz.
        EirpPerMhz = "eirp_per_mhz",
    }
}

/// A band of a class. Frequencies and bandwidths are in hertz, powers in watts.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Id of the row, e.g. `F17`.
    pub id: &'static str,
    pub class: LicenceClass,
    pub from_hz: u64,
    pub to_hz: u64,
    pub status: BandStatus,
    pub max_power_w: f64,
    pub power_basis: PowerBasis,
    /// A second limit, on the power radiated.
    pub max_eirp_w: Option<f64>,
    /// A second limit, on the mean power.
    pub max_mean_w: Option<f64>,
    pub max_bandwidth_hz: u64,
    pub valid_from: NaiveDate,
    /// First day it no longer holds.
    pub valid_until: Option<NaiveDate>,
}

/// What holds within a part of a band instead of the band's own limits. An empty limit is that of the band.
#[derive(Debug, Clone, PartialEq)]
pub struct BandException {
    /// Id of the row, e.g. `X03`.
    pub id: &'static str,
    band: &'static str,
    /// `any`, `eme`, `eme+ms` (moon bounce, meteor scatter), `satellite` or `wideband`.
    pub used_for: &'static str,
    pub from_hz: u64,
    pub to_hz: u64,
    pub max_power_w: Option<f64>,
    pub power_basis: Option<PowerBasis>,
    /// It holds for signals wider than this.
    pub bandwidth_over_hz: Option<u64>,
    pub max_bandwidth_hz: Option<u64>,
    /// Elevation of the antenna in degrees, as an interval such as `[15,55)`.
    pub elevation: Option<&'static str>,
    /// What else is asked for, `name=value` joined by `;`.
    pub requires: Option<&'static str>,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
}

fn holds(from: NaiveDate, until: Option<NaiveDate>, day: NaiveDate) -> bool {
    from <= day && until.is_none_or(|until| day < until)
}

/// The bands of a class on a day, lowest first.
pub fn bands(class: LicenceClass, day: NaiveDate) -> impl Iterator<Item = &'static Band> {
    BANDS
        .iter()
        .filter(move |band| band.class == class && holds(band.valid_from, band.valid_until, day))
}

/// The first day the table says anything about.
pub fn known_from() -> NaiveDate {
    BANDS.iter().map(|band| band.valid_from).min().unwrap_or(NaiveDate::MAX)
}

impl Band {
    fn read(row: &Row<'_, 'static>) -> Self {
        let note = |name: &str| {
            let (key, value) = row.text("power_note").split_once('=')?;
            (key == name).then(|| value.parse().expect("the note holds watts"))
        };
        Self {
            id: row.text("band_id"),
            class: row.value("class").expect("the table holds a class"),
            from_hz: row.value("from_hz").expect("the table holds hertz"),
            to_hz: row.value("to_hz").expect("the table holds hertz"),
            status: row.value("status").expect("the table holds a status"),
            max_power_w: row.value("max_power_w").expect("the table holds watts"),
            power_basis: row.value("power_basis").expect("the table holds a basis"),
            max_eirp_w: note("eirp_max_w"),
            max_mean_w: note("mean_max_w"),
            max_bandwidth_hz: row.value("max_bandwidth_hz").expect("the table holds hertz"),
            valid_from: row.value("valid_from").expect("the table holds a day"),
            valid_until: row.value("valid_until"),
        }
    }

    /// What holds within parts of the band on a day.
    pub fn exceptions(&self, day: NaiveDate) -> impl Iterator<Item = &'static BandException> {
        let id = self.id;
        EXCEPTIONS.iter().filter(move |exception| {
            exception.band == id && holds(exception.valid_from, exception.valid_until, day)
        })
    }
}

impl BandException {
    fn read(row: &Row<'_, 'static>) -> Self {
        let given = |column| Some(row.text(column)).filter(|text| !text.is_empty());
        Self {
            id: row.text("exception_id"),
            band: row.text("band_id"),
            used_for: row.text("use"),
            from_hz: row.value("from_hz").expect("the table holds hertz"),
            to_hz: row.value("to_hz").expect("the table holds hertz"),
            max_power_w: row.value("max_power_w"),
            power_basis: row.value("power_basis"),
            bandwidth_over_hz: row.value("bandwidth_over_hz"),
            max_bandwidth_hz: row.value("max_bandwidth_hz"),
            elevation: given("elevation_deg"),
            requires: given("requires"),
            valid_from: row.value("valid_from").expect("the table holds a day"),
            valid_until: row.value("valid_until"),
        }
    }
}

/// Hertz as people write it in a band plan: `3500 kHz`, `144 MHz`, `10.25 GHz`.
pub fn written(hz: u64) -> String {
    let (unit, size) = match hz {
        0..30_000_000 => ("kHz", 1_000),
        30_000_000..10_000_000_000 => ("MHz", 1_000_000),
        _ => ("GHz", 1_000_000_000),
    };
    format!("{} {unit}", in_unit(hz, size))
}

/// A whole number of `size`s, with as many decimals as there are.
fn in_unit(hz: u64, size: u64) -> String {
    let digits = size.ilog10() as usize;
    let decimals = format!("{:0digits$}", hz % size);
    let decimals = decimals.trim_end_matches('0');
    let whole = hz / size;
    if decimals.is_empty() { whole.to_string() } else { format!("{whole}.{decimals}") }
}

/// A bandwidth as people write it: `6 kHz`, `20 MHz`.
pub fn written_width(hz: u64) -> String {
    let (unit, size) = if hz < 1_000_000 { ("kHz", 1_000) } else { ("MHz", 1_000_000) };
    format!("{} {unit}", in_unit(hz, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn ids(class: LicenceClass, on: &str) -> Vec<&'static str> {
        bands(class, day(on)).map(|band| band.id).collect()
    }

    #[test]
    fn rows_are_sound_and_every_exception_lies_in_its_band() {
        assert_eq!((BANDS.len(), EXCEPTIONS.len()), (49, 14));
        for band in BANDS.iter() {
            assert!(band.from_hz < band.to_hz && band.max_power_w > 0.0, "{}", band.id);
            assert!(band.valid_until.is_none_or(|until| band.valid_from < until), "{}", band.id);
        }
        for exception in EXCEPTIONS.iter() {
            let band = BANDS.iter().find(|band| band.id == exception.band).unwrap();
            assert!(exception.to_hz > exception.from_hz, "{}", exception.id);
            // wider signals of one row may reach from its band into the next
            let within = band.from_hz <= exception.from_hz && exception.to_hz <= band.to_hz;
            assert!(within, "{}", exception.id);
        }
    }

    #[test]
    fn on_thirty_days_across_the_changes_the_rows_of_the_day_hold() {
        let starts = ["2026-03-08", "2027-12-17", "2029-01-01"];
        let mut days = 0;
        for start in starts {
            for on in day(start).iter_days().step_by(3).take(10) {
                days += 1;
                let full: Vec<&str> = bands(LicenceClass::Full, on).map(|band| band.id).collect();
                let limited = bands(LicenceClass::Limited, on).count();
                let (expected, twenty_three) = match on {
                    on if on < day("2026-03-23") => ((0, 0), false),
                    on if on < day("2028-01-01") => ((38, 11), true),
                    _ => ((37, 11), false),
                };
                assert_eq!((full.len(), limited), expected, "{on}");
                assert_eq!(full.contains(&"F19"), twenty_three, "{on}");
            }
        }
        assert_eq!(days, 30);
        assert_eq!(known_from(), day("2026-03-23"));
        assert!(ids(LicenceClass::Full, "2026-03-22").is_empty());
        assert!(ids(LicenceClass::Full, "2027-12-31").contains(&"F19"));
        assert!(!ids(LicenceClass::Full, "2028-01-01").contains(&"F19"));
    }

    #[test]
    fn the_limits_of_the_regulation_are_read() {
        let on = day("2026-11-22");
        let band = |id: &str| bands(LicenceClass::Full, on).find(|band| band.id == id).unwrap();
        assert_eq!((band("F01").max_power_w, band("F01").max_eirp_w), (200.0, Some(1.0)));
        assert_eq!(band("F04").max_mean_w, Some(10.0));
        assert_eq!(band("F21").power_basis, PowerBasis::Eirp);
        let moon: Vec<_> = band("F23").exceptions(on).map(|exception| exception.id).collect();
        assert_eq!(moon, ["X13", "X14"]);
        assert_eq!(band("F19").exceptions(day("2027-12-31")).count(), 1);
        assert_eq!(band("F19").exceptions(day("2028-01-01")).count(), 0);
    }

    #[test]
    fn frequencies_are_written_as_band_plans_do() {
        for (hz, text) in [
            (135_700, "135.7 kHz"),
            (3_500_000, "3500 kHz"),
            (29_700_000, "29700 kHz"),
            (69_900_000, "69.9 MHz"),
            (1_296_000_000, "1296 MHz"),
            (10_250_000_000, "10.25 GHz"),
        ] {
            assert_eq!(written(hz), text);
        }
        assert_eq!(
            (written_width(6_000), written_width(20_000_000)),
            ("6 kHz".into(), "20 MHz".into())
        );
    }
}
