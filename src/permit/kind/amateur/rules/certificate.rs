//! What the certificate of an amateur licence or station says, in three languages. The bands of a
//! personal licence are conditions of it, as they stand on the day of the certificate.

use chrono::NaiveDate;

use super::super::model::{AmateurDetails, LicenceClass, Station};
use crate::{
    permit::kind::CertificateParts,
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

const IDENTIFY: Words = Words(
    "Kallesignalet skal oppgis ved begynnelsen og slutten av hver sending og med korte mellomrom.",
    "Kallesignalet skal oppgjevast ved byrjinga og slutten av kvar sending og med korte mellomrom.",
    "The call sign must be given at the start and end of each transmission and at short intervals.",
);
const NO_ENCRYPTION: Words = Words(
    "Sendinger skal ikke krypteres.",
    "Sendingar skal ikkje krypterast.",
    "Transmissions must not be encrypted.",
);
const OPERATORS_CLASS: Words = Words(
    "Frekvensbånd, effekt og båndbredde følger lisensklassen til den som bruker stasjonen.",
    "Frekvensband, effekt og bandbreidd følgjer lisensklassen til den som bruker stasjonen.",
    "Bands, power and bandwidth follow the licence class of whoever operates the station.",
);
const CONTESTS_ONLY: Words = Words(
    "Kallesignalet skal bare brukes i konkurranser.",
    "Kallesignalet skal berre brukast i konkurransar.",
    "The call sign may be used in contests only.",
);
const ALTERNATE: Words = Words(
    "Kallesignalet brukes annenhver dag, om dagen mellom brukes SJ9WL.",
    "Kallesignalet blir brukt annankvar dag, dagen imellom blir SJ9WL brukt.",
    "The call sign is used every other day; SJ9WL is used on the days between.",
);
const UNMANNED: Words = Words(
    "Den ansvarlige lisensinnehaveren skal kunne stanse sendingene uten opphold.",
    "Den ansvarlege lisensinnehavaren skal kunne stanse sendingane utan opphald.",
    "The responsible licensee must be able to stop the transmissions without delay.",
);
const NY_ALESUND: Words = Words(
    "Lisensen gjelder ikke for frekvenser mellom 2 og 32 GHz innenfor 20 km fra sentrum av Ny-Ålesund.",
    "Lisensen gjeld ikkje for frekvensar mellom 2 og 32 GHz innanfor 20 km frå sentrum av Ny-Ålesund.",
    "The licence does not cover frequencies between 2 and 32 GHz within 20 km of the centre of Ny-Ålesund.",
);
const BANDS: Words = Words(
    "Frekvensbånd (største effekt, største båndbredde, P primær eller S sekundær); unntak i forskrift om radioamatørvirksomhet §§ 5 og 5a:",
    "Frekvensband (største effekt, største bandbreidd, P primær eller S sekundær); unntak i forskrift om radioamatørverksemd §§ 5 og 5a:",
    "Bands (most power, widest signal, P primary or S secondary); exceptions in the regulation on amateur radio §§ 5 and 5a:",
);
const UNTIL: Words = Words("før", "før", "before");

/// Facts of a licence or station, and the conditions that do not change with the date.
pub fn certificate(details: &AmateurDetails, language: Language) -> CertificateParts {
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
    let mut conditions = vec![IDENTIFY, NO_ENCRYPTION, NY_ALESUND];
    match details.station {
        Station::Personal => {}
        Station::Contest => conditions.push(CONTESTS_ONLY),
        Station::Club | Station::Event => {}
        Station::Repeater | Station::Beacon => conditions.push(UNMANNED),
        Station::Morokulien => conditions.push(ALTERNATE),
    }
    if details.class.is_none() {
        conditions.push(OPERATORS_CLASS);
    }
    CertificateParts {
        facts: facts.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        conditions: conditions.iter().map(|words| words.of(language).to_owned()).collect(),
    }
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
                let parts = certificate(&details, language);
                assert!(!parts.facts.is_empty() && parts.conditions.len() >= 3, "{station:?}");
            }
        }
    }
}
