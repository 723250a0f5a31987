//! What a transmitter permit is charged for (gebyrforskriften §§ 12-15).
//!
//! Rates stand in the fee table. Where a group of the table has rows of several units, the condition
//! `unit` says which unit an item counts.

use super::super::model::{Area, EventService, Polarisation, TransmitterDetails};
use crate::{
    fee::model::PoolArea,
    permit::kind::{FeeItem, FeeValue, PoolBlock},
    values::{
        frequency::{Frequency, FrequencyRange},
        transmitter_use::TransmitterUse,
    },
};

/// The items of a permit.
pub fn of(details: &TransmitterDetails) -> Vec<FeeItem> {
    match (details.usage, details.event_service) {
        (TransmitterUse::Pmr, _) => mobile_net(details),
        (TransmitterUse::LowPowerSystem, _) => vec![item("low_power_system", 1, Vec::new())],
        (TransmitterUse::Broadcasting, _) => broadcasting(details),
        (TransmitterUse::EarthStation, _) => earth_stations(details),
        (TransmitterUse::Telemetry, _) => telemetry(details),
        (TransmitterUse::LocalNet, _) => local_net(details),
        (TransmitterUse::Event, Some(EventService::Broadcasting)) => broadcasting_event(details),
        (TransmitterUse::Event, _) => event(details),
        (TransmitterUse::FixedLink | TransmitterUse::Test, _) => other(details),
    }
}

type Conditions = Vec<(&'static str, FeeValue)>;

fn item(object: &'static str, count: u64, conditions: Conditions) -> FeeItem {
    FeeItem { object, conditions, count }
}

fn unit(word: &str) -> (&'static str, FeeValue) {
    ("unit", FeeValue::Word(word.to_owned()))
}

/// Hertz are below 2⁵³ and so exact.
fn hertz(name: &'static str, hertz: u64) -> (&'static str, FeeValue) {
    (name, FeeValue::Number(hertz as f64))
}

fn frequency(frequency: Frequency) -> (&'static str, FeeValue) {
    hertz("frequency_hz", frequency.hertz())
}

fn mobile_net(details: &TransmitterDetails) -> Vec<FeeItem> {
    let mut items = vec![item("pmr", details.stations.len() as u64, vec![unit("base_station")])];
    if details.mobiles > 0 {
        items.push(item("pmr", details.mobiles.into(), vec![unit("mobile_station")]));
    }
    if details.extra_channels > 0 {
        let count = details.extra_channels.into();
        items.push(item("pmr_extra_single_frequency_channel", count, Vec::new()));
    }
    items
}

/// § 13 is about nets that are not nationwide; a nationwide net pays its share of the pool of § 15.
fn broadcasting(details: &TransmitterDetails) -> Vec<FeeItem> {
    if details.nationwide {
        return Vec::new();
    }
    let nationwide = || ("nationwide", FeeValue::Word("no".to_owned()));
    let first = details.channels().next();
    let net = first.map(|(_, _, channel)| {
        item("broadcasting_net", 1, vec![unit("net"), nationwide(), frequency(channel.centre)])
    });
    let transmitters = details.channels().map(|(_, _, channel)| {
        let power = ("power_w", FeeValue::Number(channel.power.rated_watts()));
        let conditions = vec![unit("transmitter"), nationwide(), power, frequency(channel.centre)];
        item("broadcasting_net", 1, conditions)
    });
    net.into_iter().chain(transmitters).collect()
}

/// What a nationwide net holds, as its share of the pool is counted: whatever its transmitters send
/// on, over the whole mainland, each frequency once however many send on it.
pub fn pool(details: &TransmitterDetails) -> Vec<PoolBlock> {
    if !details.nationwide {
        return Vec::new();
    }
    let mut ranges: Vec<_> = details.channels().map(|(_, _, channel)| channel.range).collect();
    ranges.sort_unstable();
    let mut merged: Vec<FrequencyRange> = Vec::new();
    for range in ranges {
        match merged.last_mut().filter(|last| range.from() <= last.until()) {
            Some(last) => {
                let until = last.until().max(range.until());
                *last = FrequencyRange::new(last.from(), until).unwrap_or(*last);
            }
            None => merged.push(range),
        }
    }
    merged
        .into_iter()
        .map(|range| PoolBlock { ranges: vec![range], area: PoolArea::Mainland })
        .collect()
}

fn broadcasting_event(details: &TransmitterDetails) -> Vec<FeeItem> {
    let first = details.channels().next();
    first
        .map(|(_, _, channel)| item("broadcasting_event", 1, vec![frequency(channel.centre)]))
        .into_iter()
        .collect()
}

fn event(details: &TransmitterDetails) -> Vec<FeeItem> {
    let mut channels: Vec<_> = details.channels().map(|(_, _, channel)| channel.range).collect();
    channels.sort_unstable();
    channels.dedup();
    let object = "pmr_or_low_power_event";
    vec![
        item(object, 1, vec![unit("permit")]),
        item(object, channels.len() as u64, vec![unit("channel")]),
    ]
}

fn earth_stations(details: &TransmitterDetails) -> Vec<FeeItem> {
    let mut items = Vec::new();
    for station in &details.stations {
        let area = || ("area", FeeValue::Word(station.area().code().to_owned()));
        let mut bands: Vec<_> = station.channels.iter().map(|channel| channel.range).collect();
        bands.sort_unstable();
        bands.dedup();
        if !bands.is_empty() {
            let conditions = vec![unit("station_and_transmit_band"), area()];
            items.push(item("earth_station", bands.len() as u64, conditions));
        }
        if !station.receive_bands.is_empty() && station.area() != Area::Mainland {
            let conditions = vec![unit("station_and_receive_band"), area()];
            items.push(item("earth_station", station.receive_bands.len() as u64, conditions));
        }
    }
    items
}

fn telemetry(details: &TransmitterDetails) -> Vec<FeeItem> {
    details
        .channels()
        .map(|(_, _, channel)| {
            let erp = FeeValue::Number(channel.radiated.erp.rated_watts());
            item("telemetry", 1, vec![("erp_w", erp)])
        })
        .collect()
}

/// One permit, charged by its widest channel and its highest density.
fn local_net(details: &TransmitterDetails) -> Vec<FeeItem> {
    let widest = details.channels().map(|(_, _, channel)| channel).max_by_key(|c| c.range.width());
    let Some(widest) = widest else { return Vec::new() };
    let density = details.channels().map(|(_, _, channel)| eirp_dbm_per_5mhz(channel));
    let density = density.fold(f64::NEG_INFINITY, f64::max);
    let conditions = vec![
        frequency(widest.centre),
        hertz("bandwidth_hz", widest.range.width()),
        ("eirp_dbm_per_5mhz", FeeValue::Number(density)),
    ];
    vec![item("local_net_3800_4200", 1, conditions)]
}

/// Density over five megahertz: dBW + 30 - 10 log (width / 5 MHz), to a hundredth.
fn eirp_dbm_per_5mhz(channel: &super::super::model::Channel) -> f64 {
    let parts = channel.range.width() as f64 / 5e6;
    ((channel.radiated.eirp.value() + 30.0 - 10.0 * parts.log10()) * 100.0).round() / 100.0
}

/// Every transmitter by band and bandwidth; with MIMO a station counts once for the same frequency,
/// polarisation and bandwidth.
fn other(details: &TransmitterDetails) -> Vec<FeeItem> {
    let mimo = details.link.as_ref().is_some_and(|link| link.mimo);
    let mut counted: Vec<(usize, Frequency, u64, Polarisation)> = Vec::new();
    let mut items: Vec<FeeItem> = Vec::new();
    for (number, station, channel) in details.channels() {
        let width = channel.range.width();
        let transmitter = (number, channel.centre, width, station.antenna.polarisation);
        if mimo && counted.contains(&transmitter) {
            continue;
        }
        counted.push(transmitter);
        let conditions = vec![frequency(channel.centre), hertz("bandwidth_hz", width)];
        match items.iter_mut().find(|item| item.conditions == conditions) {
            Some(item) => item.count += 1,
            None => items.push(item("other_transmitter", 1, conditions)),
        }
    }
    items
}
