//! The public lists of permits: which kinds stand in which list, under which keys, and the row of one
//! permit with what it is searched by. A row is the record of the permit as the policy cut it for the
//! public; nothing can be added to it here.

use serde_json::Value;

use crate::{
    disclosure::{field_named, policy::Kind},
    party::model::{Identity, Party, fold_name},
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

/// A permit of a public list, and what it is found by.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicPermit {
    record: Value,
    /// Organisation, number of the permit and call sign, folded.
    text: String,
    /// Organisation, folded; nobody for a person, whose name the record does not have.
    holder: String,
    places: Vec<String>,
    /// Frequencies in Hz, lower end included, upper end excluded.
    blocks: Vec<(u64, u64)>,
}

/// What a list is asked for; every part given must hold.
#[derive(Debug, Clone, Default)]
pub struct PermitFilter {
    /// Part of the organisation's name or number, or of the permit's number, folded.
    pub text: Option<String>,
    /// Post town of the organisation, municipality of a station or of the area, folded.
    pub place: Option<String>,
    /// Part of the organisation's name or number, folded.
    pub holder: Option<String>,
    /// Frequencies at or above, Hz.
    pub from: Option<u64>,
    /// Frequencies below, Hz.
    pub to: Option<u64>,
}

impl PublicPermit {
    /// The row of a record that was cut for the public.
    pub fn of(record: Value) -> Self {
        let text_of = |section: &str, member: &str| record[section][member].as_str().unwrap_or("");
        let holder =
            format!("{} {}", text_of("organisation", "name"), text_of("organisation", "number"));
        let call_sign = record["callSign"].as_str().unwrap_or("");
        let text = fold_name(&format!("{holder} {} {call_sign}", text_of("permit", "number")));
        let mut places = Vec::new();
        texts(&record["organisation"]["postTown"], &mut places);
        texts(&record["station"]["municipality"], &mut places);
        texts(&record["frequency"]["area"]["municipalities"], &mut places);
        let mut blocks = Vec::new();
        ranges(&record["frequency"]["range"], &mut blocks);
        Self { text, holder: fold_name(&holder), places, blocks, record }
    }

    /// The record; without the fields that tell of a natural person unless `persons` may be shown.
    pub fn record(&self, persons: bool) -> Value {
        let mut record = self.record.clone();
        if let (false, Some(sections)) = (persons, record.as_object_mut()) {
            sections.retain(|section, value| {
                let is_personal = |member: &String| {
                    field_named(&format!("{section}.{member}")).is_some_and(|f| f.is_personal())
                };
                !objects(value).any(|members| {
                    members.as_object().is_some_and(|members| members.keys().any(is_personal))
                })
            });
        }
        record
    }

    /// True if it is asked for.
    pub fn is_admitted(&self, filter: &PermitFilter) -> bool {
        let overlaps = |(lower, upper): &(u64, u64)| {
            filter.from.is_none_or(|from| *upper > from) && filter.to.is_none_or(|to| *lower < to)
        };
        let by_frequency = filter.from.is_some() || filter.to.is_some();
        filter.text.as_ref().is_none_or(|text| self.text.contains(text))
            && filter.holder.as_ref().is_none_or(|holder| self.holder.contains(holder))
            && filter.place.as_ref().is_none_or(|place| self.places.contains(place))
            && (!by_frequency || self.blocks.iter().any(overlaps))
    }
}

/// The objects of a section, which is one or a list of them.
fn objects(section: &Value) -> impl Iterator<Item = &Value> {
    let list = section.as_array().map(Vec::as_slice).unwrap_or_default();
    section.is_object().then_some(section).into_iter().chain(list)
}

/// Names of places, folded: a text, the `text` or `name` of an object, or a list of these.
fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(fold_name(text)),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => {
            let names = ["text", "name"].iter().filter_map(|name| members.get(*name)?.as_str());
            into.extend(names.map(fold_name));
        }
        _ => {}
    }
}

/// Every block of frequencies in a value, at any depth: an object with both ends in Hz, as the kinds
/// name them.
fn ranges(value: &Value, into: &mut Vec<(u64, u64)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| ranges(item, into)),
        Value::Object(members) => {
            let end = |name: &str| members.get(name).and_then(Value::as_u64);
            let ends = [("lower", "upper"), ("lowerHz", "upperHz")];
            match ends.iter().find_map(|(lower, upper)| end(lower).zip(end(upper))) {
                Some(block) => into.push(block),
                None => members.values().for_each(|value| ranges(value, into)),
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row() -> PublicPermit {
        PublicPermit::of(json!({
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
    fn a_permit_is_found_by_any_of_its_blocks_ends_excluded() {
        let row = row();
        let finds = |from, to| row.is_admitted(&PermitFilter { from, to, ..Default::default() });
        assert!(finds(Some(884_999_999), Some(884_999_999 + 1)));
        assert!(!finds(Some(885_000_000), Some(925_000_000)));
        assert!(finds(Some(885_000_000), Some(925_000_001)));
        assert!(finds(Some(145_500_000), Some(145_500_001)));
        assert!(!finds(Some(145_512_500), Some(146_000_000)));
        assert!(finds(None, Some(145_500_001)) && !finds(None, Some(145_500_000)));
        assert!(finds(Some(929_999_999), None) && !finds(Some(930_000_000), None));
    }

    #[test]
    fn a_permit_is_found_by_number_holder_and_place() {
        let row = row();
        let text = |text: &str| PermitFilter { text: Some(fold_name(text)), ..Default::default() };
        assert!(row.is_admitted(&text("FJELL")) && row.is_admitted(&text("spe 000007")));
        assert!(!row.is_admitted(&text("Ola Eksempel")), "no list is searched by persons");
        let place =
            |text: &str| PermitFilter { place: Some(fold_name(text)), ..Default::default() };
        assert!(row.is_admitted(&place("TROMSØ")) && row.is_admitted(&place("bergen")));
        assert!(!row.is_admitted(&place("Troms")));
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
}
