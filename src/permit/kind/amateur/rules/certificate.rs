//! What the certificate of an amateur licence or station says, in three languages. The bands of a
//! personal licence are conditions of it, as they stand on the day of the certificate.

use chrono::NaiveDate;

use super::super::model::{AmateurDetails, LicenceClass, Station};
use crate::{
    permit::kind::LabelledFacts,
    values::{
        amateur_band::{Band, BandStatus, PowerBasis, bands, written, written_width},
        language::Language,
    },
};

/// One text in bokmål, nynorsk and English.
struct Words(&'static str, &'static str, &'static str);

impl Words {
    const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::Bokmal => self.0,
            Language::Nynorsk => self.1,
            Language::English => self.2,
        }
    }
}

const CLASS: Words = Words("Lisensklasse", "Lisensklasse", "Class");
const FULL: Words =
    Words("Full (CEPT T/R 61-01)", "Full (CEPT T/R 61-01)", "Full (CEPT T/R 61-01)");
const LIMITED: Words = Words(
    "Begrenset (gjelder bare i Norge)",
    "Avgrensa (gjeld berre i Noreg)",
    "Limited (valid in Norway only)",
);
const USE: Words = Words("Bruk", "Bruk", "Use");
const RESPONSIBLE: Words =
    Words("Ansvarlig lisensinnehaver", "Ansvarleg lisensinnehavar", "Responsible licensee");
const OCCASION: Words = Words("Anledning", "Høve", "Occasion");

const BANDS: Words = Words(
    "Frekvensbånd (største effekt, største båndbredde, P primær eller S sekundær); unntak i forskrift om radioamatørvirksomhet §§ 5 og 5a:",
    "Frekvensband (største effekt, største bandbreidd, P primær eller S sekundær); unntak i forskrift om radioamatørverksemd §§ 5 og 5a:",
    "Bands (most power, widest signal, P primary or S secondary); exceptions in the regulation on amateur radio §§ 5 and 5a:",
);
const UNTIL: Words = Words("før", "før", "before");

/// Facts of a licence or station.
pub fn certificate(details: &AmateurDetails, language: Language) -> LabelledFacts {
    let mut facts = vec![(USE.of(language), use_of(details.station).of(language).to_owned())];
    if let Some(class) = details.class {
        let class = if class == LicenceClass::Full { FULL } else { LIMITED };
        facts.push((CLASS.of(language), class.of(language).to_owned()));
    }
    if let Some(responsible) = details.responsible {
        facts.push((RESPONSIBLE.of(language), responsible.to_string()));
    }
    if let Some(event) = &details.event {
        facts.push((OCCASION.of(language), event.name.clone()));
    }
    facts.into_iter().map(|(label, value)| (label.to_owned(), value)).collect()
}

/// The situations of a licence or station that duties tell apart.
pub fn situations(details: &AmateurDetails) -> Vec<&'static str> {
    let mut found = match details.station {
        Station::Personal | Station::Club | Station::Event => Vec::new(),
        Station::Contest => vec!["contest"],
        Station::Repeater | Station::Beacon => vec!["unmanned"],
        Station::Morokulien => vec!["morokulien"],
    };
    if details.class.is_none() {
        found.push("station");
    }
    found
}

const fn use_of(station: Station) -> Words {
    match station {
        Station::Personal => Words("Personlig", "Personleg", "Personal"),
        Station::Club => Words("Klubb eller gruppe", "Klubb eller gruppe", "Club or group"),
        Station::Contest => Words("Konkurranser", "Konkurransar", "Contests"),
        Station::Event => Words("Særskilt anledning", "Særskilt høve", "Special event"),
        Station::Repeater => Words("Relé (repeater)", "Relé (repeater)", "Repeater"),
        Station::Beacon => Words("Radiofyr", "Radiofyr", "Beacon station"),
        Station::Morokulien => {
            Words("Stasjonen på Morokulien", "Stasjonen på Morokulien", "The station at Morokulien")
        }
    }
}

/// The bands of a personal licence on a day, one line each under a heading; nothing for stations.
pub fn bands_of(details: &AmateurDetails, language: Language, day: NaiveDate) -> Vec<String> {
    let Some(class) = details.class else { return Vec::new() };
    let lines: Vec<String> = bands(class, day).map(|band| line(band, language)).collect();
    if lines.is_empty() {
        return lines;
    }
    std::iter::once(BANDS.of(language).to_owned()).chain(lines).collect()
}

fn line(band: &Band, language: Language) -> String {
    let status = if band.status == BandStatus::Primary { "P" } else { "S" };
    let basis = match band.power_basis {
        PowerBasis::Pep => "W PEP",
        PowerBasis::Eirp => "W e.i.r.p.",
        PowerBasis::EirpPerMhz => "W/MHz e.i.r.p.",
    };
    let mut text = format!(
        "{}–{}: {} {basis}, {}, {status}",
        written(band.from_hz),
        written(band.to_hz),
        band.max_power_w,
        written_width(band.max_bandwidth_hz),
    );
    if let Some(watts) = band.max_eirp_w {
        text.push_str(&format!(", {watts} W e.i.r.p."));
    }
    if let Some(until) = band.valid_until {
        text.push_str(&format!(" ({} {until})", UNTIL.of(language)));
    }
    if language == Language::English { text } else { with_decimal_commas(&text) }
}

/// `135.7 kHz` as Norwegian writes it, `135,7 kHz`; the points of `e.i.r.p.` stay.
fn with_decimal_commas(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    let comma = |at: usize| characters[at] == '.' && at > 0 && digit(at - 1) && digit(at + 1);
    (0..characters.len()).map(|at| if comma(at) { ',' } else { characters[at] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn licence(class: &str) -> AmateurDetails {
        serde_json::from_value(serde_json::json!({ "class": class })).unwrap()
    }

    #[test]
    fn the_bands_of_the_day_are_conditions_of_the_licence() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let full = licence("full");
        let lines = bands_of(&full, Language::English, day("2026-11-22"));
        assert_eq!(lines.len(), 39);
        assert_eq!(lines[1], "135.7 kHz–137.8 kHz: 200 W PEP, 1 kHz, S, 1 W e.i.r.p.");
        let cut = |on: &str| {
            let lines = bands_of(&full, Language::Bokmal, day(on));
            lines.iter().any(|line| line.contains("før 2028-01-01"))
        };
        assert!(cut("2027-12-31") && !cut("2028-01-01"));
        assert!(bands_of(&full, Language::English, day("2026-03-22")).is_empty());
        let limited = bands_of(&licence("limited"), Language::Nynorsk, day("2026-11-22"));
        assert_eq!(limited.len(), 12);
        assert_eq!(limited[11], "10,25 GHz–10,5 GHz: 1 W PEP, 50 MHz, S");
    }

    #[test]
    fn every_station_has_a_certificate_in_every_language() {
        for station in Station::ALL {
            let mut details = licence("full");
            details.station = station;
            for language in Language::ALL {
                assert!(!certificate(&details, language).is_empty(), "{station:?}");
            }
        }
    }
}
