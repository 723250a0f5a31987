//! Every operation that takes a body, with bodies nobody would write: made at random, valid ones with
//! some places changed, and texts that databases cannot hold. Must not know what an operation means.

use anrop::{
    http::{access, document, problem::PROBLEM_JSON},
    identity::Role,
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use super::{SECRET, codes, refused};
use crate::support::{TestApp, Who};

/// An operation that takes a body: method, path, example, and somebody who may call it.
fn operations_with_bodies() -> Vec<(String, String, Value, Who)> {
    let document: Value = serde_json::from_str(document::COMMITTED).expect("JSON");
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let content = &operation["requestBody"]["content"]["application/json"];
            if content.is_null() {
                continue;
            }
            let id = operation["operationId"].as_str().expect("an id");
            // what is open to everybody is limited by the caller's address
            let Some(&role) = access::rule_of(id).expect("a rule").roles.first() else { continue };
            let who = if role == Role::Person { Who::person(5) } else { Who::role(role) };
            let path = path
                .replace("{id}", "019a9f2c-5e0c-7d1a-b0cd-ef0123456789")
                .replace("{callSign}", "LB1ZZ")
                .replace("{token}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
                .replace("{year}", "2026")
                .replace("{token}", "AAAAAAAAAAAAAAAAAAAAAA")
                .replace("{purpose}", "call-sign-list");
            found.push((method.to_uppercase(), path, content["example"].clone(), who));
        }
    }
    found
}

/// Texts that programs stumble over.
fn awkward_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[0-9]{1,25}",
        Just(String::new()),
        Just("\0".to_owned()),
        Just("a\0b".to_owned()),
        Just("\u{202e}\u{feff}\u{fffd}\u{10ffff}".to_owned()),
        Just("'; DROP TABLE permit; --".to_owned()),
        Just("%\\_*?".to_owned()),
        Just("x".repeat(5_000)),
        Just("2026-02-30".to_owned()),
        Just("9999-12-31".to_owned()),
        Just("-262143-01-01".to_owned()),
        Just("+262142-12-31".to_owned()),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        awkward_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z]{1,12}|.{1,6}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pointers to everything inside a value, and to the value itself.
fn pointers(value: &Value, prefix: &str, found: &mut Vec<String>) {
    found.push(prefix.to_owned());
    for (key, member) in value.as_object().into_iter().flatten() {
        pointers(member, &format!("{prefix}/{key}"), found);
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        pointers(item, &format!("{prefix}/{index}"), found);
    }
}

/// What happens to one place of a valid body.
#[derive(Debug, Clone)]
enum Change {
    Replace(Value),
    Text(String),
    Remove,
    Add(String, Value),
    Repeat,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => any_json().prop_map(Change::Replace),
        4 => awkward_text().prop_map(Change::Text),
        1 => Just(Change::Remove),
        1 => ("[a-z]{1,8}", any_json()).prop_map(|(name, value)| Change::Add(name, value)),
        1 => Just(Change::Repeat),
    ]
}

fn apply(body: &mut Value, place: prop::sample::Index, change: Change) {
    let mut all = Vec::new();
    pointers(body, "", &mut all);
    let pointer = place.get(&all).clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", ""));
    let Some(here) = body.pointer_mut(&pointer) else { return };
    match change {
        Change::Replace(value) => *here = value,
        Change::Text(text) => {
            // a text where a text was; elsewhere it would only be of the wrong type
            if here.is_string() {
                *here = Value::from(text);
            }
        }
        Change::Add(name, value) => {
            if let Some(members) = here.as_object_mut() {
                members.insert(name, value);
            }
        }
        Change::Repeat => {
            if let Some(items) = here.as_array_mut()
                && let Some(first) = items.first().cloned()
            {
                items.extend(std::iter::repeat_n(first, 20));
            }
        }
        Change::Remove => {
            if let Some(members) = body.pointer_mut(parent).and_then(Value::as_object_mut) {
                members.remove(name);
            }
        }
    }
}

#[test]
fn no_body_whatever_makes_the_service_fail() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let app = runtime.block_on(TestApp::start());
    app.waive_deliveries();
    let operations = operations_with_bodies();
    let changes = prop::collection::vec((any::<prop::sample::Index>(), change()), 1..4);
    let case = (
        any::<prop::sample::Index>(),
        prop_oneof![
            1 => any_json().prop_map(Ok),
            5 => changes.prop_map(Err),
        ],
    );
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() };
    TestRunner::new(config)
        .run(&case, |(which, sent)| {
            let (method, path, example, who) = which.get(&operations);
            let body = sent.unwrap_or_else(|changes| {
                let mut body = example.clone();
                for (place, change) in changes {
                    apply(&mut body, place, change);
                }
                body
            });
            let headers = [("if-match", "\"v0\"")];
            let reply = runtime.block_on(app.send(method, path, Some(who), &headers, Some(&body)));
            prop_assert!(reply.status < 500, "{method} {path} {body}: {}", reply.text());
            if reply.status >= 400 {
                prop_assert_eq!(reply.header("content-type"), PROBLEM_JSON);
                prop_assert_eq!(&reply.json()["status"], &json!(reply.status));
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(app.finish());
}

#[tokio::test]
async fn text_a_database_cannot_hold_is_refused_before_it_gets_there() {
    let app = TestApp::start().await;
    for (method, path, example, who) in operations_with_bodies() {
        let mut all = Vec::new();
        pointers(&example, "", &mut all);
        for pointer in all {
            let mut body = example.clone();
            let Some(text @ Value::String(_)) = body.pointer_mut(&pointer) else { continue };
            *text = json!("hemmelig\u{0}tekst");
            let headers = [("if-match", "\"v0\""), ("incident-reference", "pending")];
            let reply = app.send(&method, &path, Some(&who), &headers, Some(&body)).await;
            assert_eq!(reply.status, 400, "{path} {pointer}: {}", reply.text());
            refused(reply, 400, "malformed-body", SECRET);
        }
    }
    let caseworker = Who::caseworker("a");
    for path in ["/v1/cases?assignee=%00", "/v1/call-signs?q=a%00b", "/v1/call-signs?prefix=%00"] {
        let reply = app.get(path, &caseworker).await;
        let problem = reply.expect_problem(400, "invalid-parameter");
        assert_eq!(codes(&problem)[0].1, "nul-character");
    }
    app.finish().await;
}
