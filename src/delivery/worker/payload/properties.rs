//! Whatever a permit holds, a recipient gets exactly what the policy file says: the file is read here
//! once more, as plain TOML, so that the code which cuts records is not its own judge.

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::DateTime;
use proptest::{prelude::*, sample};
use serde_json::{Map, Value, json};

use super::{Source, render};
use crate::disclosure::{
    Circumstances, disclose, field_named,
    policy::{Field, HolderType, Kind, Recipient},
};

static POLICY: LazyLock<toml::Table> =
    LazyLock::new(|| include_str!("../../../disclosure/policy.toml").parse().expect("TOML"));

/// What the file gives in one situation: fields, and what a restriction does.
fn given(
    kind: Kind,
    recipient: Recipient,
    holder: HolderType,
    when: &str,
) -> Option<(BTreeSet<String>, String)> {
    let texts = |value: Option<&toml::Value>| -> Vec<String> {
        let list = value.and_then(toml::Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let purposes = POLICY["purpose"].as_array().expect("purposes");
    let all = purposes.iter().filter_map(|one| one.get("disclosure")?.as_array()).flatten();
    let mut fitting = all.filter(|one| {
        let whens = texts(one.get("when"));
        let is_then =
            if whens.is_empty() { when == "live" } else { whens.iter().any(|w| w == when) };
        is_then
            && one["recipient"].as_str() == Some(recipient.as_str())
            && texts(one.get("kinds")).iter().any(|own| own == kind.as_str())
            && one.get("holder").is_none_or(|only| only.as_str() == Some(holder.as_str()))
    });
    let one = fitting.next()?;
    let restriction = one["restriction"].as_str().expect("a restriction").to_owned();
    Some((texts(one.get("fields")).into_iter().collect(), restriction))
}

/// Everything that is so of a permit when it is given to somebody.
#[derive(Debug, Clone)]
struct Situation {
    kind: Kind,
    recipient: Recipient,
    holder: HolderType,
    ended: bool,
    protected: bool,
    restricted: bool,
    stopped: bool,
    consented: Vec<String>,
    /// Names of the fields that are registered.
    registered: Vec<&'static str>,
}

fn situations() -> impl Strategy<Value = Situation> {
    let names: Vec<&'static str> = Field::ALL.iter().map(|field| field.as_str()).collect();
    let consentable = ["holder.name", "holder.address", "holder.postTown", "holder.phone"];
    (
        (
            sample::select(Kind::ALL),
            sample::select(Recipient::ALL),
            sample::select(HolderType::ALL),
        ),
        any::<(bool, bool, bool, bool)>(),
        sample::subsequence(consentable.to_vec(), 0..=consentable.len()),
        sample::subsequence(names.clone(), 0..=names.len()),
    )
        .prop_map(|((kind, recipient, holder), flags, consented, registered)| {
            let (ended, protected, restricted, stopped) = flags;
            let consented = consented.into_iter().map(str::to_owned).collect();
            Situation {
                kind,
                recipient,
                holder,
                ended,
                protected,
                restricted,
                stopped,
                consented,
                registered,
            }
        })
}

/// A record with these fields, and with what no policy knows.
fn record(registered: &[&str]) -> Value {
    let mut record = Map::new();
    record.insert("secret".to_owned(), json!({ "of": "nobody" }));
    record.insert("permit".to_owned(), json!({ "id": "own", "secret": 1 }));
    record.insert("holder".to_owned(), json!({ "secret": 1 }));
    record.insert("contacts".to_owned(), json!([{ "secret": 1 }, { "secret": 2 }]));
    for name in registered {
        let Some((section, member)) = name.split_once('.') else {
            record.insert((*name).to_owned(), json!("value"));
            continue;
        };
        if section == "contact" {
            record["contacts"][0][member] = json!("first");
            record["contacts"][1][member] = json!("second");
        } else {
            record.entry(section).or_insert_with(|| json!({}))[member] = json!("value");
        }
    }
    Value::Object(record)
}

/// Names of the fields in a record, as the policy writes them.
fn names(record: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (section, value) in record.as_object().expect("an object") {
        let subject = if section == "contacts" { "contact" } else { section };
        let objects = value
            .as_object()
            .into_iter()
            .chain(value.as_array().into_iter().flatten().filter_map(Value::as_object));
        let mut is_single = true;
        for members in objects {
            is_single = false;
            names.extend(members.keys().map(|member| format!("{subject}.{member}")));
        }
        if is_single {
            names.insert(section.clone());
        }
    }
    names
}

/// What the file lets out in a situation; nothing at all when it says nothing, or when it has stopped.
fn expected(situation: &Situation) -> Option<BTreeSet<String>> {
    let Situation { kind, recipient, holder, ended, protected, restricted, stopped, .. } =
        *situation;
    let public = recipient == Recipient::Public;
    let goes_on = |(_, restriction): &(BTreeSet<String>, String)| {
        !restricted
            || match restriction.as_str() {
                "stops" => public,
                "humanDecision" => !stopped,
                _ => true,
            }
    };
    let usual = given(kind, recipient, holder, if ended { "ended" } else { "live" });
    let neutral = given(kind, recipient, holder, "restricted")
        .filter(|_| restricted && usual.as_ref().is_some_and(|usual| !goes_on(usual)));
    let main = usual.filter(goes_on).or(neutral);
    let asks = !ended && !protected && !situation.consented.is_empty();
    let more = given(kind, recipient, holder, "consented").filter(|_| asks).filter(goes_on);
    if main.is_none() && more.is_none() {
        return None;
    }
    let mut allowed = main.map(|(fields, _)| fields).unwrap_or_default();
    let more = more.map(|(fields, _)| fields).unwrap_or_default();
    allowed.extend(more.into_iter().filter(|name| situation.consented.contains(name)));
    if public && (protected || restricted) {
        allowed.retain(|name| field_named(name).is_none_or(|field| !field.is_personal()));
    }
    let registered: BTreeSet<String> =
        situation.registered.iter().map(|name| (*name).to_owned()).collect();
    Some(allowed.intersection(&registered).cloned().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn every_recipient_gets_exactly_the_fields_of_the_policy(situation in situations()) {
        let record = record(&situation.registered);
        let circumstances = Circumstances {
            kind: situation.kind,
            holder: situation.holder,
            ended: situation.ended,
            consented: &situation.consented,
            protected: situation.protected,
            restricted: situation.restricted,
            stopped: situation.stopped,
        };
        let disclosed = disclose(&record, situation.recipient, &circumstances);
        let got = disclosed.as_ref().map(|given| names(given.record()));
        prop_assert_eq!(&got, &expected(&situation));
        if let Some(given) = &disclosed {
            prop_assert!(!given.record().to_string().contains("secret"));
        }

        let source = Source {
            event: "permit.amended",
            occurred_at: DateTime::UNIX_EPOCH,
            permit: "0198c0de-0000-7000-8000-000000000001",
            version: 2,
            recorded_at: DateTime::UNIX_EPOCH,
            record: &record,
            circumstances,
        };
        let payload = render(&source, situation.recipient).expect("JSON");
        prop_assert_eq!(payload.is_some(), disclosed.is_some());
        if let (Some(payload), Some(given)) = (payload, disclosed) {
            let body: Value = serde_json::from_slice(&payload.body).expect("JSON");
            let is_programmer = situation.recipient == Recipient::Programmer;
            let restricted = (situation.restricted && !is_programmer).then_some(json!(true));
            let mut data = json!({
                "permitId": source.permit, "version": 2, "kind": situation.kind.as_str(),
                "record": given.record(),
            });
            if situation.recipient == Recipient::RescueCentre {
                data["recordedAt"] = json!("1970-01-01T00:00:00Z");
            }
            if let Some(restricted) = restricted {
                data["restricted"] = restricted;
            }
            if situation.restricted && is_programmer {
                let state = if situation.ended { "cancelled" } else { "onHold" };
                data["orderState"] = json!(state);
            }
            let whole = json!({
                "type": "permit.amended", "timestamp": "1970-01-01T00:00:00Z", "data": data,
            });
            prop_assert_eq!(body, whole);
        }
    }
}
