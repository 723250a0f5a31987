//! Postal addresses: Norwegian ones by the register of postal codes, foreign ones by country.
//!
//! The post town of a Norwegian address is never stored or believed: it is looked up by the code.

use serde::{Deserialize, Serialize};

use super::country::{CountryCode, CountryCodeFlaw};
use super::postal_code::{PostalCode, PostalCodeFlaw, PostalPlace};
use super::text::TextFlaw;
use super::{Flaw, redacted_debug};

/// Most lines before the postal line (care-of, street, place).
pub const MAX_LINES: usize = 4;
/// Most characters of a line or a foreign town.
pub const MAX_LINE_CHARACTERS: usize = 100;

/// An address a letter reaches.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "AddressText", into = "AddressText")]
pub struct PostalAddress {
    lines: Vec<String>,
    destination: Destination,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Destination {
    Norway(PostalCode),
    Abroad { postal_code: Option<String>, town: String, country: CountryCode },
}

/// An address as it is written in JSON and in forms, before it is checked.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressText {
    /// Care-of, street, place; one to four lines, none needed in Norway where the postal code alone reaches.
    #[serde(default)]
    pub lines: Vec<String>,
    /// Four digits in Norway; whatever the country uses, or nothing, abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Post town; looked up in Norway, where a given one is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// ISO 3166-1 alpha-2; Norway when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostalAddressFlaw {
    #[error(
        "an address line is missing, too long or holds a control character; write one to four lines of at most 100 characters"
    )]
    Lines(TextFlaw),
    #[error(transparent)]
    PostalCode(#[from] PostalCodeFlaw),
    #[error(
        "the foreign postal code is too long or holds characters no postal code has; write letters, digits, spaces and hyphens"
    )]
    ForeignPostalCode,
    #[error("the town is missing, too long or holds a control character; write the town")]
    Town(TextFlaw),
    #[error(transparent)]
    Country(#[from] CountryCodeFlaw),
}

impl Flaw for PostalAddressFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Lines(_) => "address-lines",
            Self::PostalCode(flaw) => flaw.code(),
            Self::ForeignPostalCode => "foreign-postal-code",
            Self::Town(_) => "town",
            Self::Country(flaw) => flaw.code(),
        }
    }
}

impl PostalAddressFlaw {
    /// The field of [`AddressText`] at fault, as it is called in JSON.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Lines(_) => "lines",
            Self::PostalCode(_) | Self::ForeignPostalCode => "postalCode",
            Self::Town(_) => "town",
            Self::Country(_) => "country",
        }
    }
}

impl PostalAddress {
    /// Checks a written address; stops at the first fault in the order lines, country, postal code, town.
    pub fn parse(text: &AddressText) -> Result<Self, PostalAddressFlaw> {
        if text.lines.len() > MAX_LINES {
            return Err(PostalAddressFlaw::Lines(TextFlaw::TooLong));
        }
        let lines: Vec<String> = text
            .lines
            .iter()
            .map(|line| tidy(line))
            .collect::<Result<_, _>>()
            .map_err(PostalAddressFlaw::Lines)?;
        let country =
            text.country.as_deref().map_or(Ok(CountryCode::NORWAY), CountryCode::parse)?;
        let destination = if country == CountryCode::NORWAY {
            let code = PostalCode::parse(text.postal_code.as_deref().unwrap_or_default())?;
            code.place()?;
            Destination::Norway(code)
        } else {
            if lines.is_empty() {
                return Err(PostalAddressFlaw::Lines(TextFlaw::Empty));
            }
            let postal_code = text.postal_code.as_deref().map(foreign_postal_code).transpose()?;
            let town =
                tidy(text.town.as_deref().unwrap_or_default()).map_err(PostalAddressFlaw::Town)?;
            Destination::Abroad { postal_code, town, country }
        };
        Ok(Self { lines, destination })
    }

    /// Care-of, street and place lines, in the order of the envelope.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The entry in the register of postal codes; `None` abroad.
    pub fn place(&self) -> Option<&'static PostalPlace> {
        match &self.destination {
            Destination::Norway(code) => code.place().ok(),
            Destination::Abroad { .. } => None,
        }
    }

    /// The post town, in capital letters in Norway.
    pub fn post_town(&self) -> &str {
        match &self.destination {
            Destination::Norway(_) => self.place().map_or("", |place| place.post_town),
            Destination::Abroad { town, .. } => town,
        }
    }

    /// The postal code as written on an envelope.
    pub fn postal_code(&self) -> Option<String> {
        match &self.destination {
            Destination::Norway(code) => Some(code.to_string()),
            Destination::Abroad { postal_code, .. } => postal_code.clone(),
        }
    }

    /// The county in Norway, by the municipality of the postal code.
    pub fn county(&self) -> Option<&'static str> {
        self.place().and_then(PostalPlace::county)
    }

    /// The country the address lies in.
    pub const fn country(&self) -> CountryCode {
        match &self.destination {
            Destination::Norway(_) => CountryCode::NORWAY,
            Destination::Abroad { country, .. } => *country,
        }
    }

    /// All lines of the envelope under the name; the country, in English capitals, only abroad (Universal Postal Union, S42).
    pub fn envelope(&self) -> Vec<String> {
        let mut envelope = self.lines.clone();
        let code = self.postal_code().map(|code| format!("{code} ")).unwrap_or_default();
        envelope.push(format!("{code}{}", self.post_town()));
        if self.country() != CountryCode::NORWAY {
            envelope.push(self.country().name().to_uppercase());
        }
        envelope
    }
}

impl TryFrom<AddressText> for PostalAddress {
    type Error = PostalAddressFlaw;

    fn try_from(text: AddressText) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PostalAddress> for AddressText {
    fn from(address: PostalAddress) -> Self {
        Self {
            postal_code: address.postal_code(),
            town: Some(address.post_town().to_owned()),
            country: Some(address.country().to_string()),
            lines: address.lines,
        }
    }
}

redacted_debug!(PostalAddress);
redacted_debug!(AddressText);

/// One line without spaces at the ends or runs of them; 1 to 100 characters, none invisible.
fn tidy(line: &str) -> Result<String, TextFlaw> {
    if line.len() > MAX_LINE_CHARACTERS * 4 {
        return Err(TextFlaw::TooLong);
    }
    if line.chars().any(is_invisible) {
        return Err(TextFlaw::ControlCharacter);
    }
    let line =
        line.split([' ', '\u{A0}']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.chars().count() {
        0 => Err(TextFlaw::Empty),
        1..=MAX_LINE_CHARACTERS => Ok(line),
        _ => Err(TextFlaw::TooLong),
    }
}

/// Control characters, line separators, and marks that hide text or turn its direction.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn foreign_postal_code(text: &str) -> Result<String, PostalAddressFlaw> {
    let code = tidy(text).map_err(|_| PostalAddressFlaw::ForeignPostalCode)?.to_ascii_uppercase();
    let fits = code.len() <= 12
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
    fits.then_some(code).ok_or(PostalAddressFlaw::ForeignPostalCode)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(lines: &[&str], postal_code: &str, town: &str, country: &str) -> AddressText {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        AddressText {
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            postal_code: given(postal_code),
            town: given(town),
            country: given(country),
        }
    }

    #[test]
    fn the_post_town_is_looked_up_not_believed() {
        let address =
            PostalAddress::parse(&written(&["c/o Prøve", " Prøveveien  1 "], "9170", "OSLO", ""))
                .unwrap();
        assert_eq!(address.envelope(), ["c/o Prøve", "Prøveveien 1", "9170 LONGYEARBYEN"]);
        assert_eq!(address.county(), Some("Svalbard"));
        assert_eq!(format!("{address:?}"), "PostalAddress(redacted)");
    }

    #[test]
    fn a_foreign_address_names_its_country() {
        let address =
            PostalAddress::parse(&written(&["10 Trial Street"], "sw1a 1aa", "London", "GB"))
                .unwrap();
        assert_eq!(address.envelope(), ["10 Trial Street", "SW1A 1AA London", "UNITED KINGDOM"]);
        assert_eq!((address.place(), address.county()), (None, None));
    }

    #[test]
    fn each_fault_names_its_field() {
        for (text, field, code) in [
            (written(&["A"], "0000", "", "NO"), "postalCode", "unknown-postal-code"),
            (written(&["A"], "", "", ""), "postalCode", "empty"),
            (written(&["A\nB"], "0010", "", ""), "lines", "address-lines"),
            (written(&["A"; 5], "0010", "", ""), "lines", "address-lines"),
            (written(&["A", " "], "0010", "", ""), "lines", "address-lines"),
            (written(&[], "114 55", "Stockholm", "SE"), "lines", "address-lines"),
            (written(&["A"], "114/55", "Stockholm", "SE"), "postalCode", "foreign-postal-code"),
            (written(&["A"], "114 55", "", "SE"), "town", "town"),
            (written(&["A"], "0010", "", "XX"), "country", "unknown-country"),
            (written(&["A\u{202E}B"], "0010", "", ""), "lines", "address-lines"),
        ] {
            let flaw = PostalAddress::parse(&text).unwrap_err();
            assert_eq!((flaw.field(), flaw.code()), (field, code));
        }
    }

    proptest! {
        #[test]
        fn an_accepted_address_survives_json(lines in proptest::collection::vec("\\PC{0,30}", 0..5), code in "[0-9]{4}|[A-Z0-9 -]{0,8}", town in "\\PC{0,20}", country in "NO|SE|GB|[A-Z]{2}") {
            let text = AddressText { lines, postal_code: Some(code), town: Some(town), country: Some(country) };
            if let Ok(address) = PostalAddress::parse(&text) {
                let json = serde_json::to_string(&address).unwrap();
                prop_assert_eq!(serde_json::from_str::<PostalAddress>(&json).unwrap(), address);
            }
        }
    }
}
