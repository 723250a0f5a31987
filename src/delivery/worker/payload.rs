//! What is sent: a permit's record as the policy gives it to the recipient today. Pure.
//!
//! The body is made of the event and the version of the permit it tells of, so every attempt of a
//! delivery has the same body as long as the circumstances stay as they are.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::{
    disclosure::{Circumstances, disclose, policy::Recipient},
    permit::lifecycle::Status,
};

/// What a body is made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Type of the event.
    pub event: &'a str,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// Permit it is about, as text.
    pub permit: &'a str,
    /// Version of the permit.
    pub version: i32,
    /// When the version was written.
    pub recorded_at: DateTime<Utc>,
    /// The record as it was at that version, whole.
    pub record: &'a Value,
    /// What the disclosure depends on, today.
    pub circumstances: Circumstances<'a>,
}

/// Whether a record is of a permit that had ended.
pub fn has_ended(record: &Value) -> bool {
    let status = record["permit"]["status"].as_str().and_then(Status::from_code);
    status.is_some_and(|status| !status.is_live())
}

/// A body with what the disclosure log is to say of it.
#[derive(Debug)]
pub struct Payload {
    /// JSON in UTF-8.
    pub body: Vec<u8>,
    /// Purpose it is disclosed for.
    pub purpose: String,
    /// Names of the fields in it.
    pub fields: Vec<String>,
}

#[derive(Serialize)]
struct Message<'a, D> {
    r#type: &'a str,
    timestamp: DateTime<Utc>,
    data: D,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    permit_id: &'a str,
    version: i32,
    kind: &'a str,
    /// To rescue centres, whose copies tell by it that a version number was given twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at: Option<DateTime<Utc>>,
    /// The holder disputes the data, and a person may still decide that they stop.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    restricted: bool,
    /// To programmers, in place of everything else: the order rests, is taken back, or was carried out. It does not
    /// say why.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_state: Option<&'static str>,
    record: &'a Value,
}

/// The body for `recipient`, or none when today's policy gives nothing.
///
/// # Errors
/// When the record cannot be written as JSON.
pub fn render(source: &Source<'_>, recipient: Recipient) -> serde_json::Result<Option<Payload>> {
    let Some(given) = disclose(source.record, recipient, &source.circumstances) else {
        return Ok(None);
    };
    let Circumstances { restricted, ended, .. } = source.circumstances;
    let is_neutral = restricted && recipient == Recipient::Programmer;
    let is_done = source.record["programming"]["status"] == "programmed";
    let order_state = is_neutral.then_some(match (is_done, ended) {
        (true, _) => "programmed",
        (false, true) => "cancelled",
        (false, false) => "onHold",
    });
    let body = serde_json::to_vec(&Message {
        r#type: source.event,
        timestamp: source.occurred_at,
        data: Data {
            permit_id: source.permit,
            version: source.version,
            kind: source.circumstances.kind.as_str(),
            recorded_at: (recipient == Recipient::RescueCentre).then_some(source.recorded_at),
            restricted: restricted && !is_neutral,
            order_state,
            record: given.record(),
        },
    })?;
    Ok(Some(Payload { body, purpose: given.purpose().to_owned(), fields: given.field_names() }))
}

/// The body of a daily digest. The policy has no say: it is about no person.
///
/// # Errors
/// When the digest is not JSON.
pub fn digest(event: &str, timestamp: DateTime<Utc>, digest: &str) -> serde_json::Result<Vec<u8>> {
    let data: Value = serde_json::from_str(digest)?;
    serde_json::to_vec(&Message { r#type: event, timestamp, data })
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        delivery::event::EventKind,
        disclosure::policy::{HolderType, Kind, Policy, When},
    };

    fn record(status: &str) -> Value {
        json!({
            "permit": { "id": "x", "kind": "plb", "number": "PLB-000001", "status": status, "version": 2 },
            "callSign": "LNA2345",
            "holder": { "name": "Kari Eksempel", "nationalId": "hemmelig", "phone": "+4768050012" },
            "contacts": [{ "name": "Ola Eksempel", "phone": ["+4768050021"], "callingOrder": 1 }],
            "beacon": { "id": "A02F00C0E400001" },
            "programming": { "country": [257], "protocols": ["serialUserPlb"], "status": "ordered" },
        })
    }

    fn source(record: &Value) -> Source<'_> {
        Source {
            event: "permit.issued",
            occurred_at: DateTime::UNIX_EPOCH,
            permit: "0198c0de-0000-7000-8000-000000000001",
            version: 2,
            recorded_at: DateTime::UNIX_EPOCH,
            record,
            circumstances: Circumstances {
                kind: Kind::Plb,
                holder: HolderType::Person,
                ended: has_ended(record),
                consented: &[],
                protected: false,
                restricted: false,
                stopped: false,
            },
        }
    }

    fn sent(record: &Value, recipient: Recipient) -> Value {
        let payload = render(&source(record), recipient).unwrap().expect("something to send");
        serde_json::from_slice(&payload.body).unwrap()
    }

    #[test]
    fn the_rescue_centre_gets_what_is_registered_in_the_documented_shape() {
        let body = sent(&record("active"), Recipient::RescueCentre);
        assert_eq!(body["type"], "permit.issued");
        assert_eq!(body["timestamp"], "1970-01-01T00:00:00Z");
        assert_eq!(body["data"]["permitId"], "0198c0de-0000-7000-8000-000000000001");
        assert_eq!(body["data"]["version"], 2);
        assert_eq!(body["data"]["kind"], "plb");
        assert_eq!(body["data"]["recordedAt"], "1970-01-01T00:00:00Z");
        assert_eq!(body["data"]["record"]["contacts"][0]["name"], "Ola Eksempel");
    }

    #[test]
    fn the_programmer_gets_name_phone_and_order_and_neither_national_id_nor_contacts() {
        let text = sent(&record("awaitingProgramming"), Recipient::Programmer).to_string();
        for told in ["Kari Eksempel", "+4768050012", "serialUserPlb", "LNA2345"] {
            assert!(text.contains(told), "{told}");
        }
        for withheld in ["hemmelig", "Ola", "+4768050021", "recordedAt"] {
            assert!(!text.contains(withheld), "{withheld}");
        }
    }

    #[test]
    fn the_same_version_gives_the_same_body() {
        let record = record("active");
        let render = || render(&source(&record), Recipient::RescueCentre).unwrap().unwrap().body;
        assert_eq!(render(), render());
    }

    #[test]
    fn a_restriction_leaves_the_programmer_the_order_alone_and_whether_it_rests() {
        let mut record = record("awaitingProgramming");
        record["programming"]["orderId"] = json!("y");
        let told = |record: &Value, recipient| {
            let mut restricted = source(record);
            restricted.circumstances.restricted = true;
            let payload = render(&restricted, recipient).unwrap().expect("something to send");
            serde_json::from_slice::<Value>(&payload.body).unwrap()["data"].clone()
        };
        let mut expected = json!({
            "permitId": "0198c0de-0000-7000-8000-000000000001", "version": 2, "kind": "plb",
            "orderState": "onHold", "record": { "programming": { "orderId": "y" } },
        });
        assert_eq!(told(&record, Recipient::Programmer), expected);
        assert_eq!(told(&record, Recipient::RescueCentre)["restricted"], true);
        record["permit"]["status"] = json!("surrendered");
        expected["orderState"] = json!("cancelled");
        assert_eq!(told(&record, Recipient::Programmer), expected);
    }

    #[test]
    fn the_rescue_centre_is_told_that_a_permit_has_ended() {
        let body = sent(&record("revoked"), Recipient::RescueCentre);
        assert_eq!(body["data"]["record"]["permit"]["status"], "revoked");
    }

    fn schema(name: &str) -> Value {
        let path = format!("{}/openapi/events/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).expect(name)).expect(name)
    }

    #[test]
    fn every_event_has_a_schema() {
        for event in EventKind::ALL {
            let schema = schema(event.code());
            assert_eq!(schema["properties"]["type"]["const"], event.code());
        }
    }

    #[test]
    fn every_field_the_policy_gives_about_beacons_and_aircraft_stands_in_the_schema() {
        let schema = schema("record");
        let sections = &schema["$defs"]["record"]["properties"];
        let told = [
            (Kind::Plb, Recipient::RescueCentre),
            (Kind::Plb, Recipient::Programmer),
            (Kind::Aircraft, Recipient::RescueCentre),
        ];
        for (kind, recipient) in told {
            for holder in HolderType::ALL {
                let given = Policy::load().disclosure(kind, recipient, *holder, When::Live);
                for field in given.expect("something is given").fields.iter() {
                    let name = field.as_str();
                    let known = match name.split_once('.') {
                        None => sections.get(name),
                        Some(("contact", member)) => {
                            sections["contacts"]["items"]["properties"].get(member)
                        }
                        Some((section, member)) => sections[section]["properties"].get(member),
                    };
                    assert!(known.is_some(), "{name}");
                }
            }
        }
    }
}
