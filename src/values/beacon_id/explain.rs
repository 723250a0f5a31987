//! A decoded code in words, for the command line and for staff. Programs use the serialised form instead; nothing may
//! parse these texts.

use std::fmt;

use super::{
    BeaconClass, Check, Decoded, Homer, Identification, Location, Protocol, Warning, country_name,
};

impl Decoded {
    /// What the code says as labels and values, in reading order; what it does not carry is left out.
    pub fn explain(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("Beacon id", self.beacon_id.label_form()),
            ("Country", self.country_text()),
            ("Protocol", self.protocol.to_string()),
        ];
        let mut add =
            |label, value: Option<String>| lines.extend(value.map(|value| (label, value)));
        add("Beacon", self.class.map(|class| class.to_string()));
        add("Type approval", self.tac.map(|tac| tac.to_string()));
        add("Serial number", self.serial.map(|serial| serial.to_string()));
        for (label, value) in self.identification.explain() {
            add(label, Some(value));
        }
        add("Homing", self.homer.map(|homer| homer.to_string()));
        add("Position", self.location_text());
        add("Distress", self.distress_text());
        add("National use", self.national_use.map(|bits| format!("{bits:b} (binary)")));
        add("Return link", self.return_link.map(|provider| format!("{provider:?}")));
        add("Check of the identity", check_text(self.bch1));
        add("Check of the message", check_text(self.bch2));
        let note = "The code held a position; the beacon id has the default in its place.";
        add("Note", self.canonicalised.then(|| note.to_owned()));
        for warning in self.warnings.iter() {
            add("Warning", Some(warning.to_string()));
        }
        if let Some(mid) = self.parent_country() {
            let name = country_name(mid).unwrap_or("not allocated");
            add("Country of the parent ship", Some(format!("{mid} ({name})")));
        }
        lines
    }

    fn country_text(&self) -> String {
        let name = country_name(self.country).unwrap_or("not allocated");
        format!("{} ({name})", self.country)
    }

    fn location_text(&self) -> Option<String> {
        match self.location {
            Location::NotCarried => None,
            Location::Default => Some("not known".to_owned()),
            Location::Impossible => Some("impossible".to_owned()),
            Location::Position(place) => Some(format!(
                "{:.5}, {:.5} (coded in steps of {:.1} seconds of arc)",
                place.latitude, place.longitude, place.resolution
            )),
        }
    }

    fn distress_text(&self) -> Option<String> {
        let distress = self.distress?;
        let activation = if distress.automatic { "automatic and manual" } else { "manual only" };
        let nature = match (distress.code, self.class) {
            (None, _) => "not coded".to_owned(),
            (Some(code), Some(BeaconClass::Epirb)) => maritime_distress(code).to_owned(),
            (Some(code), _) => other_distress(code),
        };
        Some(format!("{nature}; activation {activation}"))
    }
}

impl Identification {
    fn explain(&self) -> Vec<(&'static str, String)> {
        let numbered = |first: (&'static str, String), label, number: Option<u8>| {
            let second = number.map(|number| (label, number.to_string()));
            std::iter::once(first).chain(second).collect()
        };
        match self {
            Self::Serial | Self::NationalNumber | Self::None => Vec::new(),
            Self::Address { address, elt_number } => {
                numbered(("Aircraft address", address.to_string()), "ELT number", *elt_number)
            }
            Self::Operator { operator, operator_serial } => {
                let second =
                    operator_serial.map(|serial| ("Operator's serial number", serial.to_string()));
                std::iter::once(("Operator", operator.to_string())).chain(second).collect()
            }
            Self::AddressAndOperator { address, operator } => {
                vec![("Aircraft address", address.to_string()), ("Operator", operator.to_string())]
            }
            Self::Registration { registration, elt_number } => numbered(
                ("Aircraft registration", registration.to_string()),
                "ELT number",
                *elt_number,
            ),
            Self::MmsiDigits { last_six, beacon_number } => numbered(
                ("MMSI, last six digits", last_six.to_string()),
                "Beacon number",
                *beacon_number,
            ),
            Self::Mmsi { mmsi, ais_last_four } => {
                let mmsi = mmsi.map_or("none".to_owned(), |mmsi| format!("{mmsi:09}"));
                let ais = ais_last_four
                    .map(|digits| ("EPIRB-AIS, last four digits", format!("{digits:04}")));
                std::iter::once(("MMSI", mmsi)).chain(ais).collect()
            }
            Self::CallSign { call_sign, beacon_number } => {
                numbered(("Call sign", call_sign.to_string()), "Beacon number", *beacon_number)
            }
            Self::Name { name } => vec![("Name", name.to_string())],
            Self::Bits { value, length } => {
                vec![("Content", format!("{value:0width$b}", width = usize::from(*length)))]
            }
        }
    }
}

fn check_text(check: Check) -> Option<String> {
    match check {
        Check::Absent => None,
        Check::Right => Some("agrees".to_owned()),
        Check::Wrong => Some("does not agree".to_owned()),
    }
}

/// Nature of distress for maritime protocols (C/S T.001 Annex A, modified IMO codes).
fn maritime_distress(code: u8) -> &'static str {
    match code {
        0 => "unspecified distress",
        1 => "fire or explosion",
        2 => "flooding",
        3 => "collision",
        4 => "grounding",
        5 => "listing, in danger of capsizing",
        6 => "sinking",
        7 => "disabled and adrift",
        8 => "abandoning ship",
        _ => "spare code",
    }
}

/// Nature of distress for other protocols (C/S T.001 Annex A): a bit each for fire, medical help and disabled.
fn other_distress(code: u8) -> String {
    let words = [
        (0b1000, "fire"),
        (0b0100, "medical help needed"),
        (0b0010, "disabled"),
        (0b0001, "spare bit set"),
    ];
    let said: Vec<_> =
        words.into_iter().filter(|(bit, _)| code & bit != 0).map(|(_, word)| word).collect();
    if said.is_empty() { "no detail".to_owned() } else { said.join(", ") }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OrbitographyUser => "orbitography user",
            Self::AviationUser => "aviation user",
            Self::MaritimeUser => "maritime user",
            Self::SerialUserElt => "serial user, ELT",
            Self::SerialUserEltOperator => "serial user, ELT by aircraft operator",
            Self::SerialUserEpirbFloatFree => "serial user, float-free EPIRB",
            Self::SerialUserEltAddress => "serial user, ELT by 24-bit address",
            Self::SerialUserEpirbNonFloatFree => "serial user, EPIRB not float-free",
            Self::SerialUserPlb => "serial user, PLB",
            Self::NationalUser => "national user",
            Self::RadioCallSignUser => "radio call sign user",
            Self::TestUser => "test user",
            Self::StandardLocationEpirbMmsi => "standard location, EPIRB by MMSI",
            Self::StandardLocationEltAddress => "standard location, ELT by 24-bit address",
            Self::StandardLocationElt => "standard location, ELT",
            Self::StandardLocationEltOperator => "standard location, ELT by aircraft operator",
            Self::StandardLocationEpirb => "standard location, EPIRB",
            Self::StandardLocationPlb => "standard location, PLB",
            Self::StandardLocationShipSecurity => "standard location, ship security",
            Self::StandardLocationTest => "standard location, test",
            Self::NationalLocationElt => "national location, ELT",
            Self::NationalLocationEpirb => "national location, EPIRB",
            Self::NationalLocationPlb => "national location, PLB",
            Self::NationalLocationTest => "national location, test",
            Self::ReturnLinkLocation => "return-link location",
            Self::EltDtLocation => "ELT(DT) location",
            Self::SecondGeneration => "second generation",
        })
    }
}

impl fmt::Display for BeaconClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plb => "PLB",
            Self::Elt => "ELT",
            Self::EltDt => "ELT(DT)",
            Self::Epirb => "EPIRB",
            Self::ShipSecurity => "ship security alert",
            Self::Orbitography => "orbitography",
            Self::Test => "test",
            Self::System => "system",
        })
    }
}

impl fmt::Display for Homer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Mhz121 => "121.5 MHz",
            Self::Sart => "9 GHz radar transponder",
            Self::Other => "other",
            Self::NotMhz121 => "none, or not 121.5 MHz",
            Self::Active => "active",
            Self::Inactive => "not active",
        })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownCountry => "The country code is not allocated. Compare the code with the label.",
            Self::CraftAssociatedMmsi => {
                "The code holds an MMSI of the form 98MIDxxxx. Alerts with it are dropped: reprogram with the parent \
                 ship's MMSI and a beacon number."
            }
            Self::SpareBits => "Bits with a fixed value have another value.",
            Self::UnknownCharacter => "A character is outside the alphabet of beacon codes.",
            Self::NumberOutOfRange => "A number is outside its range.",
            Self::TestCode => "This is coding for tests, not for distress.",
            Self::SystemBeacon => "This is a beacon of the satellite system itself.",
            Self::NationalCoding => "Only the country of registration can read this coding.",
            Self::ImpossiblePosition => "The position is impossible.",
            Self::Bch2Wrong => "The second part of the message fails its check; it was not read.",
            Self::MessageCheckWrong => "The message fails its check: any field may be wrong.",
            Self::PadBits => "The two bits before the message are not zero.",
            Self::WithdrawnFormat => "A short message with a location protocol is a withdrawn format.",
            Self::PrefixOnly => "These are 15 of 23 characters: several beacons may share them.",
            Self::Cancellation => "The message cancels an alert.",
        })
    }
}
