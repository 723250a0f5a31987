//! Sections `frequency` and `station` of the record, by the names of the policy.
//!
//! The members of `station` are lists whose entries carry the number of the station, so that the
//! policy can withhold position, name and antenna and leave the municipality. Nothing that tells a
//! place may stand in `frequency`.

use serde_json::{Map, Value, json};

use super::super::model::TransmitterDetails;
use crate::permit::record::without_nulls;

/// The sections.
pub fn of(details: &TransmitterDetails) -> Map<String, Value> {
    let mut sections = Map::new();
    sections.insert("frequency".to_owned(), frequency(details));
    sections.insert("station".to_owned(), station(details));
    sections
}

fn frequency(details: &TransmitterDetails) -> Value {
    let mut ranges: Vec<_> = details.channels().map(|(_, _, channel)| channel.range).collect();
    ranges.extend(details.stations.iter().flat_map(|station| station.receive_bands.clone()));
    ranges.sort_unstable();
    ranges.dedup();
    let mut emissions: Vec<_> =
        details.channels().map(|(_, _, channel)| channel.emission).collect();
    emissions.sort_unstable();
    emissions.dedup();
    let channels: Vec<Value> = details
        .channels()
        .map(|(number, _, channel)| {
            json!({
                "station": number,
                "centreHz": channel.centre,
                "widthHz": channel.range.width(),
            })
        })
        .collect();
    let powers: Vec<Value> = details
        .channels()
        .map(|(number, _, channel)| {
            json!({
                "station": number,
                "centreHz": channel.centre,
                "powerDbw": channel.power,
                "cableLossDb": channel.cable_loss,
                "erpDbw": channel.radiated.erp,
                "eirpDbw": channel.radiated.eirp,
            })
        })
        .collect();
    json!({
        "use": { "name": details.usage },
        "range": ranges
            .iter()
            .map(|range| json!({ "lower": range.from(), "upper": range.until() }))
            .collect::<Vec<_>>(),
        "channel": channels,
        "emission": emissions,
        "power": powers,
    })
}

fn station(details: &TransmitterDetails) -> Value {
    let each = |tell: &dyn Fn(usize, &super::super::model::Station) -> Option<Value>| {
        let numbered = details.stations.iter().enumerate();
        numbered.filter_map(|(index, station)| tell(index + 1, station)).collect::<Vec<_>>()
    };
    let mut section = json!({
        "name": each(&|number, station| Some(json!({ "station": number, "text": station.name }))),
        "municipality": each(&|number, station| {
            let place = station.municipality?;
            Some(json!({ "station": number, "number": place, "text": place.entry().name }))
        }),
        "position": {
            "sites": each(&|number, station| Some(json!({
                "station": number,
                "latitude": station.position.latitude(),
                "longitude": station.position.longitude(),
                "groundHeightMetres": station.ground_height,
                "antennaHeightMetres": station.antenna_height,
            }))),
            "hopLengthMetres": details.hop_metres(),
        },
        "antenna": each(&|number, station| Some(without_nulls(json!({
            "station": number,
            "model": station.antenna.model,
            "gainDbi": station.antenna.gain,
            "azimuth": station.antenna.azimuth,
            "elevation": station.antenna.elevation,
            "polarisation": station.antenna.polarisation,
            "pattern": station.antenna.pattern,
        })))),
    });
    let equipment = each(&|number, station| {
        Some(json!({ "station": number, "text": station.equipment.as_ref()? }))
    });
    if !equipment.is_empty() {
        section["equipment"] = Value::Array(equipment);
    }
    without_nulls(section)
}
