//! What the register says of an organisation, as far as it is used here. Pure.

use serde::Deserialize;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Name.
    pub name: String,
    /// Address for letters, else of the business.
    pub address: Option<UnitAddress>,
}

/// An address of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UnitAddress {
    /// Street and the like.
    #[serde(rename = "adresse", default)]
    pub lines: Vec<String>,
    /// Postal code, in Norway.
    #[serde(rename = "postnummer")]
    pub postal_code: Option<String>,
    /// Post town.
    #[serde(rename = "poststed")]
    pub town: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(rename = "landkode")]
    pub country: Option<String>,
}

/// The answer for one organisation (`/enheter/{organisasjonsnummer}`); what is not named is passed over.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "organisasjonsnummer")]
    number: String,
    #[serde(rename = "navn")]
    name: String,
    #[serde(rename = "postadresse")]
    postal: Option<UnitAddress>,
    #[serde(rename = "forretningsadresse")]
    business: Option<UnitAddress>,
    #[serde(rename = "slettedato")]
    deleted_on: Option<String>,
}

impl Unit {
    /// Reads an answer; nothing when it is not one, is about another organisation or a deleted one.
    pub fn read(bytes: &[u8], number: &str) -> Option<Self> {
        let answer: Answer = serde_json::from_slice(bytes).ok()?;
        if answer.number != number || answer.deleted_on.is_some() {
            return None;
        }
        let is_whole = |address: &UnitAddress| !address.lines.is_empty();
        let address = answer.postal.filter(is_whole).or(answer.business);
        Some(Self { name: answer.name, address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"{"organisasjonsnummer":"974760673","navn":"EKSEMPEL AS",
        "organisasjonsform":{"kode":"AS"},"postadresse":{"land":"Norge","landkode":"NO",
        "postnummer":"4791","poststed":"LILLESAND","adresse":["Postboks 1"],"kommune":"LILLESAND"},
        "forretningsadresse":{"landkode":"NO","postnummer":"4790","adresse":["Fjordgata 7"]}}"#;

    #[test]
    fn an_answer_is_read_and_the_postal_address_comes_first() {
        let unit = Unit::read(ANSWER.as_bytes(), "974760673").expect("a unit");
        assert_eq!(unit.name, "EKSEMPEL AS");
        let address = unit.address.expect("an address");
        assert_eq!(
            (address.lines[0].as_str(), address.postal_code.as_deref()),
            ("Postboks 1", Some("4791"))
        );
        let without = ANSWER.replace("\"adresse\":[\"Postboks 1\"],", "");
        let unit = Unit::read(without.as_bytes(), "974760673").expect("a unit");
        assert_eq!(unit.address.expect("an address").lines, ["Fjordgata 7"]);
    }

    #[test]
    fn what_is_of_another_or_deleted_or_no_answer_is_not_taken() {
        assert_eq!(Unit::read(ANSWER.as_bytes(), "987654321"), None);
        let deleted = ANSWER.replace("\"navn\"", "\"slettedato\":\"2026-01-01\",\"navn\"");
        assert_eq!(Unit::read(deleted.as_bytes(), "974760673"), None);
        for text in ["", "{}", "[]", "<html>"] {
            assert_eq!(Unit::read(text.as_bytes(), "974760673"), None);
        }
    }
}
