//! What the examples promise: each fits its schema, none is missing, none is of a real person.
//! The committed document is held to the same as the hand-written one.

use std::collections::BTreeMap;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::{BARE_TEXT, DICTIONARY, add, add_with, is_shown, text};
use crate::{
    http::document::COMMITTED,
    values::{
        aircraft_registration::AircraftRegistration, beacon_id, call_sign::CallSign,
        email_address::EmailAddress, emission_designator::EmissionDesignator, frequency::Frequency,
        icao_address::IcaoAddress, language::Language, mmsi::Mmsi,
        organisation_number::OrganisationNumber, person_name::PersonName,
        phone_number::PhoneNumber, postal_code::PostalCode,
    },
};

/// A document of every feature the framework's documents have, and some it could get.
fn hand_written() -> Value {
    serde_json::from_str(include_str!("specimen_document.json")).expect("the test's own JSON")
}

/// The hand-written document with a body of this one schema, and the example made for it.
fn made(schema: &Value) -> Value {
    let mut document = hand_written();
    let body = json!({ "content": { "application/json": { "schema": schema } } });
    document["paths"] = json!({ "/v1/things": { "post": {
        "operationId": "makeThing", "requestBody": body, "responses": {}
    }}});
    add(&mut document);
    let example = "/paths/~1v1~1things/post/requestBody/content/application~1json/example";
    document.pointer(example).cloned().unwrap_or(Value::Null)
}

/// OpenAPI 3.0 as JSON Schema draft 4, which has the same boolean exclusive bounds: `nullable`
/// becomes a choice, references point into the same document.
fn as_json_schema(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(as_json_schema).collect(),
        Value::Object(members) => {
            let plain: Value =
                members.iter().map(|(key, value)| (key.clone(), as_json_schema(value))).collect();
            if members.get("nullable") == Some(&json!(true)) {
                json!({ "anyOf": [plain, { "enum": [null] }] })
            } else {
                plain
            }
        }
        other => other.clone(),
    }
}

fn validator(document: &Value, schema: &Value) -> Validator {
    let schemas = &document["components"]["schemas"];
    let whole = json!({ "allOf": [schema], "components": { "schemas": schemas } });
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(&as_json_schema(&whole))
        .expect("the schemas are valid")
}

/// Parameters and JSON bodies of a document: where each is, and its member with schema and example.
fn shown(document: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let at = format!("{method} {path}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                all.push((format!("{at} {}", parameter["name"]), parameter));
            }
            let answers = operation["responses"].as_object().into_iter().flatten();
            let messages = answers.map(|(status, answer)| (status.as_str(), answer));
            for (what, message) in messages.chain([("body", &operation["requestBody"])]) {
                for (media, content) in message["content"].as_object().into_iter().flatten() {
                    if is_shown(media) {
                        all.push((format!("{at} {what}"), content));
                    }
                }
            }
        }
    }
    all
}

/// Every place without an example, and every example that does not fit.
fn faults(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, part) in shown(document) {
        if let Some(example) = part.get("example") {
            let validator = validator(document, &part["schema"]);
            let errors = validator.iter_errors(example);
            faults.extend(errors.map(|error| format!("{at}{}: {error}", error.instance_path())));
        } else if part.get("examples").is_none() {
            faults.push(format!("{at}: no example"));
        }
    }
    faults
}

/// Names whose text is the bare default, whole, cut or repeated.
fn bare(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if BARE_TEXT.chars().cycle().take(text.len()).eq(text.chars()) => {
            found.push(at.to_owned());
        }
        Value::Array(items) => items.iter().for_each(|item| bare(at, item, found)),
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| bare(&format!("{at}/{name}"), value, found));
        }
        _ => {}
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

fn dictionary_texts() -> Vec<String> {
    let mut found = Vec::new();
    let all = [&DICTIONARY.formats, &DICTIONARY.endings];
    for value in all.into_iter().chain(DICTIONARY.sections.values()).flat_map(BTreeMap::values) {
        texts(value, &mut found);
    }
    found
}

#[test]
fn every_place_gets_an_example_that_fits_its_schema() {
    let mut document = hand_written();
    assert!(faults(&document).len() > 8, "nothing is there before");
    add(&mut document);
    assert_eq!(faults(&document), Vec::<String>::new());
}

#[test]
fn every_example_of_the_committed_document_is_there_and_fits() {
    let document: Value = serde_json::from_str(COMMITTED).expect("JSON");
    assert!(!shown(&document).is_empty());
    assert_eq!(faults(&document), Vec::<String>::new());
}

#[test]
fn every_text_of_the_committed_document_has_a_row_in_the_dictionary() {
    let document: Value = serde_json::from_str(COMMITTED).expect("JSON");
    let mut found = Vec::new();
    for (at, part) in shown(&document) {
        bare(&at, &part["example"], &mut found);
    }
    assert_eq!(found, Vec::<String>::new(), "add these names to examples.toml");
}

#[test]
fn making_examples_twice_changes_nothing() {
    let mut document = hand_written();
    add(&mut document);
    let once = document.clone();
    add(&mut document);
    assert_eq!(document, once);
}

#[test]
fn what_is_there_stays_and_only_examples_are_added() {
    let before = hand_written();
    let mut document = before.clone();
    add(&mut document);
    let get = &document["paths"]["/v1/permits/{id}"]["get"];
    assert_eq!(get["parameters"][1]["example"], "\"v9\"");
    assert!(get["parameters"][2].get("example").is_none(), "it has `examples`");
    let problem = &get["responses"]["404"]["content"]["application/problem+json"];
    assert!(problem.get("example").is_none());
    let answer = &get["responses"]["200"]["content"];
    assert!(answer["application/pdf"].get("example").is_none());
    assert!(answer["text/html"].get("example").is_none());
    assert!(answer["application/json; charset=utf-8"]["example"].is_object());
    assert!(get["responses"]["204"].get("content").is_none());
    assert_eq!(document["components"], before["components"]);
    let empty = json!({});
    let mut document = empty.clone();
    add(&mut document);
    assert_eq!(document, empty);
}

#[test]
fn a_value_is_taken_from_the_nearest_that_says_it() {
    let cases = [
        // the schema's own example, then a qualified row, then default, enum, name, format, type
        (json!({ "type": "string", "example": "own", "default": "d" }), json!("own")),
        (json!({ "type": "string", "default": "d", "enum": ["e", "d"] }), json!("d")),
        (json!({ "type": "string", "enum": ["e", "d"] }), json!("e")),
        (json!({ "type": "string" }), json!("LILLESAND")),
        (json!({ "type": "string", "maxLength": 3 }), json!("exa")),
        (json!({ "type": "string", "minLength": 16 }), json!("exampleexampleex")),
        (json!({ "type": "string", "format": "date" }), json!("2026-03-02")),
        (json!({ "type": "string", "default": null }), json!("LILLESAND")),
        (json!({ "type": "boolean" }), json!(true)),
        (json!({ "type": "array", "items": { "type": "string" } }), json!(["LILLESAND"])),
        (json!({}), json!("LILLESAND")),
    ];
    for (schema, expected) in cases {
        let object = made(&json!({ "type": "object", "properties": { "town": schema } }));
        assert_eq!(object["town"], expected, "{schema}");
    }
}

#[test]
fn a_qualified_row_wins_over_name_default_and_enum() {
    for kind in [
        json!({ "type": "string" }),
        json!({ "type": "string", "default": "plb" }),
        json!({ "type": "string", "enum": ["organisation", "person"] }),
    ] {
        let mut document = hand_written();
        document["components"]["schemas"]["PartyView"]["properties"]["kind"] = kind;
        add(&mut document);
        let content = &document["paths"]["/v1/permits/{id}"]["get"]["responses"]["200"]["content"];
        assert_eq!(
            content["application/json; charset=utf-8"]["example"]["holder"]["kind"],
            "person"
        );
    }
    let other = made(&json!({ "type": "object", "properties": { "kind": { "type": "string" } } }));
    assert_eq!(other["kind"], "plb");
}

#[test]
fn a_row_that_does_not_fit_is_not_used() {
    let with = |name: &str, schema: Value| {
        made(&json!({ "type": "object", "properties": { name: schema } }))[name].take()
    };
    let uuid = text(&json!({ "format": "uuid" }));
    let time = text(&json!({ "format": "date-time" }));
    let cases = [
        ("persons", json!({ "type": "integer" }), json!(2)),
        ("persons", json!({ "type": "integer", "minimum": 5.0 }), json!(5)),
        ("persons", json!({ "type": "integer", "multipleOf": 5 }), json!(5)),
        ("persons", json!({ "type": "array", "items": { "type": "integer" } }), json!([2])),
        ("persons", json!({ "type": "string", "format": "uuid" }), uuid.clone()),
        ("town", json!({ "type": "string", "format": "uuid" }), uuid),
        ("birthDate", json!({ "type": "string", "format": "date-time" }), time),
        ("latitude", json!({ "type": "number" }), json!(58.25)),
        ("latitude", json!({ "type": "integer" }), json!(1)),
        ("from", json!({ "type": "integer", "format": "int64" }), json!(3_600_000_000_i64)),
        ("from", json!({ "type": "integer", "format": "int32" }), json!(1)),
        ("persons", json!({ "type": "object", "properties": {} }), json!({})),
    ];
    for (name, schema, expected) in cases {
        assert_eq!(with(name, schema.clone()), expected, "{name} {schema}");
    }
}

#[test]
fn a_qualified_row_that_does_not_fit_gives_way() {
    let choice = json!({ "type": "string", "enum": ["organisation"] });
    for kind in [choice.clone(), json!({ "allOf": [choice, { "description": "Kind." }] })] {
        let mut document = hand_written();
        document["components"]["schemas"]["PartyView"]["properties"]["kind"] = kind;
        add(&mut document);
        let put = &document["paths"]["/v1/permits/{id}"]["put"]["responses"]["200"];
        assert_eq!(put["content"]["application/ld+json"]["example"]["kind"], "organisation");
    }
}

#[test]
fn a_schema_may_be_shown_side_by_side_with_itself() {
    let address = json!({ "$ref": "#/components/schemas/Address" });
    let both =
        made(&json!({ "type": "object", "properties": { "home": address, "work": address } }));
    assert_eq!(both["home"]["postalCode"], "4790");
    assert_eq!(both["home"], both["work"]);
}

#[test]
fn numbers_keep_their_bounds_and_integers_are_whole() {
    let cases = [
        (json!({ "type": "integer" }), json!(1)),
        (json!({ "type": "integer", "minimum": 7.0, "maximum": 9.0 }), json!(7)),
        (json!({ "type": "integer", "minimum": 7, "exclusiveMinimum": true }), json!(8)),
        (json!({ "type": "integer", "maximum": 0, "exclusiveMaximum": true }), json!(-1)),
        (json!({ "type": "integer", "minimum": 11, "multipleOf": 5 }), json!(15)),
        (
            json!({ "type": "integer", "format": "int64", "minimum": 4_000_000_000_i64 }),
            json!(4_000_000_000_i64),
        ),
        (
            json!({ "type": "number", "minimum": 0.25, "maximum": 0.75, "multipleOf": 0.25 }),
            json!(0.25),
        ),
        (json!({ "type": "number", "minimum": -90.0, "maximum": -10.5 }), json!(-11.0)),
        (json!({ "type": "number", "minimum": 0.5, "maximum": 0.75 }), json!(0.625)),
        (
            json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 0.5 }),
            json!(0.25),
        ),
    ];
    for (schema, expected) in cases {
        assert_eq!(made(&schema), expected, "{schema}");
    }
}

#[test]
fn lists_have_one_item_or_as_many_as_they_must() {
    let items = json!({ "type": "integer" });
    assert_eq!(made(&json!({ "type": "array", "items": items })), json!([1]));
    assert_eq!(made(&json!({ "type": "array", "items": items, "minItems": 3 })), json!([1, 1, 1]));
    assert_eq!(made(&json!({ "type": "array", "items": items, "maxItems": 0 })), json!([]));
}

#[test]
fn a_schema_within_itself_ends_where_it_may() {
    let tree = made(&json!({ "$ref": "#/components/schemas/Tree" }));
    assert_eq!(tree, json!({ "title": "Tillatelse til nødpeilesender", "branches": [] }));
    // a form that must contain itself has no finite example
    assert_eq!(made(&json!({ "$ref": "#/components/schemas/Endless" })), Value::Null);
    assert_eq!(made(&json!({ "$ref": "#/components/schemas/NotThere" })), Value::Null);
    let holder = json!({ "type": "object", "properties": {
        "name": { "type": "string" },
        "endless": { "$ref": "#/components/schemas/Endless" }
    }});
    assert_eq!(made(&holder), json!({ "name": "Kari Eksempel Nordvær" }));
}

#[test]
fn optional_properties_end_after_four_levels_and_required_ones_do_not() {
    let level = |inner: Value| {
        json!({ "type": "object", "required": ["needed"], "properties": {
            "needed": { "type": "boolean" }, "left": { "type": "boolean" }, "inner": inner
        }})
    };
    let needed = json!({ "type": "object", "required": ["needed"],
        "properties": { "needed": { "type": "boolean" }, "left": { "type": "boolean" } } });
    let deep = made(&level(level(level(level(needed)))));
    assert!(deep.pointer("/inner/inner/inner/left").is_some(), "level 4");
    assert_eq!(
        deep.pointer("/inner/inner/inner/inner"),
        Some(&json!({ "needed": true })),
        "level 5"
    );
}

#[test]
fn a_specimen_is_shown_wherever_its_schema_is_referenced() {
    let specimen = json!({ "name": "Ola Eksempel Nordvær", "kind": "person" });
    let specimens = BTreeMap::from([("PartyView".to_owned(), specimen.clone())]);
    let mut document = hand_written();
    add_with(&mut document, &specimens);
    assert_eq!(faults(&document), Vec::<String>::new());
    let path = &document["paths"]["/v1/permits/{id}"];
    let permit = &path["get"]["responses"]["200"]["content"]["application/json; charset=utf-8"];
    assert_eq!(permit["example"]["holder"], specimen, "within an allOf");
    let body = &path["put"]["requestBody"]["content"]["application/json"]["example"];
    assert_eq!(body["parties"], json!([specimen]), "within a list");
    assert_eq!(
        path["put"]["responses"]["200"]["content"]["application/ld+json"]["example"],
        specimen
    );
}

#[test]
fn no_key_of_the_dictionary_stands_in_two_sections() {
    let mut keys: Vec<&String> = DICTIONARY.sections.values().flat_map(BTreeMap::keys).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all);
}

#[test]
fn the_dictionary_names_nobody_real() {
    for text in dictionary_texts() {
        if text.starts_with('+') {
            let phone = PhoneNumber::parse(&text).expect("a number");
            assert!(phone.is_fictional(), "{text}");
        } else if text.contains('@') {
            assert!(text.ends_with("@example.no"), "{text}");
        } else if let Some((_, address)) = text.split_once("://") {
            assert!(
                address.split('/').next().is_some_and(|host| host.ends_with("example.no")),
                "{text}"
            );
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let may_be_national_id =
            digits == 11 && text.chars().all(|c| c.is_ascii_digit() || c == ' ');
        assert!(!may_be_national_id, "{text}");
    }
}

#[test]
fn the_registry_itself_accepts_the_values_of_the_dictionary() {
    type Reads = fn(&str) -> bool;
    let readers: [(&str, Reads); 14] = [
        ("name", |text| PersonName::parse(text).is_ok()),
        ("phone", |text| PhoneNumber::parse(text).is_ok()),
        ("alternativePhone", |text| PhoneNumber::parse(text).is_ok()),
        ("email", |text| EmailAddress::parse(text).is_ok()),
        ("postalCode", |text| {
            PostalCode::parse(text)
                .is_ok_and(|code| code.place().is_ok_and(|p| p.post_town == "LILLESAND"))
        }),
        ("language", |text| Language::parse(text).is_ok()),
        ("organisationNumber", |text| {
            OrganisationNumber::parse(text).is_ok() && text.starts_with('3')
        }),
        ("callSign", |text| CallSign::parse(text).is_ok_and(|sign| sign.is_norwegian())),
        ("mmsi", |text| Mmsi::parse(text).is_ok()),
        ("icaoAddress", |text| IcaoAddress::parse(text).is_ok()),
        ("registration", |text| AircraftRegistration::parse(text).is_ok()),
        ("emission", |text| EmissionDesignator::parse(text).is_ok()),
        ("beaconId", |text| {
            beacon_id::decode(text).is_ok_and(|code| {
                code.beacon_id.as_str() == text
                    && code.class == Some(beacon_id::BeaconClass::Plb)
                    && beacon_id::is_norwegian(code.country)
                    && code.warnings.is_empty()
            })
        }),
        ("labelForm", |text| {
            beacon_id::decode(text).is_ok_and(|code| code.beacon_id.label_form() == text)
        }),
    ];
    for (name, reads) in readers {
        let value = DICTIONARY.entry(name).and_then(Value::as_str).expect(name);
        assert!(reads(value), "{name}");
    }
    for name in ["from", "to", "frequency"] {
        let hertz = DICTIONARY.entry(name).and_then(Value::as_u64).expect(name);
        assert!(Frequency::from_hertz(hertz).is_ok(), "{name}");
    }
}
