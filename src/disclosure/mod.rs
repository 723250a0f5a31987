//! Disclosure: what leaves, to whom, by the policy file and nothing else.
//!
//! A [`Disclosed`] can only be made here, by cutting the record of a permit down to the fields that
//! `policy.toml` gives the recipient. Every way out (public list, delivery, look-up, document,
//! export) takes a `Disclosed`, so a field that the policy does not name cannot leave.

pub mod legal_basis;
pub mod policy;
pub mod store;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::party::model::Party;
use policy::{Field, FieldSet, HolderType, Kind, Policy, Recipient, Restriction, When};

/// A record cut to what a recipient may have. The only way to the value is to take it out for that
/// recipient; nothing can be put back in.
#[derive(Debug, Clone)]
pub struct Disclosed {
    record: Value,
    purpose: String,
    recipient: Recipient,
}

impl Disclosed {
    /// The record as JSON.
    pub fn record(&self) -> &Value {
        &self.record
    }

    /// The record in a typed shape whose members are all optional.
    ///
    /// # Errors
    /// When the shape does not fit, which is a fault of ours.
    pub fn into<T: DeserializeOwned>(self) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.record)
    }

    /// Purpose it is disclosed for.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Whom it is for.
    pub fn recipient(&self) -> Recipient {
        self.recipient
    }

    /// Names of the fields that are in it, for the disclosure log.
    pub fn field_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (section, value) in self.record.as_object().into_iter().flatten() {
            match value {
                Value::Object(members) => {
                    names.extend(members.keys().map(|member| format!("{section}.{member}")));
                }
                Value::Array(_) => names.push(section.clone()),
                _ => names.push(section.clone()),
            }
        }
        names
    }
}

/// The circumstances a disclosure depends on.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Kind of permit.
    pub kind: Kind,
    /// Whether the holder is a person or an organisation.
    pub holder: HolderType,
    /// Whether the permit has ended.
    pub ended: bool,
    /// Fields the holder has a live consent for.
    pub consented: &'a [String],
    /// Address protection: such a person is never published.
    pub protected: bool,
    /// Restriction of processing under Art. 18.
    pub restricted: bool,
    /// A person has decided that the restriction stops also what goes on until then.
    pub stopped: bool,
}

impl Circumstances<'static> {
    /// The circumstances of disclosing something of this holder today, without any consent.
    pub fn of(kind: Kind, holder: &Party, ended: bool) -> Self {
        Self {
            kind,
            holder: if holder.is_person() { HolderType::Person } else { HolderType::Organisation },
            ended,
            consented: &[],
            protected: holder.protected,
            restricted: holder.restricted,
            stopped: holder.rescue_stopped,
        }
    }
}

/// The record as `recipient` may have it, or nothing at all.
pub fn disclose(
    record: &Value,
    recipient: Recipient,
    circumstances: &Circumstances<'_>,
) -> Option<Disclosed> {
    let policy = Policy::load();
    let when = if circumstances.ended { When::Ended } else { When::Live };
    let given = |when| policy.disclosure(circumstances.kind, recipient, circumstances.holder, when);
    let main = given(when);
    let on_consent = given(When::Consented).filter(|_| {
        !circumstances.ended && !circumstances.protected && !circumstances.consented.is_empty()
    });
    let public = recipient == Recipient::Public;
    // a restriction stops what goes to a third party; what anybody sees goes on without the person
    let stopped = |restriction: Restriction| {
        circumstances.restricted
            && match restriction {
                Restriction::Stops => !public,
                Restriction::HumanDecision => circumstances.stopped,
                Restriction::Continues => false,
            }
    };
    let main_fields = main
        .filter(|disclosure| !stopped(disclosure.restriction))
        // what is left while the rest is stopped names no person
        .or_else(|| given(When::Restricted).filter(|_| circumstances.restricted && main.is_some()))
        .map(|disclosure| &disclosure.fields);
    let consent_fields = on_consent
        .filter(|disclosure| !stopped(disclosure.restriction))
        .map(|disclosure| &disclosure.fields);
    let purpose = main_fields.or(consent_fields)?.purpose().to_owned();
    let public_person = public && (circumstances.protected || circumstances.restricted);
    let allowed = |field: Field| {
        let by_main = main_fields.is_some_and(|fields: &FieldSet| fields.contains(field));
        let by_consent = consent_fields.is_some_and(|fields| fields.contains(field))
            && circumstances.consented.iter().any(|name| name == field.as_str());
        (by_main || by_consent) && !(public_person && field.is_personal())
    };
    Some(Disclosed { record: cut(record, &allowed), purpose, recipient })
}

/// Keeps the members whose field is allowed; what is not in the closed list of fields goes.
fn cut(record: &Value, allowed: &impl Fn(Field) -> bool) -> Value {
    let mut out = Map::new();
    for (section, value) in record.as_object().into_iter().flatten() {
        let subject = if section == "contacts" { "contact" } else { section.as_str() };
        match value {
            Value::Object(members) => {
                let kept = cut_members(subject, members, allowed);
                if !kept.is_empty() {
                    out.insert(section.clone(), Value::Object(kept));
                }
            }
            Value::Array(items) => {
                let kept: Vec<Value> = items
                    .iter()
                    .filter_map(Value::as_object)
                    .map(|members| cut_members(subject, members, allowed))
                    .filter(|members| !members.is_empty())
                    .map(Value::Object)
                    .collect();
                if !kept.is_empty() {
                    out.insert(section.clone(), Value::Array(kept));
                }
            }
            single => {
                if field_named(section).is_some_and(allowed) {
                    out.insert(section.clone(), single.clone());
                }
            }
        }
    }
    Value::Object(out)
}

fn cut_members(
    subject: &str,
    members: &Map<String, Value>,
    allowed: &impl Fn(Field) -> bool,
) -> Map<String, Value> {
    members
        .iter()
        .filter(|(member, _)| field_named(&format!("{subject}.{member}")).is_some_and(allowed))
        .map(|(member, value)| (member.clone(), value.clone()))
        .collect()
}

/// The field with this name.
pub fn field_named(name: &str) -> Option<Field> {
    use std::{collections::HashMap, sync::OnceLock};
    static NAMES: OnceLock<HashMap<&'static str, Field>> = OnceLock::new();
    NAMES
        .get_or_init(|| Field::ALL.iter().map(|field| (field.as_str(), *field)).collect())
        .get(name)
        .copied()
}

/// Whether a member of a section tells of a natural person.
pub fn is_personal_member(section: &str, member: &str) -> bool {
    personal_members(section).contains(&member)
}

/// The members of a section that tell of a natural person.
pub fn personal_members(section: &str) -> &'static [&'static str] {
    use std::{collections::HashMap, sync::OnceLock};
    static MEMBERS: OnceLock<HashMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    let all = MEMBERS.get_or_init(|| {
        let mut all: HashMap<_, Vec<_>> = HashMap::new();
        let personal = Field::ALL.iter().filter(|field| field.is_personal());
        for (section, member) in personal.filter_map(|field| field.as_str().split_once('.')) {
            all.entry(section).or_default().push(member);
        }
        all
    });
    all.get(section).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record() -> Value {
        json!({
            "permit": { "id": "x", "kind": "plb", "number": "PLB-000001", "status": "active", "version": 2 },
            "callSign": "LNA2345",
            "holder": { "name": "Kari Eksempel", "nationalId": "hemmelig", "phone": "+4768050012", "postTown": "LILLESAND" },
            "contacts": [{ "name": "Ola Eksempel", "phone": ["+4768050021"], "callingOrder": 1 }],
            "beacon": { "id": "A02F00C0E400001", "unknownMember": 1 },
            "unknownSection": { "a": 1 },
        })
    }

    fn circumstances(kind: Kind, consented: &[String]) -> Circumstances<'_> {
        Circumstances {
            kind,
            holder: HolderType::Person,
            ended: false,
            consented,
            protected: false,
            restricted: false,
            stopped: false,
        }
    }

    #[test]
    fn the_rescue_centre_gets_everything_registered_and_nothing_the_policy_does_not_name() {
        let given = disclose(&record(), Recipient::RescueCentre, &circumstances(Kind::Plb, &[]))
            .expect("disclosed");
        let record = given.record();
        assert_eq!(record["contacts"][0]["name"], "Ola Eksempel");
        assert_eq!(record["holder"]["nationalId"], "hemmelig");
        assert!(record.get("unknownSection").is_none());
        assert!(record["beacon"].get("unknownMember").is_none());
        assert!(record["permit"].get("id").is_none());
    }

    #[test]
    fn a_programmer_never_gets_national_id_or_contacts() {
        let given = disclose(&record(), Recipient::Programmer, &circumstances(Kind::Plb, &[]))
            .expect("disclosed");
        let text = given.record().to_string();
        assert!(text.contains("Kari") && !text.contains("hemmelig") && !text.contains("Ola"));
    }

    #[test]
    fn restriction_stops_the_programmer_and_not_the_rescue_centre() {
        let mut circumstances = circumstances(Kind::Plb, &[]);
        circumstances.restricted = true;
        let mut ordered = record();
        ordered["programming"] = json!({ "orderId": "y", "country": [257] });
        let told = disclose(&ordered, Recipient::Programmer, &circumstances).expect("disclosed");
        assert_eq!(told.record(), &json!({ "programming": { "orderId": "y" } }));
        assert!(disclose(&record(), Recipient::RescueCentre, &circumstances).is_some());
        circumstances.stopped = true;
        assert!(disclose(&record(), Recipient::RescueCentre, &circumstances).is_none());
        assert!(disclose(&record(), Recipient::Holder, &circumstances).is_some());
    }

    #[test]
    fn the_public_sees_a_name_with_consent_only_and_never_of_a_protected_person() {
        let name = ["holder.name".to_owned()];
        let without = disclose(&record(), Recipient::Public, &circumstances(Kind::Amateur, &[]));
        assert!(without.is_none_or(|given| given.record().get("holder").is_none()));
        let mut circumstances = circumstances(Kind::Amateur, &name);
        let with = disclose(&record(), Recipient::Public, &circumstances).expect("disclosed");
        assert_eq!(with.record()["holder"], json!({ "name": "Kari Eksempel" }));
        circumstances.protected = true;
        let protected = disclose(&record(), Recipient::Public, &circumstances);
        assert!(protected.is_none_or(|given| given.record().get("holder").is_none()));
    }
}
