//! The quick way beside the rule.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::register::{
    CALL_SIGNS,
    snapshot::{LISTS, columns},
};

const LIST: &str = "frequency-permits";

/// By the rule, and in the quick way.
fn written(json: &str, list: &str) -> [Option<(String, bool)>; 2] {
    let key = format!("{list}/SPE-\"1\"");
    let mut by_rule = Vec::new();
    let mut node = Node::read(json);
    node.put("key", Node::Text(key.as_str().into()));
    record::cells(columns(list), &node, &mut by_rule);
    let mut quick = b"before".to_vec();
    let is_personal = cells(&Paths::of(columns(list)), &key, json, &mut quick);
    let line = String::from_utf8(quick).unwrap();
    let line = line.strip_prefix("before").expect("nothing else is touched").to_owned();
    assert!(is_personal.is_some() || line.is_empty());
    [
        Some((String::from_utf8(by_rule).unwrap(), record::is_personal_node(&node))),
        is_personal.map(|is_personal| (line, is_personal)),
    ]
}

/// JSON with its members in the order of PostgreSQL: shorter names first.
fn as_kept_elsewhere(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(as_kept_elsewhere).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(one, _), (other, _)| {
                one.len().cmp(&other.len()).then_with(|| one.cmp(other))
            });
            let member = |(name, value): (&String, &Value)| {
                format!("{}:{}", Value::from(name.as_str()), as_kept_elsewhere(value))
            };
            let members: Vec<String> = members.into_iter().map(member).collect();
            format!("{{{}}}", members.join(","))
        }
        leaf => leaf.to_string(),
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..100_000_000_i64).prop_map(|n| Value::from(n as f64 / 10_000.0)),
        "[ -~æøåŋ\"\\\\/\r\n\t\u{1}]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{0,4}", inner, 0..5)
                .prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

/// Records with some of the columns and something else.
fn record_like() -> impl Strategy<Value = Value> {
    let paths: Vec<&str> = columns(LIST).iter().copied().skip(1).collect();
    let more = ["station.more", "more.name", "x.y"];
    let path = proptest::sample::select([paths.as_slice(), &more].concat());
    proptest::collection::vec((path, value()), 0..20).prop_map(|cells| {
        let mut record =
            json!({ "type": "a, \"b\"", "count": 7, "empty": {}, "list": [{ "x": 1 }] });
        for (path, value) in cells {
            let (section, member) = path.split_once('.').unwrap();
            record[section][member] = value;
        }
        record
    })
}

proptest! {
    #[test]
    fn the_quick_way_writes_what_the_rule_says(record in record_like()) {
        for json in [record.to_string(), as_kept_elsewhere(&record)] {
            let [by_rule, quick] = written(&json, LIST);
            prop_assert_eq!(by_rule, quick);
        }
    }

    #[test]
    fn what_is_broken_off_is_left_to_the_rule(record in record_like(), at in any::<prop::sample::Index>()) {
        let text = record.to_string();
        let end = (0..=at.index(text.len())).rev().find(|at| text.is_char_boundary(*at));
        prop_assert_eq!(written(&text[..end.unwrap()], LIST)[1].clone(), None);
    }
}

#[test]
fn what_a_row_may_hold_is_written_without_a_tree() {
    for (list, json) in [
        (LIST, r#"{"contactPerson":{"name":"Ola Eksempel"},"permit":{"number":"SPE-000001"}}"#),
        (LIST, r#"{"frequency":{"range":[{"upper":885000000,"lower":880000000}],"use":[]}}"#),
        (LIST, r#"{"frequency":{"range":[1],"use":[1,2],"power":1.5,"lease":{},"area":[{}]}}"#),
        (LIST, r#"{"station":{"name":"Å\n\"x\", y","antenna":[null,true,"a\\b\u00e6"]}}"#),
        ("number-ranges", r#"{"count":1000,"status":"assigned","comment":null,"provider":"A, B"}"#),
    ] {
        let [by_rule, quick] = written(json, list);
        assert!(quick.is_some(), "{json}");
        assert_eq!(quick, by_rule);
    }
    // a section where a column wants a value, and persons in a list
    for (list, json) in [
        ("number-ranges", r#"{"provider":{"name":"x"}}"#),
        (LIST, r#"{"contactPerson":[{"name":"Ola Eksempel"}]}"#),
        (LIST, r#"{"permit": {"number":"x"}}"#),
    ] {
        assert_eq!(written(json, list)[1], None, "{json}");
    }
}

#[test]
fn numbers_are_written_in_the_one_way() {
    let numbers = "0 -0 0.0 -0.0 1.50 100.0 58.27 0.01 0.001 0.00001 1e3 -7.25 12345678901234.5 \
        123456789.123456789 0.1234567890123456789 999999999999999999 18446744073709551615 \
        99999999999999999999 1E-7 1e400";
    for number in numbers.split_whitespace() {
        let json = format!(r#"{{"frequency":{{"power":{number},"use":[{number}]}}}}"#);
        let [by_rule, quick] = written(&json, LIST);
        match number {
            "1e400" => assert_eq!(quick, None),
            _ => assert_eq!(quick, by_rule, "{number}"),
        }
    }
}

#[test]
fn no_column_of_a_record_leads_deeper_than_into_a_section() {
    for list in LISTS.into_iter().filter(|list| *list != CALL_SIGNS) {
        for column in columns(list) {
            assert!(column.matches('.').count() <= 1, "{list}: {column}");
        }
    }
}
