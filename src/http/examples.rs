//! Examples in the OpenAPI document: one for every JSON body, every answer and every parameter,
//! made from the schemas of the finished document, so that none can be forgotten or drift.
//!
//! Works on JSON alone and knows no operation or type of the service: what a name looks like is said
//! in `examples.toml`, what a whole form looks like by specimens. Must not replace an example that is
//! there, touch `application/problem+json` (its examples come from the catalogue) or contain
//! anything of real persons.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Properties that may be left out are shown down to this level; the body's own are level 1.
const LEVELS: usize = 4;

/// Shown where nothing says what a text is about; `examples.toml` should.
const BARE_TEXT: &str = "example";

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    toml::from_str(include_str!("examples.toml")).expect("the dictionary is read in a test")
});

/// Adds the examples that are missing.
pub fn add(document: &mut Value) {
    add_with(document, &BTreeMap::new());
}

/// As [`add`]; wherever a schema named in `specimens` is referenced, its specimen is shown instead of
/// a made-up value. A specimen is taken as it is: that it fits its schema is for the caller's tests.
pub fn add_with(document: &mut Value, specimens: &BTreeMap<String, Value>) {
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let source = Source { schemas: &schemas, specimens };
    for path in members_mut(document.get_mut("paths")) {
        for operation in members_mut(Some(path)) {
            source.complete(operation);
        }
    }
}

fn members_mut(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
}

/// Bodies of these types are shown; a problem has its own examples, other types are not JSON.
fn is_shown(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence == "application/json"
        || (essence.ends_with("+json") && essence != super::problem::PROBLEM_JSON)
}

/// What values look like; read from `examples.toml`.
#[derive(Deserialize)]
struct Dictionary {
    /// By `format` of the schema.
    formats: BTreeMap<String, Value>,
    /// By the end of a name.
    endings: BTreeMap<String, Value>,
    /// By name, or `Schema.name`, or `operationId.name`. The sections are for the reader.
    #[serde(flatten)]
    sections: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Dictionary {
    fn entry(&self, key: &str) -> Option<&Value> {
        self.sections.values().find_map(|section| section.get(key))
    }

    fn named(&self, name: &str) -> Option<&Value> {
        self.entry(name).or_else(|| {
            let fitting = |(ending, _): &(&String, &Value)| name.ends_with(ending.as_str());
            self.endings.iter().find(fitting).map(|(_, value)| value)
        })
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The named schema around it, or the operation.
    owner: &'a str,
    /// Its property or parameter; empty for a whole body.
    name: &'a str,
    /// How many objects are around it.
    depth: usize,
}

/// What values are made from.
struct Source<'a> {
    schemas: &'a Map<String, Value>,
    specimens: &'a BTreeMap<String, Value>,
}

impl<'a> Source<'a> {
    fn complete(&self, operation: &mut Value) {
        let owner = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            self.show(parameter, Place { owner: &owner, name: &name, depth: 0 });
        }
        let body = Place { owner: &owner, name: "", depth: 0 };
        self.show_content(operation.get_mut("requestBody"), body);
        for response in members_mut(operation.get_mut("responses")) {
            self.show_content(Some(response), body);
        }
    }

    fn show_content(&self, message: Option<&mut Value>, place: Place) {
        let content = message.and_then(|message| message.get_mut("content"));
        for (media_type, shown) in content.and_then(Value::as_object_mut).into_iter().flatten() {
            if is_shown(media_type) {
                self.show(shown, place);
            }
        }
    }

    /// Gives a parameter or media type its `example`, unless it has one.
    fn show(&self, shown: &mut Value, place: Place) {
        if shown.get("example").or(shown.get("examples")).is_some() {
            return;
        }
        let made =
            shown.get("schema").and_then(|schema| self.value(schema, place, &mut Vec::new()));
        if let Some(value) = made {
            shown["example"] = value;
        }
    }

    /// A value for `schema`. `open` holds the named schemas being made; nothing is returned where
    /// one of them would have to contain itself, and the property or item is then left out.
    fn value(&self, schema: &Value, place: Place, open: &mut Vec<&'a str>) -> Option<Value> {
        let qualified = || DICTIONARY.entry(&format!("{}.{}", place.owner, place.name));
        let fitting = |value: &&Value| self.fits(value, schema);
        let said = schema
            .get("example")
            .or_else(|| qualified().filter(fitting))
            .or_else(|| schema.get("default").filter(|value| !value.is_null()));
        if let Some(value) = said {
            return Some(value.clone());
        }
        if let Some(name) = reference(schema) {
            return self.referenced(name, place, open);
        }
        if let Some(parts) = list(schema, "allOf") {
            return self.whole(schema, parts, place, open);
        }
        if let Some(choices) = list(schema, "oneOf").or_else(|| list(schema, "anyOf")) {
            return choices.iter().find_map(|choice| self.value(choice, place, open));
        }
        let named = || DICTIONARY.named(place.name).filter(fitting);
        if let Some(value) = list(schema, "enum").and_then(|all| all.first()).or_else(named) {
            return Some(value.clone());
        }
        match type_of(schema) {
            "array" => self.array(schema, place, open),
            "string" => Some(text(schema)),
            "integer" | "number" => Some(number(schema)),
            "boolean" => Some(json!(true)),
            _ => self.object(schema, place, open).map(Value::Object),
        }
    }

    fn referenced(&self, name: &str, place: Place, open: &mut Vec<&'a str>) -> Option<Value> {
        if let Some(specimen) = self.specimens.get(name) {
            return Some(specimen.clone());
        }
        let (owner, schema) = self.schemas.get_key_value(name)?;
        if open.contains(&owner.as_str()) {
            return None;
        }
        open.push(owner);
        let value = self.value(schema, Place { owner, ..place }, open);
        open.pop();
        value
    }

    /// All parts of an `allOf` in one. Parts that only describe, which the framework adds beside
    /// every reference, have no value.
    fn whole(
        &self,
        schema: &Value,
        parts: &[Value],
        place: Place,
        open: &mut Vec<&'a str>,
    ) -> Option<Value> {
        let mut members = self.object(schema, place, open)?;
        for part in parts.iter().filter(|part| has_shape(part)) {
            match self.value(part, place, open)? {
                Value::Object(more) => members.extend(more),
                other => return Some(other),
            }
        }
        Some(Value::Object(members))
    }

    fn object(
        &self,
        schema: &Value,
        place: Place,
        open: &mut Vec<&'a str>,
    ) -> Option<Map<String, Value>> {
        let required = list(schema, "required").unwrap_or_default();
        let deep = place.depth >= LEVELS;
        let mut members = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let needed = required.iter().any(|one| one == name);
            if deep && !needed {
                continue;
            }
            let inner = Place { name, depth: place.depth + 1, ..place };
            match self.value(property, inner, open) {
                Some(value) => drop(members.insert(name.clone(), value)),
                None if needed => return None,
                None => {}
            }
        }
        // a map: any keys, values of one schema
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object())
            && !deep
            && let Some(value) = self.value(values, Place { depth: place.depth + 1, ..place }, open)
        {
            members.insert("key".to_owned(), value);
        }
        Some(members)
    }

    fn array(&self, schema: &Value, place: Place, open: &mut Vec<&'a str>) -> Option<Value> {
        let least = size(schema, "minItems").unwrap_or(0);
        let count = least.max(1).min(size(schema, "maxItems").unwrap_or(usize::MAX));
        match self.value(&schema["items"], place, open) {
            Some(item) => Some(Value::Array(vec![item; count])),
            None if least == 0 => Some(json!([])),
            None => None,
        }
    }

    /// True if an entry of the dictionary may stand here: one name can have different types and
    /// bounds in different schemas. Patterns and the members of objects are not looked at; the
    /// tests of the finished document do.
    fn fits(&self, value: &Value, schema: &Value) -> bool {
        if let Some(name) = reference(schema) {
            return self.schemas.get(name).is_some_and(|schema| self.fits(value, schema));
        }
        let all = list(schema, "allOf").unwrap_or_default();
        let one = list(schema, "oneOf").or_else(|| list(schema, "anyOf"));
        all.iter().all(|part| self.fits(value, part))
            && one.is_none_or(|choices| choices.iter().any(|choice| self.fits(value, choice)))
            && list(schema, "enum").is_none_or(|known| known.contains(value))
            && match type_of(schema) {
                "array" => value.as_array().is_some_and(|items| {
                    is_within(items.len(), schema, "minItems", "maxItems")
                        && items.iter().all(|item| self.fits(item, &schema["items"]))
                }),
                "string" => value.as_str().is_some_and(|text| {
                    is_within(text.chars().count(), schema, "minLength", "maxLength")
                        && has_format(text, schema["format"].as_str().unwrap_or_default())
                }),
                "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0 && admits(schema, n)),
                "number" => value.as_f64().is_some_and(|number| admits(schema, number)),
                "boolean" => value.is_boolean(),
                "object" => value.is_object(),
                _ => true,
            }
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

fn list<'v>(schema: &'v Value, key: &str) -> Option<&'v [Value]> {
    schema[key].as_array().map(Vec::as_slice)
}

fn has_shape(schema: &Value) -> bool {
    ["$ref", "type", "enum", "properties", "items", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|key| schema.get(key).is_some())
}

/// The type, or the one its other keywords imply; empty when anything may stand there.
fn type_of(schema: &Value) -> &str {
    match schema["type"].as_str() {
        Some(named) => named,
        None if schema.get("properties").is_some() => "object",
        None if schema.get("items").is_some() => "array",
        None => "",
    }
}

fn size(schema: &Value, key: &str) -> Option<usize> {
    schema[key].as_u64().and_then(|size| usize::try_from(size).ok())
}

fn is_within(count: usize, schema: &Value, least: &str, most: &str) -> bool {
    size(schema, least).is_none_or(|least| count >= least)
        && size(schema, most).is_none_or(|most| count <= most)
}

fn has_format(text: &str, format: &str) -> bool {
    match format {
        "date" | "naive-date" => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok(),
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "uuid" => uuid::Uuid::parse_str(text).is_ok(),
        _ => true,
    }
}

/// The sample of its format; else a bare text of the right length.
fn text(schema: &Value) -> Value {
    let format = schema["format"].as_str().unwrap_or_default();
    if let Some(sample) = DICTIONARY.formats.get(format) {
        return sample.clone();
    }
    let most = size(schema, "maxLength").unwrap_or(usize::MAX);
    let length = BARE_TEXT.len().max(size(schema, "minLength").unwrap_or(0)).min(most);
    json!(BARE_TEXT.chars().cycle().take(length).collect::<String>())
}

/// Bounds of a number, inclusive; the framework writes them as fractions (`200.0`). An exclusive
/// bound is moved by one step, which OpenAPI 3.0 marks by a boolean.
fn bounds(schema: &Value) -> (f64, f64) {
    let step = schema["multipleOf"].as_f64().unwrap_or(1.0);
    let moved = |key: &str| if schema[key] == json!(true) { step } else { 0.0 };
    let of_format = if schema["format"] == "int32" { f64::from(i32::MAX) } else { f64::INFINITY };
    let least = schema["minimum"].as_f64().unwrap_or(-of_format);
    let most = schema["maximum"].as_f64().unwrap_or(of_format);
    (least + moved("exclusiveMinimum"), most - moved("exclusiveMaximum"))
}

fn admits(schema: &Value, number: f64) -> bool {
    let (least, most) = bounds(schema);
    let whole_steps = schema["multipleOf"].as_f64().is_none_or(|step| number % step == 0.0);
    (least..=most).contains(&number) && whole_steps
}

/// One step, or the nearest multiple of the step within the bounds; of a fraction between two whole
/// numbers, the middle of its bounds.
fn number(schema: &Value) -> Value {
    let (least, most) = bounds(schema);
    let step = schema["multipleOf"].as_f64().unwrap_or(1.0);
    let value = if most < step {
        (most / step).floor() * step
    } else {
        ((least / step).ceil() * step).max(step)
    };
    if type_of(schema) == "integer" {
        #[expect(clippy::cast_possible_truncation, reason = "whole by now; a cast saturates")]
        return json!(value as i64);
    }
    match (schema["minimum"].as_f64(), schema["maximum"].as_f64()) {
        (Some(least), Some(most)) if !admits(schema, value) => json!(f64::midpoint(least, most)),
        _ => json!(value),
    }
}

#[cfg(test)]
mod tests;
