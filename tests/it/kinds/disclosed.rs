//! What each recipient is really sent of every kind of permit, beside the policy file read as plain TOML:
//! all of what it names and is registered, and nothing else; and what of that a restriction stops.

use std::collections::BTreeSet;

use anrop::{
    identity::Role,
    permit::kind::{KINDS, Kind},
};
use serde_json::{Value, json};

use super::{
    life::{form_of, holder_of, specimen, stored},
    shared::{caseworker, subscribed},
};
use crate::support::{Recipient, TestApp, Who};

/// The fields the file gives a recipient of a live permit.
fn policy(kind: Kind, recipient: &str, holder: &str) -> BTreeSet<String> {
    let text = include_str!("../../../src/disclosure/policy.toml");
    let table: toml::Table = text.parse().expect("TOML");
    let texts = |value: Option<&toml::Value>| -> Vec<String> {
        let list = value.and_then(toml::Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let purposes = table["purpose"].as_array().expect("purposes");
    let all = purposes.iter().filter_map(|one| one.get("disclosure")?.as_array()).flatten();
    let mut fitting = all.filter(|one| {
        let whens = texts(one.get("when"));
        one["recipient"].as_str() == Some(recipient)
            && texts(one.get("kinds")).iter().any(|own| own == kind.as_str())
            && (whens.is_empty() || whens.iter().any(|when| when == "live"))
            && one.get("holder").is_none_or(|only| only.as_str() == Some(holder))
    });
    texts(fitting.next().and_then(|one| one.get("fields"))).into_iter().collect()
}

/// Names of the fields in a record, as the policy writes them.
fn names(record: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (section, value) in record.as_object().expect("an object") {
        let subject = if section == "contacts" { "contact" } else { section };
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let objects: Vec<_> =
            value.as_object().into_iter().chain(list.iter().filter_map(Value::as_object)).collect();
        if objects.is_empty() {
            names.insert(section.clone());
        }
        for members in objects {
            names.extend(members.keys().map(|member| format!("{subject}.{member}")));
        }
    }
    names
}

fn last(recipient: &Recipient) -> Value {
    recipient.received().last().expect("a delivery")["data"].clone()
}

#[tokio::test]
async fn of_every_kind_each_recipient_gets_what_the_policy_names_and_a_restriction_stops_it() {
    for any in KINDS {
        let app = TestApp::start().await;
        let (kind, holder) = (any.kind(), holder_of(*any, 1));
        let rescue = subscribed(&app, "rescueCentre").await;
        let programmer = subscribed(&app, "programmer").await;
        let form = form_of(&app, *any, &holder).await;
        let permit = specimen(&app, *any, &holder, &form).await;
        app.deliver().await;
        let whole =
            app.get(&format!("/v1/permits/{permit}"), &caseworker()).await.expect(200).json();
        let registered = names(&whole["record"]);
        let is_person = whole["record"].get("organisation").is_none();
        let holder_type = if is_person { "person" } else { "organisation" };
        let told = [(&rescue, "rescueCentre"), (&programmer, "programmer")];
        for (recipient, name) in told {
            let allowed = policy(kind, name, holder_type);
            assert_eq!(recipient.received().is_empty(), allowed.is_empty(), "{kind} {name}");
            if allowed.is_empty() {
                continue;
            }
            let sent = names(&last(recipient)["record"]);
            let more: Vec<_> = sent.difference(&allowed).collect();
            assert!(more.is_empty(), "{kind} {name} got {more:?}");
            let due: BTreeSet<_> = allowed.intersection(&registered).cloned().collect();
            let less: Vec<_> = due.difference(&sent).collect();
            assert!(less.is_empty(), "{kind} {name} did not get {less:?}");
        }

        let party = stored(&app, &permit).await.holder;
        let path = format!("/v1/holders/{party}/restriction");
        let why = json!({ "ground": "accuracyContested", "reason": "Navnet er feil." });
        let officer = Who::role(Role::Officer);
        let restricted = app.post(&path, &officer, &why).await;
        if !is_person {
            restricted.expect_problem(422, "conditions-not-met");
            app.finish().await;
            continue;
        }
        restricted.expect(201);
        let before = told.map(|(recipient, _)| recipient.received().len());
        app.deliver().await;
        // programmers: that the order rests, and nothing else
        let rests = usize::from(before[1] > 0);
        assert_eq!(programmer.received().len(), before[1] + rests, "{kind}");
        if rests > 0 {
            assert_eq!(last(&programmer)["orderState"], "onHold");
            assert_eq!(names(&last(&programmer)["record"]).len(), 1, "{kind}");
        }
        if before[0] > 0 {
            assert_eq!(rescue.received().len(), before[0] + 1, "{kind}");
            assert_eq!(last(&rescue)["restricted"], true);
            assert!(names(&last(&rescue)["record"]).contains("holder.phone"), "{kind}");
        }
        let tasks = app.get("/v1/tasks", &caseworker()).await.expect(200).json();
        assert_eq!(tasks["total"], i32::from(before[0] > 0), "{kind}: a decision where one is due");
        if let Some(id) = tasks["items"][0]["id"].as_str() {
            let stop = json!({ "decision": "stop", "reason": "Ingen fare for liv." });
            let path = format!("/v1/tasks/{id}/decision");
            app.post_on(&path, &caseworker(), "\"v1\"", &stop).await.expect(200);
            app.deliver().await;
            assert_eq!(rescue.received().len(), before[0] + 1, "{kind}: nothing more");
        }
        app.finish().await;
    }
}
