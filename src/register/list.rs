//! The public lists of permits: which kinds stand in which list, under which keys, and the row of one
//! permit. A row is the record of the permit as the policy cut it for the
//! public; nothing can be added to it here.

use serde_json::Value;

use crate::{
    disclosure::{is_personal_member, policy::Kind},
    party::model::{Identity, Party},
    permit::model::Permit,
};

/// A public list of permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Authorised installers.
    Installers,
    /// Registered suppliers and radio dealers.
    Suppliers,
    /// Spectrum licences and transmitter permits.
    FrequencyPermits,
}

impl List {
    /// The list a kind stands in.
    pub const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Installer => Some(List::Installers),
            Kind::Supplier => Some(List::Suppliers),
            Kind::Spectrum | Kind::Transmitter => Some(List::FrequencyPermits),
            _ => None,
        }
    }

    /// Name, the first part of its keys and of its address.
    pub const fn name(self) -> &'static str {
        match self {
            List::Installers => "installers",
            List::Suppliers => "suppliers",
            List::FrequencyPermits => "frequency-permits",
        }
    }

    /// One row for each organisation, under its number; otherwise one for each permit.
    pub const fn is_by_organisation(self) -> bool {
        matches!(self, List::Installers | List::Suppliers)
    }

    /// The key of a permit's row.
    pub fn key(self, permit: &Permit, party: &Party) -> String {
        match &party.identity {
            Identity::Organisation { number } if self.is_by_organisation() => {
                format!("{}/{number}", self.name())
            }
            _ => format!("{}/{}", self.name(), permit.number),
        }
    }
}

/// How long the rest of a JSON text is, the mark at its end included.
pub(super) fn end_of_text(rest: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match memchr::memchr2(b'"', b'\\', &rest[at..]) {
            None => return rest.len(),
            Some(more) if rest[at + more] == b'"' => return at + more + 1,
            // what is escaped is passed over
            Some(more) => at = (at + more + 2).min(rest.len()),
        }
    }
}

/// A permit of a public list: its record as the policy cut it for the public, in JSON without spaces.
#[derive(Clone)]
pub struct PublicPermit(Box<str>);

impl PublicPermit {
    /// The row of a record that was cut for the public.
    pub fn of(record: &Value) -> Self {
        Self(record.to_string().into())
    }

    /// The bytes of the row.
    pub fn into_bytes(self) -> Box<[u8]> {
        self.0.into_boxed_bytes()
    }

    /// The row of a record as a database writes it: spaces between its parts are left out.
    pub fn of_json(text: &str) -> Self {
        // a database that puts a space anywhere puts one behind the first name of a member
        let after = text.find("\":").map_or(0, |end| end + 2);
        if !text[after..].starts_with([' ', '\n', '\t', '\r']) {
            return Self(text.into());
        }
        let (mut json, mut begin, mut at) = (String::with_capacity(text.len()), 0, 0);
        while let Some(byte) = text.as_bytes().get(at) {
            at += match byte {
                b'"' => 1 + end_of_text(&text.as_bytes()[at + 1..]),
                b' ' | b'\n' | b'\t' | b'\r' => {
                    json.push_str(&text[begin..at]);
                    begin = at + 1;
                    1
                }
                _ => 1,
            };
        }
        json.push_str(&text[begin..]);
        Self(json.into())
    }

    /// The record in JSON.
    pub fn json(&self) -> &str {
        &self.0
    }

    /// The record; without the fields that tell of a natural person unless `persons` may be shown.
    pub fn record(&self, persons: bool) -> Value {
        let mut record: Value = serde_json::from_str(&self.0).unwrap_or_default();
        if let (false, Some(sections)) = (persons, record.as_object_mut()) {
            sections.retain(|section, value| {
                let is_personal = |member: &String| is_personal_member(section, member);
                !objects(value).any(|members| {
                    members.as_object().is_some_and(|members| members.keys().any(is_personal))
                })
            });
        }
        record
    }
}

// the databases keep the members of an object in orders of their own
impl PartialEq for PublicPermit {
    fn eq(&self, other: &Self) -> bool {
        self.record(true) == other.record(true)
    }
}

impl std::fmt::Debug for PublicPermit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The objects of a section, which is one or a list of them.
fn objects(section: &Value) -> impl Iterator<Item = &Value> {
    let list = section.as_array().map(Vec::as_slice).unwrap_or_default();
    section.is_object().then_some(section).into_iter().chain(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row() -> PublicPermit {
        PublicPermit::of(&json!({
            "permit": { "number": "SPE-000007", "status": "active" },
            "organisation": { "name": "Fjell Nett AS", "number": "312345676" },
            "contactPerson": { "name": "Ola Eksempel", "phone": "+4768050021" },
            "frequency": {
                "range": [
                    { "uplink": { "lower": 880_000_000, "upper": 885_000_000 },
                      "downlink": { "lower": 925_000_000, "upper": 930_000_000 } },
                    { "lowerHz": 145_500_000, "upperHz": 145_512_500 },
                ],
                "area": { "kind": "municipalities",
                          "municipalities": [{ "number": "4601", "name": "Bergen" }] },
            },
            "station": { "municipality": [{ "station": 1, "number": "5501", "text": "Tromsø" }] },
        }))
    }

    #[test]
    fn without_a_lease_a_row_has_no_section_about_a_person() {
        let row = row();
        assert_eq!(row.record(true)["contactPerson"]["name"], "Ola Eksempel");
        let shown = row.record(false);
        assert!(shown.get("contactPerson").is_none());
        assert_eq!(shown["organisation"]["name"], "Fjell Nett AS");
        assert_eq!(shown["frequency"], row.record(true)["frequency"]);
    }
    #[test]
    fn a_record_is_kept_without_the_spaces_of_the_database() {
        let text = r#"{"a": "b, \\\" : c\\", "d": [1, 2]}"#;
        let row = PublicPermit::of_json(text);
        assert_eq!(row.json(), r#"{"a":"b, \\\" : c\\","d":[1,2]}"#);
        assert_eq!(row.record(true), serde_json::from_str::<Value>(text).unwrap());
    }
}
