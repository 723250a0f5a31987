//! Made-up transmitter permits of organisations: a mobile net each, on channels and at places that vary.
//! Pure: time and numbers are given. Channels are not coordinated; the places are nowhere in particular.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::{
    failure::Failure,
    permit::kind::{
        self,
        transmitter::model::{Channel, Station, TransmitterDetails},
    },
    values::{
        frequency::{Frequency, FrequencyRange},
        municipality::Municipality,
        position::Position,
    },
};

/// Municipality and degrees north and east, which sites are made around.
const PLACES: [(&str, f64, f64); 8] = [
    ("4215", 58.27, 8.31),
    ("4204", 58.19, 7.96),
    ("4601", 60.36, 5.41),
    ("1103", 58.93, 5.66),
    ("0301", 59.97, 10.71),
    ("5001", 63.39, 10.29),
    ("1804", 67.29, 14.47),
    ("5501", 69.68, 18.84),
];
/// The lowest channel, Hz.
const LOWEST: u64 = 136_018_750;
/// From one channel to the next, Hz.
const RASTER: u64 = 12_500;
/// Channels before they repeat.
const CHANNELS: u64 = 2_900;

/// What the kind reads of an application for the first of them; the rest vary channel and place.
static SPECIMEN: LazyLock<Option<TransmitterDetails>> = LazyLock::new(|| {
    let application = json!({
        "applicant": kind::any(kind::Kind::Transmitter).example()["applicant"],
        "use": "pmr",
        "purpose": "Samband mellom folk i arbeid",
        "mobileNet": { "mobileStations": 10, "extraChannels": 0 },
        "stations": [{
            "name": "Skoddeheia",
            "position": { "latitude": 58.27, "longitude": 8.31 },
            "groundHeight": 120, "antennaHeight": 12, "municipality": "4215",
            "antenna": { "model": "Rundstråler", "gain": 2.0, "gainUnit": "dbd", "polarisation": "vertical" },
            "channels": [{
                "centreHz": LOWEST, "widthHz": RASTER, "emission": "11K0F3E",
                "power": { "value": 10.0, "unit": "w" }, "cableLossDb": 3.0,
            }],
        }],
    });
    let read = kind::any(kind::Kind::Transmitter).read(&application, false, "").ok()?;
    serde_json::from_value(read.details).ok()
});

/// The details of permit `n` of the series, in JSON as they are kept.
///
/// # Errors
/// When the specimen is not of the kind any more.
pub fn details(n: u64) -> Result<Value, Failure> {
    let mut details = SPECIMEN.clone().ok_or_else(|| Failure::internal("a broken specimen"))?;
    for station in &mut details.stations {
        vary(station, n).ok_or_else(|| Failure::internal("a place or channel out of range"))?;
    }
    serde_json::to_value(details).map_err(Failure::internal)
}

fn vary(station: &mut Station, n: u64) -> Option<()> {
    let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let (municipality, latitude, longitude) = PLACES[(n % 8) as usize];
    // within some twenty kilometres
    let off = |bits: u64| ((bits % 4_001) as f64 - 2_000.0) / 10_000.0;
    station.name = format!("Prøveåsen {n}");
    station.position =
        Position::from_degrees(latitude + off(mixed >> 20), longitude + off(mixed >> 40)).ok()?;
    station.municipality = Some(Municipality::parse(municipality).ok()?);
    for channel in &mut station.channels {
        move_to(channel, LOWEST + RASTER * ((mixed >> 8) % CHANNELS))?;
    }
    Some(())
}

fn move_to(channel: &mut Channel, centre: u64) -> Option<()> {
    let edge = |hertz| Frequency::from_hertz(hertz).ok();
    channel.centre = edge(centre)?;
    channel.range =
        FrequencyRange::new(edge(centre - RASTER / 2)?, edge(centre + RASTER / 2)?).ok()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_of_the_series_are_of_the_kind_and_differ() {
        let of = |n| details(n).unwrap();
        let read: TransmitterDetails = serde_json::from_value(of(5_000_017)).unwrap();
        assert_eq!(read.stations.len(), 1);
        assert_ne!(of(1)["stations"][0]["channels"], of(2)["stations"][0]["channels"]);
        assert_eq!(of(3), of(3));
    }
}
