//! What transmitters are permitted for, and what each use is held to on a day.
//!
//! The numbers stand in `data/transmitter_uses.tsv`; most are the authority's to set.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::decibel::Decibels;
use super::frequency::FrequencyRange;
use super::table::{Table, code_enum};
use super::validity::Validity;

code_enum! {
    /// The closed list of uses.
    TransmitterUse {
        /// Radio link between two fixed stations.
        FixedLink = "fixedLink",
        /// Professional mobile radio.
        Pmr = "pmr",
        /// Low-power system (gebyrforskriften § 12).
        LowPowerSystem = "lowPowerSystem",
        /// Station that sends to or hears satellites.
        EarthStation = "earthStation",
        /// Broadcasting above 30 MHz.
        Broadcasting = "broadcasting",
        Telemetry = "telemetry",
        /// Local net in 3.8-4.2 GHz.
        LocalNet = "localNet",
        /// Some days, for something that happens.
        Event = "event",
        /// Trials of equipment or services.
        Test = "test",
    }
}

impl TransmitterUse {
    /// Granted for some days only, which the applicant names.
    pub const fn is_short(self) -> bool {
        matches!(self, Self::Event | Self::Test)
    }
}

/// What a use is held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseRule {
    usage: TransmitterUse,
    lower: Option<u64>,
    upper: Option<u64>,
    /// Channel widths in hertz that there are; empty when any.
    pub widths: Vec<u64>,
    /// Within this distance other permits on an overlapping frequency are looked at, kilometres.
    pub co_channel_km: u32,
    /// Longest validity in days.
    pub longest_days: Option<i64>,
    /// The most e.r.p. that is granted without a caseworker, dBW; none when a caseworker always decides.
    pub automatic_erp: Option<Decibels>,
    /// The most stations that are granted without a caseworker; none when there is no such limit.
    pub automatic_stations: Option<usize>,
    validity: Validity,
}

impl UseRule {
    /// Whether the use has this whole channel.
    pub fn admits(&self, channel: FrequencyRange) -> bool {
        self.lower.is_none_or(|lower| lower <= channel.from().hertz())
            && self.upper.is_none_or(|upper| channel.until().hertz() <= upper)
    }
}

static RULES: LazyLock<Vec<UseRule>> = LazyLock::new(|| {
    Table::new(include_str!("../data/transmitter_uses.tsv"))
        .rows()
        .map(|row| {
            let from = row.value("valid_from").expect("every row is dated");
            let widths = row.text("widths_hz").split('|').filter(|cell| !cell.is_empty());
            UseRule {
                usage: row.value("use").expect("the table holds uses"),
                lower: row.value("lower_hz"),
                upper: row.value("upper_hz"),
                widths: widths.map(|cell| cell.parse().expect("hertz")).collect(),
                co_channel_km: row.value("co_channel_km").expect("every use has a distance"),
                longest_days: row.value("longest_days"),
                automatic_erp: row
                    .value::<f64>("automatic_erp_w")
                    .map(|watts| Decibels::from_watts(watts).expect("the table holds powers")),
                automatic_stations: row.value("automatic_stations"),
                validity: Validity::new(from, row.value("valid_until"))
                    .expect("the table holds validities"),
            }
        })
        .collect()
});

/// What a use is held to on `day`; none on days the table does not reach.
pub fn rule_on(usage: TransmitterUse, day: NaiveDate) -> Option<&'static UseRule> {
    RULES.iter().find(|rule| rule.usage == usage && rule.validity.contains(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_use_has_exactly_one_rule_today_and_none_before_the_act() {
        let day = |year| NaiveDate::from_ymd_opt(year, 11, 22).unwrap();
        for usage in TransmitterUse::ALL {
            let today = RULES.iter().filter(|rule| rule.usage == *usage);
            assert_eq!(today.filter(|rule| rule.validity.contains(day(2026))).count(), 1);
            assert!(rule_on(*usage, day(2020)).is_none());
            let rule = rule_on(*usage, day(2026)).unwrap();
            assert_eq!(rule.automatic_stations.is_some(), rule.automatic_erp.is_some());
            assert_eq!(rule.longest_days.is_some(), usage.is_short(), "{}", usage.code());
        }
    }
}
