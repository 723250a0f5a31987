//! Between JSON and what stands in the fields of a form, both ways. Pure.
//!
//! What cannot be read is kept as the text that was typed, in the place of the value: so a draft holds
//! everything, a wrong value is shown as it was typed, and the check of the draft says what is wrong.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::form::{Field, Input, Step, When};
use crate::values::language::Language;

/// What a form sent: the values of each name, in their order.
pub type Posted = BTreeMap<String, Vec<String>>;

/// Units that a frequency may be written in.
const HERTZ: [(&str, f64); 4] = [("ghz", 1e9), ("mhz", 1e6), ("khz", 1e3), ("hz", 1.0)];

/// Whether a field is asked for, with the answers so far.
pub fn is_asked(field: &Field, application: &Value, is_person: bool) -> bool {
    match &field.when {
        None => true,
        Some(When::Person) => is_person,
        Some(When::Equals(pointer, values)) => {
            let answer = application.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            values.contains(&answer)
        }
    }
}

/// Whether anything of a step is asked for.
pub fn has_fields(step: &Step, application: &Value, is_person: bool) -> bool {
    step.fields.iter().any(|field| is_asked(field, application, is_person))
}

/// What stands in a field that has this value.
pub fn shown(field: &Field, value: &Value, language: Language) -> String {
    let is_english = language == Language::English;
    match (&field.input, value) {
        (Input::Date, Value::String(text)) if !is_english => match text.parse::<NaiveDate>() {
            Ok(day) => day.format("%d.%m.%Y").to_string(),
            Err(_) => text.clone(),
        },
        (Input::Integer, Value::Number(number)) if field.unit == "Hz" => {
            number.as_u64().map_or_else(|| number.to_string(), in_hertz)
        }
        (Input::Decimal, Value::Number(number)) => {
            let text = number.as_f64().map_or_else(String::new, |number| number.to_string());
            if is_english { text } else { text.replace('.', ",") }
        }
        (Input::YesNo, Value::Bool(answer)) => if *answer { "yes" } else { "no" }.to_owned(),
        (Input::Lines, Value::Array(items)) => {
            let lines = items.iter().map(|item| item.as_str().unwrap_or_default());
            lines.collect::<Vec<_>>().join("\n")
        }
        (Input::Numbers, Value::Array(items)) => {
            let shown = items.iter().map(|item| match item {
                Value::String(text) => text.clone(),
                number if is_english => number.to_string(),
                number => number.to_string().replace('.', ","),
            });
            shown.collect::<Vec<_>>().join(" ")
        }
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// In the largest unit, up to megahertz, that needs no decimals.
fn in_hertz(hertz: u64) -> String {
    match hertz {
        0 => "0 Hz".to_owned(),
        _ if hertz.is_multiple_of(1_000_000) => format!("{} MHz", hertz / 1_000_000),
        _ if hertz.is_multiple_of(1_000) => format!("{} kHz", hertz / 1_000),
        _ => format!("{hertz} Hz"),
    }
}

/// Takes what was sent for the fields of a step into the application. What is not asked for stays.
pub fn take(step: &Step, posted: &Posted, application: &mut Value, is_person: bool) {
    for field in &step.fields {
        if !is_asked(field, application, is_person) {
            continue;
        }
        remove(application, &field.pattern);
        if let Some(value) = read(field, "", posted, (application, is_person)) {
            set(application, &field.pattern, value);
        }
    }
}

/// The application without what is not asked for.
pub fn finished(steps: &[Step], mut application: Value, is_person: bool) -> Value {
    let before = application.clone();
    for field in steps.iter().flat_map(|step| &step.fields) {
        drop_unasked(field, (&before, is_person), &mut application);
    }
    application
}

/// Takes away what stands in a field, or in those below it, that is not asked for.
fn drop_unasked(field: &Field, context: Context<'_>, application: &mut Value) {
    if !is_asked(field, context.0, context.1) {
        return remove_each(application, &field.pattern);
    }
    for child in &field.children {
        drop_unasked(child, context, application);
    }
}

/// As [`remove`], from every item of the lists on the way.
fn remove_each(whole: &mut Value, pattern: &str) {
    let Some((list, rest)) = pattern.split_once("/*/") else { return remove(whole, pattern) };
    let items = whole.pointer_mut(list).and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        remove_each(item, &format!("/{rest}"));
    }
}

type Context<'a> = (&'a Value, bool);

fn read(field: &Field, base: &str, posted: &Posted, context: Context<'_>) -> Option<Value> {
    let pointer = field.pointer(base);
    let sent = posted.get(&pointer).map(Vec::as_slice).unwrap_or_default();
    let text = || sent.last().map(|text| text.trim()).filter(|text| !text.is_empty());
    let needed = |list: Vec<Value>| (field.is_required || !list.is_empty()).then(|| list.into());
    match &field.input {
        Input::Group => {
            let object = object(&field.children, &field.pattern, &pointer, posted, context);
            (!object.is_empty()).then(|| object.into())
        }
        Input::Items => {
            let items = items_of(posted, &pointer).into_iter().filter_map(|number| {
                let pattern = format!("{}/*", field.pattern);
                let base = format!("{pointer}/{number}");
                let object = object(&field.children, &pattern, &base, posted, context);
                (!object.is_empty()).then(|| object.into())
            });
            needed(items.collect())
        }
        Input::Many(_) => {
            needed(sent.iter().filter(|code| !code.is_empty()).map(|code| json!(code)).collect())
        }
        Input::Lines => {
            let lines = sent.iter().flat_map(|text| text.lines()).map(str::trim);
            needed(lines.filter(|line| !line.is_empty()).map(|line| json!(line)).collect())
        }
        Input::Numbers => {
            let words = sent.iter().flat_map(|text| text.split_whitespace());
            let words = words.map(|word| word.trim_end_matches(';'));
            needed(words.filter(|word| !word.is_empty()).map(decimal).collect())
        }
        Input::Line | Input::Choice(_) => text().map(|text| json!(text)),
        Input::Long => text().map(|text| json!(text.replace("\r\n", "\n"))),
        Input::Date => text().map(|text| json!(day(text).unwrap_or_else(|| text.to_owned()))),
        Input::Integer => text().map(|text| {
            let is_hertz = field.unit == "Hz";
            whole(text, is_hertz).map_or_else(|| json!(text), |number| json!(number))
        }),
        Input::Decimal => text().map(decimal),
        Input::YesNo => match text() {
            Some("yes") => Some(json!(true)),
            Some("no") => Some(json!(false)),
            _ => None,
        },
    }
}

/// A number; what cannot be read as one stays the text that was typed.
fn decimal(text: &str) -> Value {
    match plain(text).parse::<f64>() {
        Ok(number) if number.is_finite() => json!(number),
        _ => json!(text),
    }
}

/// The members that were sent below `base`, of which `pattern` is the pattern.
fn object(
    fields: &[Field],
    pattern: &str,
    base: &str,
    posted: &Posted,
    context: Context<'_>,
) -> Map<String, Value> {
    let mut object = Value::Object(Map::new());
    for field in fields.iter().filter(|field| is_asked(field, context.0, context.1)) {
        if let Some(value) = read(field, base, posted, context) {
            set(&mut object, field.pattern.trim_start_matches(pattern), value);
        }
    }
    match object {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Numbers of the items of a list that something was sent for, in order.
fn items_of(posted: &Posted, pointer: &str) -> Vec<usize> {
    let mut numbers: Vec<usize> = posted
        .keys()
        .filter_map(|name| {
            name.strip_prefix(pointer)?.strip_prefix('/')?.split('/').next()?.parse().ok()
        })
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// A day as `31.12.2026` or `2026-12-31`, written the second way.
pub fn day(text: &str) -> Option<String> {
    let day = text
        .parse::<NaiveDate>()
        .or_else(|_| NaiveDate::parse_from_str(&text.replace(' ', ""), "%d.%m.%Y"))
        .ok()?;
    // 12.4.88 is not the year 88
    (chrono::Datelike::year(&day) > 999).then(|| day.to_string())
}

/// Without spaces between digits, with a point for the comma and a hyphen for the minus.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            ',' => '.',
            '\u{2212}' => '-',
            other => other,
        })
        .collect()
}

fn whole(text: &str, is_hertz: bool) -> Option<i64> {
    let text = plain(text);
    if is_hertz {
        let lower = text.to_ascii_lowercase();
        for (unit, factor) in HERTZ {
            if let Some(number) = lower.strip_suffix(unit) {
                let hertz = number.parse::<f64>().ok()? * factor;
                let nearest = hertz.round();
                // a part of a hertz is not rounded away
                let is_whole = (hertz - nearest).abs() < 1e-3 && (0.0..9e15).contains(&nearest);
                #[allow(clippy::cast_possible_truncation)] // within the bounds above
                return is_whole.then_some(nearest as i64);
            }
        }
    }
    text.parse().ok()
}

/// Puts a value at a pointer without lists, making the objects on the way.
fn set(whole: &mut Value, pointer: &str, value: Value) {
    let mut here = whole;
    for name in pointer.split('/').skip(1) {
        if !here.is_object() {
            *here = json!({});
        }
        here = &mut here[name];
    }
    *here = value;
}

/// Takes a value away, and the objects on the way that are empty without it.
fn remove(whole: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(members)) = whole.pointer_mut(parent) {
        members.remove(name);
        if members.is_empty() {
            remove(whole, parent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{permit::kind::Kind, web::apply::form};

    #[test]
    fn days_and_numbers_are_read_as_people_write_them() {
        for text in ["2031-06-30", "30.06.2031", "30.6.2031", "30. 6. 2031"] {
            assert_eq!(day(text).as_deref(), Some("2031-06-30"), "{text}");
        }
        for text in ["30.06.31", "31.02.2026", "2026", "x"] {
            assert_eq!(day(text), None, "{text}");
        }
        for (text, number) in [
            ("118 MHz", Some(118_000_000)),
            ("17,74 GHz", Some(17_740_000_000)),
            ("12.5 khz", Some(12_500)),
            ("1 090 000 001", Some(1_090_000_001)),
            ("0,0000001 MHz", None),
            ("MHz", None),
        ] {
            assert_eq!(whole(text, true), number, "{text}");
        }
        assert_eq!(whole("118 MHz", false), None);
        assert_eq!(plain("\u{2212}1 234,5"), "-1234.5");
        for hertz in [0, 1, 999, 1_000, 12_500, 118_000_000, 1_090_000_001, 17_740_000_000_u64] {
            assert_eq!(whole(&in_hertz(hertz), true), i64::try_from(hertz).ok());
        }
    }

    #[test]
    fn what_is_not_asked_for_any_more_is_not_sent_whether_it_stands_in_a_list_or_not() {
        let steps = &form::of(Kind::Transmitter).steps;
        let bands = json!([{ "lowerHz": 1, "upperHz": 2 }]);
        let whole = |used: &str| {
            let station = |name: &str| json!({ "name": name, "receiveBands": bands });
            json!({ "use": used, "link": {}, "stations": [station("A"), station("B")] })
        };
        let earth = finished(steps, whole("earthStation"), true);
        assert_eq!(earth["stations"], whole("earthStation")["stations"]);
        assert_eq!(earth.get("link"), None);
        let link = finished(steps, whole("fixedLink"), true);
        assert_eq!(link["stations"], json!([{ "name": "A" }, { "name": "B" }]));
        assert_eq!(link.get("link"), Some(&json!({})));
    }

    #[test]
    fn values_are_put_and_taken_with_what_holds_them() {
        let mut whole = json!({ "a": 7 });
        set(&mut whole, "/a/b/c", json!(1));
        set(&mut whole, "/a/d", json!(2));
        assert_eq!(whole, json!({ "a": { "b": { "c": 1 }, "d": 2 } }));
        remove(&mut whole, "/a/b/c");
        assert_eq!(whole, json!({ "a": { "d": 2 } }));
        remove(&mut whole, "/x/y");
        remove(&mut whole, "/a/d");
        assert_eq!(whole, json!({}));
    }
}
