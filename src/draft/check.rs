//! What is missing or wrong in an application that is not whole yet.
//!
//! The kind's own reading of an application stops at the first thing that is of another shape. Here the
//! gaps are noted, filled from the kind's specimen, and the reading is asked about the rest: so every
//! error of what is there already is known, by the same rules as when it is filed. An application in
//! which nothing was filled is read as it is.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::shape::{self, Shape};
use crate::{
    case::wishes,
    failure::{FieldError, Problem},
    permit::kind::{self, Kind},
};

/// Everything that keeps the application from being filed, by pointer. Of a new one, as it stands on `new_on`, also which
/// wishes nobody is given; who has a call sign keeps it, whatever it is.
pub fn findings(
    kind: Kind,
    application: &Value,
    is_person: bool,
    new_on: Option<NaiveDate>,
) -> Vec<FieldError> {
    let any = kind::any(kind);
    let mut whole = application.clone();
    let mut found = Vec::new();
    fill(shape::of(kind), &mut whole, Some(&any.example()), "", &mut found);
    let gaps = found.len();
    let read = any.read(&whole, is_person, "");
    if let (Ok(parsed), Some(day)) = (&read, new_on) {
        let wrong = wishes::rules::blocked(&parsed.wishes, day).finish(Some(()));
        found.extend(wrong.err().iter().flat_map(|failure| failure.fields()).cloned());
    }
    if let Err(failure) = read {
        let is_filled = |gap: &FieldError| gap.code != "unknown";
        let about_what_is_there = |error: &&FieldError| {
            let mut filled = found[..gaps].iter().filter(|gap| is_filled(gap));
            !filled.any(|gap| is_at_or_below(&error.pointer, &gap.pointer))
        };
        let more: Vec<FieldError> =
            failure.fields().iter().filter(about_what_is_there).cloned().collect();
        found.extend(more);
        if found.is_empty() {
            let code = match failure.problem() {
                Problem::InvalidContent | Problem::MalformedBody => "unreadable",
                other => other.code(),
            };
            found.push(error("", code, failure.detail().to_owned()));
        }
    }
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found.dedup();
    found
}

/// Whether `pointer` is `top`, or lies below it.
pub fn is_at_or_below(pointer: &str, top: &str) -> bool {
    pointer.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn error(
    pointer: &str,
    code: &'static str,
    detail: impl Into<std::borrow::Cow<'static, str>>,
) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code: code.into(), detail: detail.into() }
}

const WRONG_TYPE: &str = "The value is not of the documented type.";
const MISSING: &str = "This must be filled in.";

/// Notes what is missing or of another shape, and puts something of the right shape there.
fn fill(
    shape: &Shape,
    value: &mut Value,
    example: Option<&Value>,
    pointer: &str,
    found: &mut Vec<FieldError>,
) {
    let fault = match (shape, &mut *value) {
        (Shape::Object(_), Value::Object(_)) => {
            return fill_object(shape, value, example, pointer, found);
        }
        (Shape::List(item), Value::Array(items)) => {
            for (index, one) in items.iter_mut().enumerate() {
                let example = example.and_then(|list| list.get(index).or_else(|| list.get(0)));
                fill(item, one, example, &format!("{pointer}/{index}"), found);
            }
            return;
        }
        (shape, value) => fault_of(shape, value),
    };
    if let Some((code, detail)) = fault {
        found.push(error(pointer, code, detail));
        *value = substitute(shape, example);
    }
}

/// What is wrong with a single value.
fn fault_of(shape: &Shape, value: &Value) -> Option<(&'static str, String)> {
    let wrong_type = || Some(("wrong-type", WRONG_TYPE.to_owned()));
    match shape {
        Shape::Text { choices } => match value.as_str() {
            None => wrong_type(),
            Some(text) if !choices.is_empty() && !choices.iter().any(|choice| choice == text) => {
                Some(("not-in-list", format!("One of: {}.", choices.join(", "))))
            }
            Some(text) if text.contains('\0') => {
                Some(("nul-character", "Remove the character U+0000.".to_owned()))
            }
            Some(_) => None,
        },
        Shape::Date => match value.as_str().map(str::parse::<NaiveDate>) {
            Some(Ok(_)) => None,
            _ => Some(("date", "Write the day as in 2026-12-31.".to_owned())),
        },
        Shape::Integer { minimum, maximum } => {
            let Some(number) = value.as_i64() else { return wrong_type() };
            let is_inside = minimum.is_none_or(|minimum| number >= minimum)
                && maximum.is_none_or(|maximum| number <= maximum);
            (!is_inside).then(|| ("range", bounds(*minimum, *maximum)))
        }
        Shape::Number { minimum, maximum } => {
            let Some(number) = value.as_f64() else { return wrong_type() };
            let is_inside = minimum.is_none_or(|minimum| number >= minimum)
                && maximum.is_none_or(|maximum| number <= maximum);
            (!is_inside).then(|| ("range", bounds(*minimum, *maximum)))
        }
        Shape::Boolean if value.is_boolean() => None,
        Shape::Boolean | Shape::List(_) | Shape::Object(_) => wrong_type(),
    }
}

fn bounds<T: std::fmt::Display>(minimum: Option<T>, maximum: Option<T>) -> String {
    match (minimum, maximum) {
        (Some(minimum), Some(maximum)) => {
            format!("The value must be between {minimum} and {maximum}.")
        }
        (Some(minimum), None) => format!("The value must be at least {minimum}."),
        (_, Some(maximum)) => format!("The value must be at most {maximum}."),
        (None, None) => "The value is outside what is allowed.".to_owned(),
    }
}

fn fill_object(
    shape: &Shape,
    value: &mut Value,
    example: Option<&Value>,
    pointer: &str,
    found: &mut Vec<FieldError>,
) {
    let (Shape::Object(known), Value::Object(members)) = (shape, value) else { return };
    let is_known = |name: &str| known.iter().any(|member| member.name == name);
    if members.keys().any(|name| !is_known(name)) {
        // the name came from the sender and is not repeated
        found.push(error(
            pointer,
            "unknown",
            "There is a member here that is not documented. Remove it.",
        ));
        members.retain(|name, _| is_known(name));
    }
    for member in known {
        let pointer = format!("{pointer}/{}", member.name);
        let example = example.and_then(|whole| whole.get(&member.name));
        match members.get_mut(&member.name) {
            Some(Value::Null) if !member.is_required => {}
            Some(own) => fill(&member.shape, own, example, &pointer, found),
            None if !member.is_required => {}
            None => {
                let own = if matches!(member.shape, Shape::Object(_)) {
                    // what is missing is said of each part
                    let mut own = json!({});
                    fill(&member.shape, &mut own, example, &pointer, found);
                    own
                } else {
                    found.push(error(&pointer, "missing", MISSING));
                    substitute(&member.shape, example)
                };
                members.insert(member.name.clone(), own);
            }
        }
    }
}

/// Something of this shape: the specimen's, or the plainest.
fn substitute(shape: &Shape, example: Option<&Value>) -> Value {
    if let Some(example) = example.filter(|example| !example.is_null()) {
        return example.clone();
    }
    match shape {
        Shape::Text { choices } => json!(choices.first().map_or("x", String::as_str)),
        Shape::Date => json!("2030-01-01"),
        Shape::Integer { minimum, .. } => json!(minimum.unwrap_or(1)),
        Shape::Number { minimum, .. } => json!(minimum.unwrap_or(1.0)),
        Shape::Boolean => json!(false),
        Shape::List(_) => json!([]),
        Shape::Object(members) => {
            let needed = members.iter().filter(|member| member.is_required);
            needed
                .map(|member| (member.name.clone(), substitute(&member.shape, None)))
                .collect::<serde_json::Map<String, Value>>()
                .into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permit::kind::{Holders, KINDS};

    fn found(kind: Kind, application: &Value) -> Vec<(String, String)> {
        let found = findings(kind, application, true, None);
        found.into_iter().map(|error| (error.pointer, error.code.into_owned())).collect()
    }

    #[test]
    fn nothing_is_missing_in_any_specimen_and_everything_needed_in_nothing() {
        for any in KINDS {
            let is_person = any.holders() != Holders::Organisations;
            assert_eq!(findings(any.kind(), &any.example(), is_person, None), []);
            let nothing = findings(any.kind(), &json!({}), is_person, None);
            assert!(nothing.iter().any(|error| error.pointer == "/applicant/phone"));
            assert!(nothing.iter().filter(|error| error.code == "missing").count() > 4);
            for whole in [json!(7), json!([]), json!(null)] {
                assert!(!findings(any.kind(), &whole, is_person, None).is_empty());
            }
        }
    }

    #[test]
    fn every_error_is_said_at_once_though_the_shape_is_wrong() {
        let mut application = kind::any(Kind::Plb).example();
        application["beacon"]["serial"] = json!("tolv");
        application["beacon"]["batteryExpiry"] = json!("i fjor");
        application["beacon"]["persons"] = json!(1);
        application["usage"] = json!({ "persons": 1000 });
        application["applicant"]["phone"] = json!("12");
        let found = found(Kind::Plb, &application);
        for (pointer, code) in [
            ("/beacon", "unknown"),
            ("/beacon/serial", "wrong-type"),
            ("/beacon/batteryExpiry", "date"),
            ("/usage/activity", "missing"),
            ("/usage/persons", "range"),
        ] {
            assert!(found.contains(&(pointer.to_owned(), code.to_owned())), "{pointer} {found:?}");
        }
        assert!(found.iter().any(|(pointer, _)| pointer == "/applicant/phone"), "{found:?}");
        assert_eq!(found.len(), 6, "{found:?}");
    }
}
