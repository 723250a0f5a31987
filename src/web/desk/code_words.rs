//! What a beacon code says, in the words of the desk. In English they are those that `anrop decode` has; what is not
//! named here is shown as it is.

use std::sync::LazyLock;

use crate::{
    rescue::wire::{CodedPosition, DecodedBeacon},
    values::{
        beacon_id::{self, Protocol},
        country::CountryCode,
        language::Language,
        table::Table,
    },
    web::texts::Words,
};

crate::web::texts::texts! {
    desk_no_country: "ikke tildelt", "ikkje tildelt", "not allocated";
    desk_place(latitude, longitude, steps): "{latitude}, {longitude} (kodet i steg på {steps} buesekunder)", "{latitude}, {longitude} (koda i steg på {steps} bogesekund)", "{latitude}, {longitude} (coded in steps of {steps} seconds of arc)";
}

/// What a country code is for where that is no whole country: the name the table of the ITU has, in bokmål and nynorsk.
static PLACES: LazyLock<Vec<(&str, &str, &str)>> = LazyLock::new(|| {
    Table::new(include_str!("../../data/mid_places.tsv"))
        .rows()
        .map(|row| (row.text("name"), row.text("nb"), row.text("nn")))
        .collect()
});

impl Words {
    /// The name of what a country code (MID) is allocated to; in English as the table of the ITU has it.
    pub fn country_of_mid(self, mid: u16) -> Option<&'static str> {
        let country = beacon_id::country(mid)?;
        if self.language() == Language::English {
            return Some(country.name);
        }
        let place = PLACES.iter().find(|(name, _, _)| *name == country.name);
        match place {
            Some((name, bokmal, nynorsk)) => Some(self.choose(bokmal, nynorsk, name)),
            None => CountryCode::parse(country.iso).ok().map(|code| code.name_in(self.language())),
        }
    }

    /// Country code and name.
    pub fn desk_country_of(self, code: &DecodedBeacon) -> String {
        let mid = u16::try_from(code.country).ok();
        let name = mid.and_then(|mid| self.country_of_mid(mid)).unwrap_or(self.desk_no_country());
        format!("{} ({name})", code.country)
    }

    /// A position in a code.
    pub fn desk_position_of(self, place: &CodedPosition) -> String {
        let degrees = |degrees: f64| format!("{degrees:.5}");
        let steps = format!("{:.1}", place.resolution);
        self.desk_place(degrees(place.latitude), degrees(place.longitude), steps)
    }

    /// The homing transmitter, by its code.
    pub fn desk_homing_of(self, code: &str) -> String {
        match code {
            "none" => self.choose("ingen", "ingen", "none"),
            "mhz121" => self.choose("121,5 MHz", "121,5 MHz", "121.5 MHz"),
            "sart" => self.choose(
                "radartransponder 9 GHz",
                "radartransponder 9 GHz",
                "9 GHz radar transponder",
            ),
            "other" => self.choose("en annen", "ein annan", "other"),
            "notMhz121" => self.choose(
                "ingen, eller ikke 121,5 MHz",
                "ingen, eller ikkje 121,5 MHz",
                "none, or not 121.5 MHz",
            ),
            "active" => self.choose("på", "på", "active"),
            "inactive" => self.choose("av", "av", "not active"),
            other => other,
        }
        .to_owned()
    }

    /// A coding protocol, by its code.
    pub fn desk_protocol_of(self, code: &str) -> String {
        let read: Result<Protocol, _> = serde_json::from_value(code.into());
        match (read, self.language()) {
            (Err(_), _) => code.to_owned(),
            (Ok(protocol), Language::English) => protocol.to_string(),
            (Ok(protocol), _) => self.in_norwegian(protocol).to_owned(),
        }
    }

    const fn in_norwegian(self, protocol: Protocol) -> &'static str {
        match protocol {
            Protocol::OrbitographyUser => "orbitografi",
            Protocol::AviationUser => "luftfart",
            Protocol::MaritimeUser => "maritim",
            Protocol::SerialUserElt => "serienummer, ELT",
            Protocol::SerialUserEltOperator => "serienummer, ELT etter flyoperatør",
            Protocol::SerialUserEpirbFloatFree => "serienummer, EPIRB som flyter opp",
            Protocol::SerialUserEltAddress => "serienummer, ELT etter flyadresse",
            Protocol::SerialUserEpirbNonFloatFree => self.choose(
                "serienummer, EPIRB som ikke flyter opp",
                "serienummer, EPIRB som ikkje flyt opp",
                "",
            ),
            Protocol::SerialUserPlb => "serienummer, PLB",
            Protocol::NationalUser => "nasjonal",
            Protocol::RadioCallSignUser => "kallesignal",
            Protocol::TestUser => "test",
            Protocol::StandardLocationEpirbMmsi => "standard posisjon, EPIRB etter MMSI",
            Protocol::StandardLocationEltAddress => "standard posisjon, ELT etter flyadresse",
            Protocol::StandardLocationElt => "standard posisjon, ELT",
            Protocol::StandardLocationEltOperator => "standard posisjon, ELT etter flyoperatør",
            Protocol::StandardLocationEpirb => "standard posisjon, EPIRB",
            Protocol::StandardLocationPlb => "standard posisjon, PLB",
            Protocol::StandardLocationShipSecurity => self.choose(
                "standard posisjon, sikkerhetsalarm fra skip",
                "standard posisjon, tryggingsalarm frå skip",
                "",
            ),
            Protocol::StandardLocationTest => "standard posisjon, test",
            Protocol::NationalLocationElt => "nasjonal posisjon, ELT",
            Protocol::NationalLocationEpirb => "nasjonal posisjon, EPIRB",
            Protocol::NationalLocationPlb => "nasjonal posisjon, PLB",
            Protocol::NationalLocationTest => "nasjonal posisjon, test",
            Protocol::ReturnLinkLocation => {
                self.choose("posisjon med returlenke", "posisjon med returlenkje", "")
            }
            Protocol::EltDtLocation => "posisjon, ELT(DT)",
            Protocol::SecondGeneration => "andre generasjon",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::beacon_id::Homer;

    #[test]
    fn every_homing_transmitter_has_words_and_english_ones_are_those_of_the_codec() {
        for homer in [
            Homer::None,
            Homer::Mhz121,
            Homer::Sart,
            Homer::Other,
            Homer::NotMhz121,
            Homer::Active,
            Homer::Inactive,
        ] {
            let code = serde_json::to_value(homer).expect("a code");
            let code = code.as_str().expect("a text");
            assert_eq!(Words(Language::English).desk_homing_of(code), homer.to_string());
            assert_ne!(Words(Language::Bokmal).desk_homing_of(code), homer.to_string(), "{code}");
        }
    }

    #[test]
    fn every_country_code_is_named_in_norwegian() {
        let of = |language, mid| Words(language).country_of_mid(mid);
        for mid in (0..=1023).filter(|mid| beacon_id::country(*mid).is_some()) {
            for language in Language::ALL {
                assert!(of(language, mid).is_some_and(|name| !name.is_empty()), "{mid}");
            }
        }
        assert_eq!(of(Language::Bokmal, 257), Some("Norge"));
        assert_eq!(of(Language::Nynorsk, 231), Some("Færøyane"));
        assert_eq!(of(Language::Bokmal, 203), Some("Østerrike"));
        assert_eq!(of(Language::English, 232), Some("United Kingdom"));
        assert_eq!(of(Language::Bokmal, 303), Some("USA (Alaska)"));
        assert_eq!(of(Language::Bokmal, 260), None);
        // what is for a part of a country is named as that part
        for (name, _, _) in PLACES.iter() {
            let named = |mid: &u16| beacon_id::country(*mid).is_some_and(|one| one.name == *name);
            assert!((0..=1023).any(|mid| named(&mid)), "{name}");
        }
        let is_whole = |one: &beacon_id::Country| {
            CountryCode::parse(one.iso).is_ok_and(|code| code.name() == one.name)
        };
        let parts = (0..=1023).filter_map(beacon_id::country).filter(|one| !is_whole(one));
        for part in parts.filter(|one| one.name.contains('(')) {
            assert!(PLACES.iter().any(|(name, _, _)| *name == part.name), "{}", part.name);
        }
    }

    #[test]
    fn a_protocol_is_named_in_the_language_of_the_reader() {
        let of = |language, code: &str| Words(language).desk_protocol_of(code);
        assert_eq!(of(Language::Bokmal, "serialUserPlb"), "serienummer, PLB");
        assert_eq!(of(Language::English, "serialUserPlb"), "serial user, PLB");
        assert_eq!(of(Language::Nynorsk, "returnLinkLocation"), "posisjon med returlenkje");
        assert_eq!(of(Language::Nynorsk, "unknown"), "unknown");
    }
}
