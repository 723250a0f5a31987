//! What the certificate of a transmitter permit says: its use and every station, in three languages.

use super::super::model::{Channel, Polarisation, Station, TransmitterDetails};
use crate::{
    permit::kind::LabelledFacts,
    values::{language::Language, transmitter_use::TransmitterUse},
};

/// Words of one language.
struct Words {
    usage: &'static str,
    station: &'static str,
    hop: &'static str,
    modulation: &'static str,
    mobiles: &'static str,
    antenna: &'static str,
    above_sea: &'static str,
    above_ground: &'static str,
    all_around: &'static str,
    azimuth: &'static str,
    receives: &'static str,
}

const BOKMAL: Words = Words {
    usage: "Bruk",
    station: "Stasjon",
    hop: "Hopplengde",
    modulation: "Modulasjon",
    mobiles: "Mobile stasjoner",
    antenna: "antenne",
    above_sea: "moh.",
    above_ground: "m over bakken",
    all_around: "rundstrålende",
    azimuth: "retning",
    receives: "mottar",
};

const NYNORSK: Words = Words {
    usage: "Bruk",
    station: "Stasjon",
    hop: "Hopplengd",
    modulation: "Modulasjon",
    mobiles: "Mobile stasjonar",
    antenna: "antenne",
    above_sea: "moh.",
    above_ground: "m over bakken",
    all_around: "rundstrålande",
    azimuth: "retning",
    receives: "tek imot",
};

const ENGLISH: Words = Words {
    usage: "Use",
    station: "Station",
    hop: "Hop length",
    modulation: "Modulation",
    mobiles: "Mobile stations",
    antenna: "antenna",
    above_sea: "m a.s.l.",
    above_ground: "m above ground",
    all_around: "omnidirectional",
    azimuth: "azimuth",
    receives: "receives",
};

/// Facts.
pub fn of(details: &TransmitterDetails, language: Language) -> LabelledFacts {
    let words = match language {
        Language::Bokmal => &BOKMAL,
        Language::Nynorsk => &NYNORSK,
        Language::English => &ENGLISH,
    };
    let fact = |label: &str, value: String| (label.to_owned(), value);
    let mut facts = vec![fact(words.usage, title(details.usage, language).to_owned())];
    if let Some(link) = &details.link {
        let mimo = if link.mimo { ", MIMO" } else { "" };
        facts.push(fact(words.modulation, format!("{}{mimo}", link.modulation)));
    }
    if let Some(metres) = details.hop_metres() {
        let kilometres = number(f64::from(metres) / 1000.0, 2, language);
        facts.push(fact(words.hop, format!("{kilometres} km")));
    }
    if details.mobiles > 0 {
        facts.push(fact(words.mobiles, details.mobiles.to_string()));
    }
    for (index, station) in details.stations.iter().enumerate() {
        let label = format!("{} {}", words.station, index + 1);
        facts.push((label, place(station, words, language)));
        for channel in &station.channels {
            facts.push((String::new(), sent(channel, language)));
        }
        for band in &station.receive_bands {
            facts.push((String::new(), format!("{} {band}", words.receives)));
        }
    }
    // a line without a label belongs to the station above it
    let mut last = String::new();
    for (label, _) in &mut facts {
        if label.is_empty() {
            label.clone_from(&last);
        } else {
            last.clone_from(label);
        }
    }
    facts
}

/// What a use is called.
pub const fn title(usage: TransmitterUse, language: Language) -> &'static str {
    match (usage, language) {
        (TransmitterUse::FixedLink, Language::English) => "Fixed link",
        (TransmitterUse::FixedLink, _) => "Radiolinje",
        (TransmitterUse::Pmr, Language::English) => "Professional mobile radio",
        (TransmitterUse::Pmr, Language::Bokmal) => "Profesjonell mobilradio",
        (TransmitterUse::Pmr, Language::Nynorsk) => "Profesjonell mobilradio (PMR)",
        (TransmitterUse::LowPowerSystem, Language::English) => "Low-power system",
        (TransmitterUse::LowPowerSystem, Language::Bokmal) => "Laveffektsystem",
        (TransmitterUse::LowPowerSystem, Language::Nynorsk) => "Lågeffektsystem",
        (TransmitterUse::EarthStation, Language::English) => "Earth station",
        (TransmitterUse::EarthStation, Language::Bokmal) => "Jordstasjon",
        (TransmitterUse::EarthStation, Language::Nynorsk) => "Jordstasjon for satellitt",
        (TransmitterUse::Broadcasting, Language::English) => "Broadcasting",
        (TransmitterUse::Broadcasting, _) => "Kringkasting",
        (TransmitterUse::Telemetry, Language::English) => "Telemetry",
        (TransmitterUse::Telemetry, _) => "Telemetri",
        (TransmitterUse::LocalNet, Language::English) => "Local net, 3.8-4.2 GHz",
        (TransmitterUse::LocalNet, Language::Bokmal) => "Lokalt nett, 3,8-4,2 GHz",
        (TransmitterUse::LocalNet, Language::Nynorsk) => "Lokalt nett i 3,8-4,2 GHz",
        (TransmitterUse::Event, Language::English) => "Event",
        (TransmitterUse::Event, Language::Bokmal) => "Arrangement",
        (TransmitterUse::Event, Language::Nynorsk) => "Tilskiping",
        (TransmitterUse::Test, Language::English) => "Test",
        (TransmitterUse::Test, _) => "Utprøving",
    }
}

fn place(station: &Station, words: &Words, language: Language) -> String {
    let position = station.position;
    let municipality = station.municipality.map_or("", |place| place.entry().name);
    let mut parts = vec![station.name.clone()];
    if !municipality.is_empty() {
        parts.push(municipality.to_owned());
    }
    parts.push(format!(
        "{}° {}° (WGS 84)",
        number(position.latitude(), 6, language),
        number(position.longitude(), 6, language)
    ));
    parts.push(format!("{} {}", station.ground_height, words.above_sea));
    let antenna = &station.antenna;
    let direction = antenna.azimuth.map_or_else(
        || words.all_around.to_owned(),
        |degrees| format!("{} {degrees}°", words.azimuth),
    );
    parts.push(format!(
        "{} {} {} dBi {direction} {} {} {}",
        words.antenna,
        antenna.model,
        number(antenna.gain.value(), 1, language),
        polarisation(antenna.polarisation),
        station.antenna_height,
        words.above_ground,
    ));
    parts.join("; ")
}

/// The letter of frequency coordination agreements (HCM annex 2A).
const fn polarisation(polarisation: Polarisation) -> &'static str {
    match polarisation {
        Polarisation::Horizontal => "H",
        Polarisation::Vertical => "V",
        Polarisation::Dual => "H/V",
        Polarisation::LeftCircular => "CL",
        Polarisation::RightCircular => "CR",
    }
}

fn sent(channel: &Channel, language: Language) -> String {
    let level = |level: crate::values::decibel::Decibels| number(level.value(), 1, language);
    let frequency = |text: String| decimal_sign(&text, language);
    format!(
        "{}; {}; e.r.p. {} dBW, e.i.r.p. {} dBW",
        frequency(channel.centre.to_string()),
        channel.emission,
        level(channel.radiated.erp),
        level(channel.radiated.eirp),
    )
}

fn number(value: f64, decimals: usize, language: Language) -> String {
    decimal_sign(&format!("{value:.decimals$}"), language)
}

fn decimal_sign(text: &str, language: Language) -> String {
    match language {
        Language::English => text.to_owned(),
        Language::Bokmal | Language::Nynorsk => text.replace('.', ","),
    }
}
