//! Transmitter permits through the service: what is granted at once, what a caseworker sees, what the
//! public sees of a person and of an organisation, and the frequency plan.

use anrop::{
    commands::synthetic::Synthetic,
    disclosure::{
        Circumstances, disclose,
        policy::{HolderType, Kind, Recipient},
    },
    document::date_for_people,
    identity::{Role, token::Ticket},
    permit,
    values::{ids::PermitId, language::Language},
};
use serde_json::{Value, json};

use super::{fees::lines, shared::municipality_at, spectrum};
use crate::support::{Reply, TestApp, Who, people};

const PATH: &str = "/v1/transmitter/applications";

fn station(latitude: f64, longitude: f64, centre: u64) -> Value {
    json!({
        "name": "Hemmeligheia",
        "position": { "latitude": latitude, "longitude": longitude },
        "groundHeight": 112, "antennaHeight": 24,
        "municipality": municipality_at(latitude, longitude),
        "antenna": {
            "model": "Rundstråler", "gain": 3.0, "gainUnit": "dbd", "polarisation": "vertical",
        },
        "channels": [{
            "centreHz": centre, "widthHz": 12_500, "emission": "11K0F3E",
            "power": { "value": 10.0, "unit": "w" }, "cableLossDb": 3.0,
        }],
    })
}

fn pmr(n: u64, stations: &[Value]) -> Value {
    json!({
        "applicant": people::applicant(n),
        "use": "pmr", "purpose": "Samband på anlegg", "stations": stations,
        "mobileNet": { "mobileStations": 4, "extraChannels": 0 },
    })
}

fn event(n: u64, station: &Value, from: chrono::NaiveDate, until: chrono::NaiveDate) -> Value {
    json!({
        "applicant": people::applicant(n),
        "use": "event", "purpose": "Løp", "stations": [station],
        "eventService": "mobileRadio", "validFrom": from, "validUntil": until,
    })
}

fn organisation(n: u64) -> (Who, Value) {
    let made = Synthetic::new(7).organisation(n);
    let who = Who(Ticket {
        roles: vec![Role::Representative],
        organisation: Some(made.number.to_string()),
        ..Who::person(n).0
    });
    let mut applicant = people::applicant(n);
    applicant["name"] = json!(made.name.as_str());
    applicant.as_object_mut().expect("an object").remove("birthDate");
    (who, applicant)
}

/// The assessment a caseworker sees of the case of a receipt.
async fn reasons(app: &TestApp, receipt: &Reply) -> Vec<(String, String)> {
    let case = app.get(receipt.header("location"), &Who::caseworker("a")).await.expect(200).json();
    let list = case["assessment"].as_array().expect("an assessment").clone();
    let text = |reason: &Value, member: &str| reason[member].as_str().expect("there").to_owned();
    list.iter().map(|reason| (text(reason, "code"), text(reason, "text"))).collect()
}

async fn grant(app: &TestApp, receipt: &Reply) -> Value {
    let path = format!("{}/decision", receipt.header("location"));
    let granted = json!({ "outcome": "granted" });
    app.post_on(&path, &Who::caseworker("a"), &receipt.etag(), &granted).await.expect(200).json()
}

async fn number_of(app: &TestApp, who: &Who, permit: &str) -> String {
    let permit = app.get(&format!("/v1/permits/{permit}"), who).await.expect(200).json();
    permit["record"]["permit"]["number"].as_str().expect("a number").to_owned()
}

/// A net of a person's own on a channel, granted; the id of the permit.
pub async fn net(app: &TestApp, person: u64, centre: u64) -> String {
    let application = pmr(person, &[station(58.25, 8.35, centre)]);
    let made = app.post(PATH, &Who::person(person), &application).await.expect(201);
    if let Some(permit) = made.json()["permitId"].as_str() {
        return permit.to_owned();
    }
    grant(app, &made).await["permitId"].as_str().expect("granted").to_owned()
}

#[tokio::test]
async fn a_small_net_is_granted_at_once_and_the_next_one_near_it_waits_with_its_number() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let first = pmr(1, &[station(58.25, 8.35, 160_006_250)]);
    let made = app.post(PATH, &kari, &first).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("granted at once").to_owned();
    let number = number_of(&app, &kari, &permit).await;
    assert!(number.starts_with("TX-"), "{number}");

    // 20 km north on the same channel, and once far away and once beside the channel
    let near = pmr(2, &[station(58.43, 8.35, 160_006_250)]);
    let waits = app.post(PATH, &ola, &near).await.expect(201);
    assert!(waits.json().get("permitId").is_none());
    let told = reasons(&app, &waits).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "co-channel");
    assert!(told[0].1.contains(&number) && told[0].1.contains("20.0 km"), "{}", told[0].1);
    for elsewhere in [station(59.2, 8.35, 160_006_250), station(58.43, 8.35, 160_018_750)] {
        let made = app.post(PATH, &ola, &pmr(2, &[elsewhere])).await.expect(201).json();
        assert!(made["permitId"].is_string(), "{made}");
    }

    // not exclusive: the caseworker may grant it beside the other
    let granted = grant(&app, &waits).await;
    assert!(granted["permitId"].is_string());
    assert_eq!(app.count("SELECT count(*) AS n FROM transmitter_site WHERE live").await, 4);

    // what has ended is in nobody's way
    for (who, permit) in [(&kari, permit.as_str()), (&ola, granted["permitId"].as_str().unwrap())] {
        let path = format!("/v1/permits/{permit}");
        let etag = app.get(&path, who).await.expect(200).etag();
        let reason = json!({ "reason": "noLongerUsed" });
        app.post_on(&format!("{path}/surrender"), who, &etag, &reason).await.expect(200);
    }
    assert_eq!(app.count("SELECT count(*) AS n FROM transmitter_site WHERE live").await, 2);
    let third = pmr(3, &[station(58.26, 8.35, 160_006_250)]);
    let made = app.post(PATH, &Who::person(3), &third).await.expect(201).json();
    assert!(made["permitId"].is_string(), "{made}");
    app.finish().await;
}

#[tokio::test]
async fn a_renewal_is_judged_on_the_address_that_the_holder_has() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let mut small = pmr(1, &[station(58.25, 8.35, 160_006_250)]);
    small["validUntil"] = json!(app.day_in(100));
    let made = app.post(PATH, &kari, &small).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("granted at once");
    let renew = format!("/v1/permits/{permit}/renewal");
    let renewed = app.send("POST", &renew, Some(&kari), &[], None).await.expect(201).json();
    assert_eq!(renewed["status"], "granted", "{renewed}");

    let mut abroad = pmr(2, &[station(59.2, 8.35, 160_006_250)]);
    abroad["validUntil"] = json!(app.day_in(100));
    abroad["applicant"]["address"] =
        json!({ "lines": ["Storgatan 1"], "town": "Stockholm", "country": "SE" });
    let filed = app.post(PATH, &ola, &abroad).await.expect(201);
    let permit = grant(&app, &filed).await["permitId"].as_str().expect("granted").to_owned();
    let renew = format!("/v1/permits/{permit}/renewal");
    let asked = app.send("POST", &renew, Some(&ola), &[], None).await.expect(201);
    let codes: Vec<String> =
        reasons(&app, &asked).await.into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["address-abroad"]);
    app.finish().await;
}

#[tokio::test]
async fn an_exclusive_block_is_given_to_nobody_else_without_a_caseworker() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let early = pmr(1, &[station(58.25, 8.35, 160_006_250)]);
    let made = app.post(PATH, &kari, &early).await.expect(201).json();
    let live = number_of(&app, &kari, made["permitId"].as_str().expect("granted")).await;

    // who wants it alone is told who sends there; where nobody does, of nobody
    let mut licence = spectrum::application(
        60,
        spectrum::simplex(160, 161),
        json!({ "kind": "municipalities", "municipalities": ["4215", "0301"] }),
    );
    licence["validFrom"] = json!(app.day_in(0));
    let path = "/v1/spectrum/applications";
    let filed = app.post(path, &spectrum::representative(60), &licence).await.expect(201);
    let told = reasons(&app, &filed).await;
    let found = told.iter().find(|(code, _)| code == "transmitter-in-block").expect("told");
    assert!(found.1.contains(&live), "{found:?}");
    let mut elsewhere = licence.clone();
    elsewhere["area"]["municipalities"] = json!(["5001"]);
    let other = app.post(path, &spectrum::representative(61), &elsewhere).await.expect(201);
    let told = reasons(&app, &other).await;
    assert!(told.iter().all(|(code, _)| code != "transmitter-in-block"), "{told:?}");
    let block = grant(&app, &filed).await;
    let block = block["permitId"].as_str().expect("granted").to_owned();
    let block = number_of(&app, &spectrum::representative(60), &block).await;

    // nobody else is let in without a caseworker, who is told of whose it is; the applicant is not
    let late = pmr(2, &[station(58.25, 8.35, 160_031_250)]);
    let waits = app.post(PATH, &Who::person(2), &late).await.expect(201);
    assert!(waits.json().get("permitId").is_none(), "{}", waits.json());
    let told = reasons(&app, &waits).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "in-exclusive-block");
    assert!(told[0].1.contains(&block) && told[0].1.contains("160"), "{}", told[0].1);
    let own = app.get(waits.header("location"), &Who::person(2)).await.expect(200);
    assert!(!own.text().contains(&block));

    // outside the place it is as before
    let free = pmr(3, &[station(60.9, 7.2, 160_031_250)]);
    let made = app.post(PATH, &Who::person(3), &free).await.expect(201);
    assert!(made.json()["permitId"].is_string(), "{:?}", reasons(&app, &made).await);
    app.finish().await;
}

#[tokio::test]
async fn rights_of_the_portal_are_looked_at_before_a_net_is_granted() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let text =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/rights_of_use.json"));
    let list = anrop::commands::import::rights::read(text.as_bytes()).expect("a list");
    anrop::commands::import::rights_of_use(app.app.db(), &list).await.expect("imports");
    let net = pmr(1, &[station(58.25, 8.35, 440_050_000)]);
    let filed = app.post(PATH, &Who::person(1), &net).await.expect(201);
    assert!(filed.json().get("permitId").is_none());
    let told = reasons(&app, &filed).await;
    let found = told.iter().find(|(code, _)| code == "legacy-overlap").expect("told");
    assert!(found.1.contains("1000101"), "{found:?}");
    app.finish().await;
}

/// What listens is near as much as what sends: an earth station's bands, and the far end of a link.
#[tokio::test]
async fn a_transmitter_near_somebodys_receiver_waits_for_a_caseworker() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    let mut dish = station(58.25, 8.35, 6_000_000_000);
    dish["channels"][0]["widthHz"] = json!(36_000_000);
    dish["channels"][0]["emission"] = json!("36M0G7W");
    dish["receiveBands"] = json!([{ "lowerHz": 3_800_000_000_u64, "upperHz": 4_200_000_000_u64 }]);
    let earth = json!({
        "applicant": people::applicant(1), "use": "earthStation",
        "purpose": "Samband med satellitt", "stations": [dish],
    });
    let filed = app.post(PATH, &kari, &earth).await.expect(201);
    let permit = grant(&app, &filed).await["permitId"].as_str().expect("granted").to_owned();
    let number = number_of(&app, &kari, &permit).await;
    let mut net = station(58.251, 8.351, 3_810_000_000);
    net["channels"][0]["widthHz"] = json!(20_000_000);
    net["channels"][0]["emission"] = json!("20M0D7W");
    net["antenna"]["pattern"] =
        json!((0..36).map(|n| if n == 9 { 0 } else { 20 }).collect::<Vec<_>>());
    let local = json!({
        "applicant": people::applicant(2), "use": "localNet",
        "purpose": "Nett på et anlegg", "stations": [net],
    });
    let near = app.post(PATH, &ola, &local).await.expect(201);
    let told = reasons(&app, &near).await;
    let found = told.iter().find(|(code, _)| code == "co-channel").expect("told");
    assert!(found.1.contains(&number) && found.1.contains("receiver"), "{}", found.1);
    // 10 W less 3 dB over 5.15 dBi is 10 dBW e.r.p., and 20 dB less that way
    assert!(found.1.contains("-10.0 dBW"), "{}", found.1);
    // 12.15 dBW e.i.r.p. over 20 MHz is 36.13 dBm in 5 MHz, and the rates end at 36
    assert!(told.iter().any(|(code, _)| code == "no-rate"), "{told:?}");
    // beside the band nobody listens
    let mut beside = local.clone();
    beside["stations"][0]["position"] = json!({ "latitude": 59.0, "longitude": 10.2 });
    beside["stations"][0]["municipality"] = json!(municipality_at(59.0, 10.2));
    let far = app.post(PATH, &ola, &beside).await.expect(201);
    assert!(reasons(&app, &far).await.iter().all(|(code, _)| code != "co-channel"));

    // a link in the paths: whoever sends on what its far end hears
    let mut link = anrop::permit::kind::any(Kind::Transmitter).example();
    link["applicant"] = people::applicant(1);
    let filed = app.post(PATH, &kari, &link).await.expect(201);
    let hop = grant(&app, &filed).await["permitId"].as_str().expect("granted").to_owned();
    let hop = number_of(&app, &kari, &hop).await;
    let ends =
        app.count("SELECT count(*) AS n FROM transmitter_site WHERE live AND receives").await;
    assert_eq!(ends, 3, "a band of the dish and two ends");
    // rows of a form of before are made anew, once
    let old = "DELETE FROM transmitter_site WHERE receives; UPDATE counter SET value = 0 WHERE name = 'claims_form';";
    let outcome = app.app.db().write(|tx| async move {
        use sea_orm::ConnectionTrait as _;
        tx.execute_unprepared(old).await?;
        Ok(())
    });
    outcome.await.expect("as before");
    let heard = "SELECT count(*) AS n FROM transmitter_site WHERE live AND receives";
    for ends in [3, 3] {
        anrop::jobs::claim_once(app.app.clone()).await.expect("the job runs");
        assert_eq!(app.count(heard).await, ends);
    }
    assert_eq!(app.count("SELECT value AS n FROM counter WHERE name = 'claims_form'").await, 2);
    let mut test = station(58.32, 8.48, 17_740_000_000);
    test["channels"][0]["widthHz"] = json!(28_000_000);
    let test = json!({
        "applicant": people::applicant(2), "use": "test", "purpose": "Prøve", "stations": [test],
        "validFrom": app.day_in(0), "validUntil": app.day_in(5),
    });
    let asked = app.post(PATH, &ola, &test).await.expect(201);
    let told = reasons(&app, &asked).await;
    let found = told.iter().find(|(code, _)| code == "co-channel").expect("told");
    assert!(found.1.contains(&hop) && found.1.contains("receiver"), "{}", found.1);
    assert!(found.1.contains("0.0 km"), "{}", found.1);
    app.finish().await;
}

#[tokio::test]
async fn events_on_other_days_are_in_nobodys_way() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let site = station(58.25, 8.35, 160_006_250);
    let days = |n, from, until| event(n, &site, app.day_in(from), app.day_in(until));
    let submit = async |n, from, until| {
        app.post(PATH, &Who::person(n), &days(n, from, until)).await.expect(201)
    };
    assert!(submit(1, 10, 12).await.json()["permitId"].is_string());
    assert!(submit(2, 12, 14).await.json()["permitId"].is_string());
    let same_day = submit(3, 11, 13).await;
    assert!(same_day.json().get("permitId").is_none());
    let told = reasons(&app, &same_day).await;
    assert_eq!(told.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["co-channel"; 2]);
    let over = days(1, -3, -1);
    app.post(PATH, &Who::person(1), &over).await.expect_problem(422, "conditions-not-met");
    // the job ends a permit whose days are over
    app.clock.advance(chrono::TimeDelta::days(20));
    // a piece that is full is not the last
    assert_eq!(permit::actions::expire_in_pieces(&app.app, 1).await.expect("expires"), 2);
    assert_eq!(permit::actions::expire_due(&app.app).await.expect("expires"), 0);
    assert_eq!(app.count("SELECT count(*) AS n FROM transmitter_site WHERE live").await, 0);
    app.finish().await;
}

/// The record of a permit as it stands, cut for the public.
#[tokio::test]
async fn channels_that_an_amendment_adds_are_charged_once() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let mut net = pmr(1, &[station(58.25, 8.35, 160_006_250)]);
    let made = app.post(PATH, &kari, &net).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("granted at once").to_owned();
    let granted = lines(&app, &permit).await.len();
    for (channels, expected) in [(2, 1), (1, 1), (1, 1), (3, 2)] {
        net["mobileNet"]["extraChannels"] = json!(channels);
        let path = format!("/v1/permits/{permit}/amendment-applications");
        let asked = json!({ "application": net });
        let receipt = app.post(&path, &kari, &asked).await.expect(201).json();
        assert_eq!(receipt["status"], "granted", "{receipt}");
        let found = lines(&app, &permit).await;
        assert_eq!(found.len(), granted + expected, "{channels}: {found:?}");
        for line in found.iter().filter(|line| line["feeId"] == "PMR-CHANNEL") {
            assert_eq!((&line["quantity"], &line["amountOre"]), (&json!(2), &json!(92_000)));
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn an_event_that_is_amended_to_other_days_holds_for_those() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let site = station(58.25, 8.35, 160_006_250);
    let days = |from, until| event(1, &site, from, until);
    let first = app.day_in(10);
    let made = app.post(PATH, &kari, &days(first, app.day_in(12))).await.expect(201).json();
    let permit = format!("/v1/permits/{}", made["permitId"].as_str().expect("granted at once"));
    let amend = async |application: Value| {
        let path = format!("{permit}/amendment-applications");
        app.post(&path, &kari, &json!({ "application": application })).await
    };
    let held = async || {
        let seen = app.get(&permit, &kari).await.expect(200).json();
        let permit = &seen["record"]["permit"];
        (permit["validFrom"].clone(), permit["validUntil"].clone())
    };
    let end = app.day_in(14);
    assert_eq!(amend(days(first, end)).await.expect(201).json()["status"], "granted");
    assert_eq!(held().await, (json!(first), json!(end)));
    app.clock.advance(chrono::TimeDelta::days(12));
    assert_eq!(permit::actions::expire_due(&app.app).await.expect("runs"), 0);

    // it has begun: its first day stays, and it is no longer than a new one from there
    let end = app.day_in(3);
    amend(days(app.day_in(-1), end)).await.expect(201);
    assert_eq!(held().await, (json!(first), json!(end)));
    amend(days(app.day_in(1), app.day_in(31))).await.expect_problem(422, "conditions-not-met");

    // an end that the authority has set is not moved by the holder
    let caseworker = Who::caseworker("a");
    let etag = app.get(&permit, &caseworker).await.expect(200).etag();
    let cut = json!({
        "grounds": "Kanalen trengs.", "validUntil": app.day_in(2), "withoutNotice": "unnecessary",
    });
    app.post_on(&format!("{permit}/amendment"), &caseworker, &etag, &cut).await.expect(200);
    let refused = amend(days(first, app.day_in(5))).await;
    let problem = refused.expect_problem(422, "conditions-not-met");
    assert_eq!(problem["errors"][0]["pointer"], "/application");
    assert_eq!(problem["errors"][0]["code"], "days-set-otherwise");
    let body = json!({ "application": days(first, app.day_in(5)) });
    let path = format!("{permit}/amendment-applications");
    for (language, says) in [("nb", "Slutten på tillatelsen"), ("nn", "Slutten på løyvet")] {
        let headers = [("accept-language", language)];
        let told = app.send("POST", &path, Some(&kari), &headers, Some(&body)).await;
        let told = told.expect_problem(422, "conditions-not-met");
        let detail = told["errors"][0]["detail"].as_str().expect("words");
        assert!(detail.contains(says), "{detail}");
    }
    assert_eq!(held().await.1, json!(app.day_in(2)));
    app.finish().await;
}

async fn public_record(app: &TestApp, permit: &str, holder: HolderType) -> Value {
    let id = PermitId::parse(permit).expect("an id");
    let connection = app.app.db().read();
    let sight = anrop::identity::Sight::All;
    let permit = permit::store::find(connection, sight, id).await.expect("a permit");
    let party = anrop::party::store::get(connection, permit.holder).await.expect("a holder");
    let record = permit::record::of(&permit, &party, None, &[]);
    let circumstances = Circumstances {
        kind: Kind::Transmitter,
        holder,
        ended: false,
        consented: &[],
        protected: false,
        restricted: false,
        stopped: false,
    };
    disclose(&record, Recipient::Public, &circumstances).expect("disclosed").record().clone()
}

#[tokio::test]
async fn the_public_sees_of_a_persons_site_the_municipality_and_of_an_organisations_all() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let site = station(58.251_234, 8.354_321, 160_006_250);
    let made = app.post(PATH, &Who::person(1), &pmr(1, &[site])).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("granted");
    let shown = public_record(&app, permit, HolderType::Person).await;
    assert_eq!(
        shown["station"],
        json!({
            "municipality": [{ "station": 1, "number": "4215", "text": "Lillesand" }]
        })
    );
    assert_eq!(
        shown["frequency"]["range"],
        json!([{ "lower": 160_000_000, "upper": 160_012_500 }])
    );
    assert_eq!(shown["frequency"]["use"]["name"], "pmr");
    let text = shown.to_string();
    let applicant = people::applicant(1);
    let name = applicant["name"].as_str().unwrap();
    let street = applicant["address"]["lines"][0].as_str().unwrap_or("Hemmeligheia");
    for hidden in ["58.25", "8.35", "Hemmeligheia", "Samband", "Rundstr", name, street] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    // the holder sees everything, with what was computed
    let own = app.get(&format!("/v1/permits/{permit}"), &Who::person(1)).await.expect(200).json();
    assert_eq!(own["record"]["station"]["position"]["sites"][0]["latitude"], 58.251_234);
    assert_eq!(own["record"]["frequency"]["power"][0]["erpDbw"], 10.0);
    assert_eq!(own["record"]["station"]["name"][0]["text"], "Hemmeligheia");
    let pdf =
        app.get(&format!("/v1/permits/{permit}/certificate"), &Who::person(1)).await.expect(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));

    let (who, applicant) = organisation(5);
    let mut application = pmr(5, &[station(60.5, 8.35, 160_006_250)]);
    application["applicant"] = applicant.clone();
    let made = app.post(PATH, &who, &application).await.expect(201).json();
    let permit = made["permitId"].as_str().expect("granted");
    let shown = public_record(&app, permit, HolderType::Organisation).await;
    assert_eq!(shown["organisation"]["name"], applicant["name"]);
    assert_eq!(shown["station"]["position"]["sites"][0]["latitude"], 60.5);
    assert_eq!(shown["station"]["name"][0]["text"], "Hemmeligheia");
    assert!(shown["station"].get("equipment").is_none() && shown.get("holder").is_none());
    app.finish().await;
}

#[tokio::test]
async fn a_link_is_planned_by_a_caseworker_and_its_certificate_tells_the_hop() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let mut link = anrop::permit::kind::any(Kind::Transmitter).example();
    link["applicant"] = people::applicant(1);
    let receipt = app.post(PATH, &Who::person(1), &link).await.expect(201);
    let due = receipt.json()["dueOn"].as_str().expect("a day").to_owned();
    assert!(due >= app.day_in(42).to_string() && due <= app.day_in(48).to_string(), "{due}");
    assert_eq!(reasons(&app, &receipt).await[0].0, "planning");
    let granted = grant(&app, &receipt).await;
    let permit = granted["permitId"].as_str().expect("granted");
    let own = app.get(&format!("/v1/permits/{permit}"), &Who::person(1)).await.expect(200).json();
    let hop = own["record"]["station"]["position"]["hopLengthMetres"].as_u64().expect("a hop");
    assert!((10_800..11_000).contains(&hop), "{hop}");
    let page = app
        .send(
            "GET",
            &format!("/v1/permits/{permit}/certificate?language=en"),
            Some(&Who::person(1)),
            &[("accept", "text/html")],
            None,
        )
        .await
        .expect(200)
        .text();
    for told in ["Fixed link", "Hop length", "Eksempelheia", "Eksempelåsen", "17.74 GHz"] {
        assert!(page.contains(told), "{told}");
    }
    app.finish().await;
}

#[tokio::test]
async fn free_use_is_answered_with_its_rule_and_faults_with_their_pointers() {
    let app = TestApp::start().await;
    let kari = Who::person(1);
    let mut free = pmr(1, &[station(58.25, 8.35, 433_500_000)]);
    free["stations"][0]["channels"][0]["power"] = json!({ "value": -21.0, "unit": "dbw" });
    let told = app.post(PATH, &kari, &free).await.expect_problem(422, "conditions-not-met");
    let detail = told["detail"].as_str().expect("words");
    assert!(detail.contains("No permit is needed") && detail.contains("433 MHz"), "{detail}");
    assert_eq!(app.count("SELECT count(*) AS n FROM \"case\"").await, 0);

    // in the language asked for, as on the pages
    for (language, words) in
        [("nb", "Det trengs ingen tillatelse"), ("nn", "Det trengst ikkje noko løyve")]
    {
        let headers = [("accept-language", language)];
        let told = app.send("POST", PATH, Some(&kari), &headers, Some(&free)).await;
        let told = told.expect_problem(422, "conditions-not-met");
        let detail = told["detail"].as_str().expect("words");
        assert!(detail.contains(words) && !detail.contains("permit"), "{detail}");
    }

    let mut wrong = pmr(1, &[station(58.25, 8.35, 160_006_250)]);
    wrong["stations"][0]["channels"][0]["declared"] =
        json!({ "value": 99.0, "unit": "w", "reference": "erp" });
    wrong["stations"][0]["municipality"] = json!("9999");
    let told = app.post(PATH, &kari, &wrong).await.expect_problem(422, "invalid-content");
    let pointers: Vec<&str> = told["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["pointer"].as_str().expect("a pointer"))
        .collect();
    assert_eq!(pointers, ["/stations/0/channels/0/declared/value", "/stations/0/municipality"]);
    assert!(!told["errors"].to_string().contains("99"), "a rejected value is repeated");
    let headers = [("accept-language", "nn")];
    let told = app.send("POST", PATH, Some(&kari), &headers, Some(&wrong)).await;
    let told = told.expect_problem(422, "invalid-content");
    assert!(told["detail"].as_str().expect("words").starts_with("Rett kvar verdi"), "{told}");
    let mut far = pmr(1, &[station(58.25, 8.35, 160_006_250)]);
    far["stations"][0]["municipality"] = json!("4601");
    let told = app.send("POST", PATH, Some(&kari), &headers, Some(&far)).await;
    let told = told.expect_problem(422, "invalid-content");
    assert_eq!(told["errors"][0]["code"], "elsewhere");
    assert!(told["errors"][0]["detail"].as_str().expect("words").contains("kommunen"), "{told}");
    app.finish().await;
}

#[tokio::test]
async fn the_frequency_plan_is_paged_without_repeating_or_skipping() {
    let app = TestApp::start().await;
    let all = "/v1/frequency-plan?from=17700000000&to=19700000000";
    let whole = app.get_public(&format!("{all}&limit=200")).await.expect(200).json();
    let total = whole["total"].as_u64().expect("a total");
    assert_eq!(whole["items"].as_array().expect("items").len() as u64, total);
    assert!(whole.get("next").is_none() && total > 5);
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.get_public(&format!("{all}&limit=4{cursor}")).await.expect(200).json();
        assert_eq!(page["total"], total);
        paged.extend(page["items"].as_array().expect("items").clone());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(json!(paged), whole["items"]);
    let fixed = |row: &Value| row["service"] == "FIXED" && row["category"] == "primary";
    assert!(paged.iter().any(fixed));
    let nothing = app.get_public("/v1/frequency-plan?to=8300").await.expect(200).json();
    assert_eq!(nothing["total"], 0);
    for query in ["from=x", "from=0", "from=-1", "to=3000000000001", "from=9000&to=9000", "limit=0"]
    {
        let path = format!("/v1/frequency-plan?{query}");
        app.get_public(&path).await.expect_problem(400, "invalid-parameter");
    }
    app.get_public("/v1/frequency-plan?cursor=AAAA").await.expect_problem(400, "invalid-cursor");
    app.finish().await;
}

#[tokio::test]
async fn the_page_of_a_permit_that_ended_says_when_and_nothing_else() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let kari = Who::person(1);
    let permit = net(&app, 1, 160_006_250).await;
    let number = number_of(&app, &kari, &permit).await;
    let html = [("accept", "text/html")];
    let address = format!("/nb/frequency-permits/{number}");
    let listed = app.send("GET", &address, None, &html, None).await.expect(200).text();
    assert!(!listed.contains("gjelder ikke lenger"));

    let path = format!("/v1/permits/{permit}");
    let etag = app.get(&path, &kari).await.expect(200).etag();
    let why = json!({ "reason": "noLongerUsed" });
    app.post_on(&format!("{path}/surrender"), &kari, &etag, &why).await.expect(200);
    let day = app.day_in(0);
    // the foot of a page has the day it was made
    app.clock.advance(chrono::TimeDelta::days(3));
    for (language, said) in [
        (Language::Bokmal, format!("Tillatelsen {number} gjelder ikke lenger")),
        (Language::Nynorsk, format!("Løyvet {number} gjeld ikkje lenger")),
        (Language::English, format!("Permit {number} is no longer in force")),
    ] {
        let address = format!("/{language}/frequency-permits/{number}");
        let page = app.send("GET", &address, None, &html, None).await.expect(404).text();
        assert!(page.contains(&said) && page.contains(&date_for_people(day, language)), "{page}");
        for withheld in ["Hemmelig", "Privatperson", "PMR", "noLongerUsed", "Sagt opp"] {
            assert!(!page.contains(withheld), "{withheld}");
        }
    }
    // programs are answered as before, and permits of other lists are not told of
    app.get_public(&format!("/v1/frequency-permits/{number}")).await.expect(404);
    for other in ["TX-999999", "%00", "PLB-000001"] {
        let address = format!("/nb/frequency-permits/{other}");
        let page = app.send("GET", &address, None, &html, None).await;
        assert!(page.status >= 400 && !page.text().contains("gjelder ikke lenger"), "{other}");
    }
    app.finish().await;
}
